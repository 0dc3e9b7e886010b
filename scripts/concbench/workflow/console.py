"""Write to the console around a campaign. Without a terminal, only the end is reported."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Iterator
from time import time

from snakemake_interface_logger_plugins.common import LogEvent

from concbench.common.formatting import NOT_COUNTED, RECOMMENDATION, REPORT, printable
from concbench.common.variables import STARTED_VARIABLE

BETWEEN_JOBS = (LogEvent.JOB_STARTED, LogEvent.JOB_FINISHED, LogEvent.PROGRESS)
SAID_BETWEEN_JOBS = (
    "Select jobs to execute...",
    "DAG of jobs will be updated after completion.",
    "Updating checkpoint dependencies.",
)


def is_between_jobs(record: logging.LogRecord) -> bool:
    """Check whether a message is one of those that Snakemake writes around every job."""
    return getattr(record, "event", None) in BETWEEN_JOBS or record.getMessage() in SAID_BETWEEN_JOBS


def announce(text: str | None) -> None:
    """Print what will be measured, if anything will."""
    if text:
        print(text, file=sys.stderr, flush=True)


def begin(announcement: str | None) -> None:
    """Quieten Snakemake before the first job; its log file still contains everything.

    If there is something to announce and a terminal, print it and let each run print its progress.
    """
    for handler in logging.getLogger("snakemake.logging").handlers:
        if not isinstance(handler, logging.FileHandler):
            handler.addFilter(lambda record: not is_between_jobs(record))
    if announcement and sys.stderr.isatty():
        os.environ[STARTED_VARIABLE] = str(time())
        announce(announcement)


def end(conclusion: str) -> None:
    """Print the conclusion after the last job; without a terminal only its brief form."""
    conclusion = printable(conclusion)
    print(f"\n{conclusion}" if sys.stderr.isatty() else brief(conclusion), file=sys.stderr, flush=True)


def brief(conclusion: str) -> str:
    """Return the conclusion's first line, recommendations, list of runs that don't count, and path of the report."""
    lines = conclusion.splitlines()
    rest = next((place for place, line in enumerate(lines) if line == NOT_COUNTED or line.startswith(REPORT)), len(lines))
    return "\n".join([lines[0], *recommended(lines[1:rest]), *filter(None, lines[rest:])])


def recommended(lines: Iterable[str]) -> Iterator[str]:
    """Yield the recommendations: their headings, and the lines below each that are indented or begin with a dash."""
    inside = False
    for line in lines:
        if line.startswith(RECOMMENDATION):
            inside = True
        elif line and not line.startswith(("- ", "  ")):
            inside = False
        if inside:
            yield line
