"""Tables: one definition of each column, written, read and documented."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pandas as pd
import pytest
from support import factories

from concbench.common.paths import ROOT
from concbench.records.rows import TABLES, ComparisonRow, RunRow, SummaryRow, column_meanings
from concbench.records.run_record import Measured
from concbench.records.tables import TableError, read_table, write_table
from dev import update_docs

# The columns that the design names: users load them by these names.
DESIGNED = {
    "campaign",
    "experiment",
    "contender",
    "model",
    "workload",
    "server",
    "interpreter",
    "python_version",
    "gil_enabled",
    "workers_asked",
    "workers",
    "size",
    "block",
    "order",
    "invocation",
    "attempts",
    "status",
    "reason",
    "makespan_s",
    "setup_s",
    "teardown_s",
    "cpu_user_s",
    "cpu_system_s",
    "cpus_used",
    "voluntary_switches",
    "involuntary_switches",
    "peak_memory_bytes",
    "items_ok",
    "bytes_received",
    "peak_in_flight",
    "machine_speed",
    "background_cpu",
    "overhead_s",
    "started_at",
}


def test_runs_have_the_columns_of_the_design() -> None:
    assert set(column_meanings(RunRow)) >= DESIGNED


@pytest.mark.parametrize("row", [RunRow, SummaryRow, ComparisonRow])
def test_every_column_has_a_meaning(row: type) -> None:
    assert all(column_meanings(row).values())


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


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    table = factories.runs_table(tmp_path, factories.campaign(), {"sync": [1.0] * 3, "threading": [1.0] * 3})
    table.drop(columns="makespan_s").to_csv(tmp_path / "edited.csv", index=False)
    with pytest.raises(TableError, match=r"edited\.csv: no column makespan_s"):
        read_table(tmp_path / "edited.csv", RunRow)


def test_an_empty_table_has_its_columns(tmp_path: Path) -> None:
    write_table(tmp_path / "summary.csv", SummaryRow, [])
    table: pd.DataFrame = read_table(tmp_path / "summary.csv", SummaryRow)
    assert len(table) == 0
    assert "best_of_n_s" in table


def test_the_documents_say_what_the_code_says() -> None:
    for path in update_docs.DOCUMENTS:
        text = path.read_text(encoding="utf-8")
        assert update_docs.filled(text) == text, f"run PYTHONPATH=scripts python -m dev.update_docs: {path}"
        assert "| `" in text


def test_every_table_is_documented() -> None:
    text = (ROOT / "results" / "README.md").read_text(encoding="utf-8")
    missing = [name for name in (*TABLES, "changes") if f"<!-- begin {name}.csv -->" not in text]
    assert missing == []
    assert all(f"| `{name}.csv`" in text for name in TABLES)
