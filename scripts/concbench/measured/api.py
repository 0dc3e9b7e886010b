"""Define the interfaces of workloads, models and micro-benchmarks, and the exception for wrong results.

Standard library alone, Python 3.9 or newer. Worker processes started by spawn or forkserver import this inside the timed
region, so import nothing here that not all plug-ins need.
"""

from __future__ import annotations

from contextlib import asynccontextmanager, nullcontext
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from concbench.measured.status import Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager


class Metric(NamedTuple):
    """Describe one metric of a micro-benchmark. If ``value`` is None, ``status`` and ``reason`` say why."""

    metric: str
    value: float | None
    unit: str
    status: Status = Status.OK
    reason: str | None = None


def skipped(metric: str, unit: str, reason: str) -> Metric:
    """Make a metric that can't be measured here."""
    return Metric(metric, None, unit, Status.SKIPPED, reason)


def median_seconds(do: Callable[[], object], repetitions: int) -> float:
    """Return the median time of ``repetitions`` calls of ``do``, in seconds, after one untimed call."""
    from statistics import median  # slow to import, and only micro-benchmarks need it

    do()
    times = []
    for _ in range(repetitions):
        start = perf_counter()
        do()
        times.append(perf_counter() - start)
    return median(times)


class WrongResult(Exception):
    """Report that a run's results are wrong or incomplete, so that its time means nothing."""


class BlockingWorkload(Protocol):
    """List the methods of a workload that a model with ``NEEDS = "do"`` may use."""

    def open(self) -> AbstractContextManager[Any]: ...

    def do(self, resource: Any, item: Any) -> Any: ...


class AsyncWorkload(Protocol):
    """List the methods of a workload that a model with ``NEEDS = "do_async"`` may use."""

    def open_async(self) -> AbstractAsyncContextManager[Any]: ...

    async def do_async(self, resource: Any, item: Any) -> Any: ...


class AnyWorkload(BlockingWorkload, AsyncWorkload, Protocol):
    """List the methods that the measured process uses. ``do`` or ``do_async`` may be missing; see the model's ``NEEDS``."""

    def items(self, size: int, seed: int) -> list[Any]: ...

    def check(self, items: Sequence[Any], results: Sequence[Any]) -> None: ...


@asynccontextmanager
async def nothing_async() -> AsyncIterator[None]:
    """Serve as ``nullcontext`` does, which is not asynchronous on Python 3.9."""
    yield


class NoResource:
    """Serve as the base of a workload whose workers need no resource."""

    def open(self) -> AbstractContextManager[None]:
        return nullcontext()

    def open_async(self) -> AbstractAsyncContextManager[None]:
        return nothing_async()
