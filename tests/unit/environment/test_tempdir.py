"""Test where temporary files go: paths of sockets there must be short enough for the kernel."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest

from concbench.common.variables import USUAL_VARIABLE
from concbench.environment import tempdir
from concbench.environment.tempdir import LONGEST, for_sockets


def bind(folder: str) -> None:
    """Open a socket several folders down, as multiprocessing does."""
    deepest = Path(folder, "run-12345678", "pymp-12345678")
    deepest.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(deepest / "listener-12345678"))


@pytest.mark.parametrize("process", [os.getpid(), 2**22 + 1], ids=["this", "one that has ended"])
def test_what_a_killed_process_left_is_removed_even_if_it_had_our_number(
    process: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(USUAL_VARIABLE, str(tmp_path))
    monkeypatch.setattr(tempdir, "remove_after_this_process", lambda: None)
    monkeypatch.setattr(tempdir, "remove_abandoned", lambda usual: None)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left = tempdir.own_folder(process) / "left"
    left.mkdir(parents=True)
    tempdir.use_own_folder()
    assert not left.exists()
    assert tempfile.gettempdir() == str(tempdir.own_folder(os.getpid()).resolve())


def test_the_longest_folder_that_is_kept_has_room_for_a_socket() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as short:
        longest = Path(short) / ("x" * (LONGEST - len(short) - 1))
        longest.mkdir()
        assert for_sockets(str(longest)) == str(longest)
        bind(str(longest))


def test_a_longer_one_is_not() -> None:
    assert for_sockets("/" + "x" * LONGEST) == "/tmp"
    assert for_sockets("/" + "ü" * (LONGEST // 2)) == "/tmp"  # the kernel counts bytes
