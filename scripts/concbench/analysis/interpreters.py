"""Compare every configuration with the same on the campaign's first interpreter: other tables in, interpreters.csv out."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from concbench.analysis.comparisons import Comparer
from concbench.campaign.campaign import CONTROL, Campaign
from concbench.records.rows import InterpreterRow
from concbench.records.tables import known
from concbench.stats.ratios import log_makespans

SAME = [
    "experiment",
    "contender",
    "server",
    "workers_asked",
    "size",
]  # what a configuration has in common with itself elsewhere


def compare_interpreters(
    campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame, comparisons: pd.DataFrame
) -> list[InterpreterRow]:
    """A row for each configuration of another interpreter than the first, in the order of the summary.

    The noise floor is the larger of those of the two conditions, each from the control's two measurements there.
    """
    first, comparer = next(iter(campaign.interpreters)), Comparer(campaign, log_makespans(runs))
    own = summary[summary["contender"] != CONTROL]
    at_home = own["interpreter"] == first
    pairs = own[~at_home].merge(own[at_home][[*SAME, "configuration"]], on=SAME, suffixes=("", "_at_home"))
    configurations, floors = own.set_index("configuration", drop=False), comparisons.set_index("configuration")["noise_floor"]
    rows = []
    for here, home in zip(pairs["configuration"], pairs["configuration_at_home"]):
        row = comparer.compared(configurations.loc[here], configurations.loc[home], known(floors[[here, home]].max()))
        rows.append(InterpreterRow(**asdict(row), baseline_interpreter=first))
    return rows
