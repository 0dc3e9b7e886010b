"""Download with httpx: a ``Client``, which keeps connections open between downloads."""

from __future__ import annotations

import httpx

from concbench.measured.answer import require_success

NEEDS = "do"


def open() -> httpx.Client:
    return httpx.Client(timeout=None, follow_redirects=True)  # as with requests


def get(session: httpx.Client, url: str) -> bytes:
    response = session.get(url)
    require_success(response, response.status_code, url)
    return response.content
