"""Download with httpx: an ``AsyncClient``, which works on asyncio and on trio.

Options:
    connection_limit: Most connections open at a time; 0 means no limit.
"""

from __future__ import annotations

import httpx

from concbench.measured.answer import require_success

NEEDS = "do_async"
LOOPS = ("asyncio", "trio")


def open(connection_limit: int = 100) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=connection_limit or None, max_keepalive_connections=connection_limit or None)
    return httpx.AsyncClient(limits=limits, timeout=None, follow_redirects=True)  # as with requests


async def get(session: httpx.AsyncClient, url: str) -> bytes:
    response = await session.get(url)
    require_success(response, response.status_code, url)
    return response.content
