"""Test that workloads accept correct results, and detect each kind of wrong ones."""

from __future__ import annotations

import importlib
import inspect
from typing import Any

import pytest

from concbench.campaign import plugins
from concbench.common.paths import SCRIPTS
from concbench.measured.api import WrongResult

OPTIONS: dict[str, dict[str, Any]] = {
    "sum_squares": {"first": 10},
    "hashing": {"size_bytes": 80},
    "compression": {"size_bytes": 100},
    "fibonacci": {"n": 8},
    "echo": {"size_bytes": 8},
    "instant": {},
    "own": {"file": str(SCRIPTS.parent / "tests/own_work/squares_async.py")},
}


def workload(name: str) -> Any:
    return importlib.import_module(f"workloads.{name}").Workload(**OPTIONS[name])


def test_all_workloads_without_an_server_are_tested_here() -> None:
    without = {name for name in plugins.names("workloads") if "sites" not in plugins.workload(name).options}
    assert set(OPTIONS) == without


@pytest.mark.parametrize("name", OPTIONS)
def test_right_results_pass(name: str) -> None:
    made = workload(name)
    items = made.items(4, 1)
    assert len(items) == 4
    with made.open() as resource:
        made.check(items, [made.do(resource, item) for item in items])


@pytest.mark.parametrize("name", OPTIONS)
def test_a_result_too_few_is_found_out(name: str) -> None:
    made = workload(name)
    items = made.items(4, 1)
    with pytest.raises(WrongResult, match=r"got 3 .* for 4"):
        made.check(items, [made.do(None, item) for item in items[:3]])


@pytest.mark.parametrize("name", OPTIONS)
def test_a_wrong_result_is_found_out(name: str) -> None:
    made = workload(name)
    items = made.items(4, 1)
    results = [made.do(None, item) for item in items]
    other = made.do(None, items[0])
    results[2] = other[:-1] if isinstance(other, (bytes, tuple)) else other + 1
    with pytest.raises(WrongResult):
        made.check(items, results)


@pytest.mark.parametrize("name", OPTIONS)
def test_the_asynchronous_twin_gives_the_same(name: str) -> None:
    made = workload(name)
    for item in made.items(2, 1):
        coroutine = made.do_async(None, item)
        assert inspect.iscoroutine(coroutine)
        with pytest.raises(StopIteration) as stop:
            coroutine.send(None)
        assert stop.value.value == made.do(None, item)
