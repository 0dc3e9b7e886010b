"""Test what the console passes on of Snakemake's events and messages, and its output after a campaign."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent

from concbench.workflow import console
from concbench.workflow.console import Events


def record(message: str | None, **known: object) -> logging.LogRecord:
    """Make a message as Snakemake does."""
    made = logging.LogRecord("snakemake.logging", logging.INFO, "", 0, message, None, None)
    made.__dict__.update(known)
    return made


class FakeProgress:
    """Notes what it is asked to show."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, object]] = []
        self.screen = self
        self.error: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        def note(value: object = None) -> None:
            self.asked.append((name, value))
            if self.error:
                raise self.error

        return note


def begins(job: int, rule: str, **wildcards: str) -> logging.LogRecord:
    return record(f"rule {rule}:", event=LogEvent.JOB_INFO, jobid=job, rule_name=rule, wildcards=wildcards)


def ends(job: int) -> logging.LogRecord:
    return record(f"Finished jobid: {job}", event=LogEvent.JOB_FINISHED, job_id=job)


def events_of(progress: FakeProgress) -> Events:
    shown: Any = progress
    return Events(shown)


def test_runs_and_micro_benchmarks_begin_and_end() -> None:
    progress = FakeProgress()
    events = events_of(progress)
    for one in (
        begins(7, "measure_run", campaign="x", run="io/block-1"),
        ends(7),
        begins(8, "measure_probe", probe="p"),
        ends(8),
    ):
        events.handle(one)
    assert progress.asked == [
        ("begin", "runs/io/block-1"), ("end", "runs/io/block-1"), ("begin", "probes/p"), ("end", "probes/p"),
    ]  # fmt: skip


def test_blocks_that_nodes_measure_end_in_any_order() -> None:
    progress = FakeProgress()
    events = events_of(progress)
    for one in (begins(1, "measure_block", block="1"), begins(2, "measure_block", block="2"), ends(2), ends(1)):
        events.handle(one)
    assert progress.asked == [("end_block", 2), ("end_block", 1)]


def test_the_state_goes_before_other_commands_but_not_between_blocks() -> None:
    progress = FakeProgress()
    events = events_of(progress)
    for one in (begins(1, "mark_block", block="1"), ends(1), record("a message")):
        events.handle(one)
    assert progress.asked == []
    events.handle(begins(2, "take_look", look="7-1a"))
    events.handle(ends(2))
    events.handle(ends(99))
    assert progress.asked == [("pause", None)]


def test_a_terminal_that_is_gone_ends_nothing() -> None:
    progress = FakeProgress()
    progress.error = BrokenPipeError()
    events_of(progress).handle(begins(7, "measure_run", run="r"))
    assert progress.asked == [("begin", "runs/r")]


def test_a_fault_in_what_is_shown_is_printed_and_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    progress = FakeProgress()
    progress.error = KeyError("r")
    events_of(progress).handle(begins(7, "measure_run", run="r"))
    assert "KeyError: 'r'" in capsys.readouterr().err


@pytest.fixture
def snakemakes() -> Iterator[logging.Logger]:
    """Return Snakemake's logger, with handlers as Snakemake makes them, and restore it."""
    logger = logging.getLogger("snakemake.logging")
    before = logger.handlers[:]
    logger.handlers[:] = [logging.StreamHandler()]
    yield logger
    logger.handlers[:] = before


def test_messages_leave_the_state_on_the_screen(snakemakes: logging.Logger) -> None:
    progress: Any = FakeProgress()
    console.begin(progress)
    stream, events = snakemakes.handlers
    assert isinstance(events, Events)
    assert not stream.filter(ends(7))
    assert progress.asked == []
    assert stream.filter(record("Error in rule", event=LogEvent.JOB_ERROR))
    assert progress.asked == [("leave", None)]


def test_without_progress_snakemake_is_quietened_too(snakemakes: logging.Logger) -> None:
    console.begin(None)
    (stream,) = snakemakes.handlers
    assert not stream.filter(ends(7))
    assert stream.filter(record("Exiting because a job execution failed."))


@pytest.mark.parametrize(
    ("asked", "quiet"),
    [
        (None, False),
        ({Quietness.HOST, Quietness.REASON, Quietness.RULES}, False),  # the profile's
        ({Quietness.PROGRESS, Quietness.RULES}, True),  # --quiet alone
        ({Quietness.ALL}, True),
    ],
)
def test_quiet_leaves_out_the_progress(asked: set[Quietness] | None, quiet: bool) -> None:
    assert console.is_quiet(asked) is quiet


def test_the_conclusion_is_printed_whole_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Campaign x: 3 of 4 runs count.\n\nio\ntable\n\x1b[2J\nReport: results/x/report.html\n"
    console.end(text)
    assert capsys.readouterr().err == "\n" + text.replace("\x1b", "\\x1b") + "\n"


def test_snakemakes_remarks_around_jobs_are_distinguished_from_its_errors() -> None:
    assert console.is_between_jobs(record("Select jobs to execute..."))
    assert console.is_between_jobs(record("Updating checkpoint dependencies."))
    assert console.is_between_jobs(record("1 of 2 steps done", event=LogEvent.PROGRESS))
    assert not console.is_between_jobs(record("Error in rule", event=LogEvent.JOB_ERROR))
    assert not console.is_between_jobs(record("Exiting because a job execution failed."))
