"""Test where temporary files go: paths of sockets there must be short enough for the kernel."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

from concbench.environment.tempdir import LONGEST, for_sockets


def bind(folder: str) -> None:
    """Open a socket several folders down, as multiprocessing does."""
    deepest = Path(folder, "run-12345678", "pymp-12345678")
    deepest.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(deepest / "listener-12345678"))


def test_the_longest_folder_that_is_kept_has_room_for_a_socket() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        longest = Path(short) / ("x" * (LONGEST - len(short) - 1))
        longest.mkdir()
        assert for_sockets(str(longest)) == str(longest)
        bind(str(longest))


def test_a_longer_one_is_not() -> None:
    assert for_sockets("/" + "x" * LONGEST) == "/tmp"
    assert for_sockets("/" + "ü" * (LONGEST // 2)) == "/tmp"  # the kernel counts bytes
