"""Your own work: a Python file whose ``do(item)`` does one item, and whose ``items(size, seed)`` returns a list of them.

Instead of ``items``, the file may have a list ``ITEMS``, of which a run gets a copy of the first ones. All else is optional:

- ``do_async(item)``, a coroutine function that does the same: models with an event loop can run it.
- ``open()`` returns a context manager, such as a session or a connection. Each worker opens one of its own, and
  ``do(item, resource)`` gets it. ``open_shared()`` does so for one that all threads of a process share, such as a connection
  pool. ``open_async()`` returns an asynchronous context manager, one for each event loop, for ``do_async(item, resource)``.
  Opening and closing are timed.
- ``check(item, result)`` raises an error or returns False if a result is wrong. ``check(items, results)`` gets all at once.

Without ``check``, ``do`` is called again on a few fresh items after the run. It must give the same results, and leave the items
as they are. ``do_async`` is called on two of them, and must not leave tasks running.

The file can import modules beside it. A file of a package is imported by its full name, so relative imports work.

Options:
    file: Path of the Python file, relative to the folder of the Snakefile; or a module's name, such as ``package.module``.
        With ``:function`` behind it, this function is used instead of ``do``, or of ``do_async`` if it is a coroutine function.
    numeric_threads: Number of threads of each numeric library, such as NumPy's. Null: as many as in your own programs.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from concbench.measured.api import NoResource
from concbench.measured.errors import WorkFailed, line_in
from concbench.measured.own_import import WHERE, NotLoaded, Source, load, load_in_worker, name_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from concbench.measured.own_resources import Shared

KEPT = ("file", "numeric_threads", "seed", "repeated_s", "source")  # attributes that worker processes get


def source_of(file: str) -> Source:
    """Find the file and read what it has, without importing it."""
    import sys

    from concbench.measured.own_source import names_of, parsed, place  # not needed in worker processes

    here = Path.cwd()  # the work may go to another folder
    found = place(file, [here, *map(Path, sys.path)])
    shown = file[: -len(found.function) - 1] if found.function else file
    names = names_of(parsed(found.path, shown), shown, found.function)
    alone = "." not in found.module and found.path.name != "__init__.py"
    return Source(
        file=shown,
        path=str(found.path),
        root=str(found.root),
        module=name_for(found.module, str(found.path)) if alone else found.module,
        folder=str(here),
        process=os.getpid(),
        do=names.do,
        do_async=names.do_async,
        open=names.open,
        open_shared=names.open_shared,
        open_async=names.open_async,
    )


def tell_where_on_request() -> None:
    """Have this process write where its threads are to the log on a signal: the runner asks if a run takes too long."""
    import faulthandler

    with suppress(Exception):  # PyPy has no such function, and the work may have closed its output
        faulthandler.register(WHERE)


def absent(source: Source) -> Callable[..., Any]:
    """Return a function to stand in for the asynchronous twin that a star import might have given."""

    async def fail(*_: object) -> Any:
        raise WorkFailed(f"{source.file} has no function {source.do_async}(). Add it.")

    return fail


@dataclass(frozen=True)
class Workload(NoResource):
    file: str
    numeric_threads: int | None = None  # the runner sets it, by environment variables

    seed = 0  # from which the items were made
    repeated_s = ()  # seconds that each item took that was done again after the run
    source: ClassVar[Source]  # how the file is imported
    module: ClassVar[Any] = NotLoaded("not imported yet")  # the file
    own_do: ClassVar[Any] = None  # its functions
    own_do_async: ClassVar[Any] = None
    shared: ClassVar[Shared | None] = None  # the resource of all threads, if it has open_shared()

    def __post_init__(self) -> None:
        source = source_of(self.file)
        tell_where_on_request()
        self.use(source, load(source))
        if source.do and not self.own_do:  # a star import might have given it
            raise WorkFailed(f"{source.file} has no function {source.do}(). Add it.")

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name in KEPT}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Load the file in the process that unpickles this object; an error there becomes that of its items."""
        self.__dict__.update(state)
        self.use(state["source"], load_in_worker(state["source"]))

    def use(self, source: Source, module: Any) -> None:
        """Decide once how items are done, so that nothing is left to decide for each of them."""
        mine = self.__dict__
        mine.update(source=source, module=module)
        mine["own_do"] = getattr(module, source.do, None) if source.do else None
        mine["own_do_async"] = getattr(module, source.do_async, absent(source)) if source.do_async else None
        if not (source.open or source.open_shared or source.open_async):
            return
        from concbench.measured.own_resources import Closing, Shared, manager  # not needed by work without a resource

        if source.open:
            mine.update(open=lambda: Closing("open", module, source), do=self.do_with)
        if source.open_shared:
            shared = Shared(lambda: Closing("open_shared", module, source))
            mine.update(shared=shared, open=lambda: shared, do=self.do_with)
        if source.open_async:
            mine["open_async"] = lambda: manager("open_async", module, source)
            mine["do_async"] = self.do_async_with

    def items(self, size: int, seed: int) -> list[Any]:
        from concbench.measured.own_items import fresh_items, refuse_used_up  # not needed in worker processes, nor below

        self.__dict__["seed"] = seed
        made = fresh_items(self.source, self.module, size, seed)
        refuse_used_up(self.items_called, made)
        return made

    @property
    def items_called(self) -> str:
        """The name of the function that makes the items, or of their list, with its file and line."""
        from concbench.measured.own_items import named_items

        return named_items(self.source, self.module)

    @property
    def called(self) -> str:
        """The name of the function that does an item, with its file and line."""
        from concbench.measured.own_items import named_in

        source = self.source
        return named_in(source, source.do, self.own_do) if source.do else named_in(source, source.do_async, self.own_do_async)

    @property
    def function(self) -> Any:
        """The function of an item alone; None if it needs a resource."""
        return None if self.source.open or self.source.open_shared else self.own_do

    def do(self, resource: Any, item: Any) -> Any:
        return self.own_do(item)

    def do_with(self, resource: Any, item: Any) -> Any:
        return self.own_do(item, resource)

    async def do_async(self, resource: Any, item: Any) -> Any:
        return await self.own_do_async(item)

    async def do_async_with(self, resource: Any, item: Any) -> Any:
        return await self.own_do_async(item, resource)

    def place(self, error: BaseException) -> str:
        """Say where in the file an error was raised, to follow its description."""
        number = line_in(error, self.source.path)
        return f" ({self.source.file}, line {number})" if number else ""

    def check(self, items: Sequence[Any], results: Sequence[Any]) -> None:
        from concbench.measured.own_check import check

        self.__dict__["repeated_s"] = check(self, items, results)

    def check_loop(self, size: int) -> None:
        """Check that items don't leave tasks behind, unless the file checks itself."""
        from concbench.measured.own_check import refuse_forgotten_tasks

        if not hasattr(self.module, "check"):
            refuse_forgotten_tasks(self, self.fresh_items(size))

    def fresh_items(self, size: int) -> list[Any]:
        """Make the items of the run again."""
        from concbench.measured.own_items import fresh_items

        return fresh_items(self.source, self.module, size, self.seed)

    @contextmanager
    def again(self) -> Iterator[Callable[[Any], Any]]:
        """Open what a worker needs, and give a function that does an item, after the run."""
        if self.own_do is None:
            yield self.do_in_loop
            return
        with self.shared.lasting() if self.shared else nullcontext(), self.open() as resource:
            yield lambda item: self.do(resource, item)

    def do_in_loop(self, item: Any) -> Any:
        """Do an item in an event loop of its own."""
        import asyncio

        async def do() -> Any:
            async with self.open_async() as resource:
                return await self.do_async(resource, item)

        return asyncio.run(do())
