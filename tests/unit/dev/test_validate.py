"""Test that a validation's table keeps the values of the parts that are not measured again."""

from __future__ import annotations

from pathlib import Path

from dev.validate import Check, add


def test_a_value_takes_the_place_of_an_earlier_one(tmp_path: Path) -> None:
    table = tmp_path / "targets.csv"
    for check in (Check("a dry run", 9.0, 15, "s"), Check("a report", 3.5, 5, "MB"), Check("a dry run", 10.5, 15, "s")):
        add(check, table)
    assert table.read_text(encoding="utf-8").splitlines() == [
        "promise,figure,bar,unit",
        "a report,3.5,5,MB",
        "a dry run,10.5,15,s",
    ]
