"""Draw the figure resources from synthetic campaigns."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

from support import factories
from support.drawn import data

from figures import resources


def test_resources_are_the_medians_with_the_rows_of_a_typical_run(tmp_path: Path) -> None:
    drawn = resources.draw(data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3}))
    rows, cpu, memory, switches = drawn.figure.axes
    assert [text.get_text() for text in rows.texts] == ["10 s", "5 s"]
    assert [text.get_text() for text in cpu.texts] == ["1 s", "1 s"]
    assert [text.get_text() for text in memory.texts] == ["30 MB", "30 MB"]
    assert [text.get_text() for text in switches.texts] == ["40", "40"]
    assert "set-up, tear-down 2 s, working 4 s, queueing 4 s" in drawn.description


def test_the_title_says_who_uses_the_least_and_the_most(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3})
    threading = shown.runs["contender"] == "threading"
    shown.runs.loc[threading, "peak_pss_bytes"] = 40e6
    assert resources.draw(shown).title == "cpu:\nsync uses the least CPU time, threading the most memory"
    shown.runs.loc[threading, "cpu_user_s"] = 0.25
    assert resources.draw(shown).title == "cpu:\nthreading uses the least CPU time and the most memory"
    shown.runs.loc[threading, "peak_pss_bytes"] = float("nan")  # then memory is that of the largest process alone
    assert resources.draw(shown).title == "cpu:\nthreading uses the least CPU time"


def test_resources_are_those_of_the_blocks_that_all_have(tmp_path: Path) -> None:
    times: factories.Times = {"sync": [10.0] * 17, "threading": [*[5.0] * 7, *["missing"] * 10]}
    shown = data(tmp_path, factories.campaign(factories.UNTIL_DECIDED), times)
    shown.runs.loc[shown.runs["block"] > 7, "cpu_user_s"] = 1.75  # on a slower machine
    assert [text.get_text() for text in resources.draw(shown).figure.axes[1].texts] == ["1 s", "1 s"]


def test_resources_that_are_not_known_are_not_nothing(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3})
    shown.runs[["peak_memory_bytes", "peak_pss_bytes"]] = float("nan")
    assert [text.get_text() for text in resources.draw(shown).figure.axes[2].texts] == ["unknown", "unknown"]


def test_memory_is_that_of_all_processes_where_it_is_known_for_all_contenders(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3})
    memory = resources.draw(shown).figure.axes[2]
    assert (memory.get_title("left"), [text.get_text() for text in memory.texts]) == (
        "memory of all processes together",
        ["30 MB"] * 2,
    )
    shown.runs.loc[shown.runs["contender"] == "sync", "peak_pss_bytes"] = float("nan")
    drawing = resources.draw(shown)
    memory = drawing.figure.axes[2]
    assert (memory.get_title("left"), [text.get_text() for text in memory.texts]) == (
        "memory of the largest process",
        ["20 MB"] * 2,
    )
    assert "memory of the largest process: peak 20 MB" in drawing.description


def test_runs_whose_items_were_not_timed_have_no_rows(tmp_path: Path) -> None:
    shown = data(tmp_path, factories.campaign(), {"sync": [10.0] * 3, "threading": [5.0] * 3})
    shown = replace(shown, items=shown.items[:0])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rows = resources.draw(shown).figure.axes[0]
    assert [text.get_text() for text in rows.texts] == ["unknown", "unknown"]
