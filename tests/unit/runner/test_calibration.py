"""Test the server's limits, read from the output of wrk."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from concbench.runner.calibration import Ceiling, headroom, least_s, rate

REPORT = """Running 1s test @ http://127.0.0.1:1/0
  1 threads and 100 connections
  13 requests in 1.10s, 2.62KB read
{errors}Requests/sec:     11.50
Transfer/sec:      2.31KB
"""


def test_the_rate_is_read() -> None:
    assert rate(REPORT.format(errors="")) == 11.5


@pytest.mark.parametrize("errors", ["Non-2xx or 3xx responses: 13", "Socket errors: connect 3, read 0, write 0, timeout 0"])
def test_a_rate_with_errors_is_none(errors: str) -> None:
    with pytest.raises(ValueError, match="wrk reported errors"):
        rate(REPORT.format(errors=f"  {errors}\n"))


def test_no_rate_is_an_error() -> None:
    with pytest.raises(ValueError, match="no rate"):
        rate("unable to connect to 127.0.0.1:1 Connection refused")


def test_the_headroom_is_over_the_run_that_asks_most() -> None:
    ceilings = [Ceiling("one", 1000, 100), Ceiling("other", 2000, 500)]
    assert least_s(ceilings, 100, 0) == pytest.approx(0.05 + 0.025)
    assert least_s(ceilings, 0, 10) == pytest.approx(5 * (0.01 - 0.001) + 5 * (0.002 - 0.0005))
    columns: dict[str, Any] = {
        "configuration": ["slow", "fast", "bad"],
        "block": 1,
        "status": ["ok", "ok", "failed"],
        "items_ok": [100, 100, None],
    }
    titles = {name: f"the {name} one" for name in columns["configuration"]}
    runs = pd.DataFrame({**columns, "connections": 0, "makespan_s": [7.5, 0.15, None]})
    assert headroom(ceilings, runs, titles) == (
        "headroom 2.0 × over the most demanding run, the fast one, block 1: 100 requests over 0 connections in 0.150 s"
    )
    assert headroom(ceilings, runs[2:], titles) == "no run with this server profile has been measured yet"
