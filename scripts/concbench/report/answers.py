"""Answer each experiment in sentences: the fastest contender, how the others compare, how many workers it takes.

Pure functions of the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

import pandas as pd

from concbench.analysis.dataset import FigureData
from concbench.analysis.naming import called, condition_name, confidence, percent
from concbench.analysis.optimum import as_fast, paired_configurations, swept, workers_in_words
from concbench.common.formatting import three_digits
from concbench.records.conditions import Condition, by_condition
from concbench.records.tables import known
from concbench.stats.verdicts import DECIDED, LEAST_BLOCKS, LEAST_LEVEL, Verdict, relative


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
    """Write ``threading is shown to be worth it from 100 items on (a 0.9 s job); 20 and 50 items are inconclusive``.

    The rows are one contender's, of several sizes.
    """
    configurations = configurations.sort_values("size", ascending=False)
    faster = configurations[(configurations["verdict"] == Verdict.FASTER).cummin()]
    largest, verdict = f"{configurations['size'].max()} items", configurations["verdict"].iloc[0]
    if len(faster):
        least = faster.iloc[-1]
        job = f"{least['size']} items on (a {three_digits(medians[least['baseline_configuration']])} s job)"
        said = "is worth it at all sizes, from" if len(faster) == len(configurations) else "is shown to be worth it from"
        said = f"{said} {job}"
    elif verdict == Verdict.INCONCLUSIVE:
        return f"{name} is inconclusive at {largest}, the largest size"
    elif configurations["verdict"].isin([Verdict.FASTER, Verdict.INCONCLUSIVE]).any():
        said = f"is not worth it at {largest}, the largest size"
    else:
        said = f"is not worth it up to {largest}"
    unclear = configurations[configurations["verdict"] == Verdict.INCONCLUSIVE]["size"].sort_values()
    return f"{name} {said}{f'; inconclusive at {joined([str(size) for size in unclear])} items' if len(unclear) else ''}"


def name_of(configuration: pd.Series) -> str:
    return called(str(configuration["contender"]), str(configuration["model"]), configuration["workers"])


def joined(names: list[str]) -> str:
    """Join names: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def fastest_sentence(configurations: pd.DataFrame, data: FigureData) -> str:
    """Name the fastest, its gain, and who may be as fast; the rows are the contenders' best, the fastest first."""
    first, baseline, several = configurations.iloc[0], data.experiment.baseline, first_is_swept(configurations, data)
    rivals = [name_of(rival) for _, rival in as_fast(configurations).iterrows()]
    if len(configurations) == 1:
        alone = f"{name_of(first)} has the shortest median" if several else f"Only {name_of(first)} has runs that count"
        return f"{alone}: {three_digits(first['median_s'])} s."
    shortest = f"{name_of(first)} has the shortest median"
    if first["level"] < LEAST_LEVEL:
        few = f"{first['blocks']} block{'s are' if first['blocks'] > 1 else ' is'} too few for a verdict, which takes"
        return f"{', '.join([shortest, *times_as_fast(first, baseline)])}. But {few} {LEAST_BLOCKS}."
    if rivals:
        return undecided_sentence(configurations, rivals, baseline)
    among = f" of {len(configurations)} contenders" if len(configurations) > 2 else ""
    if first["contender"] == baseline:
        return f"{name_of(first)} is fastest{among}: no other contender gains anything."
    if pd.isna(first["speedup"]):
        return f"{name_of(first)} is fastest{among}. {baseline} has no run to compare it with."
    (times,) = times_as_fast(first, baseline)
    if first["verdict"] != Verdict.FASTER:
        return f"{shortest}, {times} ({interval_of(first)}; {first['verdict']})."
    if several:
        _, _, with_workers = name_of(first).rpartition(" with ")
        return f"{first['contender']} is fastest{among}: with {with_workers} {times} ({interval_of(first)})."
    return f"{name_of(first)} is fastest{among}: {times} ({interval_of(first)})."


def first_is_swept(configurations: pd.DataFrame, data: FigureData) -> bool:
    return bool(configurations["contender"].iloc[0] in swept(data.experiment))


def times_as_fast(first: pd.Series, baseline: str) -> list[str]:
    """Write ``2.5 times as fast as sync``, for all but the baseline and where there is nothing to compare with."""
    if first["contender"] == baseline or pd.isna(first["speedup"]):
        return []
    return [f"{three_digits(first['speedup'])} times as fast as {baseline}"]


def interval_of(first: pd.Series) -> str:
    return confidence(first["speedup_low"], first["speedup_high"], first["level"])


def undecided_sentence(configurations: pd.DataFrame, rivals: list[str], baseline: str) -> str:
    """Name the contender with the shortest median, and the rivals, which may be as fast."""
    first, contenders = configurations.iloc[0], len(configurations)
    if len(rivals) == contenders - 1:
        among = f" among {contenders} contenders" if contenders > 2 else ""
        others = rivals[0] if len(rivals) == 1 else f"any of the other {len(rivals)}"
        return f"There is no clear winner{among}: {name_of(first)} has the shortest median, but {others} may be as fast."
    said = f"{name_of(first)} has the shortest median of {contenders} contenders"
    if first["contender"] == baseline:
        return f"{said}: none of the others is shown to gain anything. {joined(rivals)} may be as fast."
    if pd.isna(first["speedup"]):
        return f"{said}. {joined(rivals)} may be as fast. {baseline} has no run to compare it with."
    faster = first["verdict"] == Verdict.FASTER
    interval = interval_of(first) + ("" if faster else f"; {first['verdict']}")
    alike = f"{joined(rivals)} may be as fast."
    if faster and baseline_is_rival(configurations, baseline):
        alike = best_of_many(contenders, rivals)
    return f"{said}, {times_as_fast(first, baseline)[0]} ({interval}). {alike}"


def baseline_is_rival(configurations: pd.DataFrame, baseline: str) -> bool:
    """Tell whether the baseline may be as fast as the first."""
    return baseline in set(as_fast(configurations)["contender"])


def best_of_many(contenders: int, rivals: list[str]) -> str:
    """Explain why a rival that is slower in its own comparison may be as fast."""
    return f"But it is the best of {contenders}, which chance favours: {joined(rivals)} may be as fast."


def further_sentences(planned: pd.DataFrame, configurations: pd.DataFrame, data: FigureData) -> Iterator[str]:
    """Describe the effect of the number of workers, where it was varied; else how the others compare with the baseline."""
    paired = paired_configurations(planned, data.comparisons)
    sweeps = [(name, paired[paired["contender"] == name]) for name in swept(data.experiment)]
    sentences = [f"{workers_in_words(name, own, data.comparisons)}." for name, own in sweeps if len(own) > 1]
    yield from sentences or compared_with_baseline(configurations, data)


def compared_with_baseline(configurations: pd.DataFrame, data: FigureData) -> Iterator[str]:
    """Compare all but the fastest with the baseline, a sentence for each verdict."""
    others, baseline, rivals = configurations.iloc[1:], data.experiment.baseline, as_fast(configurations)
    others = others[others["verdict"].notna() & others["speedup"].notna()]
    also = "Also faster" if known(configurations["verdict"].iloc[0]) == Verdict.FASTER else "Faster"
    alone = ", compared with it alone" if baseline_is_rival(configurations, baseline) else ""
    leads = {
        Verdict.FASTER: f"{also} than {baseline}{alone}",
        Verdict.SAME: f"As fast as {baseline}",
        Verdict.SLOWER: f"Slower than {baseline}{alone}",
        Verdict.INCONCLUSIVE: f"Inconclusive, compared with {baseline}",
    }
    if configurations["contender"].iloc[0] == baseline:  # the first sentence says that they may be as fast
        others = others[~(others["verdict"].isin(DECIDED) & others["contender"].isin(rivals["contender"]))]
    if len(rivals) == len(configurations) - 1 and configurations["level"].iloc[0] >= LEAST_LEVEL:  # the first sentence says so
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
