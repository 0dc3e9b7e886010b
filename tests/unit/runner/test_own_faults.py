"""Test how the line is found at which the user's file stands still, or which ends its process."""

from __future__ import annotations

from pathlib import Path

import pytest

from concbench.runner.own_faults import ended_by, position

STACKS = """Thread 0x00007f (most recent call first):
  File "/usr/lib/python3.11/threading.py", line 320 in wait
  File "/home/me/mine.py", line 12 in fetch
  File "/home/me/mine.py", line 30 in do

Current thread 0x00007e (most recent call first):
  File "/usr/lib/python3.11/concurrent/futures/_base.py", line 451 in result
"""


def test_the_innermost_line_of_the_file_is_named() -> None:
    assert position(STACKS, "/home/me/mine.py", "mine.py") == ", fetch() at mine.py, line 12"
    assert position(STACKS, "/home/me/other.py", "other.py") == ""
    assert position(STACKS.replace("in fetch", "in <module>"), "/home/me/mine.py", "x") == ", importing it at x, line 12"


def test_faulthandler_writes_paths_in_ascii() -> None:
    stacks = STACKS.replace("/home/me/mine.py", r"/home/m\xe9/\u6570.py")
    assert position(stacks, "/home/mé/数.py", "数.py") == ", fetch() at 数.py, line 12"


@pytest.mark.parametrize(
    ("reason", "named"),
    [
        ("the measured process ended with exit status 3 before it answered", True),
        ("A process in the process pool was terminated abruptly while the future was running or pending.", True),
        ("KeyError: 'page'", False),
    ],
)
def test_a_call_that_ends_a_process_is_named_if_one_ended(reason: str, named: bool, tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("import os\nITEMS = [1]\ndef do(item): os._exit(1)\n", encoding="utf-8")
    expected = f". {file}, line 3, calls _exit(): raise an error instead" if named else ""
    assert ended_by(reason, str(file), "python") == expected


def test_without_such_a_call_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("ITEMS = [1]\ndef do(item): pass\n", encoding="utf-8")
    assert ended_by("a process of the pool ended before its items were done", str(tmp_path / "mine.py"), "python") == ""
    assert ended_by("ended with exit status 1", str(tmp_path / "none.py"), "python") == ""
