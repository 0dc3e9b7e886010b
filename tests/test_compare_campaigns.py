"""Two campaigns beside each other: verdicts, exit status, and what can't be compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import factories
import numpy as np
import pytest

from changes_figure import draw
from compare_campaigns import CANNOT_TELL, FINE, REGRESSED, NotResults, Results, changed, status, text
from tables import ChangeRow

STEADY: factories.Times = {"sync": [4.0, 4.01, 3.99, 4.0, 4.02], "threading": [2.0, 2.01, 1.99, 2.0, 2.02]}


def times(factor: float, steady: factories.Times = STEADY) -> factories.Times:
    """The same with threads so many times as slow."""
    return {**steady, "threading": [factor * float(value) for value in steady["threading"]]}


def results(folder: Path, values: factories.Times, speed: float = 1e7, **config: Any) -> Results:
    """A campaign's folder with made-up runs."""
    folder.mkdir()
    blocks = len(next(iter(values.values())))
    made = factories.campaign(blocks, **config)
    runs, _, comparisons = factories.tables(folder, made, values)
    runs = runs.assign(machine_speed=speed)
    (folder / "config.json").write_text(json.dumps(factories.config(blocks, **config)), encoding="utf-8")
    return Results(folder, made, runs, comparisons)


def verdicts(rows: list[ChangeRow]) -> dict[str, str]:
    return {row.contender: row.verdict for row in rows}


def test_what_stays_the_same_is_fine(tmp_path: Path) -> None:
    rows = changed(results(tmp_path / "before", STEADY), results(tmp_path / "after", STEADY))
    assert verdicts(rows) == {"sync": "same", "threading": "same"}
    assert status(rows) == FINE


@pytest.mark.parametrize(("factor", "expected", "verdict"), [(1.5, REGRESSED, "slower"), (0.5, FINE, "faster")])
def test_what_is_slower_has_regressed_and_what_is_faster_is_fine(
    tmp_path: Path, factor: float, expected: int, verdict: str
) -> None:
    before, after = results(tmp_path / "before", STEADY), results(tmp_path / "after", times(factor))
    rows = changed(before, after)
    assert verdicts(rows) == {"sync": "same", "threading": verdict}
    assert status(rows) == expected
    threading = rows[1]
    assert threading.speedup == pytest.approx(1 / factor, rel=0.02)
    assert (threading.before_n, threading.after_n) == (5, 5)
    assert threading.after_s == pytest.approx(2.0 * factor)


def test_too_few_runs_cannot_tell(tmp_path: Path) -> None:
    few = {name: values[:2] for name, values in STEADY.items()}
    rows = changed(results(tmp_path / "before", few), results(tmp_path / "after", few))
    assert status(rows) == CANNOT_TELL
    assert {row.reason for row in rows} == {"too few runs: 5 of each would decide more"}


def test_a_change_no_larger_than_that_of_the_machine_decides_nothing(tmp_path: Path) -> None:
    slow = {name: [1.3 * float(value) for value in values] for name, values in STEADY.items()}
    rows = changed(results(tmp_path / "before", STEADY), results(tmp_path / "after", slow, speed=0.7e7))
    assert set(verdicts(rows).values()) == {"unclear"}
    assert rows[0].machine_speedup == pytest.approx(0.7)
    assert rows[0].noise_floor == pytest.approx(1 / 0.7 - 1)


def test_a_change_no_larger_than_the_controls_decides_nothing(tmp_path: Path) -> None:
    noisy = {"control": [2.4, 2.41, 2.39, 2.4, 2.42]}
    before = results(tmp_path / "before", {**STEADY, **noisy}, control="threading")
    after = results(tmp_path / "after", {**times(1.15), **noisy}, control="threading")
    rows = changed(before, after)
    assert verdicts(rows)["threading"] == "unclear"
    assert "control" not in verdicts(rows)


def test_points_of_one_campaign_alone_and_of_other_work_are_not_compared(tmp_path: Path) -> None:
    before = results(tmp_path / "before", STEADY)
    more = {"sync": {"model": "sync"}, "threading": {"model": "threading", "workers": [3]}}
    after = results(tmp_path / "after", STEADY, contenders=more, options={"first": 17})
    reasons = {row.point: row.reason for row in changed(before, after)}
    assert reasons == {
        "cpu-sync-w1-n4-default": "not the same work: workload_options differs",
        "cpu-threading-w3-n4-default": f"{before.folder} has no such point",
        "cpu-threading-w2-n4-default": f"{after.folder} has no such point",
    }


def test_a_point_without_a_run_that_counts_is_not_compared(tmp_path: Path) -> None:
    before = results(tmp_path / "before", STEADY)
    after = results(tmp_path / "after", {**STEADY, "threading": ["failed"] * 5})
    (reason,) = (row.reason for row in changed(before, after) if row.contender == "threading")
    assert reason == f"{after.folder} has no run of it that counts"


def test_the_text_ends_with_the_conclusion(tmp_path: Path) -> None:
    before, after = results(tmp_path / "before", STEADY), results(tmp_path / "after", times(1.5))
    said = text(changed(before, after), before, after).splitlines()
    assert said[0] == f"{after.folder} beside {before.folder}"
    assert said[-1] == "Regressed. Of 2 points: 1 slower, 1 same."


def test_the_figure_has_a_mark_for_each_point_and_says_how_many_are_slower(tmp_path: Path) -> None:
    before, after = results(tmp_path / "before", STEADY), results(tmp_path / "after", times(1.5))
    drawn = draw(changed(before, after), "before", "after")
    assert drawn.title == "after beside before: 1 of 2 points are slower"
    assert sum(np.shape(marks.get_offsets())[0] for marks in drawn.figure.axes[0].collections) == 2
    assert "cpu: threading, 2 workers, 4 items: 0.667 [0.66, 0.673] times as fast (slower)" in drawn.description


@pytest.mark.parametrize("missing", ["config.json", "runs.csv", "comparisons.csv"])
def test_a_folder_without_results_is_refused_by_its_name(tmp_path: Path, missing: str) -> None:
    folder = results(tmp_path / "before", STEADY).folder
    (folder / missing).unlink()
    with pytest.raises(NotResults, match=f"{folder}: there is no {missing}"):
        Results.read(folder)
