"""httpx: an AsyncClient, which works on asyncio and on trio, and opens at most 100 connections unless told otherwise."""

from __future__ import annotations

import httpx

NEEDS = "do_async"
LOOPS = ("asyncio", "trio")


def open(connection_limit: int = 100) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=connection_limit or None, max_keepalive_connections=connection_limit or None)
    return httpx.AsyncClient(limits=limits, timeout=None)


async def get(session: httpx.AsyncClient, url: str) -> bytes:
    return (await session.get(url)).raise_for_status().content
