"""What other interpreters gain over the campaign's first one, in sentences. Pure functions of the tables."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from concbench.analysis.dataset import FigureData
from concbench.analysis.optimum import called
from concbench.common.formatting import three_digits, with_interval
from concbench.records.tables import known
from concbench.report.answers import Answer
from concbench.stats.ratios import log_makespans, ratio
from concbench.stats.verdicts import verdict

WORDS = {"faster": "faster", "slower": "slower", "same": "the same", "inconclusive": "inconclusive"}


def gains(data: FigureData) -> Iterator[Answer]:
    """An answer for each server and size of an experiment that was measured on several interpreters."""
    first = next(iter(data.campaign.interpreters))
    for (server, size), own in data.interpreters.groupby(["server", "size"], sort=False, dropna=False):
        varying = [(name, value) for name, value in (("server", server), ("size", size)) if name in data.conditions_vary]
        where = "".join(f", {name} {value}" for name, value in varying)
        there = data.fastest["server"].isna() | (data.fastest["server"] == server)
        configurations = data.fastest[there & (data.fastest["size"] == size)]
        said = [against_first(str(name), rows, first) for name, rows in own.groupby("interpreter", sort=False)]
        yield Answer(f"{data.experiment.name}{where}, by interpreter", (*best_of_all(configurations, first, data), *said))


def best_of_all(configurations: pd.DataFrame, first: str, data: FigureData) -> Iterator[str]:
    """The fastest on any interpreter beside the fastest on the first one; ``configurations`` are each contender's best."""
    configurations = configurations.sort_values("median_s")
    home = configurations[configurations["interpreter"] == first]
    if home.empty:
        return
    best, usual = configurations.iloc[0], home.iloc[0]
    if best["interpreter"] == first:
        yield f"{called(usual)} on {first} had the shortest median of all."
        return
    makespans = log_makespans(data.runs)
    found = ratio(makespans[usual["configuration"]], makespans[best["configuration"]])
    if found.interval is None:
        return
    times = with_interval(found.interval.estimate, found.interval.low, found.interval.high)
    floors = data.comparisons.loc[
        data.comparisons["configuration"].isin([best["configuration"], usual["configuration"]]), "noise_floor"
    ]
    decided = verdict(found.interval, data.campaign.margin, known(floors.max())) if found.paired else "inconclusive"
    yield (
        f"{called(best)} on {best['interpreter']} had the shortest median of all, {times} times as fast as {called(usual)},"
        f" the fastest on {first} (verdict: {decided})."
    )


def against_first(name: str, rows: pd.DataFrame, first: str) -> str:
    """``On py314, times as fast as on default: faster: threading 1.1; slower: multiprocessing 0.6.``"""
    if rows["speedup"].isna().all():
        return f"On {name} nothing was measured that could be compared."
    parts = []
    for decided, word in WORDS.items():
        own = rows[(rows["verdict"] == decided) & rows["speedup"].notna()]
        if len(own):
            parts.append(f"{word}: " + ", ".join(f"{called(row)} {three_digits(row['speedup'])}" for _, row in own.iterrows()))
    lost = rows[rows["speedup"].isna()]
    if len(lost):
        parts.append("not compared: " + ", ".join(called(row) for _, row in lost.iterrows()))
    return f"On {name}, times as fast as on {first}: {'; '.join(parts)}."
