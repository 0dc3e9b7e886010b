"""Name experiments, conditions and configurations as people call them; write confidence intervals in sentences."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import pandas as pd

from concbench.campaign import plugins
from concbench.campaign.campaign import CONTROL, Campaign
from concbench.campaign.titles import interpreter_title
from concbench.common.formatting import digits, digits_apart, three_digits
from concbench.records.conditions import Condition, conditions_that_vary
from concbench.records.tables import known

WORKERS = {
    "1": "1 worker",
    "cpus": "as many workers as CPUs",
    "all": "as many workers as items",
    "default": "its default number of workers",
}
NEAR = 0.01  # of a speed-up to 1: "1 times as fast" would say little


def titled(campaign: Campaign, runs: pd.DataFrame) -> Campaign:
    """Return the campaign with a title for each interpreter: ``CPython 3.11.7`` where the config gives none."""
    facts = runs.dropna(subset=["implementation", "python_version"]).groupby("interpreter")
    seen = facts[["implementation", "python_version"]].first()
    titles = {
        name: interpreter_title(campaign, name, *(seen.loc[name] if name in seen.index else ()))
        for name in campaign.interpreters
    }
    twice = {title for title in titles.values() if list(titles.values()).count(title) > 1}
    shown = {name: f"{title} ({name})" if title in twice else title for name, title in titles.items()}
    return replace(campaign, interpreter_titles=shown)


def experiment_name(campaign: Campaign, experiment: str) -> str:
    """Return the experiment's title with a capital: ``160 downloads``, ``Files hashed``; a bare name stays as it is."""
    title = campaign.experiments[experiment].title
    return title if title == experiment else title[:1].upper() + title[1:]


def condition_parts(campaign: Campaign, condition: Condition, vary: Collection[str]) -> list[str]:
    """Name those parts of a condition that ``vary``: ``["server near", "CPython 3.14.0", "40 items"]``."""
    names = {
        "server": f"server {condition.server}",
        "interpreter": interpreter_title(campaign, condition.interpreter),
        "size": "1 item" if condition.size == 1 else f"{condition.size} items",
    }
    return [name for column, name in names.items() if column in vary and getattr(condition, column) is not None]


def condition_name(campaign: Campaign, condition: Condition, vary: Collection[str]) -> str:
    """Name an experiment in one condition: ``160 downloads, server near``."""
    return ", ".join([experiment_name(campaign, condition.experiment), *condition_parts(campaign, condition, vary)])


def worker_count(workers: Any) -> str:
    """Write a number of workers, as it came out or as it was asked for: ``5 workers``; nothing where it isn't known."""
    if known(workers) is None:
        return ""
    text = workers if isinstance(workers, str) else f"{workers:.0f}"
    return WORKERS.get(text, f"{text} workers")


def contender_parts(contender: str, model: str, workers: Any) -> list[str]:
    """Return a contender's name and its number of workers; the name alone where its model always has one."""
    count = "" if plugins.model(model).single_worker else worker_count(workers)
    return [contender, count] if count else [contender]


def listed(contender: str, model: str, workers: Any) -> str:
    """Name a contender with its workers in a list: ``asyncio, 160 workers``, but ``sync`` alone."""
    return ", ".join(contender_parts(contender, model, workers))


def called(contender: str, model: str, workers: Any) -> str:
    """Name a contender with its workers in a sentence: ``asyncio with 160 workers``, but ``sync`` alone."""
    return " with ".join(contender_parts(contender, model, workers))


def configuration_names(campaign: Campaign, summary: pd.DataFrame) -> dict[str, str]:
    """Name all configurations of a summary by their ids: ``160 downloads: asyncio, 160 workers, server near``."""
    names = {}
    for experiment, own in summary.groupby("experiment", sort=False):
        vary, control = conditions_that_vary(own), campaign.experiments[str(experiment)].control
        for _, row in own.iterrows():
            again = row["contender"] == CONTROL
            workers = row["workers_asked"] if known(row["workers"]) is None else row["workers"]
            name = listed(str(control) if again else row["contender"], row["model"], workers)
            own_parts = condition_parts(campaign, Condition.of(row), vary)
            whole = ", ".join([name, *(["measured again"] if again else []), *own_parts])
            names[str(row["configuration"])] = f"{experiment_name(campaign, str(experiment))}: {whole}"
    return names


def times_as_fast(speedup: float, than: str = "") -> str:
    """Write ``2.5 times as fast as sync``; near 1 ``as fast as sync, to within 1 %``. In a list, ``than`` is left out."""
    if abs(speedup - 1) >= NEAR:
        return f"{three_digits(speedup)} times as fast{than and f' as {than}'}"
    within = f"within {NEAR * 100:.0f} %"
    return f"as fast as {than}, to {within}" if than else within


def confidence(low: float, high: float, level: float) -> str:
    """Write a confidence interval in a sentence: ``94 % CI 4.86 to 4.9``."""
    count = digits_apart(low, high)
    ends = "without width" if count is None else f"{digits(low, count)} to {digits(high, count)}"
    return f"{level * 100:.0f} % CI {ends}"


def percent(share: float) -> str:
    """Write a share: ``0.3 %``, ``14 %``."""
    return f"{share * 100:.1f} %" if abs(share) < 0.0995 else f"{share * 100:.0f} %"


def changed_by(share: float) -> str:
    """Write a change: ``rose by 20 %``, ``stayed the same``."""
    return f"{'rose' if share > 0 else 'fell'} by {percent(abs(share))}" if abs(share) >= 0.005 else "stayed the same"
