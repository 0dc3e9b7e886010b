"""Write the text that a campaign prints at its end."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories
from support.factories import synthetic
from support.own_work import own_config, steady
from support.report_of import messy
from support.shown_numbers import Known, numbers, unknown

from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.common.formatting import printable
from concbench.report.advice import facts_of
from concbench.report.conclusion import WIDTH, conclusion

QUIET: factories.Times = {"sync": [4.0, 4.01, 4.02, 4.01, 4.0], "threading": [2.8, 2.81, 2.8, 2.82, 2.8]}
NOTHING: factories.Times = {"sync": ["missing"] * 3, "threading": ["missing"] * 3}
INTERRUPTED: factories.Times = {"sync": [4.0, 4.0, "missing"], "threading": [2.0, "missing", "missing"]}
ODD: dict[str, tuple[int, factories.Times, str]] = {  # blocks, times, and how the conclusion begins
    "nothing measured": (3, NOTHING, "0 of 6 runs count, in 3 blocks"),
    "interrupted": (3, INTERRUPTED, "3 of 6 runs count, in 3 blocks"),
    "all failed": (3, {"sync": ["failed"] * 3, "threading": ["timeout"] * 3}, "0 of 6 runs count, in 3 blocks"),
    "baseline failed": (3, {"sync": ["failed"] * 3, "threading": [2.0, 2.1, 2.2]}, "3 of 6 runs count, in 3 blocks"),
    "one block": (1, {"sync": [4.0], "threading": [2.0]}, "2 of 2 runs count, in 1 blocks"),
}
NAMES = [
    'it\'s "quoted" & <script>alert(1)</script>',
    "שלום עולם",
    "日本語の仕事",
    "w" * 60,
    "| a | b |",
    "# no heading",
    "- no item",
]


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


def test_an_interval_without_width_is_left_out(tmp_path: Path) -> None:
    said = text(tmp_path, factories.campaign(5), QUIET)
    line = next(line for line in said.splitlines() if line.startswith("sync  "))
    assert line.split() == ["sync", "1", "4.01", "[4,", "4.02]", "4.01", "1"]


def test_every_number_of_a_conclusion_is_in_the_tables(tmp_path: Path) -> None:
    data = messy(tmp_path)
    line, known = " ".join(conclusion(data, {}).split()), Known.of(data)
    assert len(list(numbers([line], known))) > 25
    assert [number for number, _ in unknown([line], known)] == []


@pytest.mark.parametrize("name", ODD)
def test_a_campaign_with_little_in_it_says_so(name: str, tmp_path: Path) -> None:
    blocks, times, begins = ODD[name]
    said = text(tmp_path, factories.campaign(blocks), times)
    assert said.startswith(f"Campaign synthetic: {begins}.")
    assert said.endswith("\nReport: results/synthetic/report.html\n")
    assert not {"nan", "None", "inf", "<NA>"}.intersection(said.replace(",", " ").split())
    assert ("Runs that don't count" in said) == (name != "one block")
    assert " faster\n" not in said  # no verdict from so little


def test_one_contender_has_a_median_and_no_verdict(tmp_path: Path) -> None:
    said = text(tmp_path, factories.campaign(5, contenders={"sync": {"model": "sync"}}), {"sync": [4.0, 4.1, 4.2, 4.3, 4.4]})
    line = next(line for line in said.splitlines() if line.startswith("sync  "))
    assert line.split()[:3] == ["sync", "1", "4.2"]
    assert not any(verdict in line for verdict in ("faster", "slower", "same", "inconclusive"))


@pytest.mark.parametrize("title", NAMES)
def test_an_odd_name_of_the_work_stays_on_its_line(title: str, tmp_path: Path) -> None:
    times: factories.Times = {"sync": [4.0] * 5, "threading": [2.0] * 5}
    plain, odd = (text(tmp_path, factories.campaign(5, title=one), times) for one in ("plain work", title))
    heading = title[:1].upper() + title[1:]
    assert heading in odd.splitlines()
    assert abs(len(odd.splitlines()) - len(plain.splitlines())) <= 1  # a long name may break a line more
    assert all(line == heading or len(line) <= WIDTH + 40 for line in odd.splitlines())  # a table may be wider than the text
    assert printable(odd) == odd


@pytest.mark.parametrize("letter", ["\x1b", "\x9b", "\u202e", "\u2028"])
def test_a_letter_that_does_something_to_a_terminal_is_written_as_its_number(letter: str, tmp_path: Path) -> None:
    """The config accepts some of them in titles. The console prints the conclusion this way."""
    said = printable(text(tmp_path, factories.campaign(2, title="Plain"), NOTHING).replace("Plain", f"Pl{letter}ain"))
    assert all(one.isprintable() or one == "\n" for one in said)
    assert f"Pl{letter.encode('unicode_escape').decode()}ain" in said


def test_a_long_reason_is_wrapped_below_its_run(tmp_path: Path) -> None:
    data = synthetic(tmp_path, factories.campaign(2), {"sync": [4.0, "failed"], "threading": [2.0, 2.0]})
    runs = data.tables["runs"]
    runs.loc[runs["status"] == "failed", "reason"] = "ValueError: " + "why not? " * 50
    listed = conclusion(data, {}).split("Runs that don't count\n")[1].splitlines()
    assert listed[0].startswith("- failed: cpu: sync, block 2: ValueError: why not?")
    reason = [line for line in listed if "why" in line]
    assert len(reason) > 3
    assert all(line.startswith("  ") and len(line) <= WIDTH for line in reason[1:])
