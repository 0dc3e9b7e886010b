"""Compare two campaigns: verdicts, exit status, and configurations that cannot be compared."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from dataclasses import asdict, replace
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support import factories
from support.two_campaigns import STEADY, results, results_on_two, times

from compare_campaigns import NOT_COMPARED, main, share
from concbench.analysis.changes import (
    CANNOT_TELL,
    FINE,
    REGRESSED,
    NotResults,
    Results,
    changed,
    interpreters_of,
    status,
)
from concbench.environment.surroundings import Environment
from concbench.records.rows import ChangeRow
from concbench.records.tables import TableError
from concbench.report.changes_text import text
from concbench.stats.verdicts import Verdict


def verdicts(rows: list[ChangeRow]) -> dict[str, str | None]:
    return {row.contender: row.verdict for row in rows}


def test_equal_times_are_no_regression(tmp_path: Path) -> None:
    rows = changed(results(tmp_path / "before", STEADY), results(tmp_path / "after", STEADY))
    assert verdicts(rows) == {"sync": "same", "threading": "same"}
    assert status(rows) == FINE


@pytest.mark.parametrize(("factor", "expected", "verdict"), [(1.5, REGRESSED, "slower"), (0.5, FINE, "faster")])
def test_slower_times_are_a_regression_and_faster_ones_are_not(
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


def test_too_few_runs_are_inconclusive(tmp_path: Path) -> None:
    few = {name: values[:2] for name, values in STEADY.items()}
    rows = changed(results(tmp_path / "before", few), results(tmp_path / "after", few))
    assert status(rows) == CANNOT_TELL
    assert {row.reason for row in rows} == {"too few runs (4 of each needed)"}


def test_a_change_no_larger_than_that_of_the_machine_decides_nothing(tmp_path: Path) -> None:
    slow = {name: [1.3 * float(value) for value in values] for name, values in STEADY.items()}
    rows = changed(results(tmp_path / "before", STEADY), results(tmp_path / "after", slow, speed=0.7e7))
    assert set(verdicts(rows).values()) == {"inconclusive"}
    assert rows[0].machine_speedup == pytest.approx(0.7)
    assert rows[0].threshold == pytest.approx(1 / 0.7 - 1)


def test_the_machine_counts_in_the_blocks_that_a_configuration_has(tmp_path: Path) -> None:
    early: factories.Times = {"sync": [*STEADY["sync"]] * 4, "threading": [*STEADY["threading"], *["missing"] * 15]}
    slow = {**early, "threading": [*times(1.3)["threading"], *["missing"] * 15]}
    before, after = results(tmp_path / "before", early), results(tmp_path / "after", slow)
    after.runs.loc[after.runs["block"] <= 5, "machine_speed"] *= 0.7  # later blocks don't tell
    sync, threading = changed(before, after)
    assert (sync.machine_speedup, threading.machine_speedup) == pytest.approx((1.0, 0.7))
    assert (sync.verdict, threading.verdict) == ("same", "inconclusive")


def test_a_change_no_larger_than_the_controls_decides_nothing(tmp_path: Path) -> None:
    noisy = {"control": [2.4, 2.41, 2.39, 2.4, 2.42]}
    before = results(tmp_path / "before", {**STEADY, **noisy}, control="threading")
    after = results(tmp_path / "after", {**times(1.15), **noisy}, control="threading")
    rows = changed(before, after)
    assert verdicts(rows)["threading"] == "inconclusive"
    assert "control" not in verdicts(rows)


def test_configurations_of_one_campaign_alone_and_of_other_work_are_not_compared(tmp_path: Path) -> None:
    before = results(tmp_path / "before", STEADY)
    more = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [3]}}
    after = results(tmp_path / "after", STEADY, contenders=more, options={"first": 17})
    reasons = {row.configuration: row.reason for row in changed(before, after)}
    assert reasons == {
        "cpu-sync-w1-n4-default": "not the same work: workload_options changed",
        "cpu-threading-w3-n4-default": f"{before.folder} does not have this configuration",
        "cpu-threading-w2-n4-default": f"{after.folder} does not have this configuration",
    }


def test_a_configuration_without_a_run_that_counts_is_not_compared(tmp_path: Path) -> None:
    before = results(tmp_path / "before", STEADY)
    after = results(tmp_path / "after", {**STEADY, "threading": ["failed"] * 5})
    (reason,) = (row.reason for row in changed(before, after) if row.contender == "threading")
    assert reason == f"{after.folder} has no run that counts (5 failed of 5 runs)"


LOST: list[float | str] = [2.0, 2.01, 1.99, 2.0, 2.02, "failed", "timeout", "timeout"]
WHOLE: factories.Times = {name: [*values, *values[:3]] for name, values in STEADY.items()}


@pytest.mark.parametrize(
    ("factor", "faulty", "verdict"),
    [
        (1.0, "before", "inconclusive"),
        (1.0, "after", "inconclusive"),
        (0.5, "before", "faster"),  # and even faster than the slow ones that are left out
        (0.5, "after", "inconclusive"),
        (1.5, "before", "inconclusive"),
        (1.5, "after", "slower"),
    ],
)
def test_a_side_owes_no_verdict_to_runs_that_failed_or_took_too_long(
    factor: float, faulty: str, verdict: str, tmp_path: Path
) -> None:
    """The others of a side that loses its slow runs are fast."""
    sides: dict[str, factories.Times] = {"before": WHOLE, "after": times(factor, WHOLE)}
    numbers = [one if isinstance(one, str) else one * (factor if faulty == "after" else 1) for one in LOST]
    sides[faulty] = {**WHOLE, "threading": numbers}
    before, after = (results(tmp_path / name, sides[name]) for name in ("before", "after"))
    rows = changed(before, after)
    assert verdicts(rows) == {"sync": "same", "threading": verdict}
    if verdict == "inconclusive":
        assert status(rows) == CANNOT_TELL
        assert rows[1].reason == (
            f"{tmp_path / faulty} has faulty runs (2 timeout, 1 failed of 8 runs), so it may be slower than the others show"
        )
    assert (rows[1].slower_at_most is None) == (faulty == "after")


def test_faulty_runs_are_no_slowdown_that_may_be_allowed(tmp_path: Path) -> None:
    """The other runs show that nothing is slower by more than 10 %."""
    after = results(tmp_path / "after", {**WHOLE, "threading": LOST})
    rows = changed(results(tmp_path / "before", WHOLE), after)
    assert status(rows, allow=0.1) == CANNOT_TELL
    assert status(changed(results(tmp_path / "again", WHOLE), results(tmp_path / "later", WHOLE)), allow=0.1) == FINE


def test_the_text_ends_with_the_conclusion(tmp_path: Path) -> None:
    before, after = results(tmp_path / "before", STEADY), results(tmp_path / "after", times(1.5))
    said = text(changed(before, after), before, after).splitlines()
    assert said[0] == f"{after.folder} compared with {before.folder}"
    assert said[-1] == "Regression. Of 2 configurations: 1 slower, 1 same."


@pytest.mark.parametrize("missing", ["config.json", "runs.csv", "comparisons.csv"])
def test_a_folder_without_results_is_refused_by_its_name(tmp_path: Path, missing: str) -> None:
    folder = results(tmp_path / "before", STEADY).folder
    (folder / missing).unlink()
    with pytest.raises(NotResults, match=f"{folder}: no {missing} here"):
        Results.read(folder)


def test_the_same_times_on_a_faster_machine_are_not_fine(tmp_path: Path) -> None:
    rows = changed(results(tmp_path / "before", STEADY), results(tmp_path / "after", STEADY, speed=1.3e7))
    assert set(verdicts(rows).values()) == {"inconclusive"}
    assert {row.reason for row in rows} == {"the times are the same, but CPU speed rose by 30 %"}
    assert status(rows) == CANNOT_TELL


def row(verdict: str, high: float = 1.0, slower_at_most: float | None = None) -> ChangeRow:
    return ChangeRow(configuration="one", verdict=Verdict(verdict), speedup_high=high, slower_at_most=slower_at_most)


@pytest.mark.parametrize(
    ("rows", "allow", "expected"),
    [
        ([row("slower", high=0.8), row("same")], None, REGRESSED),
        ([row("faster"), row("same")], None, FINE),
        ([row("inconclusive"), row("same")], None, CANNOT_TELL),
        ([], None, CANNOT_TELL),
        ([row("inconclusive", slower_at_most=0.099), row("faster", slower_at_most=-0.2)], 0.1, FINE),
        ([row("inconclusive", slower_at_most=0.101), row("same", slower_at_most=0.01)], 0.1, CANNOT_TELL),
        ([row("inconclusive"), row("same", slower_at_most=0.01)], 0.1, CANNOT_TELL),
        ([row("slower", high=0.95, slower_at_most=0.08)], 0.1, FINE),  # slower, but not by more than 10 %
        ([row("slower", high=0.95, slower_at_most=0.12)], 0.1, CANNOT_TELL),
        ([row("slower", high=0.90, slower_at_most=0.12), row("same", slower_at_most=0.0)], 0.1, REGRESSED),
        ([row("inconclusive", slower_at_most=nan)], 0.1, CANNOT_TELL),
        ([row("slower", high=nan, slower_at_most=nan)], None, CANNOT_TELL),
    ],
)
def test_the_status_follows_from_the_verdicts_and_from_what_is_allowed(
    rows: list[ChangeRow], allow: float | None, expected: int
) -> None:
    assert status(rows, allow) == expected


def test_a_change_that_the_interval_does_not_separate_from_the_margin_is_inconclusive(tmp_path: Path) -> None:
    noisy = {"sync": STEADY["sync"], "threading": [2.0, 2.2, 1.8, 2.1, 1.9]}
    before, after = results(tmp_path / "before", noisy), results(tmp_path / "after", times(1.15, noisy))
    (found,) = (one for one in changed(before, after) if one.contender == "threading")
    assert found.speedup == pytest.approx(1 / 1.15)
    assert (found.verdict, found.reason) == ("inconclusive", "the confidence interval is too wide; measure more blocks")


def test_how_much_slower_anything_may_be_counts_a_faster_machine_against_it(tmp_path: Path) -> None:
    before = results(tmp_path / "before", STEADY)
    usual, faster = results(tmp_path / "usual", STEADY), results(tmp_path / "faster", STEADY, speed=1.3e7)
    plain, hidden = changed(before, usual)[0].slower_at_most, changed(before, faster)[0].slower_at_most
    assert plain is not None
    assert 0 < plain < 0.01
    assert hidden == pytest.approx(1.3 * (1 + plain) - 1)


def test_the_same_blocks_are_compared_in_pairs_on_two_interpreters(tmp_path: Path) -> None:
    pace = [1.0, 3.0, 1.5, 0.7, 2.0, 1.1]  # of the machine, which both halves of a pair share
    noise = [1.0, 1.01, 0.99, 1.0, 1.02, 0.98]
    on_default = {"sync@default": [4 * one for one in pace], "threading@default": [2 * one for one in pace]}
    on_new = {f"{name.split('@')[0]}@new": [factor * one * by for one, by in zip(on_default[name], noise)]
              for name, factor in (("sync@default", 1.0), ("threading@default", 1.2))}  # fmt: skip
    both = results_on_two(tmp_path / "both", {**on_default, **on_new})
    before, after = interpreters_of(both)
    rows = changed(before, after)
    assert verdicts(rows) == {"sync": "same", "threading": "slower"}
    assert [row.configuration for row in rows] == ["cpu-sync-w1-n4-new", "cpu-threading-w2-n4-new"]
    assert rows[1].speedup == pytest.approx(1 / 1.2, rel=0.01)
    assert rows[1].before_s == pytest.approx(2 * 1.3)
    assert rows[1].machine_speedup is None
    assert status(rows) == REGRESSED
    said = text(rows, before, after).splitlines()
    assert said[0] == f"{both.folder}: new compared with default"
    assert not any("BEFORE=" in line for line in said)


def test_few_pairs_are_inconclusive(tmp_path: Path) -> None:
    rows = changed(*interpreters_of(results_on_two(tmp_path / "both", factories.ON_TWO)))
    assert {(row.verdict, row.reason) for row in rows} == {("inconclusive", "too few blocks (6 with both needed)")}


def test_a_campaign_without_two_interpreters_has_nothing_to_compare(tmp_path: Path) -> None:
    with pytest.raises(NotResults, match=r"has 1 interpreter\. Expected two"):
        interpreters_of(results(tmp_path / "one", STEADY))


def test_two_campaigns_are_said_to_share_no_day(tmp_path: Path) -> None:
    before, after = results(tmp_path / "before", STEADY), results(tmp_path / "after", STEADY)
    assert any("make compare BEFORE=" in line for line in text(changed(before, after), before, after).splitlines())


def test_the_conclusion_names_what_is_allowed(tmp_path: Path) -> None:
    before, after = results(tmp_path / "before", STEADY), results(tmp_path / "after", times(1.08))
    said = text(changed(before, after), before, after, allow=0.1).splitlines()
    assert said[-1] == "Nothing is slower by more than 10 %. Of 2 configurations: 1 slower, 1 same."
    assert "slower at most" in said[1]


def test_configurations_skipped_in_both_campaigns_are_ignored(tmp_path: Path) -> None:
    skipped = {**STEADY, "threading": ["skipped"] * 5}
    rows = changed(results(tmp_path / "before", skipped), results(tmp_path / "after", skipped))
    assert verdicts(rows) == {"sync": "same", "threading": None}
    assert status(rows) == FINE


def test_a_configuration_added_to_the_config_and_not_collected_yet_is_inconclusive(tmp_path: Path) -> None:
    before, after = results(tmp_path / "before", STEADY), results(tmp_path / "after", STEADY)
    runs = after.runs[after.runs["contender"] != "threading"]
    rows = changed(before, replace(after, runs=runs))
    assert verdicts(rows) == {"sync": "same", "threading": "inconclusive"}


def invocation(python: str) -> Environment:
    facts = {"implementation": "cpython", "version": python, "packages": {"requests": "2.32"}}
    return Environment("s", "one", "a CPU", 2, 2**30, "6.1", None, 0.1, 1024, None, {"default": facts})


def test_another_python_is_named(tmp_path: Path) -> None:
    before, after = results(tmp_path / "before", STEADY), results(tmp_path / "after", times(1.5))
    for one, python in ((before, "3.11.2"), (after, "3.14.0")):
        invocations = {"invocations": [asdict(invocation(python))]}
        (one.folder / "environment.json").write_text(json.dumps(invocations), encoding="utf-8")
    rows = changed(before, after)
    assert verdicts(rows) == {"sync": "same", "threading": "slower"}
    (said,) = (line for line in text(rows, before, after).splitlines() if line.startswith("Changed: "))
    assert "default" in said
    assert "3.11.2 before, 3.14.0 now" in said


def test_a_cpu_quota_and_variables_of_one_campaign_alone_are_told(tmp_path: Path) -> None:
    plain, limited = results(tmp_path / "before", STEADY), results(tmp_path / "after", STEADY)
    interpreters = {"default": "PYTHONMALLOC=debug python"}
    limited = replace(limited, campaign=replace(limited.campaign, interpreters=interpreters))
    for one, quota in ((plain, None), (limited, 1.5)):
        invocations = {"invocations": [asdict(replace(invocation("3.11.2"), cpu_quota=quota))]}
        (one.folder / "environment.json").write_text(json.dumps(invocations), encoding="utf-8")
    told = text(changed(plain, limited), plain, limited).splitlines()
    assert "Changed: cpu_quota: None before, 1.5 now" in told
    assert "Changed: interpreter default, variables set: none before, PYTHONMALLOC=debug now" in told


def test_own_items_of_another_seed_are_other_work(tmp_path: Path) -> None:
    own: dict[str, Any] = {"workload": "own", "options": {"file": "examples/hash_files.py"}}
    before, after = results(tmp_path / "before", STEADY, **own), results(tmp_path / "after", STEADY, **own)
    rows = changed(before, replace(after, campaign=replace(after.campaign, seed=2)))
    assert {row.reason for row in rows} == {"not the same work: seed changed"}


BROKEN = [
    ("runs.csv", ""),
    ("runs.csv", "a,b\n1,2\n"),
    ("runs.csv", "\x00\x01"),
    ("comparisons.csv", "configuration;speedup\n"),
    ("config.json", '{"campaigns": 1}'),
    ("config.json", "[]"),
    ("environment.json", ""),
    ("environment.json", '{"invocations": [{"invocation": "one"'),
    ("environment.json", '{"invocations": [{"invocation": "one"}]}'),
    ("environment.json", '{"invocations": 3}'),
    ("environment.json", "17"),
]


@pytest.mark.parametrize(("name", "content"), BROKEN)
def test_unreadable_results_are_no_regression(
    name: str, content: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    results(tmp_path / "before", STEADY)
    (tmp_path / "before" / name).write_text(content)
    monkeypatch.setattr("sys.argv", ["compare_campaigns.py", str(tmp_path / "before"), str(tmp_path / "before")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == NOT_COMPARED == CANNOT_TELL
    assert capsys.readouterr().err


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("0,25", "'0,25'"),
        ("1.5 s", "'1.5 s'"),
        ("-3", "'-3.0': expected a number above 0"),
        ("0", "'0.0': expected a number above 0"),
        ("inf", "'inf': expected a number above 0"),
        ("", "empty: expected a number above 0"),
    ],
)
def test_a_time_that_is_none_is_named(tmp_path: Path, number: str, message: str) -> None:
    folder = results(tmp_path / "before", STEADY).folder
    runs = pd.read_csv(folder / "runs.csv", dtype=str, keep_default_na=False)
    runs.loc[3, "makespan_s"] = number
    runs.to_csv(folder / "runs.csv", index=False)
    with pytest.raises((NotResults, TableError), match=f"runs.csv: .*makespan_s.*{message}"):
        Results.read(folder)


def test_a_fault_that_nobody_thought_of_is_no_regression(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(folder: Path) -> Results:
        raise ZeroDivisionError("of nobody's making")

    monkeypatch.setattr(Results, "read", fails)
    monkeypatch.setattr("sys.argv", ["compare_campaigns.py", str(tmp_path), str(tmp_path)])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == NOT_COMPARED
    assert "ZeroDivisionError: of nobody's making" in capsys.readouterr().err


def test_campaigns_of_a_thousand_blocks_are_compared(tmp_path: Path) -> None:
    random = np.random.default_rng(5)
    blocks = {name: random.lognormal(1, 0.05, (2, 1000)) for name in ("sync", "threading")}
    before, after = (
        results(tmp_path / when, {name: list(factor[name] * values[which]) for name, values in blocks.items()})
        for which, (when, factor) in enumerate(
            {"before": {"sync": 1.0, "threading": 1.0}, "after": {"sync": 1.0, "threading": 1.2}}.items()
        )
    )
    rows = changed(before, after)
    assert verdicts(rows) == {"sync": "same", "threading": "slower"}
    assert status(rows) == REGRESSED


@pytest.mark.parametrize(("written", "read"), [("10%", 0.1), ("10 %", 0.1), ("0.1", 0.1), ("0", 0.0), ("2.5%", 0.025)])
def test_a_share_is_read_in_percent_or_as_a_fraction(written: str, read: float) -> None:
    assert share(written) == pytest.approx(read)


@pytest.mark.parametrize("written", ["10", "-5%", "nan", "a tenth", "", "100%"])
def test_what_is_no_share_is_refused_by_its_text(written: str) -> None:
    with pytest.raises(ArgumentTypeError, match=r"is not a share\. Expected one from 0 to 1, such as 10% or 0\.1\."):
        share(written)
