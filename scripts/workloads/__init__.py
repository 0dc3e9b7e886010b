"""One file per workload: what an item is, how one is done, how the results are checked.

A workload is a module with a class ``Workload``, a dataclass whose fields are its options, with

- ``items(size, seed)``, the list of items, which must be picklable;
- ``open()``, a context manager that gives what one worker needs (an HTTP session, or nothing) and closes it;
- ``do(resource, item)``, which does one item; a model may call it from many threads, each with its own resource;
- ``open_async()`` and ``do_async(resource, item)``, the same for models that use an event loop, where it has them;
- ``check(items, results)``, which raises ``WrongResult`` when count or content is wrong.

A workload that imports others names them in ``RESTS_ON``, so that an edit of these is measured anew. ``own`` does work of
the user's, from a file that the config names.

A workload that talks to an origin has a field ``sites``, which the driver fills in; its origins stand in the config.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager


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
