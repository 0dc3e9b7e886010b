"""Send commands to the starter, from tests and from the shells of a pipeline under test."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

SOCKET = "TESTS_STARTER"  # environment variable with the starter's socket


def ask(command: Sequence[str], folder: str, environment: Mapping[str, str], files: Sequence[int]) -> socket.socket:
    """Send a command to the starter. It answers with the process number and the exit status, a line each."""
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(environment[SOCKET])
    asked = json.dumps({"command": list(command), "folder": folder, "environment": dict(environment)})
    message = asked.encode() + b"\n"
    sent = socket.send_fds(connection, [message], list(files))
    connection.sendall(message[sent:])
    return connection


def main() -> None:
    connection = ask(sys.argv[1:], str(Path.cwd()), os.environ, (0, 1, 2))
    *_, status = connection.makefile().read().split()
    sys.exit(int(status) if int(status) >= 0 else 128 - int(status))


if __name__ == "__main__":
    main()
