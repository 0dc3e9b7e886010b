"""I/O-bound: download pages over HTTP or HTTPS, from one site after the other in turn, and check every body.

A page of the test server must be the one that was asked for; one of another server must not be empty. The runner sets the
environment variables from which clients take certificates and proxies. Sessions are therefore made as in any program.
"""

from __future__ import annotations

import importlib
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from concbench.measured.answer import NotDownloaded
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
    sites: Sequence[dict[str, Any]]  # "url" of each, and "bytes" if it is the test server
    client: str
    client_options: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        client: ModuleType = importlib.import_module(f"concbench_plugins.clients.{self.client}")
        self.open_session, self.get = client.open, client.get
        self.others = {site["url"] for site in self.sites if "bytes" not in site}  # whose pages aren't known

    def site(self, number: int) -> dict[str, Any]:
        return self.sites[number % len(self.sites)]

    def items(self, size: int, seed: int) -> list[str]:
        """Return the URLs. The test server gets the item's number in the path; another server always gets its own URL."""
        sites = (self.site(number) for number in range(size))
        return [f"{site['url']}/{i}" if "bytes" in site else site["url"] for i, site in enumerate(sites)]

    def open(self) -> AbstractContextManager[Any]:
        session: AbstractContextManager[Any] = self.open_session(**self.client_options)
        return session

    def body(self, url: str, content: bytes) -> Body:
        if not content and url in self.others:
            raise NotDownloaded(f"{url} answered without a body")
        return body_of(content)

    def do(self, session: Any, url: str) -> Body:
        return self.body(url, self.get(session, url))

    def open_async(self) -> AbstractAsyncContextManager[Any]:
        session: AbstractAsyncContextManager[Any] = self.open_session(**self.client_options)
        return session

    async def do_async(self, session: Any, url: str) -> Body:
        return self.body(url, await self.get(session, url))

    def check(self, items: Sequence[str], results: Sequence[Body]) -> None:
        if len(results) != len(items):
            raise WrongResult(f"got {len(results)} bodies for {len(items)} downloads")
        for number, (url, body) in enumerate(zip(items, results)):
            site = self.site(number)
            if "bytes" in site and body != body_of(page(number, site["bytes"])):
                same_size = body.size_bytes == site["bytes"]
                wrong = "altered" if same_size else f"{body.size_bytes} bytes instead of {site['bytes']}"
                raise WrongResult(f"wrong body from {url}: {wrong}")

    def bytes_received(self, results: Sequence[Body]) -> int:
        return sum(body.size_bytes for body in results)
