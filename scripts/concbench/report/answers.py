"""Answer each experiment in sentences: the fastest contender, how the others compare, how many workers it takes.

Pure functions of the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

import pandas as pd

from concbench.analysis.dataset import FigureData
from concbench.analysis.findings import LEAST_BLOCKS
from concbench.analysis.naming import called, condition_name, confidence, percent
from concbench.analysis.optimum import as_fast, as_good, optimum, paired_configurations, swept
from concbench.common.formatting import three_digits
from concbench.records.conditions import Condition, by_condition
from concbench.records.tables import known
from concbench.stats.verdicts import DECIDED, LEAST_LEVEL, Verdict, relative


@dataclass(frozen=True)
class Answer:
    """The answer on one experiment in one condition, which ``name`` names."""

    name: str
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.sentences)


def answers(data: FigureData) -> Iterator[Answer]:
    """Answer each condition of an experiment, in the order of the config."""
    for condition, planned in by_condition(data.summary):
        name = condition_name(data.campaign, condition, data.conditions_vary)
        configurations = data.fastest[data.fastest["configuration"].isin(planned["configuration"])].merge(
            data.comparisons.drop(columns=["workers", "contender", "server"]), on="configuration", suffixes=("", "_compared")
        )
        if configurations.empty:
            yield Answer(name, ("No run counts yet.",))
            continue
        configurations = configurations.sort_values("median_s", ignore_index=True)
        first = fastest_sentence(configurations, data)
        others = further_sentences(planned, configurations, data)
        yield Answer(name, (first, *others, *control_sentences(condition, data)))


def worth(data: FigureData) -> Iterator[Answer]:
    """Answer from which size on each contender gains: for experiments with several sizes."""
    if len(data.experiment.sizes) < 2:
        return
    configurations = data.fastest.merge(
        data.comparisons[["configuration", "verdict", "baseline_configuration"]], on="configuration"
    )
    medians = data.summary.set_index("configuration")["median_s"]
    configurations = configurations[configurations["contender"] != data.experiment.baseline]
    for _, own in configurations.groupby(["server", "interpreter"], sort=False, dropna=False):
        where = condition_name(data.campaign, Condition.of(own.iloc[0]), data.conditions_vary - {"size"})
        parts = [pays(str(name), rows, medians) for name, rows in own.groupby("contender", sort=False)]
        yield Answer(f"{where}, by size", tuple(f"{part}." for part in parts))


def pays(name: str, configurations: pd.DataFrame, medians: pd.Series) -> str:
    """Write ``threading is worth it from 100 items on (a 0.9 s job)``; the rows are one contender's, of several sizes."""
    configurations = configurations.sort_values("size", ascending=False)
    faster = configurations[(configurations["verdict"] == Verdict.FASTER).cummin()]
    if faster.empty:
        most = f"{configurations['size'].max()} items"
        return (
            f"{name} is inconclusive at {most}, the largest size"
            if configurations["verdict"].iloc[0] == Verdict.INCONCLUSIVE
            else f"{name} is not worth it up to {most}"
        )
    least = faster.iloc[-1]
    job = f"{least['size']} items on (a {three_digits(medians[least['baseline_configuration']])} s job)"
    return f"{name} is worth it " + (f"from {job}" if len(faster) < len(configurations) else f"at all sizes, from {job}")


def name_of(configuration: pd.Series) -> str:
    return called(str(configuration["contender"]), str(configuration["model"]), configuration["workers"])


def joined(names: list[str]) -> str:
    """Join names: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def fastest_sentence(configurations: pd.DataFrame, data: FigureData) -> str:
    """Name the fastest, its gain, and who may be as fast; the rows are the contenders' best, the fastest first."""
    first, baseline = configurations.iloc[0], data.experiment.baseline
    name, rivals = name_of(first), [name_of(rival) for _, rival in as_fast(configurations).iterrows()]
    if len(configurations) == 1:
        alone = (
            f"{name} has the shortest median"
            if first["contender"] in swept(data.experiment)
            else f"Only {name} has runs that count"
        )
        return f"{alone}: {three_digits(first['median_s'])} s."
    if rivals and len(rivals) == len(configurations) - 1:
        others = rivals[0] if len(rivals) == 1 else f"any of the other {len(rivals)}"
        return f"There is no clear winner: {name} has the shortest median, but {others} may be as fast."
    alike = f" {joined(rivals)} may be as fast." if rivals else ""
    if first["contender"] == baseline:
        return f"{name} is fastest: no other contender gains anything.{alike}"
    if pd.isna(first["speedup"]):
        return f"{name} is fastest.{alike} {baseline} has no run to compare it with."
    times = f"{three_digits(first['speedup'])} times as fast as {baseline}"
    interval = confidence(first["speedup_low"], first["speedup_high"], first["level"])
    if first["level"] < LEAST_LEVEL:
        few = f"{first['blocks']} block{'s are' if first['blocks'] > 1 else ' is'} too few for a verdict, which takes"
        return f"{name} has the shortest median, {times}.{alike} But {few} {LEAST_BLOCKS}."
    if first["verdict"] == Verdict.FASTER:
        return f"{name} is fastest: {times} ({interval}).{alike}"
    return f"{name} has the shortest median, {times} ({interval}; {first['verdict']}).{alike}"


def further_sentences(planned: pd.DataFrame, configurations: pd.DataFrame, data: FigureData) -> Iterator[str]:
    """Describe the effect of the number of workers, where it was varied; else how the others compare with the baseline."""
    paired = paired_configurations(planned, data.comparisons)
    sweeps = [(name, paired[paired["contender"] == name]) for name in swept(data.experiment)]
    sentences = [f"{workers_in_words(name, own, data.comparisons)}." for name, own in sweeps if len(own) > 1]
    yield from sentences or compared_with_baseline(configurations, data)


def compared_with_baseline(configurations: pd.DataFrame, data: FigureData) -> Iterator[str]:
    """Compare all but the fastest with the baseline, a sentence for each verdict."""
    others, baseline = configurations.iloc[1:], data.experiment.baseline
    others = others[others["verdict"].notna() & others["speedup"].notna()]
    also = "Also faster" if known(configurations["verdict"].iloc[0]) == Verdict.FASTER else "Faster"
    leads = {
        Verdict.FASTER: f"{also} than {baseline}",
        Verdict.SAME: f"As fast as {baseline}",
        Verdict.SLOWER: f"Slower than {baseline}",
        Verdict.INCONCLUSIVE: f"Inconclusive, compared with {baseline}",
    }
    if len(as_fast(configurations)) == len(others):  # the first sentence says so
        del leads[Verdict.INCONCLUSIVE]
    for verdict, lead in leads.items():
        own = [row for _, row in others[others["verdict"] == verdict].iterrows()]
        times = [
            f"{name_of(row)} ({three_digits(row['speedup'])}{'' if place else ' times as fast'})"
            for place, row in enumerate(own)
        ]
        if own:
            yield f"{lead}: {joined(times)}."
    most, reached = known(configurations["speedup_limit"].max()), known(configurations["speedup"].max()) or 0
    if not data.experiment.servers and most and most > max(1, reached):  # else the machine's speed changed meanwhile
        yield f"This machine's CPUs allow {three_digits(most)} times at most, as measured."


def control_sentences(condition: Condition, data: FigureData) -> Iterator[str]:
    """Warn where the A/A control differs: smaller differences than that mean nothing."""
    for _, row in data.controls.iterrows():
        if row["verdict"] not in DECIDED or Condition.of(row) != condition:
            continue
        estimate, *ends = (relative(log(row[column])) for column in ("speedup", "speedup_low", "speedup_high"))
        interval = f"{row['level'] * 100:.0f} % CI {percent(min(ends))} to {percent(max(ends))}"
        name = called(str(row["baseline"]), str(row["model"]), row["workers"])
        yield f"Caution: {name}, measured twice, differed by {percent(estimate)} ({interval}). Ignore smaller differences here."


def workers_in_words(name: str, configurations: pd.DataFrame, comparisons: pd.DataFrame) -> str:
    """Write ``threading: 20 to 80 workers are fastest; more are slower``."""
    good = as_good(configurations, comparisons)
    tried, blocks = configurations["workers"].astype(int), configurations["n"].min()
    if blocks < LEAST_BLOCKS:
        best = optimum(configurations)["workers"]
        return f"{name}: of {tried.min()} to {tried.max()} workers, {best:.0f} had the shortest median"
    if len(good) == len(configurations):
        return f"{name}: {tried.min()} to {tried.max()} workers show no clear difference in {blocks} blocks"
    if good == [tried.max()]:
        return f"{name}: {good[0]} workers, the most tried, are fastest"
    if good[-1] == tried.max():
        return f"{name}: more than {good[0]} workers show no clear gain in {blocks} blocks"
    few = f"{good[0]} to {good[-1]} workers are" if len(good) > 1 else f"{good[0]} worker{'s are' if good[0] > 1 else ' is'}"
    return f"{name}: {few} fastest; more are slower"
