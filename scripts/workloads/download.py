"""I/O-bound: pages fetched over HTTP or HTTPS, the sites taken in turns; every body is read, counted and checked.

Certificates, proxies and the like come to the clients from the environment, which the runner sets, so that sessions
are made just as in a program of one's own.
"""

from __future__ import annotations

import importlib
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from concbench.measured.api import WrongResult
from concbench.measured.payload import page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractAsyncContextManager, AbstractContextManager
    from types import ModuleType


class Body(NamedTuple):
    size_bytes: int
    crc32: int


def body_of(content: bytes) -> Body:
    return Body(len(content), zlib.crc32(content))


@dataclass
class Workload:
    sites: Sequence[dict[str, Any]]  # "url", and "bytes" where the server is ours
    client: str
    client_options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        client: ModuleType = importlib.import_module(f"clients.{self.client}")
        self.open_session, self.get = client.open, client.get

    def site(self, number: int) -> dict[str, Any]:
        return self.sites[number % len(self.sites)]

    def items(self, size: int, seed: int) -> list[str]:
        """The addresses; a server of ours is told the item's number, another gets its own address each time."""
        sites = (self.site(number) for number in range(size))
        return [f"{site['url']}/{i}" if "bytes" in site else site["url"] for i, site in enumerate(sites)]

    def open(self) -> AbstractContextManager[Any]:
        session: AbstractContextManager[Any] = self.open_session(**self.client_options)
        return session

    def do(self, session: Any, url: str) -> Body:
        return body_of(self.get(session, url))

    def open_async(self) -> AbstractAsyncContextManager[Any]:
        session: AbstractAsyncContextManager[Any] = self.open_session(**self.client_options)
        return session

    async def do_async(self, session: Any, url: str) -> Body:
        return body_of(await self.get(session, url))

    def check(self, items: Sequence[str], results: Sequence[Body]) -> None:
        if len(results) != len(items):
            raise WrongResult(f"{len(results)} bodies for {len(items)} downloads")
        for number, (url, body) in enumerate(zip(items, results)):
            site = self.site(number)
            if "bytes" in site and body != body_of(page(number, site["bytes"])):
                raise WrongResult(f"wrong body from {url}: {body.size_bytes} bytes of {site['bytes']}, or altered")

    def bytes_received(self, results: Sequence[Body]) -> int:
        return sum(body.size_bytes for body in results)
