"""Download with niquests, a successor of requests: a ``Session``, which keeps connections open between downloads."""

from __future__ import annotations

import niquests

NEEDS = "do"


def open() -> niquests.Session:
    return niquests.Session()


def get(session: niquests.Session, url: str) -> bytes:
    response = session.get(url)
    response.raise_for_status()
    return response.content or b""
