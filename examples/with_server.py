"""Run a command while a server of its own is there: start and fill it, run the command, then stop and remove it.

    python3 examples/with_server.py postgres make own FILE=examples/postgres_rows.py PYTHON=.venv-examples/bin/python

The examples read its address from a file beside them. Its own files are in a folder in /tmp. Only this machine can reach it:
PostgreSQL listens on a Unix socket, and the web server on 127.0.0.1. It ends with this process, however that ends.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from time import monotonic, sleep
from types import FrameType
from typing import IO, Any

HERE = Path(__file__).resolve().parent
TEMPORARY, PREFIX = "/tmp", "concbench-server-"  # a socket's path must be short, and PostgreSQL's user must be able to go there
START_S = STOP_S = 30  # time limits for the server to start and to stop
CONNECTIONS = 300  # more than any example opens
ORDERS = """
CREATE TABLE orders (number int PRIMARY KEY, customer int, product int, cents int);
INSERT INTO orders
    SELECT n, n % 1000, n::bigint * 7919 % 23, n::bigint * 104729 % 9973 FROM generate_series(0, 199999) AS n;
CREATE INDEX ON orders (customer);
VACUUM ANALYZE orders;
"""


def completed(command: Sequence[str | Path], given: str = "", **options: Any) -> None:
    """Run a command that prepares the server. If it fails, exit with what it said."""
    done = subprocess.run(list(map(str, command)), input=given, capture_output=True, text=True, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")


@contextmanager
def started(
    command: Sequence[str | Path], ended_by: signal.Signals, user: Sequence[str] = (), **options: Any
) -> Iterator[subprocess.Popen[str]]:
    """Start a server and end it by a signal at last, by SIGKILL if that takes too long."""
    with_us = [*user, "setpriv", "--pdeathsig", ended_by.name.removeprefix("SIG"), "--"]  # should this process be killed
    server = subprocess.Popen([*with_us, *map(str, command)], text=True, start_new_session=True, **options)
    try:
        yield server
    finally:
        server.send_signal(ended_by)
        try:
            server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def postgres_programs() -> Path:
    """Return the folder of PostgreSQL's programs, the newest if there are several."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    on_path = shutil.which("postgres")
    if not debian and not on_path:
        sys.exit("There is no PostgreSQL server here. Install it, as by: apt-get install postgresql")
    return (debian[-1] if debian else Path(str(on_path)).resolve()).parent


def as_unprivileged(folder: Path) -> list[str]:
    """Return what to put before a command for PostgreSQL, which refuses root, and give its user the folder."""
    if os.geteuid():
        return []
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["setpriv", "--reuid", str(user.pw_uid), "--regid", str(user.pw_gid), "--clear-groups", "--"]


@contextmanager
def postgres() -> Iterator[str]:
    """Start PostgreSQL with a table of orders, and yield the folder of its socket."""
    programs = postgres_programs()
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=TEMPORARY) as name:
        folder, log = Path(name), Path(name, "log")
        user, data = as_unprivileged(folder), folder / "data"
        options = {"cwd": folder, "env": {name: value for name, value in os.environ.items() if not name.startswith("PG")}}
        initdb = [programs / "initdb", "--pgdata", data, "--username", "postgres", "--auth", "trust", "--no-sync"]
        completed([*user, *initdb, "--locale", "C", "--encoding", "UTF8"], **options)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": folder,
            "max_connections": CONNECTIONS,
            "autovacuum": "off",
            "fsync": "off",
        }
        command = [programs / "postgres", "-D", data, *(f"--{name}={value}" for name, value in settings.items())]
        with (
            log.open("w") as output,
            started(
                command, signal.SIGINT, user, stdout=output, stderr=output, **options
            ) as server,  # SIGTERM waits for clients
        ):
            client = ("--host", folder, "--username", "postgres")
            latest = monotonic() + START_S
            while subprocess.run([programs / "pg_isready", "--quiet", *client], **options).returncode:
                if server.poll() is not None or monotonic() > latest:
                    sys.exit(f"PostgreSQL did not start:\n{log.read_text(encoding='utf-8')}")
                sleep(0.05)
            completed([programs / "psql", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", *client], ORDERS, **options)
            yield name


@contextmanager
def json_pages() -> Iterator[str]:
    """Start the web server with JSON, and yield its address."""
    with started([sys.executable, HERE / "json_server.py"], signal.SIGTERM, stdout=subprocess.PIPE) as server:
        assert server.stdout
        address = server.stdout.readline().strip()
        if not address:
            sys.exit("The web server did not start; see above.")
        yield address


SERVERS: Mapping[str, Callable[[], AbstractContextManager[str]]] = {"postgres": postgres, "json": json_pages}


@contextmanager
def announced(name: str) -> Iterator[IO[str]]:
    """Reserve the file of a server's address for this process; delete it in the end. Exit if another process has it."""
    path = HERE / f"{name}.address"
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"A {name} server is running already, for another command. Wait for that command to end.")
        try:
            remove_abandoned(path.read_text(encoding="utf-8"))
            file.truncate(0)
            yield file
        finally:
            path.unlink(missing_ok=True)


def remove_abandoned(address: str) -> None:
    """Remove the folder of an earlier server, if this process's predecessor was killed and so has left its address."""
    folder = Path(address)
    if folder.parent == Path(TEMPORARY) and folder.name.startswith(PREFIX):
        shutil.rmtree(folder, ignore_errors=True)


def run(command: Sequence[str]) -> int:
    """Run the command, pass on the signals that ask it to end, and return its exit status."""
    running: list[subprocess.Popen[bytes]] = []
    early: list[int] = []  # signals that come before the command is there

    def pass_on(number: int, _: FrameType | None) -> None:
        if running:
            running[0].send_signal(number)
        else:
            early.append(number)

    handle(pass_on, signal.SIGTERM, signal.SIGHUP)
    handle(lambda *_: None, signal.SIGINT)  # a terminal sends it to the command, too
    running.append(subprocess.Popen(command))
    for number in early:
        running[0].send_signal(number)
    status = running[0].wait()
    return status if status >= 0 else 128 - status


def end(number: int, _: FrameType | None) -> None:
    """End this process so that what is open is closed."""
    sys.exit(128 + number)


def handle(handler: Callable[[int, FrameType | None], None], *numbers: signal.Signals) -> None:
    """Handle signals, except those that are ignored: nohup has SIGHUP ignored."""
    for number in numbers:
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, handler)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("server", choices=SERVERS)
    parser.add_argument("command", nargs=argparse.REMAINDER, help="the command, with its arguments")
    arguments = parser.parse_args()
    if not arguments.command or shutil.which(arguments.command[0]) is None:
        parser.error(f"there is no command {' '.join(arguments.command[:1]) or 'to run'}")
    handle(end, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    with announced(arguments.server) as file, SERVERS[arguments.server]() as address:
        file.write(address)
        file.flush()
        return run(arguments.command)


if __name__ == "__main__":
    sys.exit(main())
