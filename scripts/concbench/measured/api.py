"""Define what workloads, models and probes may rely on: their protocols, and the exception for wrong results.

Standard library alone, any Python from 3.9 on. Processes that a model starts by spawn or forkserver import this inside the
makespan, so that nothing is imported here but what all plug-ins need.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from concbench.measured.status import Status

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager


class Metric(NamedTuple):
    """Hold one figure of a probe; without a value, status and reason say why."""

    metric: str
    value: float | None
    unit: str
    status: Status = Status.OK
    reason: str | None = None


def skipped(metric: str, unit: str, reason: str) -> Metric:
    """Make a metric that can't be had here."""
    return Metric(metric, None, unit, Status.SKIPPED, reason)


def median_seconds(do: Callable[[], object], repetitions: int) -> float:
    """Measure how long it takes to do something, once it has been done for the first time."""
    from statistics import median  # here, because it takes longer to import than all the rest, and probes alone use it

    do()
    times = []
    for _ in range(repetitions):
        start = perf_counter()
        do()
        times.append(perf_counter() - start)
    return median(times)


class WrongResult(Exception):
    """Say that a run gave too few results or wrong ones; its time means nothing."""


class BlockingWorkload(Protocol):
    """List what a model whose ``NEEDS`` is ``"do"`` may use of a workload."""

    def open(self) -> AbstractContextManager[Any]: ...

    def do(self, resource: Any, item: Any) -> Any: ...


class AsyncWorkload(Protocol):
    """List what a model whose ``NEEDS`` is ``"do_async"`` may use of a workload."""

    def open_async(self) -> AbstractAsyncContextManager[Any]: ...

    async def do_async(self, resource: Any, item: Any) -> Any: ...


class AnyWorkload(BlockingWorkload, AsyncWorkload, Protocol):
    """List what the harness uses of a workload; ``do`` or ``do_async`` may be missing, see the model's ``NEEDS``."""

    def items(self, size: int, seed: int) -> list[Any]: ...

    def check(self, items: Sequence[Any], results: Sequence[Any]) -> None: ...


@asynccontextmanager
async def nothing_async() -> AsyncIterator[None]:
    """Serve as ``open_async`` where a worker needs nothing (``contextlib.nullcontext`` is for ``open`` alone on Python 3.9)."""
    yield
