"""Import Snakemake, pandas and Matplotlib once, and fork for each command line, which then starts sooner.

The starter listens on the socket that its only argument names. A client sends a command line with its folder and environment
as a line of JSON, together with the three standard files. It receives the process number and then the exit status. Nothing of
this project is imported beforehand, because each checkout under test has its own copy.
"""

from __future__ import annotations

import importlib
import json
import os
import runpy
import signal
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

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


def serve(listener: socket.socket) -> dict[str, Any]:
    """Fork for each command line, and return it in the child."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            break
        connection.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    listener.close()
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
        become(serve(listener))
    if Path(sys.argv[0]).name == "snakemake":
        sys.exit(importlib.import_module("snakemake.cli").main())
    sys.path.insert(0, str(Path(sys.argv[0]).parent.absolute()))
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
