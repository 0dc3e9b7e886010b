"""Test the count of connections that a full queue dropped."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from concbench.server.dropped_connections import dropped_connections

LINES = "TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 1 7 9\nIpExt: InNoRoutes\nIpExt: 3\n"


@pytest.mark.parametrize(("content", "expected"), [(LINES, 7), ("TcpExt: Other\nTcpExt: 4\n", 0), ("", 0), (None, 0)])
def test_the_count_is_read_by_its_name(content: str | None, expected: int, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "netstat").write_text(content, encoding="ascii")
    assert dropped_connections(tmp_path / "netstat") == expected


def test_connections_to_a_full_queue_are_counted() -> None:
    before = dropped_connections()
    with socket.create_server(("127.0.0.1", 0), backlog=1) as listener, ExitStack() as stack:
        for _ in range(8):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
    assert dropped_connections() > before
