"""The answer in two sentences: who is fastest and by how much, and how many workers it takes. Pure functions of the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from concbench.analysis.dataset import FigureData
from concbench.analysis.findings import LEAST_BLOCKS
from concbench.analysis.optimum import as_fast, as_good, called, optimum, paired_configurations, swept
from concbench.common.formatting import three_digits, with_interval
from concbench.records.rows import CONDITION
from concbench.records.tables import known
from concbench.stats.verdicts import LEAST_LEVEL


@dataclass(frozen=True)
class Answer:
    """What a campaign says of one experiment in one condition; ``name`` tells which."""

    name: str
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.sentences)


def answers(data: FigureData) -> Iterator[Answer]:
    """An answer for each condition of an experiment, in the order of the config."""
    for condition, planned in data.summary.groupby(list(CONDITION), sort=False, dropna=False):
        under = "".join(f", {key} {value}" for key, value in zip(CONDITION, condition) if key in data.conditions_vary)
        besides = "".join(f", {key} {value}" for key, value in zip(CONDITION[:-1], condition) if key in data.conditions_vary)
        subject = f"{planned['size'].iloc[0]} × {data.experiment.work}{besides}"
        configurations = data.fastest[data.fastest["configuration"].isin(planned["configuration"])].merge(
            data.comparisons.drop(columns=["workers", "contender", "server"]), on="configuration", suffixes=("", "_compared")
        )
        if configurations.empty:
            yield Answer(data.experiment.name + under, (f"Of {subject} no run counts yet.",))
            continue
        configurations = configurations.sort_values("median_s", ignore_index=True)
        first = fastest_sentence(subject, configurations, data)
        yield Answer(data.experiment.name + under, (first, *second_sentence(planned, configurations, data)))


def worth(data: FigureData) -> Iterator[Answer]:
    """From which size of the job on each contender's best number of workers gains: for experiments with several sizes."""
    if len(data.experiment.sizes) < 2:
        return
    configurations = data.fastest.merge(
        data.comparisons[["configuration", "verdict", "baseline_configuration"]], on="configuration"
    )
    medians = data.summary.set_index("configuration")["median_s"]
    configurations = configurations[configurations["contender"] != data.experiment.baseline]
    for condition, own in configurations.groupby(["server", "interpreter"], sort=False, dropna=False):
        under = "".join(
            f", {key} {value}" for key, value in zip(("server", "interpreter"), condition) if key in data.conditions_vary
        )
        parts = [pays(str(name), rows, medians) for name, rows in own.groupby("contender", sort=False)]
        yield Answer(f"{data.experiment.name}{under}, by size", (f"{capitalised('; '.join(parts))}.",))


def pays(name: str, configurations: pd.DataFrame, medians: pd.Series) -> str:
    """``threading pays from 100 items on (a job of 0.9 s)``; ``configurations`` are one contender's, of several sizes."""
    configurations = configurations.sort_values("size", ascending=False)
    faster = configurations[(configurations["verdict"] == "faster").cummin()]
    if faster.empty:
        most = f"{configurations['size'].max()} items"
        return (
            f"{name}: inconclusive at {most}"
            if configurations["verdict"].iloc[0] == "inconclusive"
            else f"{name} doesn't pay up to {most}"
        )
    least = faster.iloc[-1]
    job = f"{least['size']} items on (a job of {three_digits(medians[least['baseline_configuration']])} s)"
    return f"{name} pays " + (f"from {job}" if len(faster) < len(configurations) else f"at all sizes, from {job}")


def fastest_sentence(subject: str, configurations: pd.DataFrame, data: FigureData) -> str:
    """Who is fastest, by how much, and who else may be; ``configurations`` are the contenders' best, the fastest first."""
    first, baseline = configurations.iloc[0], data.experiment.baseline
    rivals = as_fast(configurations, data)
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
    doubt = "" if first["verdict"] == "faster" else f" (verdict: {first['verdict']})"
    return f"{lead} is fastest, {speedup} times as fast as {baseline}{doubt}{alike}."


def second_sentence(planned: pd.DataFrame, configurations: pd.DataFrame, data: FigureData) -> Iterator[str]:
    """What the number of workers does, where it was varied; else what the others gain."""
    paired = paired_configurations(planned, data.comparisons)
    parts = [
        workers_in_words(name, paired[paired["contender"] == name], data.runs)
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
    """Of CPU-bound work, the most that any number of workers could give here."""
    most = known(configurations["speedup_limit"].max())
    reached = known(configurations["speedup"].max()) or 0
    told = not data.experiment.servers and most and most > max(1, reached)  # else the machine changed while it was measured
    return f"; this machine allows {three_digits(most)}" if most and told else ""


def workers_in_words(name: str, configurations: pd.DataFrame, runs: pd.DataFrame) -> str:
    """``threading: from 40 workers on, more change nothing that 5 blocks would show``"""
    good, tried, blocks = as_good(configurations, runs), configurations["workers"].astype(int), configurations["n"].min()
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
