"""Download with aiohttp: a ``ClientSession``.

Options:
    connection_limit: Most connections open at a time; 0 means no limit.
"""

from __future__ import annotations

import aiohttp

from concbench.measured.answer import require_success

NEEDS = "do_async"


def open(connection_limit: int = 100) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connection_limit))


async def get(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url) as response:
        require_success(response, response.status, url)
        return await response.read()
