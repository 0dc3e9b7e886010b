"""Test the columns of all tables and their meanings."""

from __future__ import annotations

import pytest

from concbench.records.rows import ComparisonRow, RunRow, SummaryRow, column_meanings

# Users load columns by these names.
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
