"""The line that a run ends with: its place, and the time left."""

from __future__ import annotations

import pytest

from concbench.common import progress, variables
from concbench.common.progress import Step


def test_time_left_is_the_forecast_at_the_pace_so_far() -> None:
    step = Step(place=10, steps=40, until_s=50, after_s=150)
    assert step.line("sync  1.0 s", elapsed_s=100) == "[10 of 40, 5 min left]  sync  1.0 s"
    assert Step(40, 40, 200, 0).line("sync", 100) == "[40 of 40, now tables and figures]  sync"


def test_a_step_is_said_where_somebody_watches_and_else_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(variables.STARTED_VARIABLE, raising=False)
    progress.say("sync  1.0 s", Step(1, 2, 1, 1).to_json())
    assert capsys.readouterr().err == ""
    monkeypatch.setenv(variables.STARTED_VARIABLE, "0")
    progress.say("sync  1.0 s", Step(1, 2, 1, 1).to_json())
    assert capsys.readouterr().err.startswith("[1 of 2, ")
    progress.say("by hand", None)
    assert capsys.readouterr().err == "by hand\n"
