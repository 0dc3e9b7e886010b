"""A process that has imported Snakemake once, and forks for each command line: an invocation starts about a second sooner.

It reads an invocation as one line of JSON, answers with the number of its process and then with its exit status, a line
each. Nothing of this project's is imported beforehand, since each checkout under test has its own.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import tempfile
from contextlib import suppress
from typing import Any

# What an invocation comes to import besides, of the packages alone.
PRELOADED = (
    "snakemake.cli",
    "snakemake.executors.local",
    "snakemake.scheduling.greedy",
    "snakemake.scheduling.job_scheduler",
    "snakemake.linting.rules",
    "snakemake.linting.snakefiles",
    "snakemake_interface_executor_plugins.registry",
    "snakemake_interface_logger_plugins.registry",
    "snakemake_interface_report_plugins.registry",
    "snakemake_interface_scheduler_plugins.registry",
    "snakemake_interface_storage_plugins.registry",
    "concurrent.futures.thread",
    "html.parser",
    "jsonschema",
    "numpy",
    "scipy.stats",
    "yaml",
    "yte",
)


def become(invocation: dict[str, Any]) -> None:
    """Turn this process into the one that was asked for."""
    os.chdir(invocation["folder"])
    os.environ.clear()
    os.environ.update(invocation["environment"])
    tempfile.tempdir = None
    files = ((os.devnull, os.O_RDONLY), (invocation["stdout"], os.O_WRONLY), (invocation["stderr"], os.O_WRONLY))
    for number, (path, mode) in enumerate(files):
        opened = os.open(path, mode)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv = invocation["command"]


def main() -> None:
    for module in PRELOADED:
        with suppress(ImportError):
            importlib.import_module(module)
    for line in sys.stdin:
        invocation = json.loads(line)
        process = os.fork()
        if process == 0:
            become(invocation)
            break
        print(process, flush=True)
        _, status = os.waitpid(process, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    else:
        return
    from snakemake.cli import main as snakemake

    sys.exit(snakemake())


if __name__ == "__main__":
    main()
