"""Test who gets a lock, who waits, and who is refused."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from concbench.common.paths import ROOT
from concbench.environment import locks
from concbench.environment.locks import Locked, hold, lock_campaign, lock_machine

HOLDER = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
from concbench.environment import locks
file = {call}
print('held', flush=True)
input()
"""


def holder(call: str) -> subprocess.Popen[str]:
    """Start another process that keeps a lock until its input ends."""
    command = [sys.executable, "-c", HOLDER.format(call=call), str(ROOT / "scripts")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_campaign_that_another_pipeline_works_on_is_refused_by_its_name(tmp_path: Path) -> None:
    with holder(f"locks.lock_campaign(pathlib.Path({str(tmp_path)!r}))") as other:
        with pytest.raises(Locked, match=f"process {other.pid} in .* is working on this campaign"):
            lock_campaign(tmp_path)
        other.kill()
    lock_campaign(tmp_path).close()


def test_a_machine_on_which_another_pipeline_measures_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    waited: list[str] = []
    with holder(f"locks.hold(pathlib.Path({str(path)!r}), None)") as other:

        def wait(who: str) -> None:
            waited.append(who)
            other.kill()

        hold(path, wait).close()
    assert waited == [f"process {other.pid} in {Path.cwd()}"]


def test_one_who_waits_is_ended_by_a_sigterm_though_he_handles_it_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    waits = f"locks.hold(pathlib.Path({str(path)!r}), lambda who: print('held', flush=True))"
    held = hold(path, wait=None)
    with holder(f"(__import__('signal').signal(15, __import__('signal').SIG_IGN), {waits})") as other:
        sleep(0.2)  # it prints this just before it waits
        other.terminate()
        assert other.wait(timeout=5) == 128 + 15
    held.close()


def test_a_lock_that_nobody_has_is_not_waited_for(tmp_path: Path) -> None:
    hold(tmp_path / "lock", wait=lambda who: pytest.fail(who)).close()
    hold(tmp_path / "lock", wait=None).close()


def test_a_child_does_not_keep_the_lock(tmp_path: Path) -> None:
    file = hold(tmp_path / "lock", wait=None)
    child = subprocess.Popen(["sleep", "30"])
    file.close()
    hold(tmp_path / "lock", wait=None).close()
    child.kill()
    child.wait()


def test_if_locks_do_not_work_measuring_continues_with_a_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert lock_machine(tmp_path / "no" / "folder") is None
    assert "A second campaign could interfere" in capsys.readouterr().err


@pytest.mark.parametrize("temporary", ["/dev/shm", "", "relative", "/nowhere"])
def test_all_checkouts_users_and_temporary_folders_of_a_machine_share_its_lock(temporary: str) -> None:
    assert ROOT not in locks.MACHINE.parents
    code = "from concbench.environment import locks; print(locks.MACHINE.absolute())"
    environment = {**os.environ, "TMPDIR": temporary, "PYTHONPATH": str(ROOT / "scripts")}
    said = subprocess.check_output([sys.executable, "-c", code], env=environment, text=True)
    assert said == f"{locks.MACHINE}\n"


@pytest.mark.parametrize("kind", ["symlink", "hard link", "fifo", "folder", "link to a device"])
def test_what_is_no_file_of_its_own_is_neither_followed_nor_changed(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, target = tmp_path / "lock", tmp_path / "precious"
    target.write_text("precious")
    if kind == "symlink":
        path.symlink_to(target)
    elif kind == "hard link":
        path.hardlink_to(target)
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to("/dev/null")
    assert lock_machine(path) is None
    assert f"{path}: cannot lock this file (" in capsys.readouterr().err
    assert target.read_text() == "precious"
    with pytest.raises(OSError, match="lock"):
        hold(path, wait=None)


def test_a_name_that_is_no_text_is_shown_without_harm(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_bytes(b"\xff\x1b[31mred" + b"x" * 5000)
    with path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(Locked) as caught:
            hold(path, wait=None)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 300
    hold(path, wait=None).close()
    assert path.read_text() == f"process {os.getpid()} in {Path.cwd()}\n"


def test_a_lock_whose_file_is_deleted_meanwhile_is_taken_anew(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = hold(path, wait=None)

    def delete(_: str) -> None:
        path.unlink()
        path.touch()
        first.close()

    second = hold(path, delete)
    assert locks.is_at(second, path)
    with pytest.raises(Locked):
        hold(path, wait=None)
    second.close()


def test_another_users_lock_is_locked_though_it_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "lock"
    path.write_text("process 1 of another user\n")
    usual = os.open

    def refused(name: Any, flags: int, *more: Any) -> int:
        if flags & os.O_RDWR and not flags & os.O_CREAT:
            raise PermissionError(errno.EACCES, "Permission denied", str(name))
        return usual(name, flags, *more)

    monkeypatch.setattr(os, "open", refused)
    with hold(path, wait=None), pytest.raises(Locked, match="of another user"):
        hold(path, wait=None)
