"""Answer each experiment in sentences: the fastest contender, how the others compare, how many workers it takes.

Pure functions of the tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

import pandas as pd

from concbench.analysis.dataset import FigureData
from concbench.analysis.naming import called, condition_name, confidence, percent, times_as_fast
from concbench.analysis.optimum import as_fast, paired_configurations, swept, workers_in_words
from concbench.common.formatting import three_digits
from concbench.records.conditions import Condition, by_condition
from concbench.records.tables import known
from concbench.report.wording import least_blocks
from concbench.stats.verdicts import DECIDED, LEAST_LEVEL, Verdict, relative

RANKS = {Verdict.SLOWER: -1, Verdict.SAME: 0, Verdict.FASTER: 1}


@dataclass(frozen=True)
class Answer:
    """The answer on one experiment in one condition, which ``name`` names."""

    name: str
    sentences: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(self.sentences)


@dataclass(frozen=True)
class Ranking:
    """The contenders of an experiment in one condition, each with its best configuration, the shortest median first."""

    condition: Condition
    name: str  # of the experiment in this condition
    planned: pd.DataFrame  # rows of the summary
    configurations: pd.DataFrame  # those of the best configurations, with their comparisons; empty if no run counts


def rankings(data: FigureData) -> Iterator[Ranking]:
    """Rank the contenders in each condition on the interpreters that are installed, in the order of the config."""
    compared = data.comparisons.drop(columns=["workers", "contender", "server"])
    for condition, planned in by_condition(data.summary[~data.summary["interpreter"].isin(data.absent)]):
        own = data.fastest[data.fastest["configuration"].isin(planned["configuration"])]
        configurations = own.merge(compared, on="configuration", suffixes=("", "_compared"))
        name = condition_name(data.campaign, condition, data.conditions_vary)
        yield Ranking(condition, name, planned, configurations.sort_values("median_s", ignore_index=True))


def answers(data: FigureData) -> Iterator[Answer]:
    """Answer each condition of an experiment."""
    for ranking in rankings(data):
        if ranking.configurations.empty:
            yield Answer(ranking.name, ("No run counts yet.",))
            continue
        first = fastest_sentence(ranking.planned, ranking.configurations, data)
        others = further_sentences(ranking.planned, ranking.configurations, data)
        yield Answer(ranking.name, (first, *others, *control_sentences(ranking.condition, data)))


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
    """Write ``threading: shown to be worth it from 100 items on (a 0.9 s job); inconclusive at 20 and 50 items``.

    The rows are one contender's, of several sizes.
    """
    return f"{name}: {when_it_pays(configurations, medians)}"


def when_it_pays(configurations: pd.DataFrame, medians: pd.Series) -> str:
    """Write ``shown to be worth it from 100 items on (a 0.9 s job); inconclusive at 20 and 50 items``."""
    configurations = configurations.sort_values("size", ascending=False)
    faster = configurations[(configurations["verdict"] == Verdict.FASTER).cummin()]
    largest, verdict = f"{configurations['size'].max()} items", configurations["verdict"].iloc[0]
    if len(faster):
        least = faster.iloc[-1]
        job = f"{least['size']} items on (a {three_digits(medians[least['baseline_configuration']])} s job)"
        said = "worth it at all sizes, from" if len(faster) == len(configurations) else "shown to be worth it from"
        said = f"{said} {job}"
    elif verdict == Verdict.INCONCLUSIVE:
        return f"inconclusive at {largest}, the largest size"
    elif configurations["verdict"].isin([Verdict.FASTER, Verdict.INCONCLUSIVE]).any():
        said = f"not worth it at {largest}, the largest size"
    else:
        said = f"not worth it up to {largest}"
    unclear = configurations[configurations["verdict"] == Verdict.INCONCLUSIVE]["size"].sort_values()
    return f"{said}{f'; inconclusive at {joined([str(size) for size in unclear])} items' if len(unclear) else ''}"


def name_of(configuration: pd.Series) -> str:
    return called(str(configuration["contender"]), str(configuration["model"]), configuration["workers"])


def joined(names: list[str]) -> str:
    """Join names: ``a, b and c``."""
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))


def fastest_sentence(planned: pd.DataFrame, configurations: pd.DataFrame, data: FigureData) -> str:
    """Name the fastest, its gain, and who may be as fast; ``configurations`` are the contenders' best, the fastest first.

    A contender stands after a colon, never before a verb: its name may be a plural, such as ``threads``.
    """
    first, baseline = configurations.iloc[0], data.experiment.baseline
    several = is_swept(str(first["contender"]), planned, data)
    rivals = [name_of(rival) for _, rival in as_fast(configurations).iterrows()]
    if len(configurations) == 1:
        alone = "Shortest median" if several else "Only one contender has runs that count"
        return f"{alone}: {name_of(first)}, {three_digits(first['median_s'])} s."
    if first["level"] < LEAST_LEVEL:
        few = f"{first['blocks']} block{'s are' if first['blocks'] > 1 else ' is'} too few for a verdict, which takes"
        shortest = ", ".join([name_of(first), *over_baseline(first, baseline)])
        return f"Shortest median: {shortest}. But {few} {least_blocks(data.campaign)}."
    if rivals:
        undecided = undecided_sentence(configurations, rivals, baseline, data.campaign.margin)
        return " ".join([undecided, *ahead_of_first(configurations)])
    fastest = f"Fastest of {len(configurations)} contenders" if len(configurations) > 2 else "Fastest"
    if first["contender"] == baseline:
        return f"{fastest}: {name_of(first)}. No other contender gains anything."
    if pd.isna(first["speedup"]):
        return f"{fastest}: {name_of(first)}. {without_baseline(baseline)}"
    (times,) = over_baseline(first, baseline)
    if first["verdict"] != Verdict.FASTER:
        return f"Shortest median: {name_of(first)}, {times} ({interval_of(first)}; {first['verdict']})."
    if several:
        _, _, with_workers = name_of(first).rpartition(" with ")
        return f"{fastest}: {first['contender']}, with {with_workers} {times} ({interval_of(first)})."
    return f"{fastest}: {name_of(first)}, {times} ({interval_of(first)})."


def is_swept(name: str, planned: pd.DataFrame, data: FigureData) -> bool:
    """Tell whether a contender has several numbers of workers; ``[2, cpus]`` may turn out to be one."""
    return name in swept(data.experiment) and planned[planned["contender"] == name]["workers"].nunique() > 1


def without_baseline(baseline: str) -> str:
    return f"There is no run of {baseline} to compare it with."


def over_baseline(first: pd.Series, baseline: str) -> list[str]:
    """Write ``2.5 times as fast as sync``, for all but the baseline and where there is nothing to compare with."""
    if first["contender"] == baseline or pd.isna(first["speedup"]):
        return []
    return [times_as_fast(first["speedup"], baseline)]


def interval_of(first: pd.Series) -> str:
    return confidence(first["speedup_low"], first["speedup_high"], first["level"])


def undecided_sentence(configurations: pd.DataFrame, rivals: list[str], baseline: str, margin: float) -> str:
    """Name the contender with the shortest median, and the rivals, which may be as fast."""
    first, contenders = configurations.iloc[0], len(configurations)
    alike = best_of_many(contenders, rivals, margin) if apart(configurations, baseline) else perhaps(rivals, margin)
    if len(rivals) == contenders - 1:
        among = f" among {contenders} contenders" if contenders > 2 else ""
        return f"No clear winner{among}. Shortest median: {name_of(first)}. {alike}"
    said = f"Shortest median of {contenders} contenders: {name_of(first)}"
    if first["contender"] == baseline:
        faster = configurations["verdict"].eq(Verdict.FASTER).any()  # the medians may rank otherwise than the ratios
        return f"{said}. {'' if faster else 'None of the others is shown to be faster. '}{alike}"
    if pd.isna(first["speedup"]):
        return f"{said}. {alike} {without_baseline(baseline)}"
    verdict = "" if first["verdict"] == Verdict.FASTER else f"; {first['verdict']}"
    return f"{said}, {over_baseline(first, baseline)[0]} ({interval_of(first)}{verdict}). {alike}"


def ahead_of_first(configurations: pd.DataFrame) -> Iterator[str]:
    """Name those that are faster than the first by ratios within blocks: medians may be of unlike blocks."""
    rivals = as_fast(configurations)
    ahead = rivals[rivals["vs_fastest_level"].ge(LEAST_LEVEL) & rivals["vs_fastest_high"].lt(1)]
    if len(ahead):
        yield f"Faster than that in the blocks that both have: {joined([name_of(one) for _, one in ahead.iterrows()])}."


def perhaps(rivals: list[str], margin: float) -> str:
    return f"Perhaps as fast, to within {margin * 100:g} %: {joined(rivals)}."


def best_of_many(contenders: int, rivals: list[str], margin: float) -> str:
    """Explain why a rival that is slower in its own comparison may be as fast."""
    luck = f"But luck has a part in being the best of {contenders}."
    return f"{luck} {perhaps(rivals, margin)} Verdicts compare two contenders at a time."


def rank(configuration: pd.Series, baseline: str) -> float:
    """Return where a configuration stands by its comparison with the baseline alone: 1 if faster, -1 if slower."""
    return 0 if configuration["contender"] == baseline else RANKS.get(known(configuration["verdict"]), float("nan"))


def apart(configurations: pd.DataFrame, baseline: str) -> bool:
    """Tell whether the verdicts rank a rival below the first, though it may be as fast."""
    first = rank(configurations.iloc[0], baseline)
    return any(rank(rival, baseline) < first for _, rival in as_fast(configurations).iterrows())


def further_sentences(planned: pd.DataFrame, configurations: pd.DataFrame, data: FigureData) -> Iterator[str]:
    """Describe the effect of the number of workers, where it was varied; else how the others compare with the baseline."""
    paired = paired_configurations(planned, data.comparisons)
    sweeps = [(name, paired[paired["contender"] == name]) for name in swept(data.experiment)]
    sentences = [f"{workers_in_words(name, own, data.comparisons)}." for name, own in sweeps if own["workers"].nunique() > 1]
    yield from sentences or compared_with_baseline(configurations, data)


def compared_with_baseline(configurations: pd.DataFrame, data: FigureData) -> Iterator[str]:
    """Compare all but the fastest with the baseline, a sentence for each verdict."""
    others, baseline, rivals = configurations.iloc[1:], data.experiment.baseline, as_fast(configurations)
    others = others[others["verdict"].notna() & others["speedup"].notna()]
    also = "Also faster" if known(configurations["verdict"].iloc[0]) == Verdict.FASTER else "Faster"
    alone = ", compared with it alone" if apart(configurations, baseline) else ""
    leads = {
        Verdict.FASTER: f"{also} than {baseline}{alone}",
        Verdict.SAME: f"As fast as {baseline}{alone}",
        Verdict.SLOWER: f"Slower than {baseline}{alone}",
        Verdict.INCONCLUSIVE: f"Inconclusive, compared with {baseline}",
    }
    if len(rivals) == len(configurations) - 1 and configurations["level"].iloc[0] >= LEAST_LEVEL:  # the first sentence says so
        del leads[Verdict.INCONCLUSIVE]
    for verdict, lead in leads.items():
        own = [row for _, row in others[others["verdict"] == verdict].iterrows()]
        if own:
            yield f"{lead}: {joined(listed_speedups(own))}."
    most, reached = known(configurations["speedup_limit"].max()), known(configurations["speedup"].max()) or 0
    if not data.experiment.servers and most and most > max(1, reached):  # else the machine's speed changed meanwhile
        yield f"This machine's CPUs allow {three_digits(most)} times at most, as measured."


def listed_speedups(configurations: list[pd.Series]) -> list[str]:
    """Name configurations with their speed-ups; ``times as fast`` stands after the first number alone."""
    listed: list[str] = []
    for row in configurations:
        speedup = times_as_fast(row["speedup"])
        if any("times as fast" in one for one in listed):
            speedup = speedup.removesuffix(" times as fast")
        listed.append(f"{name_of(row)} ({speedup})")
    return listed


def control_sentences(condition: Condition, data: FigureData) -> Iterator[str]:
    """Warn where the A/A control differs: something disturbed the runs, and may have made other differences as large."""
    for _, row in data.controls.iterrows():
        if row["verdict"] not in DECIDED or Condition.of(row) != condition:
            continue
        estimate, *ends = (relative(log(row[column])) for column in ("speedup", "speedup_low", "speedup_high"))
        interval = f"{row['level'] * 100:.0f} % CI {percent(min(ends))} to {percent(max(ends))}"
        name = called(str(row["baseline"]), str(row["model"]), row["workers"])
        differed = f"{name}, measured twice, differed by {percent(estimate)} ({interval})"
        yield f"Caution: {differed}. Distrust smaller differences here."
