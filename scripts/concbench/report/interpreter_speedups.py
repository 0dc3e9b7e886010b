"""The gains of other interpreters over the campaign's first one, in sentences. Pure functions of the tables."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from concbench.analysis.dataset import FigureData
from concbench.analysis.optimum import called
from concbench.common.formatting import three_digits, with_interval
from concbench.records.conditions import Condition
from concbench.report.answers import Answer
from concbench.stats.verdicts import Verdict

WORDS = {
    Verdict.FASTER: "faster",
    Verdict.SLOWER: "slower",
    Verdict.SAME: "the same",
    Verdict.INCONCLUSIVE: "inconclusive",
}


def gains(data: FigureData) -> Iterator[Answer]:
    """Answer each server and size of an experiment that was measured on several interpreters."""
    first = next(iter(data.campaign.interpreters))
    for (server, size), own in data.interpreters.groupby(["server", "size"], sort=False, dropna=False):
        where = Condition.of(own.iloc[0]).appended_to(data.experiment.name, data.conditions_vary - {"interpreter"})
        there = data.fastest["server"].isna() | (data.fastest["server"] == server)
        configurations = data.fastest[there & (data.fastest["size"] == size)]
        said = [against_first(str(name), rows, first) for name, rows in own.groupby("interpreter", sort=False)]
        yield Answer(f"{where}, by interpreter", (*best_of_all(configurations, own, first), *said))


def best_of_all(configurations: pd.DataFrame, compared: pd.DataFrame, first: str) -> Iterator[str]:
    """Set the fastest on any interpreter beside the fastest on the first one.

    ``configurations`` are each contender's best, ``compared`` their rows of interpreters.csv.
    """
    configurations = configurations.sort_values("median_s")
    home = configurations[configurations["interpreter"] == first]
    if home.empty:
        return
    best, usual = configurations.iloc[0], home.iloc[0]
    if best["interpreter"] == first:
        yield f"{called(usual)} on {first} had the shortest median of all."
        return
    gain = compared[compared["configuration"] == best["configuration"]].iloc[0]
    if pd.isna(gain["over_fastest"]):
        return
    times = with_interval(gain["over_fastest"], gain["over_fastest_low"], gain["over_fastest_high"])
    yield (
        f"{called(best)} on {best['interpreter']} had the shortest median of all, {times} times as fast as {called(usual)},"
        f" the fastest on {first} (verdict: {gain['over_fastest_verdict']})."
    )


def against_first(name: str, rows: pd.DataFrame, first: str) -> str:
    """Say ``On py314, times as fast as on default: faster: threading 1.1; slower: multiprocessing 0.6.``"""
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
