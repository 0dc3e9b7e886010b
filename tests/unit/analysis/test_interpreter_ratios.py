"""Compare configurations with the same ones on the campaign's first interpreter."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories
from support.factories import ON_TWO, on_two_interpreters, synthetic


def test_each_configuration_is_compared_with_itself_on_the_first_interpreter(tmp_path: Path) -> None:
    rows = synthetic(tmp_path, on_two_interpreters(5), ON_TWO).tables["interpreters"].set_index("contender")
    assert list(rows["interpreter"].unique()) == ["new"]
    assert list(rows["baseline_interpreter"].unique()) == ["default"]
    assert rows["speedup"].to_dict() == pytest.approx({"sync": 0.5, "threading": 2.0})
    assert rows["verdict"].to_dict() == {"sync": "slower", "threading": "faster"}
    assert rows.loc["threading", "baseline_configuration"] == "cpu-threading-w2-n4-default"


def test_the_control_is_not_compared_across_interpreters(tmp_path: Path) -> None:
    campaign = factories.on_two_interpreters(5, control="threading")
    twice: factories.Times = {**ON_TWO, "control@default": [2.2] * 5, "control@new": [1.02] * 5}
    assert "control" not in set(synthetic(tmp_path, campaign, twice).tables["interpreters"]["contender"])


def test_few_blocks_are_inconclusive_across_interpreters(tmp_path: Path) -> None:
    few = {name: values[:2] for name, values in ON_TWO.items()}
    data = synthetic(tmp_path, on_two_interpreters(2), few)
    assert set(data.tables["interpreters"]["verdict"]) == {"inconclusive"}
    said = data.tables["warnings"]["message"].to_list()
    assert any(
        message.startswith("2 times as fast as on default (50 % CI without width, 2 blocks); a verdict takes at least 5 blocks")
        for message in said
    )


def test_each_configuration_is_compared_with_the_fastest_on_the_first_interpreter(tmp_path: Path) -> None:
    rows = synthetic(tmp_path, on_two_interpreters(5), ON_TWO).tables["interpreters"].set_index("contender")
    assert set(rows["fastest_configuration"]) == {"cpu-threading-w2-n4-default"}
    assert rows["over_fastest"].to_dict() == pytest.approx({"sync": 0.25, "threading": 2.0})
    assert rows["over_fastest_verdict"].to_dict() == {"sync": "slower", "threading": "faster"}


def test_where_nothing_counts_on_the_first_interpreter_there_is_no_fastest(tmp_path: Path) -> None:
    lacking: factories.Times = {**ON_TWO, "threading@default": ["skipped"] * 5, "sync@default": ["skipped"] * 5}
    rows = synthetic(tmp_path, on_two_interpreters(5), lacking).tables["interpreters"]
    assert rows[["fastest_configuration", "over_fastest", "over_fastest_verdict"]].isna().all(axis=None)


def test_interpreters_are_compared_at_the_last_look(tmp_path: Path) -> None:
    stopped: factories.Times = {name: [*list(values[:1]) * 10, *["missing"] * 7] for name, values in ON_TWO.items()}
    rows = synthetic(tmp_path, on_two_interpreters(factories.UNTIL_DECIDED), stopped).tables["interpreters"]
    assert set(rows["blocks"]) == {7}
    assert set(rows["level"]) == set(rows["over_fastest_level"]) == {1 - 2 / 2**7}
