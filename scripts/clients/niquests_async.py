"""Download with niquests: an ``AsyncSession``, which keeps connections open between downloads.

Options:
    pool_size: Most connections to one site that stay open.
"""

from __future__ import annotations

import niquests

from concbench.measured.answer import require_success

NEEDS = "do_async"


def open(pool_size: int = 100) -> niquests.AsyncSession:
    return niquests.AsyncSession(pool_maxsize=pool_size)


async def get(session: niquests.AsyncSession, url: str) -> bytes:
    response = await session.get(url)
    require_success(response, response.status_code, url)
    return response.content or b""
