"""Download with niquests, a successor of requests: a ``Session``, which keeps connections open between downloads."""

from __future__ import annotations

import niquests

from concbench.measured.answer import require_success

NEEDS = "do"


def open() -> niquests.Session:
    return niquests.Session()


def get(session: niquests.Session, url: str) -> bytes:
    response = session.get(url)
    require_success(response, response.status_code, url)
    return response.content or b""
