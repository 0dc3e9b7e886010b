"""Name experiments, conditions and configurations as people call them, never by their ids; write confidence intervals."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd

from concbench.campaign.campaign import CONTROL, Campaign
from concbench.common.formatting import three_digits
from concbench.records.conditions import Condition, conditions_that_vary
from concbench.records.tables import known

WORKERS = {"1": "", "cpus": "as many workers as CPUs", "all": "as many workers as items"}


def experiment_name(campaign: Campaign, experiment: str) -> str:
    """Return the experiment's title; without one its name and its work: ``cpu, 4 or 8 × sum_squares``."""
    own = campaign.experiments[experiment]
    sizes = " or ".join(map(str, own.sizes))
    return f"{own.name}, {sizes} × {own.work}"


def interpreter_name(campaign: Campaign, interpreter: str) -> str:
    """Return the interpreter's title; without one its name in the config."""
    return interpreter


def condition_parts(campaign: Campaign, condition: Condition, vary: Collection[str]) -> list[str]:
    """Name those parts of a condition that ``vary``: ``["server near", "CPython 3.14.0", "40 items"]``."""
    names = {
        "server": f"server {condition.server}",
        "interpreter": interpreter_name(campaign, condition.interpreter),
        "size": f"{condition.size} items",
    }
    return [name for column, name in names.items() if column in vary and getattr(condition, column) is not None]


def condition_name(campaign: Campaign, condition: Condition, vary: Collection[str]) -> str:
    """Name an experiment in one condition: ``160 downloads, server near``."""
    return ", ".join([experiment_name(campaign, condition.experiment), *condition_parts(campaign, condition, vary)])


def worker_count(workers: Any) -> str:
    """Write a number of workers, as it came out or as it was asked for; nothing for one, and where it isn't known."""
    if known(workers) is None:
        return ""
    text = str(workers) if isinstance(workers, str) else f"{workers:.0f}"
    return WORKERS.get(text, f"{text} workers")


def listed(contender: str, workers: Any) -> str:
    """Name a contender with its workers in a list: ``asyncio, 160 workers``, but ``sync`` alone."""
    return ", ".join(filter(None, [contender, worker_count(workers)]))


def called(contender: str, workers: Any) -> str:
    """Name a contender with its workers in a sentence: ``asyncio with 160 workers``, but ``sync`` alone."""
    return " with ".join(filter(None, [contender, worker_count(workers)]))


def configuration_names(campaign: Campaign, summary: pd.DataFrame) -> dict[str, str]:
    """Name all configurations of a summary by their ids: ``160 downloads: asyncio, 160 workers, server near``."""
    names = {}
    for experiment, own in summary.groupby("experiment", sort=False):
        vary, control = conditions_that_vary(own), campaign.experiments[str(experiment)].control
        for _, row in own.iterrows():
            workers = row["workers_asked"] if known(row["workers"]) is None else row["workers"]
            again = row["contender"] == CONTROL
            name = f"{listed(str(control), workers)}, measured again" if again else listed(row["contender"], workers)
            parts = condition_parts(campaign, Condition.of(row), vary)
            names[str(row["configuration"])] = f"{experiment_name(campaign, str(experiment))}: {', '.join([name, *parts])}"
    return names


def confidence(low: float, high: float, level: float) -> str:
    """Write a confidence interval in a sentence: ``94 % CI 4.86 to 4.9``."""
    return f"{level * 100:.0f} % CI {three_digits(low)} to {three_digits(high)}"


def percent(share: float) -> str:
    """Write a share: ``0.3 %``, ``14 %``."""
    return f"{share * 100:.1f} %" if abs(share) < 0.0995 else f"{share * 100:.0f} %"
