"""Compare every configuration with the same one on the campaign's first interpreter, and with the fastest there."""

from __future__ import annotations

import pandas as pd

from concbench.analysis.comparisons import Comparer
from concbench.analysis.optimum import may_be_best
from concbench.campaign.campaign import CONTROL, Campaign
from concbench.records.rows import InterpreterRow
from concbench.records.tables import known

PLACE = ["experiment", "server", "size"]  # a condition without its interpreter
SAME = [*PLACE, "contender", "workers_asked"]  # the same configuration on another interpreter


def compare_interpreters(campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame) -> list[InterpreterRow]:
    """Make a row for each configuration on another interpreter, in the order of the summary."""
    first, comparer = next(iter(campaign.interpreters)), Comparer.of(campaign, runs)
    own = summary[summary["contender"] != CONTROL]
    home = own[own["interpreter"] == first]
    measured = home.dropna(subset=["median_s"])
    fastest = measured.loc[measured.groupby(PLACE, dropna=False, sort=False)["median_s"].idxmin()]
    matched = own[own["interpreter"] != first].merge(home[[*SAME, "configuration"]], on=SAME, suffixes=("", "_at_home"))
    matched = matched.merge(fastest[[*PLACE, "configuration"]], on=PLACE, how="left", suffixes=("", "_fastest"))
    configurations = own.set_index("configuration", drop=False)
    rows = []
    for _, one in matched.iterrows():
        here, at_home = one["configuration"], one["configuration_at_home"]
        row = comparer.compared(InterpreterRow, configurations.loc[here], configurations.loc[at_home])
        row.baseline_interpreter = first
        if known(one["configuration_fastest"]):
            fill_fastest(row, one["configuration_fastest"], comparer)
        rows.append(row)
    by_name = {row.configuration: row for row in rows}
    for _, rivals in own.dropna(subset=["median_s"]).groupby(PLACE, dropna=False, sort=False):
        best = str(rivals.sort_values("median_s")["configuration"].iloc[0])
        if best in by_name and by_name[best].fastest_configuration:
            fill_choice(by_name[best], list(rivals["configuration"]), comparer)
    return rows


def fill_fastest(row: InterpreterRow, fastest: str, comparer: Comparer) -> None:
    """Compare a configuration with the fastest one on the first interpreter."""
    found = comparer.ratio(fastest, row.configuration)
    row.fastest_configuration = fastest
    if found.interval:
        row.over_fastest, row.over_fastest_level = found.interval.estimate, found.interval.level
        row.over_fastest_low, row.over_fastest_high = found.interval.low, found.interval.high
        row.over_fastest_verdict = comparer.verdict(found)


def fill_choice(best: InterpreterRow, rivals: list[str], comparer: Comparer) -> None:
    """Tell whether the fastest on the first interpreter may be as fast as the best of all, which was chosen from the rivals."""
    ratios = {name: comparer.ratio(name, best.configuration) for name in rivals}
    may_be = may_be_best(ratios, comparer.makespans, best.configuration, comparer.campaign)
    best.fastest_may_be_as_fast = may_be[str(best.fastest_configuration)]
