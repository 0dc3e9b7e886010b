"""Compare two campaigns: verdicts, exit status, and configurations that cannot be compared."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from math import nan
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support import factories
from support.two_campaigns import STEADY, results, times

from compare_campaigns import NOT_COMPARED, main
from concbench.analysis.changes import CANNOT_TELL, FINE, REGRESSED, NotResults, Results, beyond_chance, changed, status
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
    assert rows[0].noise_floor == pytest.approx(1 / 0.7 - 1)


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
    assert reason == f"{after.folder} has no run that counts"


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


def noise(random: np.random.Generator, runs: int) -> np.ndarray:
    return random.lognormal(0, 0.1, runs)


def row(verdict: str, p: float | None) -> ChangeRow:
    return ChangeRow(configuration="one", verdict=Verdict(verdict), p=p, level=0.95)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([row("slower", 0.004), *[row("same", 0.5)] * 9], REGRESSED),
        ([row("slower", 0.008), *[row("same", 0.5)] * 9], CANNOT_TELL),  # one of ten may be, by chance
        ([*[row("slower", 0.002)] * 3, *[row("same", 0.5)] * 7], REGRESSED),
        ([row("faster", 0.004), *[row("same", 0.5)] * 9], FINE),
        ([row("inconclusive", None), row("same", 0.5)], CANNOT_TELL),
    ],
)
def test_more_is_asked_of_a_regression_among_many_configurations(rows: list[ChangeRow], expected: int) -> None:
    assert status(rows) == expected


def test_chance_alone_rarely_regresses(tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": list(range(2, 10))}}
    equal: factories.Times = dict.fromkeys(contenders, [1.0] * 6)
    campaigns = [results(tmp_path / when, equal, contenders=contenders) for when in ("before", "after")]
    alarms = 0
    for _ in range(20):
        before, after = (replace(one, runs=one.runs.assign(makespan_s=noise(random, len(one.runs)))) for one in campaigns)
        alarms += status(changed(before, after)) == REGRESSED
    assert alarms <= 3  # 5 % of 20 would be one


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
    compared = [results(tmp_path / "before", STEADY), results(tmp_path / "after", times(1.5))]
    for one, python in zip(compared, ("3.11.2", "3.14.0")):
        invocations = {"invocations": [asdict(invocation(python))]}
        (one.folder / "environment.json").write_text(json.dumps(invocations), encoding="utf-8")
    rows = changed(*compared)
    assert verdicts(rows) == {"sync": "same", "threading": "slower"}
    (said,) = (line for line in text(rows, *compared).splitlines() if line.startswith("Changed: "))
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
    own: dict[str, Any] = {"workload": "own", "options": {"file": "examples/hash_and_compress.py"}}
    before, after = results(tmp_path / "before", STEADY, **own), results(tmp_path / "after", STEADY, **own)
    rows = changed(before, replace(after, campaign=replace(after.campaign, seed=2)))
    assert {row.reason for row in rows} == {"not the same work: seed changed"}


BROKEN = [
    ("runs.csv", ""),
    ("runs.csv", "a,b\n1,2\n"),
    ("runs.csv", "\x00\x01"),
    ("comparisons.csv", "configuration;noise_floor\n"),
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


def test_no_p_that_is_not_a_number_proves_anything() -> None:
    assert beyond_chance([row("slower", nan), row("slower", 0.2)]) == []
    assert status([row("slower", nan)]) == CANNOT_TELL


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
    assert all(row.p is not None and 0 <= row.p <= 1 for row in rows)
    assert status(rows) == REGRESSED
