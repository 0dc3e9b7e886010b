"""Mixed work: download a page, then add up squares in pure Python.

Options:
    squares: Number of squares to add up after each download.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from concbench.measured.api import WrongResult

from .download import Body
from .download import Workload as Download
from .sum_squares import sum_squares

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager


class Worked(NamedTuple):
    body: Body
    total: int


@dataclass
class Workload:
    sites: Sequence[dict[str, Any]]
    client: str
    client_options: dict[str, Any] = field(default_factory=dict)
    squares: int = 10_000

    def __post_init__(self) -> None:
        self.download = Download(self.sites, self.client, self.client_options)

    def items(self, size: int, seed: int) -> list[str]:
        return self.download.items(size, seed)

    def open(self) -> AbstractContextManager[Any]:
        return self.download.open()

    def do(self, session: Any, url: str) -> Worked:
        return Worked(self.download.do(session, url), sum_squares(self.squares))

    def open_async(self) -> AbstractAsyncContextManager[Any]:
        return self.download.open_async()

    async def do_async(self, session: Any, url: str) -> Worked:
        return Worked(await self.download.do_async(session, url), sum_squares(self.squares))

    def check(self, items: Sequence[str], results: Sequence[Worked]) -> None:
        self.download.check(items, [result.body for result in results])
        n = self.squares
        if any(result.total != (n - 1) * n * (2 * n - 1) // 6 for result in results):
            raise WrongResult("a sum of squares is wrong")

    def bytes_received(self, results: Sequence[Worked]) -> int:
        return sum(result.body.size_bytes for result in results)
