"""requests without a session: a new connection for each download."""

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
