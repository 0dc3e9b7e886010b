"""Test hostile servers: each run ends within its time limit, and its row says what happened."""

from __future__ import annotations

import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import pytest

from concbench.measured.cgroups import memory_bytes
from concbench.records.run_record import RunRecord, RunSpec
from concbench.records.server_profile import Profile, Site
from concbench.runner.run import Certificates, Limits, attempt

TIMEOUT_S = 2.0
SHORT_TIMEOUT_S = 0.7  # of a server that is too slow for either
START_UP_S = 10.0  # start-up of a fresh process with its imports
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CLIENTS = {
    "requests": "sync",
    "httpx": "sync",
    "niquests": "sync",
    "aiohttp": "asyncio",
    "httpx_async": "asyncio",
    "niquests_async": "asyncio",
}


def truncated(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\nhalf of it")


def garbage(connection: socket.socket) -> None:
    connection.sendall(bytes(range(256)) * 20)


def drip(connection: socket.socket) -> None:
    connection.sendall(OK + b"Content-Length: 1000\r\n\r\n")
    for _ in range(1000):
        connection.sendall(b".")
        sleep(0.3)


def redirect_loop(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def too_many_requests(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3600\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def not_modified(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n")


def server_error(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops")


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing now sends a RST


def silence(connection: socket.socket) -> None:
    sleep(TIMEOUT_S + START_UP_S)


def escapes(connection: socket.socket) -> None:
    """Send a reason that would clear the screen of a terminal."""
    connection.sendall(b"HTTP/1.1 500 \x1b[2J\x1b[31mgone\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def endless(connection: socket.socket) -> None:
    """Send a body without an end, slowly enough for the runner to look at the run before the machine's memory is full."""
    connection.sendall(OK + b"Connection: close\r\n\r\n")
    while True:
        connection.sendall(bytes(100_000))
        sleep(0.001)


def bomb(connection: socket.socket) -> None:
    """Do the same with a few bytes that unpack to many."""
    connection.sendall(OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n")
    packer = zlib.compressobj(wbits=31)
    while True:
        connection.sendall(packer.compress(bytes(1_000_000)))
        sleep(0.01)


SLOW = {drip, silence}
FAULTS = (truncated, garbage, drip, redirect_loop, too_many_requests, not_modified, server_error, reset, silence, escapes)


@contextmanager
def served_by(fault: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server that answers every request in this way, with a thread for each connection; yield its URL."""

    def answer(connection: socket.socket) -> None:
        with suppress(OSError), connection:
            connection.recv(65536)
            fault(connection)

    def accept() -> None:
        with suppress(OSError):  # the listener was closed
            while True:
                threading.Thread(target=answer, args=(listener.accept()[0],), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_hostile_server_makes_a_row_with_its_status_in_time(
    fault: Callable[[socket.socket], None],
    client: str,
    spec: Callable[..., RunSpec],
    measured_run: Callable[..., RunRecord],
) -> None:
    with served_by(fault) as url:
        options: dict[str, Any] = {"client": client, "client_options": {}}
        server = Profile((Site("page", url=url),))
        run = spec(model=CLIENTS[client], workload="download", workload_options=options, size=2, server=server)
        start = perf_counter()
        measured = measured_run(run, timeout_s=SHORT_TIMEOUT_S if fault in SLOW else TIMEOUT_S).measured
    assert perf_counter() - start < TIMEOUT_S + START_UP_S
    assert measured.status == ("timeout" if fault in SLOW else "failed")
    assert measured.makespan_s is None
    assert measured.reason
    assert measured.reason.isprintable()
    assert measured.server_controlled is False


@pytest.mark.parametrize(
    ("fault", "client"),
    [
        *((endless, client) for client in CLIENTS),
        *((bomb, client) for client in CLIENTS if not client.startswith("niquests")),  # which unpacks at the end
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_body_without_an_end_is_ended_by_the_memory_limit(
    fault: Callable[[socket.socket], None],
    client: str,
    spec: Callable[..., RunSpec],
    certificates: Certificates,
    tmp_path: Path,
) -> None:
    limits = Limits(timeout_s=60, memory=150e6 / memory_bytes())
    with served_by(fault) as url, (tmp_path / "log").open("wb") as log:
        options: dict[str, Any] = {"client": client, "client_options": {}}
        server = Profile((Site("page", url=url),))
        run = spec(model=CLIENTS[client], workload="download", workload_options=options, size=1, server=server)
        measured = attempt(run, limits, certificates, log).measured
    assert measured.status == "failed"
    assert "of memory together; the limit is 150 MB" in (measured.reason or "")
