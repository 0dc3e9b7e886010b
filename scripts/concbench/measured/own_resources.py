"""Open what the workers of the user's own work need: a resource for each of them, or one for all.

Standard library alone, Python 3.9 or newer. Worker processes started by spawn or forkserver import this inside the timed
region.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from threading import Lock
from typing import TYPE_CHECKING, Any

from concbench.measured.errors import WorkFailed, describe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from concbench.measured.own_import import Source

REMEDIES = {
    "open_async": "Decorate it with @contextlib.asynccontextmanager, and yield the resource.",
    "open": "Decorate it with @contextlib.contextmanager, and yield the resource.",
}

OTHER_THREAD = (
    "The main thread closes what the threads of a pool have opened."
    " Allow that, as sqlite3.connect(…, check_same_thread=False) does."
)


def manager(name: str, module: Any, source: Source) -> Any:
    """Call an opening function of the file. Raise WorkFailed if it doesn't return a context manager."""
    made = getattr(module, name)()
    if hasattr(type(made), "__aexit__" if name == "open_async" else "__exit__"):
        return made
    if hasattr(made, "close"):
        made.close()  # a coroutine that nobody awaits, or a connection
    from concbench.measured.own_items import named_in  # slow to import, and only mistakes need it

    called = named_in(source, name, getattr(module, name))
    what = "an asynchronous context manager" if name == "open_async" else "a context manager"
    remedy = REMEDIES.get(name, REMEDIES["open"])
    raise WorkFailed(f"{called} returned a value of type {type(made).__qualname__}. Expected {what}. {remedy}")


class Closing:
    """Enter and leave a context manager of the file. An error in leaving it says so, since the work itself went well.

    It can't swallow an error of an item: the items after that weren't done.
    """

    def __init__(self, name: str, module: Any, source: Source) -> None:
        self.name, self.file = name, source.file
        self.manager = manager(name, module, source)

    def __enter__(self) -> Any:
        return self.manager.__enter__()

    def __exit__(self, *raised: Any) -> None:
        try:
            self.manager.__exit__(*raised)
        except BaseException as error:
            if isinstance(error, WorkFailed) or error is raised[1]:
                raise
            text = describe(error).rstrip(".")
            hint = f" {OTHER_THREAD}" if "thread" in text else ""
            raise WorkFailed(f"cannot close what {self.name}() in {self.file} opened: {text}.{hint}") from error


class Shared:
    """Open one resource for all threads of a process when the first of them needs it.

    Each worker enters this. The resource is closed at the end of ``lasting``; in a worker process, it lasts as long as that.
    """

    def __init__(self, open_shared: Callable[[], Any]) -> None:
        self.open_shared = open_shared
        self.lock = Lock()
        self.closing = ExitStack()  # never closed in a worker process
        self.opened: Callable[[], Any] | None = None  # gives the resource, or raises what kept it from being opened

    def __enter__(self) -> Any:
        """Return the resource, for a worker."""
        with self.lock:
            if self.opened is None:
                self.opened = self.open()
        return self.opened()

    def __exit__(self, *raised: object) -> None:
        """Leave it open for the other workers."""

    def open(self) -> Callable[[], Any]:
        try:
            resource = self.closing.enter_context(self.open_shared())
        except BaseException as error:
            return failing(error)
        return lambda: resource

    @contextmanager
    def lasting(self) -> Iterator[None]:
        """Close the resource at the end of the context; after that, a worker opens another."""
        try:
            with self.closing:
                yield
        finally:
            self.opened = None

    def within(self, run: Callable[..., Any]) -> Callable[..., Any]:
        """Have a function close the resource before it returns or raises."""

        def run_within(*args: Any, **options: Any) -> Any:
            with self.lasting():
                return run(*args, **options)

        return run_within


def failing(error: BaseException) -> Callable[[], Any]:
    """Return a function that raises an error."""

    def fail() -> Any:
        raise error

    return fail
