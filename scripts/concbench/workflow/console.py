"""What is said on the console around a campaign: to a terminal; where there is none, no more than how it ended."""

from __future__ import annotations

import logging
import os
import sys
from time import time

from snakemake_interface_logger_plugins.common import LogEvent

from concbench.common.formatting import NOT_COUNTED, REPORT
from concbench.common.variables import STARTED_VARIABLE

BETWEEN_JOBS = (LogEvent.JOB_STARTED, LogEvent.JOB_FINISHED, LogEvent.PROGRESS)


def is_between_jobs(record: logging.LogRecord) -> bool:
    """Whether it is one of the remarks that Snakemake makes around every job."""
    return getattr(record, "event", None) in BETWEEN_JOBS or record.getMessage() == "Select jobs to execute..."


def announce(text: str | None) -> None:
    """Say what is ahead, if anything is."""
    if text:
        print(text, file=sys.stderr, flush=True)


def begin(announcement: str | None) -> None:
    """Before the first job: quieten Snakemake, whose log file still has it all.

    With something to announce, which there is if something is to be measured, say it and have the runs say how far they are.
    """
    for handler in logging.getLogger("snakemake.logging").handlers:
        if not isinstance(handler, logging.FileHandler):
            handler.addFilter(lambda record: not is_between_jobs(record))
    if announcement and sys.stderr.isatty():
        os.environ[STARTED_VARIABLE] = str(time())
        announce(announcement)


def end(conclusion: str) -> None:
    """After the last job: the conclusion; where there is no terminal, how many runs count, which don't, and the report."""
    print(f"\n{conclusion}" if sys.stderr.isatty() else brief(conclusion), file=sys.stderr, flush=True)


def brief(conclusion: str) -> str:
    """The first line, the list of runs that don't count, and what comes after it."""
    lines = [line for line in conclusion.splitlines() if line]
    rest = next((place for place, line in enumerate(lines) if line == NOT_COUNTED or line.startswith(REPORT)), len(lines))
    return "\n".join([lines[0], *lines[rest:]])
