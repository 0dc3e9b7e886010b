"""Test the progress line: a run's place, and the time left."""

from __future__ import annotations

import pytest

from concbench.common import progress, variables
from concbench.common.progress import Step


def test_time_left_is_the_forecast_at_the_pace_so_far() -> None:
    step = Step(place=10, steps=40, until_s=50, after_s=150, title="sync")
    assert step.line("1.0 s", elapsed_s=100) == "[10 of 40, 5 min left]  sync  1.0 s"
    assert Step(40, 40, 200, 0).line("1.0 s", 100) == "[40 of 40, tables and figures next]  1.0 s"


def test_a_step_is_printed_only_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv(variables.STARTED_VARIABLE, raising=False)
    progress.say("1.0 s", Step(1, 2, 1, 1, "sync").to_json(), "sync")
    assert capsys.readouterr().err == ""
    monkeypatch.setenv(variables.STARTED_VARIABLE, "0")
    progress.say("1.0 s", Step(1, 2, 1, 1, "sync").to_json(), "sync")
    assert capsys.readouterr().err.startswith("[1 of 2, ")
    progress.say("1.0 s", None, "by hand")
    assert capsys.readouterr().err == "by hand  1.0 s\n"
