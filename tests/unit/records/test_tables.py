"""Test that tables are read as they were written."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest
from support import factories

from concbench.records.conditions import CONDITION, Condition, by_condition, conditions_that_vary
from concbench.records.rows import ClaimRow, ComparisonRow, RunRow, SummaryRow, column_meanings
from concbench.records.run_record import Measured
from concbench.records.tables import TableError, known, read_table, rows_of, write_table
from concbench.stats.verdicts import DECIDED, Verdict


def test_a_table_read_is_the_table_written(tmp_path: Path) -> None:
    table = factories.runs_table(tmp_path, factories.campaign(), {"sync": [1.5, 2.0, 3.0], "threading": [1.0, "failed", 2.5]})
    assert list(table.columns) == list(column_meanings(RunRow))
    assert sorted(table["makespan_s"].dropna()) == [1.0, 1.5, 2.0, 2.5, 3.0]
    assert list(table[table["status"] == "failed"]["reason"]) == ["it is failed"]


def test_unknown_is_empty_and_never_zero(tmp_path: Path) -> None:
    factories.runs_table(tmp_path, factories.campaign(), {"sync": ["missing"] * 3, "threading": ["missing"] * 3})
    row = (tmp_path / "runs.csv").read_text().splitlines()[1]
    filled = dict(zip(column_meanings(RunRow), row.split(",")))
    assert {name for name, value in filled.items() if value == "0"} == set()
    assert all(filled[item.name] == "" for item in fields(Measured) if item.name not in ("status", "reason"))


def test_numbers_of_workers_stay_text_where_they_may_be_words(tmp_path: Path) -> None:
    table = factories.runs_table(tmp_path, factories.campaign(), {"sync": [1.0] * 3, "threading": [1.0] * 3})
    assert set(table["workers_asked"]) == {"1", "2"}


def test_names_with_commas_quotes_and_umlauts_survive(tmp_path: Path) -> None:
    rows = factories.run_rows(factories.campaign(), {"sync": [1.0] * 3, "threading": [1.0] * 3})
    rows[0].reason = 'größer, "so" <script>'
    write_table(tmp_path / "runs.csv", RunRow, rows)
    assert read_table(tmp_path / "runs.csv", RunRow)["reason"].iloc[0] == 'größer, "so" <script>'


def test_verdicts_are_text_in_the_table_and_enums_in_its_rows(tmp_path: Path) -> None:
    rows = [ComparisonRow(configuration="one", verdict=Verdict.FASTER), ComparisonRow(configuration="two")]
    write_table(tmp_path / "comparisons.csv", ComparisonRow, rows)
    assert "faster" in (tmp_path / "comparisons.csv").read_text().splitlines()[1].split(",")
    table = read_table(tmp_path / "comparisons.csv", ComparisonRow)
    assert [known(value) for value in table["verdict"]] == ["faster", None]
    assert list((table["verdict"] == Verdict.FASTER).fillna(False)) == [True, False]
    assert list(table["verdict"].isin(DECIDED)) == [True, False]
    first, second = rows_of(table, ComparisonRow)
    assert first.verdict is Verdict.FASTER
    assert second.verdict is None
    assert f"{first.verdict}" == str(first.verdict) == "faster"


def test_counts_are_whole_numbers_where_one_is_unknown(tmp_path: Path) -> None:
    path = tmp_path / "comparisons.csv"
    write_table(path, ComparisonRow, [ComparisonRow(workers=40, blocks=6), ComparisonRow(blocks=0)])
    again = rows_of(read_table(path, ComparisonRow), ComparisonRow)
    assert [str(one.workers) for one in again] == ["40", "None"]
    first = read_table(path, ComparisonRow).iloc[0]
    write_table(path, ComparisonRow, [ComparisonRow(workers=first["workers"], blocks=first["blocks"])])
    written = dict(zip(column_meanings(ComparisonRow), path.read_text().splitlines()[1].split(",")))
    assert (written["workers"], written["blocks"]) == ("40", "6")


def test_a_verdict_that_is_none_is_an_error(tmp_path: Path) -> None:
    table = pd.DataFrame([{**dict.fromkeys(column_meanings(ClaimRow)), "verdict": "plausible"}])
    with pytest.raises(ValueError, match="plausible"):
        rows_of(table, ClaimRow)


def test_an_empty_column_of_text_stays_text(tmp_path: Path) -> None:
    write_table(tmp_path / "comparisons.csv", ComparisonRow, [ComparisonRow(configuration="one")])
    table = read_table(tmp_path / "comparisons.csv", ComparisonRow)
    assert {str(table[name].dtype) for name in ("verdict", "client", "workers_asked")} == {"string"}


def test_a_table_is_grouped_by_condition_with_and_without_servers() -> None:
    table = pd.DataFrame(
        [("io", "near", "default", 4), ("cpu", None, "default", 4), ("io", "near", "default", 4)], columns=list(CONDITION)
    )
    groups = list(by_condition(table))
    assert [condition for condition, _ in groups] == [
        Condition("io", "near", "default", 4),
        Condition("cpu", None, "default", 4),
    ]
    assert [len(rows) for _, rows in groups] == [2, 1]
    assert conditions_that_vary(table[table["experiment"] == "io"]) == frozenset()


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    table = factories.runs_table(tmp_path, factories.campaign(), {"sync": [1.0] * 3, "threading": [1.0] * 3})
    table.drop(columns="makespan_s").to_csv(tmp_path / "edited.csv", index=False)
    with pytest.raises(TableError, match=r"edited\.csv: this table has no column makespan_s"):
        read_table(tmp_path / "edited.csv", RunRow)


def test_an_empty_table_has_its_columns(tmp_path: Path) -> None:
    write_table(tmp_path / "summary.csv", SummaryRow, [])
    table: pd.DataFrame = read_table(tmp_path / "summary.csv", SummaryRow)
    assert len(table) == 0
    assert "best_of_n_s" in table


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("makespan_s", "quick", "the column makespan_s has 'quick'"),
        ("makespan_s", "1,5", "the column makespan_s has '1,5'"),
        ("workers", "True", "the column workers has 'True'"),
        ("status", "okay", "the column status has 'okay'"),
        ("gil_enabled", "perhaps", "the column gil_enabled has 'perhaps'"),
    ],
)
def test_a_word_in_the_place_of_a_number_is_named(column: str, value: str, message: str, tmp_path: Path) -> None:
    runs = factories.runs_table(tmp_path, factories.campaign(), {"sync": [4.0] * 3, "threading": [2.0] * 3})
    path = tmp_path / "edited.csv"
    runs = runs.astype({column: object})
    runs.loc[0, column] = value
    runs.to_csv(path, index=False)
    with pytest.raises(TableError, match=rf"edited\.csv: {message}.* Delete it, then repeat"):
        read_table(path, RunRow)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'a,b\n1,2,3\n"', None])
def test_what_is_no_table_is_named(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "edited.csv"
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    with pytest.raises(TableError, match=r"edited\.csv: .* Delete it, then repeat"):
        read_table(path, RunRow)
