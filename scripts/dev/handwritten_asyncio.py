"""Download pages with asyncio and aiohttp in the usual way: the handwritten program to compare this project's runner with.

Read the URLs from standard input, one a line. Print the elapsed time in seconds and the number of bytes received.
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
