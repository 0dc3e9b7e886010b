"""Synthetic campaigns with work of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from concbench.analysis.dataset import FigureData
from concbench.campaign.campaign_reader import campaign_of
from support import factories

FILE = "tests/own_work/squares.py"
CONTENDERS: dict[str, Any] = {
    "sync": {"model": "sync"},
    "threads": {"model": "thread_pool", "workers": [2, 4, 8]},
    "processes": {"model": "process_pool_executor", "workers": [2]},
}
NEAR = (1.0, 1.001, 0.999, 1.002, 0.998, 1.0015, 0.9985)  # a little noise


def steady(median: float, noise: float = 1.0) -> list[float | str]:
    """Return seven elapsed times around a median; ``noise`` multiplies their distance from it."""
    return [median * (1 + noise * (near - 1)) for near in NEAR]


def own_config(**experiment: Any) -> dict[str, Any]:
    """Return the config of an experiment with work of the user's own, of 7 blocks."""
    own = {"title": "my work", "workload": "own", "options": {"file": FILE}, "sizes": [100], "contenders": CONTENDERS}
    return factories.config(7, **{**own, **experiment})


def own_data(folder: Path, times: factories.Times, budget_minutes: float | None = None, **experiment: Any) -> FigureData:
    """Return the tables of such a campaign, given the elapsed times of ``contender`` or ``contender/workers``."""
    config = own_config(**experiment)
    if budget_minutes is not None:
        config |= {"budget_minutes": budget_minutes, "repetitions": factories.UNTIL_DECIDED}
        times = {name: [*values, *["missing"] * 10] for name, values in times.items()}
    return factories.synthetic(folder, campaign_of(config), times).experiment("cpu")
