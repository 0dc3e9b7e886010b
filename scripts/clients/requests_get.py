"""Download with requests but without a session: every download opens a new connection."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import requests

from concbench.measured.answer import require_success

NEEDS = "do"


def open() -> AbstractContextManager[None]:
    return nullcontext()


def get(session: None, url: str) -> bytes:
    with requests.get(url) as response:
        require_success(response, response.status_code, url)
        return response.content
