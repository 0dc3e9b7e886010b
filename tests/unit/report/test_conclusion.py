"""Write the text that a campaign prints at its end."""

from __future__ import annotations

from pathlib import Path

from support import factories
from support.factories import synthetic
from support.own_work import own_config, steady
from support.report_of import messy
from support.shown_numbers import Known, numbers, unknown

from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.report.advice import facts_of
from concbench.report.conclusion import conclusion
from concbench.workflow.console import brief

QUIET: factories.Times = {"sync": [4.0, 4.01, 4.02, 4.01, 4.0], "threading": [2.8, 2.81, 2.8, 2.82, 2.8]}


def text(folder: Path, campaign: Campaign, times: factories.Times) -> str:
    return conclusion(synthetic(folder, campaign, times), {})


def test_a_quiet_campaign_ends_with_its_answer(tmp_path: Path) -> None:
    said = text(tmp_path, factories.campaign(5), QUIET)
    assert said.startswith("Campaign synthetic: 10 of 10 runs count, in 5 blocks.")
    line = next(line for line in said.splitlines() if line.startswith("threading  "))
    assert line.split() == ["threading", "2", "2.8", "[2.8,", "2.82]", "2.67", "1.43", "[1.42,", "1.44]", "faster"]
    assert "Warnings" not in said
    assert "Runs that don't count" not in said


def test_the_expected_number_of_false_calls_is_named(tmp_path: Path) -> None:
    assert "If no two contenders differed, chance alone would call at most 0.062 of them" in text(
        tmp_path, factories.campaign(5), QUIET
    )


def test_runs_that_do_not_count_are_listed_with_their_logs(tmp_path: Path) -> None:
    said = text(tmp_path, factories.campaign(5), {**QUIET, "sync": [4.0, "failed", 4.0, 4.0, 4.0]})
    listed = " ".join(said.split("Runs that don't count")[1].split())
    assert listed.startswith("- failed: cpu: sync, block 2: it is failed (results/synthetic/logs/runs/cpu-sync-w1-n4")
    assert "- not-counted: Some runs failed" in said
    assert "  cpu: sync: 1 failed, of 5 runs." in said


def test_more_than_a_screenful_of_failures_is_cut_short(tmp_path: Path) -> None:
    failed: factories.Times = {"sync": ["failed"] * 8, "threading": ["timeout"] * 8}
    assert "- and 6 more: see runs.csv" in text(tmp_path, factories.campaign(8), failed)


def test_a_campaign_without_runs_that_count(tmp_path: Path) -> None:
    said = text(tmp_path, factories.campaign(2), {"sync": ["failed"] * 2, "threading": ["missing"] * 2})
    assert "0 of 4 runs count" in said
    assert "missing: cpu: threading, 2 workers, block 1" in said


def test_interpreters_that_are_not_installed_take_one_line(tmp_path: Path) -> None:
    times: factories.Times = {**factories.ON_TWO, "sync@new": ["absent"] * 5, "threading@new": ["absent"] * 5}
    said = text(tmp_path, factories.on_two_interpreters(5), times)
    assert said.startswith("Campaign synthetic: 10 of 20 runs count, in 5 blocks. default. Not installed: new.\n")
    assert said.count("new") == 1
    assert "Runs that don't count" not in said


def test_an_interpreter_that_lacks_every_package_is_installed(tmp_path: Path) -> None:
    times: factories.Times = {**factories.ON_TWO, "sync@new": ["skipped"] * 5, "threading@new": ["skipped"] * 5}
    said = text(tmp_path, factories.on_two_interpreters(5), times)
    assert said.startswith("Campaign synthetic: 10 of 20 runs count, in 5 blocks. default, new.\n")
    assert "- skipped: Some runs were skipped" in said


def test_a_recommendation_comes_first_with_its_program(tmp_path: Path) -> None:
    medians = {"sync": 4.0, "threads/2": 2.0, "threads/4": 1.0, "threads/8": 1.1, "processes": 3.0}
    campaign = campaign_of(own_config())
    data = synthetic(tmp_path, campaign, {name: steady(median) for name, median in medians.items()})
    said = conclusion(data, facts_of(campaign))
    head, _, rest = said.partition("\n\nRecommendation for my work\n")
    assert head.startswith("Campaign synthetic: 35 of 35 runs count, in 7 blocks.")
    lines = rest.splitlines()
    assert lines[0].startswith("- Use 4 threads: 4 times as fast as a plain loop at 100 items (95 % CI ")
    program = [line.removeprefix("    ") for line in lines[lines.index("") + 1 : lines.index("My work") - 1]]
    compile("\n".join(program), "program", "exec")
    assert program[-1] == "    results = list(pool.map(squares.do, items))"
    assert brief(said).splitlines() == [
        *said.splitlines()[:1],
        *said.partition("\nMy work")[0].splitlines()[2:],
        "",
        *said.splitlines()[-1:],
    ]


def test_an_interval_without_width_is_left_out(tmp_path: Path) -> None:
    said = text(tmp_path, factories.campaign(5), QUIET)
    line = next(line for line in said.splitlines() if line.startswith("sync  "))
    assert line.split() == ["sync", "1", "4.01", "[4,", "4.02]", "4.01", "1"]


def test_every_number_of_a_conclusion_is_in_the_tables(tmp_path: Path) -> None:
    data = messy(tmp_path)
    line, known = " ".join(conclusion(data, {}).split()), Known.of(data)
    assert len(list(numbers([line], known))) > 25
    assert [number for number, _ in unknown([line], known)] == []
