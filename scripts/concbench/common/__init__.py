"""Help every room: complete files, number formats, paths, environment variables."""
