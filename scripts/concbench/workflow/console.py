"""Write to the console: what will be measured, how far it is, and the conclusion. Snakemake's own messages are fewer."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any

from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent

from concbench.common.formatting import printable
from concbench.workflow.progress import Progress

BETWEEN_JOBS = (LogEvent.JOB_STARTED, LogEvent.JOB_FINISHED, LogEvent.PROGRESS)
SAID_BETWEEN_JOBS = (
    "Select jobs to execute...",
    "DAG of jobs will be updated after completion.",
    "Updating checkpoint dependencies.",
)
KINDS = {"measure_run": ("runs", "run"), "measure_probe": ("probes", "probe")}  # of records, by rule; and the wildcard
BLOCK_RULE = "measure_block"  # measures a block on a node
SILENT_RULE = "mark_block"  # between two blocks; it prints nothing


def is_between_jobs(record: logging.LogRecord) -> bool:
    """Check whether a message is one of those that Snakemake writes around every job."""
    return getattr(record, "event", None) in BETWEEN_JOBS or record.getMessage() in SAID_BETWEEN_JOBS


def is_quiet(asked: Collection[Quietness] | None) -> bool:
    """Check whether ``--quiet`` leaves out the progress; the announcement and the conclusion always come."""
    return not {Quietness.PROGRESS, Quietness.ALL}.isdisjoint(asked or ())


class Events(logging.Handler):
    """Passes Snakemake's events on to the progress: which run begins, and which has ended.

    Snakemake logs both in the thread that starts jobs, so that nothing is written while a run is timed.
    """

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress
        self.running: dict[int, tuple[str, Mapping[str, str]]] = {}  # rule and wildcards, by number of the job

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on an event. A terminal that is gone, or a fault in what is shown, ends no campaign."""
        event: Any = record
        try:
            if getattr(record, "event", None) == LogEvent.JOB_INFO:
                self.running[event.jobid] = (event.rule_name, event.wildcards)
                self.begin(event.rule_name, event.wildcards)
            elif getattr(record, "event", None) == LogEvent.JOB_FINISHED:
                self.end(*self.running.pop(event.job_id, ("", {})))
        except OSError:
            return
        except Exception:
            self.handleError(record)

    def begin(self, rule: str, wildcards: Mapping[str, str]) -> None:
        if rule in KINDS:
            folder, wildcard = KINDS[rule]
            self.progress.begin(f"{folder}/{wildcards[wildcard]}")
        elif rule not in (SILENT_RULE, BLOCK_RULE):
            self.progress.pause()  # its command may print

    def end(self, rule: str, wildcards: Mapping[str, str]) -> None:
        if rule in KINDS:
            folder, wildcard = KINDS[rule]
            self.progress.end(f"{folder}/{wildcards[wildcard]}")
        elif rule == BLOCK_RULE:
            self.progress.end_block(int(wildcards["block"]))


def announce(text: str | None) -> None:
    """Print what will be measured, if anything will."""
    if text:
        print(text, file=sys.stderr, flush=True)


def begin(progress: Progress | None) -> None:
    """Quieten Snakemake before the first job, and show the progress if there is any. Its log file still contains everything."""
    logger = logging.getLogger("snakemake.logging")
    for handler in logger.handlers:
        if not isinstance(handler, logging.FileHandler):
            handler.addFilter(quietened(progress.screen.leave if progress else lambda: None))
    if progress:
        logger.addHandler(Events(progress))


def quietened(before: Callable[[], None]) -> Callable[[logging.LogRecord], bool]:
    """Make a filter for Snakemake's messages, which calls ``before`` if one is going to be printed."""

    def passes(record: logging.LogRecord) -> bool:
        if is_between_jobs(record):
            return False
        before()
        return True

    return passes


def end(conclusion: str) -> None:
    """Print the conclusion after the last job."""
    print(f"\n{printable(conclusion)}", file=sys.stderr, flush=True)
