"""Download pages by asyncio and aiohttp as anyone would write it: the handwritten baseline for this project's runner.

Reads the addresses from standard input, one a line; prints the seconds that all took, and the bytes received.
"""

import asyncio
import sys
import time

import aiohttp


async def download(session: aiohttp.ClientSession, url: str) -> bytes:
    async with session.get(url) as response:
        return await response.read()


async def download_all(urls: list[str]) -> list[bytes]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        return await asyncio.gather(*(download(session, url) for url in urls))


if __name__ == "__main__":
    urls = sys.stdin.read().split()
    start = time.perf_counter()
    bodies = asyncio.run(download_all(urls))
    print(time.perf_counter() - start, sum(map(len, bodies)))
