"""Help every room: complete files, number formats, paths, the progress line, the environment variables."""
