"""Test how the results of a pool are waited for; ``tests/processes/test_own_work.py`` has pools whose processes end."""

from __future__ import annotations

import threading
from multiprocessing.pool import ThreadPool

import pytest

from concbench.measured.errors import WorkFailed
from concbench.measured.pools import results_of


def refuse(item: int) -> int:
    raise WorkFailed(f"item {item}")


def test_a_map_that_has_ended_before_it_is_waited_for_has_its_results() -> None:
    with ThreadPool(2) as pool:
        mapped = pool.map_async(str, [1, 2, 3])
        mapped.wait()
        assert results_of(mapped, pool) == ["1", "2", "3"]


def test_so_has_one_that_failed() -> None:
    with ThreadPool(1) as pool:
        mapped = pool.map_async(refuse, [1, 2])
        mapped.wait()
        with pytest.raises(WorkFailed, match="item 1"):
            results_of(mapped, pool)


def test_the_usual_report_of_errors_in_threads_is_in_place_afterwards() -> None:
    before = threading.excepthook
    with ThreadPool(1) as pool:
        mapped = pool.map_async(str, [1])
        mapped.wait()
        results_of(mapped, pool)
    assert threading.excepthook is before
