"""Download with aiohttp: a ``ClientSession``.

Options:
    connection_limit: Most connections open at a time; 0 means no limit.
"""

from __future__ import annotations

import aiohttp

NEEDS = "do_async"


def open(connection_limit: int = 100) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connection_limit))


async def get(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url) as response:
        response.raise_for_status()
        return await response.read()
