"""Start 160 downloads from a port where no server listens, with and without ``return_exceptions=True``.

``asyncio.gather(..., return_exceptions=True)`` hides every error from a caller that doesn't look at the results.

Metrics:
    silent_s: Elapsed time with ``return_exceptions=True`` (s).
    silent_errors_raised: Errors raised to the caller with ``return_exceptions=True`` (errors).
    silent_bodies: Bodies received with ``return_exceptions=True`` (bodies).
    loud_errors_raised: Errors raised to the caller without it (errors).
"""

from __future__ import annotations

import asyncio
import socket
from time import perf_counter
from typing import Any

from concbench.measured.api import Metric, skipped

DOWNLOADS = 160
METRICS = {"silent_s": "s", "silent_errors_raised": "errors", "silent_bodies": "bodies", "loud_errors_raised": "errors"}


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


async def download_all(aiohttp: Any, url: str, silent: bool) -> list[Any]:
    async def download() -> int:
        async with session.get(url) as response:
            return len(await response.read())

    async with aiohttp.ClientSession() as session:
        return await asyncio.gather(*(download() for _ in range(DOWNLOADS)), return_exceptions=silent)


def errors_raised(aiohttp: Any, url: str, silent: bool) -> tuple[int, int]:
    """Return the number of errors raised to the caller, and the number of bodies received."""
    try:
        results = asyncio.run(download_all(aiohttp, url, silent))
    except aiohttp.ClientError:
        return 1, 0
    return 0, sum(isinstance(result, int) for result in results)


def measure() -> list[Metric]:
    try:
        import aiohttp
    except ImportError as error:
        return [skipped(metric, unit, str(error)) for metric, unit in METRICS.items()]
    url = f"http://127.0.0.1:{closed_port()}/"
    start = perf_counter()
    errors, bodies = errors_raised(aiohttp, url, silent=True)
    seconds = perf_counter() - start
    loud, _ = errors_raised(aiohttp, url, silent=False)
    return [Metric(name, value, unit) for (name, unit), value in zip(METRICS.items(), (seconds, errors, bodies, loud))]
