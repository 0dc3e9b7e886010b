"""Time downloads with aiohttp, with and without reading the body, from a server in a thread of the same process.

Metrics:
    read_<size>_s: Median time of a download of ``size`` bytes whose body is read (s).
    unread_<size>_s: Median time of a download of ``size`` bytes whose body is not read (s).
"""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Any

from concbench.measured.api import Metric, skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZES = (276, 10_966, 200_000, 1_000_000)
DOWNLOADS = 20


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each ``GET /<size>`` on a connection with a body of ``size`` bytes."""
    try:
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            size = int(request.split()[1].lstrip(b"/"))
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size + bytes(size))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()


@contextmanager
def server() -> Iterator[str]:
    """Run the server in a thread and yield its URL."""
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(asyncio.start_server(answer, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listening.close()
        if pending := asyncio.all_tasks(loop):  # their clients have gone; cancelling them would print tracebacks
            loop.run_until_complete(asyncio.wait(pending, timeout=1))
        loop.close()


async def download_s(session: Any, url: str, read: bool) -> float:
    start = perf_counter()
    async with session.get(url) as response:
        if read:
            await response.read()
    return perf_counter() - start


async def downloads(aiohttp: Any, url: str) -> list[Metric]:
    metrics = []
    async with aiohttp.ClientSession() as session:
        for size in SIZES:
            times: dict[bool, list[float]] = {True: [], False: []}
            for turn in range(2 * DOWNLOADS):
                times[turn % 2 == 0].append(await download_s(session, f"{url}/{size}", turn % 2 == 0))
            metrics += [
                Metric(f"{name}_{size}_s", median(times[read]), "s") for name, read in (("read", True), ("unread", False))
            ]
    return metrics


def measure() -> list[Metric]:
    try:
        import aiohttp
    except ImportError as error:
        return [skipped(f"{name}_{size}_s", "s", str(error)) for size in SIZES for name in ("read", "unread")]
    with server() as url:
        return asyncio.run(downloads(aiohttp, url))
