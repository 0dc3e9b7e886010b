"""Test who gets a lock, who waits, and who is refused."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from time import sleep

import pytest

from concbench.common.paths import ROOT
from concbench.environment import locks
from concbench.environment.locks import Held, hold, hold_campaign, hold_machine

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
    with holder(f"locks.hold_campaign(pathlib.Path({str(tmp_path)!r}))") as other:
        with pytest.raises(Held, match=f"process {other.pid} in .* is working on this campaign"):
            hold_campaign(tmp_path)
        other.kill()
    hold_campaign(tmp_path).close()


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
    assert hold_machine(tmp_path / "no" / "folder") is None
    assert "A second campaign could interfere" in capsys.readouterr().err


def test_all_checkouts_of_a_machine_share_its_lock() -> None:
    assert locks.MACHINE.is_absolute()
    assert ROOT not in locks.MACHINE.parents
