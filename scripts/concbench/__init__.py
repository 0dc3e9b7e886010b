"""The package behind the commands of scripts/, in rooms. A room imports only rooms below it; ARCHITECTURE.md lists them."""

__version__ = "0.2.0"
