"""What is said on the console around a campaign: to a terminal; where there is none, no more than how it ended."""

from __future__ import annotations

import logging
import os
import sys
from time import time

from snakemake_interface_logger_plugins.common import LogEvent

from progress import STARTED_VARIABLE

BETWEEN_JOBS = (LogEvent.JOB_STARTED, LogEvent.JOB_FINISHED, LogEvent.PROGRESS)
NOT_COUNTED = "Runs that don't count"  # the heading in conclusion.txt


def is_between_jobs(record: logging.LogRecord) -> bool:
    """Whether it is one of the remarks that Snakemake makes around every job."""
    return getattr(record, "event", None) in BETWEEN_JOBS or record.getMessage() == "Select jobs to execute..."


def begin(announcement: str | None) -> None:
    """Before the first job: quieten Snakemake, whose log file still has it all.

    With something to announce, which there is if something is to be measured, say it and have the runs say how far they are.
    """
    for handler in logging.getLogger("snakemake.logging").handlers:
        if not isinstance(handler, logging.FileHandler):
            handler.addFilter(lambda record: not is_between_jobs(record))
    if announcement and sys.stderr.isatty():
        os.environ[STARTED_VARIABLE] = str(time())
        print(announcement, file=sys.stderr, flush=True)


def end(conclusion: str) -> None:
    """After the last job: the conclusion; where there is no terminal, how many runs count, which don't, and the report."""
    print(f"\n{conclusion}" if sys.stderr.isatty() else brief(conclusion), file=sys.stderr, flush=True)


def brief(conclusion: str) -> str:
    """The first line and the last, and between them the list of runs that don't count."""
    lines = [line for line in conclusion.splitlines() if line]
    left_out = lines[lines.index(NOT_COUNTED) : -1] if NOT_COUNTED in lines else []
    return "\n".join([lines[0], *left_out, lines[-1]])
