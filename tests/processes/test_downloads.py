"""Every client takes the page that was asked for, and nothing else: each other answer makes the download fail by name."""

from __future__ import annotations

import asyncio
import importlib
import pickle
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import httpx
import pytest

from concbench.campaign import plugins
from concbench.measured.answer import NotDownloaded, require_same_server

CLIENTS = sorted(plugins.names("clients"))
PAGE = b"a page"
WITH_PAGE = b"Content-Length: 6\r\nConnection: close\r\n\r\n" + PAGE
EMPTY = b"Content-Length: 0\r\nConnection: close\r\n\r\n"
BARE = b"Connection: close\r\n\r\n"
SWITCH = b"Upgrade: chat\r\nConnection: upgrade\r\n\r\n"
UNSUCCESSFUL = {
    "101": SWITCH, "100": BARE, "102": BARE, "206": WITH_PAGE, "300": WITH_PAGE, "301": EMPTY, "303": WITH_PAGE, "304": BARE,
    "307": WITH_PAGE, "308": b"Location: \r\n" + WITH_PAGE, "399": WITH_PAGE, "402": WITH_PAGE, "418": EMPTY, "503": WITH_PAGE,
    "599": WITH_PAGE, "700": WITH_PAGE, "999": WITH_PAGE, "000": WITH_PAGE,
}  # fmt: skip
BODILESS = {
    "empty": b"200 OK\r\n" + EMPTY,
    "no content": b"204 No Content\r\n" + BARE,
    "reset content": b"205 Reset Content\r\n" + EMPTY,
    "closed": b"200 OK\r\n" + BARE,
    "no chunk": b"200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n0\r\n\r\n",
}
SHORT = {
    "length": b"200 OK\r\nContent-Length: 60\r\nConnection: close\r\n\r\n" + PAGE,
    "chunk": b"200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\nff\r\n" + PAGE,
    "last chunk": b"200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n6\r\n" + PAGE + b"\r\n",
}


class Server:
    """Answer each request by its path; ``addresses`` are two ports of one host."""

    def __init__(self) -> None:
        self.listeners = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        self.addresses = [f"http://127.0.0.1:{one.getsockname()[1]}" for one in self.listeners]
        port = self.listeners[1].getsockname()[1]
        self.answers = {
            "page": b"200 OK\r\n" + WITH_PAGE,
            "created": b"201 Created\r\n" + WITH_PAGE,
            "moved": b"302 Found\r\nLocation: /page\r\n" + EMPTY,
            "moved/to/nothing": b"302 Found\r\nLocation: /404\r\n" + EMPTY,
            "to/port": f"302 Found\r\nLocation: {self.addresses[1]}/page\r\n".encode() + EMPTY,
            "to/name": f"301 Moved\r\nLocation: http://localhost:{port}/page\r\n".encode() + EMPTY,
            "there/and/back": f"307 Temporary\r\nLocation: {self.addresses[1]}/back\r\n".encode() + EMPTY,
            "back": f"307 Temporary\r\nLocation: {self.addresses[0]}/page\r\n".encode() + EMPTY,
            **{status: f"{status} Odd\r\n".encode() + rest for status, rest in UNSUCCESSFUL.items()},
            **BODILESS,
            **SHORT,
        }
        self.answers = {f"/{path.replace(' ', '-')}": answer for path, answer in self.answers.items()}
        for listener in self.listeners:
            threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def accept(self, listener: socket.socket) -> None:
        with suppress(OSError):  # raised once the listener is closed
            while True:
                threading.Thread(target=self.answer, args=(listener.accept()[0],), daemon=True).start()

    def answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            path = connection.recv(65536).split()[1].decode()
            connection.sendall(b"HTTP/1.1 " + self.answers.get(path, b"404 Not Found\r\n" + WITH_PAGE))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    made = Server()
    yield made
    for listener in made.listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


def downloaded(client: str, url: str) -> Any:
    """Return the result of one item of the workload ``download``."""
    workload = importlib.import_module("workloads.download").Workload([{"url": url}], client)
    (item,) = workload.items(1, 1)
    if importlib.import_module(f"clients.{client}").NEEDS == "do":
        with workload.open() as session:
            return workload.do(session, item)

    async def download() -> Any:
        async with workload.open_async() as session:
            return await workload.do_async(session, item)

    return asyncio.run(download())


every_client = pytest.mark.parametrize("client", CLIENTS)


@every_client
@pytest.mark.parametrize("path", ["page", "created", "moved"])
def test_a_success_of_the_server_that_was_asked_is_a_download(client: str, path: str, server: Server) -> None:
    assert downloaded(client, f"{server.addresses[0]}/{path}").size_bytes == len(PAGE)


@every_client
@pytest.mark.parametrize("status", UNSUCCESSFUL)
def test_any_other_status_is_none(client: str, status: str, server: Server) -> None:
    with pytest.raises(Exception) as raised:  # a library that knows better raises its own
        downloaded(client, f"{server.addresses[0]}/{status}")
    if isinstance(raised.value, NotDownloaded):
        assert str(raised.value) == f"{server.addresses[0]}/{status} answered with status {int(status)} instead of a page"


@every_client
def test_the_status_is_that_after_redirects(client: str, server: Server) -> None:
    with pytest.raises(NotDownloaded, match="/moved/to/nothing answered with status 404"):
        downloaded(client, f"{server.addresses[0]}/moved/to/nothing")


@every_client
@pytest.mark.parametrize("path", ["to/port", "to/name", "there/and/back"])
def test_the_page_of_another_server_is_none(client: str, path: str, server: Server) -> None:
    with pytest.raises(NotDownloaded, match=f"/{path} redirected to another server, http://"):
        downloaded(client, f"{server.addresses[0]}/{path}")


@every_client
@pytest.mark.parametrize("path", BODILESS)
def test_an_answer_without_a_body_is_none(client: str, path: str, server: Server) -> None:
    with pytest.raises(NotDownloaded, match="answered without a body"):
        downloaded(client, f"{server.addresses[0]}/{path.replace(' ', '-')}")


@every_client
@pytest.mark.parametrize("path", SHORT)
def test_a_body_that_ends_early_is_none(client: str, path: str, server: Server) -> None:
    with pytest.raises(Exception) as raised:
        downloaded(client, f"{server.addresses[0]}/{path.replace(' ', '-')}")
    assert not isinstance(raised.value, (NotDownloaded, AssertionError))  # the library itself notices


@pytest.mark.parametrize("client", ["httpx", "httpx_async"])
def test_httpx_waits_as_long_as_requests_does(client: str) -> None:
    assert importlib.import_module(f"clients.{client}").open().timeout == httpx.Timeout(None)


@pytest.mark.parametrize(
    ("url", "hop", "same"),
    [
        ("http://here.test/a", "http://HERE.test:80/b", True),
        ("http://here.test/a", "https://here.test/a", True),
        ("https://here.test/a", "https://here.test:443/a", True),
        ("https://here.test/a", "http://here.test/a", False),
        ("http://here.test/a", "http://www.here.test/a", False),
        ("http://here.test:8000/a", "https://here.test/a", False),
        ("http://here.test/a", "http://here.test:8000/a", False),
    ],
)
def test_a_server_is_a_host_and_a_port_and_may_ask_for_https(url: str, hop: str, same: bool) -> None:
    if same:
        require_same_server([hop], url)
    else:
        with pytest.raises(NotDownloaded):
            require_same_server([hop], url)


def test_the_reason_survives_a_process_pool() -> None:
    assert str(pickle.loads(pickle.dumps(NotDownloaded("why")))) == "why"
