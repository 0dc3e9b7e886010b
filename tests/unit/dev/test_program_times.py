"""Test how recommended programs are timed, on a program as it is written for users."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dev.program_times import timed

LOOP = """\
\"\"\"Do the items of work one after the other.\"\"\"

import work

items = work.items(3, 1)
results = [work.do(item) for item in items]
"""


@pytest.mark.parametrize("items", ["items(3, 1)", "ITEMS[:3]"])
def test_a_timed_program_does_the_same_and_prints_its_seconds(items: str, tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text(
        "ITEMS = [1, 2, 3]\ndef items(size, seed):\n    return ITEMS\ndef do(item):\n    print(item)\n"
    )
    (tmp_path / "program.py").write_text(timed(LOOP.replace("items(3, 1)", items)))
    done = subprocess.run([sys.executable, "program.py"], cwd=tmp_path, capture_output=True, text=True, check=True)
    *items_done, seconds = done.stdout.splitlines()
    assert items_done == ["1", "2", "3"]
    name, took, count = seconds.split()
    assert (name, float(took) > 0, count) == ("seconds", True, "3")
