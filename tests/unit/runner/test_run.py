"""Test that a run that others interfere with is repeated, and recorded as ``interfered`` if they always do."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from concbench.measured.cgroups import MOST_THROTTLED, Throttled
from concbench.measured.protocol import Answer, Checking, NotMeasured, answer_to_json
from concbench.measured.status import Status
from concbench.records.run_record import Measured, RunRecord, RunSpec
from concbench.runner import interference as interference_room
from concbench.runner import run
from concbench.runner.interference import BusyTime, Throttling
from concbench.runner.observed import Observed
from concbench.runner.run import Certificates, Limits, interference, let_run, measure

NONE = Certificates(Path("none"))


def measured(status: Status = Status.OK, background_cpu: float = 0.0, share: float | None = None) -> Measured:
    return Measured(status, makespan_s=1.0, background_cpu=background_cpu, throttled_periods=3, throttled_share=share)


@pytest.fixture(autouse=True)
def quota(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "cpu_quota", lambda: 1.5)


def test_how_long_a_quota_stopped_a_run_is_a_share_of_its_time() -> None:
    before, after = BusyTime(0, 10.0, 0, Throttled(2, 1.0)), BusyTime(0, 14.0, 0, Throttled(5, 3.0))
    assert Throttling.between(before, after) == Throttling(3, 0.5)


def test_without_a_quota_nothing_is_known_of_it() -> None:
    assert Throttling.between(BusyTime(0, 1.0, 0), BusyTime(0, 2.0, 0)) == Throttling(None, None)


@pytest.mark.parametrize("status", [Status.OK, Status.SERVER_BOUND])
def test_a_run_that_a_quota_stopped_does_not_count(status: Status) -> None:
    assert (
        interference(measured(status, share=0.5), limit=1)
        == "the quota of 1.5 CPUs stopped the run 3 times, for 50% of its time,"
    )


@pytest.mark.parametrize(
    "one",
    [
        measured(share=MOST_THROTTLED),
        measured(share=0.0),
        measured(share=None),
        measured(Status.FAILED, share=0.9),
        measured(Status.TIMEOUT, background_cpu=0.9),
        measured(background_cpu=0.05),
    ],
)
def test_a_run_that_nothing_interfered_with_counts_or_has_another_reason(one: Measured) -> None:
    assert interference(one, limit=0.05) is None


def test_other_programs_interfere_as_before() -> None:
    assert interference(measured(background_cpu=0.2), limit=0.05) == "other programs used 20% of the CPU time"


@pytest.mark.parametrize(
    ("shares", "attempts", "status", "reason"),
    [
        ([0.0], 1, Status.OK, None),
        ([0.6, 0.01], 2, Status.OK, None),
        (
            [0.6, 0.6, 0.4],
            3,
            Status.INTERFERED,
            "the quota of 1.5 CPUs stopped the run 3 times, for 40% of its time, in the last of 3 attempts",
        ),
    ],
)
def test_a_run_that_a_quota_stopped_is_measured_again(
    shares: list[float],
    attempts: int,
    status: Status,
    reason: str | None,
    spec: Callable[..., RunSpec],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left = list(shares)
    monkeypatch.setattr(run, "attempt", lambda *asked: RunRecord(asked[0], measured(share=left.pop(0))))
    with (tmp_path / "log").open("wb") as log:
        record = measure(spec(), Limits(1, 1.0, 3), NONE, log)
    assert (record.measured.attempts, record.measured.status, record.measured.reason) == (attempts, status, reason)


class Answering:
    """Stand in for the pipe to a measured process, and note what happens."""

    others: tuple[int, ...] = ()
    process = SimpleNamespace(pid=0)

    def __init__(self, happened: list[str], *answers: Answer) -> None:
        self.happened, self.answers = happened, list(answers)
        self.looks: list[Callable[[], None]] = []

    def tell(self, line: str) -> None:
        self.happened.append(line)

    def answer(self, until: float) -> str:
        answer = self.answers.pop(0)
        self.happened.append(type(answer).__name__)
        for look in self.looks:
            look()
        return answer_to_json(answer)

    def finish(self, seconds: float) -> None:
        self.happened.append("end")


def test_what_others_do_while_results_are_checked_is_not_laid_to_the_timed_part(monkeypatch: pytest.MonkeyPatch) -> None:
    happened: list[str] = []
    moments = iter([BusyTime(10.0, 100.0, 4.0), BusyTime(12.0, 101.0, 5.0)])  # 2 s of CPU time in 1 s, half of it by others

    def now() -> BusyTime:
        happened.append("look")
        return next(moments)

    monkeypatch.setattr(BusyTime, "now", now)
    monkeypatch.setattr(interference_room, "allowed_cpus", lambda: 2)
    observed = Observed("2026-11-26T00:00:00.000+00:00", 1)
    process: Any = Answering(happened, Checking(), NotMeasured(Status.INVALID, "wrong"))
    let_run(process, None, 60, observed)
    assert happened == ["look", "go", "Checking", "look", "NotMeasured", "end"]
    assert observed.background_cpu == 0.5
    assert observed.result == NotMeasured(Status.INVALID, "wrong")


def test_the_interpreter_that_is_not_there_is_named_without_its_escapes(spec: Callable[..., RunSpec]) -> None:
    with Path(os.devnull).open("wb") as log:
        record = run.attempt(spec(interpreter="\x1b[31mpython\a"), Limits(1), NONE, log)
    assert record.measured.reason == "interpreter not found: ?[31mpython?"
