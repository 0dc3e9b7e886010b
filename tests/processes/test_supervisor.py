"""The supervisor, started as some shells start programs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from concbench.common.paths import SCRIPTS

IGNORING = """
import signal, subprocess, sys
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
sys.path.insert(0, {scripts!r})
from concbench.runner.subreaper import reaped_cpu_s
from concbench.runner.supervisor import supervise

def work():
    print(subprocess.run([sys.executable, "-c", "sum(range(1_000_000)); raise SystemExit(3)"]).returncode, reaped_cpu_s() > 0)

supervise(work)
"""


def test_a_runner_counts_its_children_where_it_is_started_with_them_ignored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    command = [sys.executable, "-c", IGNORING.format(scripts=str(SCRIPTS))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "3 True\n", "")
