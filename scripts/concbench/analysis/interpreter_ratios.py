"""Compare every configuration with the same one on the campaign's first interpreter, and with the fastest there."""

from __future__ import annotations

import pandas as pd

from concbench.analysis.comparisons import Comparer
from concbench.campaign.campaign import CONTROL, Campaign
from concbench.records.rows import InterpreterRow
from concbench.records.tables import known

PLACE = ["experiment", "server", "size"]  # a condition without its interpreter
SAME = [*PLACE, "contender", "workers_asked"]  # the same configuration on another interpreter


def compare_interpreters(
    campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame, comparisons: pd.DataFrame
) -> list[InterpreterRow]:
    """Make a row for each configuration on another interpreter, in the order of the summary.

    ``noise_floor`` is the larger difference of the two conditions' A/A controls.
    """
    first, comparer = next(iter(campaign.interpreters)), Comparer.of(campaign, runs)
    own = summary[summary["contender"] != CONTROL]
    home = own[own["interpreter"] == first]
    measured = home.dropna(subset=["median_s"])
    fastest = measured.loc[measured.groupby(PLACE, dropna=False, sort=False)["median_s"].idxmin()]
    matched = own[own["interpreter"] != first].merge(home[[*SAME, "configuration"]], on=SAME, suffixes=("", "_at_home"))
    matched = matched.merge(fastest[[*PLACE, "configuration"]], on=PLACE, how="left", suffixes=("", "_fastest"))
    configurations, floors = own.set_index("configuration", drop=False), comparisons.set_index("configuration")["noise_floor"]
    rows = []
    for _, one in matched.iterrows():
        here, at_home = one["configuration"], one["configuration_at_home"]
        row = comparer.compared(
            InterpreterRow, configurations.loc[here], configurations.loc[at_home], known(floors[[here, at_home]].max())
        )
        row.baseline_interpreter = first
        if known(one["configuration_fastest"]):
            fill_fastest(row, one["configuration_fastest"], comparer, floors)
        rows.append(row)
    return rows


def fill_fastest(row: InterpreterRow, fastest: str, comparer: Comparer, floors: pd.Series) -> None:
    """Compare a configuration with the fastest one on the first interpreter."""
    found = comparer.ratio(fastest, row.configuration)
    row.fastest_configuration = fastest
    if found.interval:
        row.over_fastest, row.over_fastest_level = found.interval.estimate, found.interval.level
        row.over_fastest_low, row.over_fastest_high = found.interval.low, found.interval.high
        row.over_fastest_verdict = comparer.verdict(found, known(floors[[row.configuration, fastest]].max()))
