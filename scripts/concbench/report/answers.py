"""The answer in two sentences: who is fastest and by how much, and how many workers it takes. Pure functions of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from concbench.analysis.dataset import FigureData
from concbench.analysis.findings import LEAST_BLOCKS
from concbench.analysis.optimum import as_fast, as_good, called, optimum, paired_configurations, swept
from concbench.common.formatting import three_digits, with_interval
from concbench.records.conditions import Condition, by_condition
from concbench.records.tables import known
from concbench.stats.verdicts import LEAST_LEVEL, Verdict


@dataclass(frozen=True)
class Answer:
    """An answer about one experiment in one condition; ``name`` tells which."""

    name: str
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.sentences)


def answers(data: FigureData) -> Iterator[Answer]:
    """Answer each condition of an experiment, in the order of the config."""
    for condition, planned in by_condition(data.summary):
        name = condition.appended_to(data.experiment.name, data.conditions_vary)
        subject = condition.appended_to(f"{condition.size} × {data.experiment.work}", data.conditions_vary - {"size"})
        configurations = data.fastest[data.fastest["configuration"].isin(planned["configuration"])].merge(
            data.comparisons.drop(columns=["workers", "contender", "server"]), on="configuration", suffixes=("", "_compared")
        )
        if configurations.empty:
            yield Answer(name, (f"Of {subject} no run counts yet.",))
            continue
        configurations = configurations.sort_values("median_s", ignore_index=True)
        first = fastest_sentence(subject, configurations, data)
        yield Answer(name, (first, *second_sentence(planned, configurations, data)))


def worth(data: FigureData) -> Iterator[Answer]:
    """Tell from which size of the job on each contender's best number of workers gains: for experiments with several."""
    if len(data.experiment.sizes) < 2:
        return
    configurations = data.fastest.merge(
        data.comparisons[["configuration", "verdict", "baseline_configuration"]], on="configuration"
    )
    medians = data.summary.set_index("configuration")["median_s"]
    configurations = configurations[configurations["contender"] != data.experiment.baseline]
    for _, own in configurations.groupby(["server", "interpreter"], sort=False, dropna=False):
        where = Condition.of(own.iloc[0]).appended_to(data.experiment.name, data.conditions_vary - {"size"})
        parts = [pays(str(name), rows, medians) for name, rows in own.groupby("contender", sort=False)]
        yield Answer(f"{where}, by size", (f"{capitalised('; '.join(parts))}.",))


def pays(name: str, configurations: pd.DataFrame, medians: pd.Series) -> str:
    """Say ``threading pays from 100 items on (a job of 0.9 s)``; ``configurations`` are one contender's, of several sizes."""
    configurations = configurations.sort_values("size", ascending=False)
    faster = configurations[(configurations["verdict"] == Verdict.FASTER).cummin()]
    if faster.empty:
        most = f"{configurations['size'].max()} items"
        return (
            f"{name}: inconclusive at {most}"
            if configurations["verdict"].iloc[0] == Verdict.INCONCLUSIVE
            else f"{name} doesn't pay up to {most}"
        )
    least = faster.iloc[-1]
    job = f"{least['size']} items on (a job of {three_digits(medians[least['baseline_configuration']])} s)"
    return f"{name} pays " + (f"from {job}" if len(faster) < len(configurations) else f"at all sizes, from {job}")


def fastest_sentence(subject: str, configurations: pd.DataFrame, data: FigureData) -> str:
    """Say who is fastest, by how much, and who else may be; ``configurations`` are the contenders' best, fastest first."""
    first, baseline = configurations.iloc[0], data.experiment.baseline
    rivals = [called(rival) for _, rival in as_fast(configurations).iterrows()]
    lead = f"For {subject}, {called(first)}"
    if len(configurations) == 1:
        return f"{lead} is all that counts so far: {three_digits(first['median_s'])} s."
    if rivals and len(rivals) == len(configurations) - 1:
        return f"{lead} had the shortest median, but so far none of the {len(configurations)} can be told from it."
    alike = f", and {', '.join(rivals)} can't be told from it" if rivals else ""
    if first["contender"] == baseline:
        return f"{lead} is fastest: none of the others gains anything{alike}."
    if pd.isna(first["speedup"]):
        return f"{lead} is fastest{alike}; {baseline} has no run to compare it with."
    speedup = with_interval(first["speedup"], first["speedup_low"], first["speedup_high"])
    if first["level"] < LEAST_LEVEL:
        few = f"with fewer than {LEAST_BLOCKS} blocks, here {first['blocks']}, there is no verdict"
        return f"{lead} had the shortest median, {speedup} times as fast as {baseline}{alike}; but {few}."
    doubt = "" if first["verdict"] == Verdict.FASTER else f" (verdict: {first['verdict']})"
    return f"{lead} is fastest, {speedup} times as fast as {baseline}{doubt}{alike}."


def second_sentence(planned: pd.DataFrame, configurations: pd.DataFrame, data: FigureData) -> Iterator[str]:
    """Say how much the number of workers matters, where it was varied; else how much the others gain."""
    paired = paired_configurations(planned, data.comparisons)
    parts = [
        workers_in_words(name, paired[paired["contender"] == name], data.comparisons)
        for name in swept(data.experiment)
        if (paired["contender"] == name).sum() > 1
    ]
    if parts:
        yield f"{capitalised('; '.join(parts))}."
        return
    others = configurations.iloc[1:]
    others = others[others["verdict"].notna() & others["speedup"].notna()]
    if len(others):
        said = ", ".join(
            f"{called(configuration)} {three_digits(configuration['speedup'])}" for _, configuration in others.iterrows()
        )
        yield f"Times as fast as {data.experiment.baseline}: {said}{limit(configurations, data)}."


def limit(configurations: pd.DataFrame, data: FigureData) -> str:
    """Say the most that any number of workers could give here, of CPU-bound work."""
    most = known(configurations["speedup_limit"].max())
    reached = known(configurations["speedup"].max()) or 0
    told = not data.experiment.servers and most and most > max(1, reached)  # else the machine changed while it was measured
    return f"; this machine allows {three_digits(most)}" if most and told else ""


def workers_in_words(name: str, configurations: pd.DataFrame, comparisons: pd.DataFrame) -> str:
    """Say ``threading: from 40 workers on, more change nothing that 5 blocks would show``"""
    good = as_good(configurations, comparisons)
    tried, blocks = configurations["workers"].astype(int), configurations["n"].min()
    if blocks < LEAST_BLOCKS:
        best = optimum(configurations)["workers"]
        return f"{name}: {best:.0f} workers had the shortest median of {tried.min()} to {tried.max()}"
    if len(good) == len(configurations):
        return f"{name}: from {tried.min()} to {tried.max()} workers there is no difference that {blocks} blocks would show"
    if good == [tried.max()]:
        return f"{name}: the most workers tried, {good[0]}, are best"
    if good[-1] == tried.max():
        return f"{name}: from {good[0]} workers on, more change nothing that {blocks} blocks would show"
    few = f"{good[0]} to {good[-1]}" if len(good) > 1 else f"{good[0]}"
    return f"{name}: {few} workers are best, and more are slower"


def capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]
