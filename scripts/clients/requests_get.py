"""Download with requests but without a session: every download opens a new connection."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import requests

NEEDS = "do"


def open() -> AbstractContextManager[None]:
    return nullcontext()


def get(session: None, url: str) -> bytes:
    with requests.get(url) as response:
        response.raise_for_status()
        return response.content
