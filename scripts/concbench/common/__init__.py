"""Help every room: complete files, number formats, paths, progress lines, environment variables."""
