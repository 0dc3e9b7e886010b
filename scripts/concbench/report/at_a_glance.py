"""Make what readers see first: two findings in large letters, the bars beside them, and what to know before quoting them.

Pure functions of the tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.analysis.naming import contender_parts
from concbench.analysis.optimum import as_fast
from concbench.campaign.campaign import OWN
from concbench.common.formatting import three_digits
from concbench.measured.status import Status
from concbench.records.rows import WarningRow
from concbench.records.tables import known
from concbench.report.answers import Ranking, interval_of, is_swept, name_of, rankings, without_baseline
from concbench.report.wording import headed
from concbench.stats.interval_words import interval
from concbench.stats.verdicts import LEAST_LEVEL, Verdict

MOST_BARS = 8  # of a condition
ROOM = 1.02  # length of the axis ÷ the longest bar


@dataclass(frozen=True)
class Fact:
    """A finding in a few words: its subject above it, the details below, and where the page has more."""

    subject: str
    finding: str
    details: str
    link: str


@dataclass(frozen=True)
class Bar:
    """A configuration's speed-up over the baseline; lengths are shares of the axis, which begins at 0."""

    name: str
    speedup: str  # with its confidence interval, as in tables
    verdict: str
    length: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Bars:
    """The speed-ups of one condition on an axis of their own, the largest first."""

    title: str
    meaning: str  # of the numbers
    bars: Sequence[Bar]
    one: float  # where the baseline's own speed-up lies
    more: int  # configurations without a bar


@dataclass(frozen=True)
class Glance:
    """Findings and bars of the conditions that say most about a campaign."""

    facts: Sequence[Fact]
    bars: Sequence[Bars]


def glance(data: CampaignData) -> Glance:
    chosen = list(shown(data))
    return Glance([fact for fact, _ in chosen], [bars for _, bars in chosen if bars is not None])


def shown(data: CampaignData) -> Iterator[tuple[Fact, Bars | None]]:
    """Yield fact and bars of each condition; if there are more than two, of those with the largest and the smallest gain."""
    found = [(own, one) for own in map(data.experiment, data.campaign.experiments) for one in main_conditions(own)]
    gains = [(one.configurations["speedup"].iloc[0], place) for place, (_, one) in enumerate(found) if len(one.configurations)]
    gains = [gain for gain in gains if pd.notna(gain[0])]
    if len(found) <= 2 or len(gains) < 2:
        yield from ((finding(one, own), bars_of(one, own)) for own, one in found[:2])
        return
    for lead, (_, place) in (("Largest gain", max(gains)), ("Smallest gain", min(gains))):
        own, one = found[place]
        fact = finding(one, own)
        yield replace(fact, subject=f"{lead} of {len(gains)}: {fact.subject}"), bars_of(one, own)


def main_conditions(data: FigureData) -> Iterator[Ranking]:
    """Yield an experiment's conditions: with work of the user's own, those of the largest size, which is recommended for."""
    for ranking in rankings(data):
        if data.experiment.workload != OWN or ranking.condition.size == max(data.experiment.sizes):
            yield ranking


def finding(ranking: Ranking, data: FigureData) -> Fact:
    """State the contender with the shortest median, its speed-up, and how sure that is."""
    link = f"#experiment-{data.experiment.name}"
    if ranking.configurations.empty:
        return Fact(ranking.name, "No answer yet", "No run counts.", link)
    first, baseline = ranking.configurations.iloc[0], data.experiment.baseline
    contender, *workers = contender_parts(str(first["contender"]), str(first["model"]), first["workers"])
    place = standing(ranking, data)
    if first["contender"] == baseline or pd.isna(first["speedup"]):
        alone = [] if first["contender"] == baseline else [without_baseline(baseline)]
        median = f"{three_digits(first['median_s'])} s{''.join(f' with {one}' for one in workers)}."
        return Fact(ranking.name, contender, " ".join([median, place, *alone]), link)
    sure = [interval_of(first)] if first["level"] >= LEAST_LEVEL else []
    doubt = [str(first["verdict"])] if sure and first["verdict"] != Verdict.FASTER else []
    brackets = f" ({'; '.join([*sure, *doubt])})" if sure else ""
    with_workers = "".join(f", with {one}" for one in workers)
    said = f"as fast as {baseline}{with_workers}{brackets}. {place}"
    return Fact(ranking.name, f"{contender}: {three_digits(first['speedup'])}×", said, link)


def standing(ranking: Ranking, data: FigureData) -> str:
    """Say how the contender with the shortest median stands among the others."""
    first, contenders = ranking.configurations.iloc[0], len(ranking.configurations)
    if contenders == 1:
        swept = is_swept(str(first["contender"]), ranking.planned, data)
        return "Its best number of workers." if swept else "No other contender has runs that count."
    if first["level"] < LEAST_LEVEL:
        return f"Shortest median of {contenders} contenders, in too few blocks for a verdict."
    rivals = len(as_fast(ranking.configurations))
    if rivals:
        return f"Shortest median of {contenders} contenders; {rivals} other{'s' if rivals > 1 else ''} may be as fast."
    return f"Fastest of {contenders} contenders."


def bars_of(ranking: Ranking, data: FigureData) -> Bars | None:
    """Return the bars of a condition; None if nothing is compared with its baseline."""
    rows = ranking.configurations
    if rows.empty:
        return None
    rows = rows.dropna(subset=["speedup"]).sort_values("speedup", ascending=False)
    if rows["verdict"].isna().all():
        return None
    drawn = rows.head(MOST_BARS)
    axis = ROOM * max(1.0, *(float(value) for column in ("speedup", "speedup_high") for value in drawn[column].dropna()))
    meaning = headed(f"speed-up over {data.experiment.baseline}", drawn["level"])
    more = len(ranking.configurations) - len(drawn)
    return Bars(ranking.name, meaning, [bar(row, axis) for _, row in drawn.iterrows()], 1 / axis, more)


def bar(row: pd.Series, axis: float) -> Bar:
    speedup = interval(row["speedup"], row["speedup_low"], row["speedup_high"], row["level"])
    ends = [None, None]
    if known(row["verdict"]) and row["level"] > 0:
        ends = [row["speedup_low"] / axis, row["speedup_high"] / axis]
    return Bar(name_of(row), speedup, known(row["verdict"]) or "baseline", row["speedup"] / axis, *ends)


def trust(runs: pd.DataFrame, warnings: Sequence[WarningRow]) -> Fact:
    """State what to know before quoting a figure: warnings, and runs that don't count."""
    lost, kinds = int((runs["status"] != Status.OK).sum()), len({warning.warning for warning in warnings})
    counted = f"{lost} of {len(runs)} runs don't count." if lost else "Every run counts."
    if not warnings:
        return Fact("Before you quote a figure", "No warnings", counted, "#warnings")
    number = f"{len(warnings)} warning{'s' if len(warnings) > 1 else ''}"
    of_kinds = f"They are of {kinds} kinds. " if kinds > 1 else ""
    return Fact("Before you quote a figure", number, f"{of_kinds}{counted}", "#warnings")
