"""Test when the threads of numeric libraries are too many for the CPUs, on made-up runs."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from support.makespans import runs_of

from concbench.analysis.numeric_threads import numeric_findings
from concbench.analysis.warning_kinds import Kind

EQUAL = [1.0, 1.0]


def cpus(count: float | None) -> pd.DataFrame:
    return pd.DataFrame({"probe": ["effective_parallelism"] * 2, "metric": ["speed_alone", "cpus"], "value": [3e7, count]})


def runs(configuration: str = "pool", **columns: Any) -> pd.DataFrame:
    """Return two runs of a pool of 4 threads, each with 2 threads of OpenBLAS."""
    usual = {"model": "thread_pool", "workers": 4, "size": 8, "threads_used": 4.0, "start_method": None, "cpu_user_s": 1.9}
    library = {"numeric_libraries": "openblas 0.3.31", "numeric_threads": 2.0, "cpu_system_s": 0.0}
    return runs_of({configuration: EQUAL}, **{**usual, **library, **columns})


def alone(cpu_s: float, threads: int = 2, configuration: str = "sync", **columns: Any) -> pd.DataFrame:
    """Return runs of one worker that take so much CPU time."""
    one = {"workers": 1, "threads_used": 1.0, "cpu_user_s": cpu_s - 0.1, "cpu_system_s": 0.1}
    return runs(configuration, **{**one, "model": "sync", "numeric_threads": threads, **columns})


def items(*configurations: str) -> pd.DataFrame:
    """Return the items of the representative runs, those of the second block: 1 s of CPU time together."""
    rows = [(configuration, 2, 0.25) for configuration in configurations for _ in range(4)]
    return pd.DataFrame(rows, columns=["configuration", "block", "cpu_s"]).astype({"cpu_s": float})


def test_more_threads_than_cpus_are_named_with_the_number_that_fits() -> None:
    (found,) = numeric_findings(runs(), items(), cpus(4))
    assert (found.kind, found.experiment, found.configuration) == (Kind.NUMERIC_THREADS, "cpu", "pool")
    assert found.message == (
        "4 workers with 2 threads each (openblas 0.3.31) make 8 threads on 4 CPUs; numeric_threads: 1 makes 4"
    )


def test_fewer_workers_than_cpus_leave_room_for_some() -> None:
    (found,) = numeric_findings(runs(threads_used=2.0, numeric_threads=8.0), items(), cpus(8))
    assert found.message.endswith("make 16 threads on 8 CPUs; numeric_threads: 4 makes 8")


@pytest.mark.parametrize(
    "one",
    [
        runs(threads_used=2.0),
        runs(numeric_threads=1.0),
        runs(numeric_threads=float("nan")),
        runs(size=2, threads_used=float("nan")),
        runs(model="asyncio", workers=8, threads_used=1.0),
        runs(model="asyncio", workers=8, threads_used=float("nan")),
        runs(contender="control"),
        runs(status="failed"),
    ],
    ids=["fits", "one thread", "no library", "few items", "one loop", "a loop untimed", "control", "failed"],
)
def test_threads_that_fit_or_are_not_there_give_no_warning(one: pd.DataFrame) -> None:
    assert list(numeric_findings(one, items(), cpus(4))) == []


def test_workers_count_where_items_were_not_timed() -> None:
    (found,) = numeric_findings(runs(threads_used=float("nan")), items(), cpus(4))
    assert found.message.startswith("4 workers with 2 threads each")


@pytest.mark.parametrize(("cpu_s", "warned"), [(1.0, False), (1.05, False), (1.9, True)])
def test_a_library_whose_threads_do_nothing_for_one_worker_gives_no_warning(cpu_s: float, warned: bool) -> None:
    found = list(numeric_findings(pd.concat([alone(cpu_s), runs()]), items("sync", "pool"), cpus(4)))
    assert [one.configuration for one in found] == ["pool"] * warned


@pytest.mark.parametrize(
    "other",
    [alone(1.0, threads=1), alone(1.0, configuration="not_timed"), alone(1.0, start_method="spawn")],
    ids=["another number of threads", "without the times of items", "with start-up of a process"],
)
def test_other_runs_with_one_worker_say_nothing(other: pd.DataFrame) -> None:
    assert list(numeric_findings(pd.concat([other, runs()]), items("sync", "pool"), cpus(4)))


def test_nothing_is_said_where_the_cpus_are_unknown() -> None:
    assert list(numeric_findings(runs(), items(), cpus(None))) == []
