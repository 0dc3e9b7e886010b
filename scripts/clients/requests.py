"""Download with requests: a ``Session``, which keeps connections open between downloads."""

from __future__ import annotations

import requests

from concbench.measured.answer import require_success

NEEDS = "do"


def open() -> requests.Session:
    return requests.Session()


def get(session: requests.Session, url: str) -> bytes:
    with session.get(url) as response:
        require_success(response, response.status_code, url)
        return response.content
