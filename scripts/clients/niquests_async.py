"""niquests: an AsyncSession, which keeps as many connections to a site open as ``pool_size`` says."""

from __future__ import annotations

import niquests

NEEDS = "do_async"


def open(pool_size: int = 100) -> niquests.AsyncSession:
    return niquests.AsyncSession(pool_maxsize=pool_size)


async def get(session: niquests.AsyncSession, url: str) -> bytes:
    response = await session.get(url)
    response.raise_for_status()
    return response.content or b""
