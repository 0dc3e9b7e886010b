"""Serve the pages that a download run requests, and delay each response by a known time: the test server.

The runner starts one server for each run and passes it a listening socket for each site. The server reads its task and
answers when it serves. At the next line, or at the end of its input, it answers with its log and ends (see ``messages.py``).
Its arguments are the numbers of two pipes, for tasks and for answers.
"""

from __future__ import annotations

import asyncio
import os
import resource
import socket
import sys
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from time import perf_counter
from typing import IO, Any

import uvicorn
import uvloop
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from concbench.measured.payload import page
from concbench.records.request_times import Requests
from concbench.server.dropped_connections import dropped_connections
from concbench.server.messages import SERVING, ServedSite, ServerLog, ServerTask
from concbench.server.precise_timer import Deadlines


@dataclass
class Connection:
    """Number a connection, and note whether it has been used."""

    number: int
    used: bool = False


async def respond(send: Any, status: int, body: bytes) -> None:
    """Send a response in plain text."""
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


class DelayingServer:
    """Answer each request to any site after a known delay, and log it."""

    def __init__(self, task: ServerTask) -> None:
        self.task = task
        self.connections = self.being_served = 0
        self.requests = Requests([], [], [], [], [], [])
        self.deadlines = Deadlines(asyncio.get_running_loop())
        self.slot = asyncio.Semaphore(task.max_concurrent) if task.max_concurrent else nullcontext()

    def new_connection(self) -> Connection:
        self.connections += 1
        return Connection(self.connections)

    async def answer(self, size_bytes: int, scope: Any, _receive: Any, send: Any) -> None:
        """Answer ``GET /<item>`` with that item's page. This is the ASGI application of a site."""
        received_s = perf_counter()
        connection: Connection = scope["state"]["connection"]
        number = scope["path"].strip("/")
        if not number.isdecimal():
            await respond(send, 404, b"")
            return
        item = int(number)
        delay_s = self.task.delays_s[item % len(self.task.delays_s)] + (0 if connection.used else self.task.connect_delay_s)
        connection.used = True
        async with self.slot:
            served_s = perf_counter()
            delay_s += self.task.delay_per_concurrent_s * self.being_served
            self.being_served += 1
            await self.deadlines.wait_until(served_s + delay_s)
            released_s = perf_counter()
            self.being_served -= 1
        seen = self.requests
        seen.item.append(item)
        seen.connection.append(connection.number)
        seen.delay_s.append(delay_s)
        seen.received_s.append(received_s)
        seen.served_s.append(served_s)
        seen.released_s.append(released_s)
        await respond(send, 200, page(item, size_bytes))


class CountedProtocol(HttpToolsProtocol):
    """Extend uvicorn's protocol: tell the application which connection a request came on."""

    def __init__(self, new_connection: Callable[[], Connection], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.new_connection = new_connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self.app_state = {"connection": self.new_connection()}


def listener(site: ServedSite, server: DelayingServer) -> uvicorn.Server:
    """Make the HTTP server of one site."""
    config = uvicorn.Config(
        partial(server.answer, site.bytes),
        http=partial(CountedProtocol, server.new_connection),  # type: ignore[arg-type]
        interface="asgi3",
        lifespan="off",
        ws="none",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        backlog=4096,
        timeout_keep_alive=3600,
        ssl_certfile=site.certificate,
    )
    return uvicorn.Server(config)


def cpu_s() -> float:
    """Return the CPU seconds that this process has used so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def serve(task: ServerTask, tasks: IO[str], answers: IO[str]) -> None:
    """Serve until the next line of ``tasks``, then answer with the log."""
    server = DelayingServer(task)
    listeners = [listener(site, server) for site in task.sites]
    serving = [asyncio.create_task(one.serve([socket.socket(fileno=site.socket)])) for one, site in zip(listeners, task.sites)]
    while not all(one.started for one in listeners):
        await asyncio.wait(serving, timeout=0.001, return_when=asyncio.FIRST_COMPLETED)
        for ended in (task for task in serving if task.done()):
            ended.result()  # raises the error that kept it from serving
    ready_cpu_s, dropped = cpu_s(), dropped_connections()
    print(SERVING, file=answers, flush=True)
    await asyncio.to_thread(tasks.readline)
    used_s = cpu_s() - ready_cpu_s
    log = ServerLog(server.connections, used_s, server.requests, dropped_connections() - dropped)
    print(log.to_json(), file=answers, flush=True)
    for one in listeners:
        one.should_exit = one.force_exit = True
    await asyncio.gather(*serving)


def main() -> None:
    """Do the task that comes by the first pipe; answer by the second."""
    tasks, answers = (os.fdopen(int(number), mode, encoding="utf-8") for number, mode in zip(sys.argv[1:], "rw"))
    uvloop.run(serve(ServerTask.from_json(tasks.readline()), tasks, answers))


if __name__ == "__main__":
    main()
