"""Decide whether an HTTP client's answer is a download: a success of the server that was asked.

Libraries disagree on this. Some take 304 for a success, or an interim 103, or the page of another host.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

PORTS = {"http": 80, "https": 443}
PARTIAL = 206  # part of the page, though all of it was asked for


class NotDownloaded(Exception):
    """Report that the server's answer isn't the page that was asked for; the text says what it is."""


def require_success(response: Any, status: int | None, url: str) -> None:
    """Raise NotDownloaded unless ``response``, which is the answer to ``url``, is a success of the same server.

    ``response.history`` are the redirects that the client followed.
    """
    if response.history:
        require_same_server([str(hop.url) for hop in (*response.history[1:], response)], url)
    if status is None or not 200 <= status < 300 or status == PARTIAL:
        raise NotDownloaded(f"{url} answered with status {status} instead of a page")


def require_same_server(visited: list[str], url: str) -> None:
    """Raise NotDownloaded if a redirect led to another host or port, but for that from http:// to https://."""
    host, port = server_of(url)
    for hop in visited:
        if server_of(hop) not in ((host, port), (host, PORTS["https"] if port == PORTS["http"] else port)):
            raise NotDownloaded(f"{url} redirected to another server, {hop}; in the config name the address that has the page")


def server_of(url: str) -> tuple[str | None, int | None]:
    parts = urlsplit(url)
    return parts.hostname, parts.port or PORTS.get(parts.scheme)
