"""Compare other interpreters with the campaign's first one, in sentences. Pure functions of the tables."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from concbench.analysis.dataset import FigureData
from concbench.analysis.naming import condition_name, confidence, times_as_fast
from concbench.campaign.campaign import Campaign
from concbench.campaign.titles import interpreter_title
from concbench.records.conditions import Condition
from concbench.records.tables import known
from concbench.report.answers import Answer, best_of_many, name_of
from concbench.stats.verdicts import Verdict

WORDS = {
    Verdict.FASTER: "Faster",
    Verdict.SLOWER: "Slower",
    Verdict.SAME: "The same",
    Verdict.INCONCLUSIVE: "Inconclusive",
}


def gains(data: FigureData) -> Iterator[Answer]:
    """Answer each server and size of an experiment that was measured on several interpreters."""
    first = next(iter(data.campaign.interpreters))
    for (server, size), own in data.interpreters.groupby(["server", "size"], sort=False, dropna=False):
        where = condition_name(data.campaign, Condition.of(own.iloc[0]), data.conditions_vary - {"interpreter"})
        there = data.fastest["server"].isna() | (data.fastest["server"] == server)
        configurations = data.fastest[there & (data.fastest["size"] == size)]
        own = own[~own["interpreter"].isin(data.absent)]
        said = [against_first(str(name), rows, data.campaign) for name, rows in own.groupby("interpreter", sort=False)]
        best = best_of_all(configurations, own, first, data.campaign)
        yield Answer(f"{where}, by interpreter", (*best, *said))


def best_of_all(configurations: pd.DataFrame, compared: pd.DataFrame, first: str, campaign: Campaign) -> Iterator[str]:
    """Compare the fastest on any interpreter with the fastest on the first one.

    ``configurations`` are each contender's best, ``compared`` their rows of interpreters.csv.
    """
    configurations = configurations.sort_values("median_s")
    home = configurations[configurations["interpreter"] == first]
    if home.empty:
        return
    best, usual = configurations.iloc[0], home.iloc[0]
    leads = f"Shortest median of all: {name_of(best)} on {interpreter_title(campaign, best['interpreter'])}."
    if best["interpreter"] == first:
        yield leads
        return
    gain = compared[compared["configuration"] == best["configuration"]].iloc[0]
    if pd.isna(gain["over_fastest"]):
        return
    interval = confidence(gain["over_fastest_low"], gain["over_fastest_high"], gain["over_fastest_level"])
    there = f"{name_of(usual)}, the fastest on {interpreter_title(campaign, first)}"
    times = times_as_fast(gain["over_fastest"], there)
    faster = f"It is {times} ({interval}; {gain['over_fastest_verdict']})."
    by_chance = gain["over_fastest_verdict"] == Verdict.FASTER and bool(known(gain["fastest_may_be_as_fast"]))
    yield " ".join(
        [leads, faster, *([best_of_many(len(configurations), [name_of(usual)], campaign.margin)] if by_chance else [])]
    )


def against_first(interpreter: str, rows: pd.DataFrame, campaign: Campaign) -> str:
    """Write ``CPython 3.14.0, in times as fast as CPython 3.11.7: faster: threading (1.1); slower: sync (0.6).``"""
    here, there = (interpreter_title(campaign, name) for name in (interpreter, next(iter(campaign.interpreters))))
    if rows["speedup"].isna().all():
        return f"{here}: no run to compare."
    parts = []
    for decided, word in WORDS.items():
        own = rows[(rows["verdict"] == decided) & rows["speedup"].notna()]
        if len(own):
            times = [f"{name_of(row)} ({times_as_fast(row['speedup'])})" for _, row in own.iterrows()]
            parts.append(f"{word}: {', '.join(times)}.")
    lost = rows[rows["speedup"].isna()]
    if len(lost):
        parts.append(f"Not compared: {', '.join(name_of(row) for _, row in lost.iterrows())}.")
    return f"{here} compared with {there}. {' '.join(parts)}"
