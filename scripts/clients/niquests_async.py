"""Download with niquests: an ``AsyncSession``, which keeps connections open between downloads.

Options:
    pool_size: Most connections to one site that stay open.
"""

from __future__ import annotations

import niquests

NEEDS = "do_async"


def open(pool_size: int = 100) -> niquests.AsyncSession:
    return niquests.AsyncSession(pool_maxsize=pool_size)


async def get(session: niquests.AsyncSession, url: str) -> bytes:
    response = await session.get(url)
    response.raise_for_status()
    return response.content or b""
