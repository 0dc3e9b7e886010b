"""Download with requests: a ``Session``, which keeps connections open between downloads."""

from __future__ import annotations

import requests

NEEDS = "do"


def open() -> requests.Session:
    return requests.Session()


def get(session: requests.Session, url: str) -> bytes:
    with session.get(url) as response:
        response.raise_for_status()
        return response.content
