"""Configurations beside the same on the campaign's first interpreter, and what is said of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories
from support.factories import ON_TWO, on_two_interpreters, synthetic

from concbench.report.interpreter_speedups import gains


def test_each_configuration_is_compared_with_itself_on_the_first_interpreter(tmp_path: Path) -> None:
    rows = synthetic(tmp_path, on_two_interpreters(5), ON_TWO).tables["interpreters"].set_index("contender")
    assert list(rows["interpreter"].unique()) == ["new"]
    assert list(rows["baseline_interpreter"].unique()) == ["default"]
    assert rows["speedup"].to_dict() == pytest.approx({"sync": 0.5, "threading": 2.0})
    assert rows["verdict"].to_dict() == {"sync": "slower", "threading": "faster"}
    assert rows.loc["threading", "baseline_configuration"] == "cpu-threading-w2-n4-default"


def test_one_interpreter_has_nothing_beside_it(tmp_path: Path) -> None:
    data = synthetic(tmp_path, factories.campaign(2), {"sync": [4.0, 4.0], "threading": [2.0, 2.0]})
    assert data.tables["interpreters"].empty
    assert list(gains(data.experiment("cpu"))) == []


def test_the_noise_floor_is_the_larger_of_the_two_conditions(tmp_path: Path) -> None:
    campaign = factories.on_two_interpreters(5, control="threading")
    twice: factories.Times = {**ON_TWO, "control@default": [2.2] * 5, "control@new": [1.02] * 5}
    rows = synthetic(tmp_path, campaign, twice).tables["interpreters"]
    assert rows["noise_floor"].to_list() == pytest.approx([0.1, 0.1])
    assert "control" not in set(rows["contender"])


def test_the_best_of_all_is_named_beside_the_best_at_home(tmp_path: Path) -> None:
    (answer,) = gains(synthetic(tmp_path, on_two_interpreters(5), ON_TWO).experiment("cpu"))
    assert answer.name == "cpu, by interpreter"
    first = "threading with 2 workers on new had the shortest median of all"
    assert answer.sentences == (
        f"{first}, 2 [2, 2] times as fast as threading with 2 workers, the fastest on default (verdict: faster).",
        "On new, times as fast as on default: faster: threading with 2 workers 2; slower: sync 0.5.",
    )


def test_what_one_interpreter_lacks_is_not_compared_and_said_so(tmp_path: Path) -> None:
    lacking: factories.Times = {**ON_TWO, "threading@new": ["skipped"] * 5}
    (answer,) = gains(synthetic(tmp_path, on_two_interpreters(5), lacking).experiment("cpu"))
    assert answer.sentences == (
        "threading with 2 workers on default had the shortest median of all.",
        "On new, times as fast as on default: slower: sync 0.5; not compared: threading.",
    )


def test_an_interpreter_that_is_not_there_is_said_in_one_sentence(tmp_path: Path) -> None:
    lacking: factories.Times = {**ON_TWO, "sync@new": ["skipped"] * 5, "threading@new": ["skipped"] * 5}
    (answer,) = gains(synthetic(tmp_path, on_two_interpreters(5), lacking).experiment("cpu"))
    assert answer.sentences[1:] == ("On new nothing was measured that could be compared.",)


def test_few_blocks_decide_nothing_across_interpreters_and_a_warning_says_how_many_would(tmp_path: Path) -> None:
    few = {name: values[:2] for name, values in ON_TWO.items()}
    data = synthetic(tmp_path, on_two_interpreters(2), few)
    assert set(data.tables["interpreters"]["verdict"]) == {"inconclusive"}
    said = data.tables["warnings"]["message"].to_list()
    assert "threading (2), default ÷ new: 2 [2, 2] over 2 blocks" in said
