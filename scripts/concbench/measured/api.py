"""What workloads, models and probes may rely on: their protocols, and the exception for wrong results."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager


class Metric(NamedTuple):
    """One figure of a probe; without a value, status and reason say why."""

    metric: str
    value: float | None
    unit: str
    status: str = "ok"
    reason: str | None = None


def skipped(metric: str, unit: str, reason: str) -> Metric:
    return Metric(metric, None, unit, "skipped", reason)


def median_seconds(do: Callable[[], object], repetitions: int) -> float:
    """How long it takes to do something, once it has been done for the first time."""
    do()
    times = []
    for _ in range(repetitions):
        start = perf_counter()
        do()
        times.append(perf_counter() - start)
    return median(times)


class WrongResult(Exception):
    """A run gave too few results or wrong ones; its time means nothing."""


class BlockingWorkload(Protocol):
    """What a model whose ``NEEDS`` is ``"do"`` may use of a workload."""

    def open(self) -> AbstractContextManager[Any]: ...

    def do(self, resource: Any, item: Any) -> Any: ...


class AsyncWorkload(Protocol):
    """What a model whose ``NEEDS`` is ``"do_async"`` may use of a workload."""

    def open_async(self) -> AbstractAsyncContextManager[Any]: ...

    async def do_async(self, resource: Any, item: Any) -> Any: ...


class AnyWorkload(BlockingWorkload, AsyncWorkload, Protocol):
    """What the harness uses of a workload; ``do`` or ``do_async`` may be missing, see the model's ``NEEDS``."""

    def items(self, size: int, seed: int) -> list[Any]: ...

    def check(self, items: Sequence[Any], results: Sequence[Any]) -> None: ...


@asynccontextmanager
async def nothing_async() -> AsyncIterator[None]:
    """For ``open_async`` where a worker needs nothing (``contextlib.nullcontext`` is for ``open`` alone on Python 3.9)."""
    yield
