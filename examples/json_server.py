"""Serve products as JSON on this machine, each after 30 ms, as from another city; for json_over_http.py.

Print the server's address, and serve until the process is ended. ``with_server.py`` starts it.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

PRODUCTS, SHOPS = 1000, 100
DELAY_S = 0.03
WAITING = 1024  # connections that may wait to be accepted


def product(number: int) -> bytes:
    """Return a product's offers as JSON."""
    offers = [{"shop": f"shop {shop}", "cents": 100 + number * 7919 * (shop + 1) % 9973} for shop in range(SHOPS)]
    return json.dumps({"product": number, "offers": offers}).encode()


PAGES = [product(number) for number in range(PRODUCTS)]


async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of one connection, one after the other, until the client closes it or asks for another page."""
    with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, IndexError):
        while True:
            request = await reader.readuntil(b"\r\n\r\n")
            body = PAGES[int(request.split(b" ", 2)[1].removeprefix(b"/products/"))]
            await asyncio.sleep(DELAY_S)
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            await writer.drain()
    writer.close()


async def main() -> None:
    server = await asyncio.start_server(serve, "127.0.0.1", 0, backlog=WAITING)
    host, port = server.sockets[0].getsockname()
    print(f"http://{host}:{port}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
