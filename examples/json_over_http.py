"""Ask a web server for JSON: find the cheapest shop for each product. Each worker has a session, which keeps connections open.

The server answers after 30 ms, as one in another city does. The work is waiting, so expect many threads to help. asyncio needs
less CPU time for each request than threads with ``requests`` do. Start it as:

    python3 examples/with_server.py json make own FILE=examples/json_over_http.py PYTHON=.venv-examples/bin/python
"""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import aiohttp
import requests

PRODUCTS = 1000
ADDRESS = Path(__file__).with_name("json.address")  # examples/with_server.py writes it


def items(size: int, seed: int) -> list[str]:
    """Return ``size`` addresses of products, at random from the seed."""
    server, random = ADDRESS.read_text(encoding="utf-8"), Random(seed)
    return [f"{server}/products/{random.randrange(PRODUCTS)}" for _ in range(size)]


def open() -> requests.Session:
    return requests.Session()


def do(url: str, session: requests.Session) -> tuple[int, str]:
    """Return the lowest price in cents, and the shop that has it."""
    with session.get(url, timeout=10) as answer:
        answer.raise_for_status()
        return cheapest(answer.json())


def open_async() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(raise_for_status=True)


async def do_async(url: str, session: aiohttp.ClientSession) -> tuple[int, str]:
    """Return the lowest price in cents, and the shop that has it."""
    async with session.get(url) as answer:
        return cheapest(await answer.json())


def cheapest(product: dict[str, Any]) -> tuple[int, str]:
    return min((offer["cents"], offer["shop"]) for offer in product["offers"])
