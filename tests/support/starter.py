"""Import Snakemake, pandas and Matplotlib once, and fork for each command line, which then starts sooner.

The starter listens on the socket that its first argument names, and ends with the process whose number is the second. A client
sends a command line with its folder and environment as a line of JSON, together with the three standard files. It receives the
process number and then the exit status. Nothing of this project is imported beforehand, because each checkout under test has
its own copy.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import runpy
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

PRELOADED = (
    "snakemake.cli",
    "snakemake.api",
    "snakemake.executors.local",
    "snakemake.profiles",
    "snakemake.report.html_reporter",
    "snakemake.storage",
    "snakemake.linting.rules",
    "snakemake.linting.snakefiles",
    "snakemake.scheduling.greedy",
    "snakemake.scheduling.job_scheduler",
    "jinja2",
    "docutils.core",
    "jsonschema",
    "matplotlib.backends.backend_agg",
    "matplotlib.backends.backend_svg",
    "matplotlib.pyplot",
    "msgspec",
    "pandas",
    "requests",
    "scipy.optimize",
    "scipy.stats",
    "seaborn",
    "smart_open",
    "tabulate",
    "yaml",
    "yte",
)


def serve(listener: socket.socket, session: int) -> dict[str, Any]:
    """Fork for each command line, and return it in the child. End with the process that is the session."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    ended = os.pidfd_open(session)
    while True:
        readable, _, _ = select.select([listener.fileno(), ended], [], [])
        if ended in readable:
            shutil.rmtree(Path(sys.argv[1]).parent, ignore_errors=True)
            os._exit(0)
        connection, _ = listener.accept()
        if os.fork() == 0:
            break
        connection.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    listener.close()
    os.close(ended)
    received, files, _, _ = socket.recv_fds(connection, 1 << 20, 3)
    while not received.endswith(b"\n"):
        received += connection.recv(1 << 20)
    process = os.fork()
    if process == 0:
        connection.close()
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        asked: dict[str, Any] = json.loads(received)
        return asked
    connection.sendall(b"%d\n" % process)
    _, status = os.waitpid(process, 0)
    connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def become(asked: dict[str, Any]) -> None:
    """Turn this process into the requested command."""
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    tempfile.tempdir = None
    sys.argv = asked["command"]


def main() -> None:
    for module in PRELOADED:
        importlib.import_module(module)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(sys.argv[1])
        listener.listen(64)
        print("listening", flush=True)
        gc.freeze()  # so that no fork copies what it never changes
        become(serve(listener, int(sys.argv[2])))
    leave(run)


def run() -> None:
    if Path(sys.argv[0]).name == "snakemake":
        sys.exit(importlib.import_module("snakemake.cli").main())
    sys.path.insert(0, str(Path(sys.argv[0]).parent.absolute()))
    runpy.run_path(sys.argv[0], run_name="__main__")


def leave(run: Callable[[], None]) -> NoReturn:
    """End this process after ``run``, without freeing all that was imported: that takes longer than most commands."""
    status = 0
    try:
        run()
    except SystemExit as end:
        if isinstance(end.code, str):
            print(end.code, file=sys.stderr)
        status = 0 if end.code is None else end.code if isinstance(end.code, int) else 1
    except BaseException:
        sys.excepthook(*sys.exc_info())
        status = 1
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    main()
