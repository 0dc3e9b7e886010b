"""Estimate effects of blocks, nodes and preceding runs: how far runs lie above their configurations' medians."""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
import pandas as pd

from concbench.measured.status import Status


def begun(runs: pd.DataFrame) -> pd.DataFrame:
    """Select the runs that were begun, whatever came of them."""
    return runs[~runs["status"].isin([Status.MISSING, Status.SKIPPED])]


def above_medians(runs: pd.DataFrame) -> pd.Series:
    """Return the logarithm of each run that counts, relative to its configuration's median in blocks that hold most of them.

    Blocks after a look hold only some of the configurations. Relative to medians of unlike blocks, the machine's change from
    the first blocks to the last would seem to be smaller than it is.
    """
    ok = runs[runs["status"] == Status.OK]
    logs = pd.Series(np.log(ok["makespan_s"].to_numpy(dtype=float)), index=ok.index)
    held = begun(runs).groupby("block")["configuration"].nunique()
    in_most = logs[ok["block"].isin(held.index[2 * held > held.max()])]
    medians = in_most.groupby(ok["configuration"]).median()
    return logs - ok["configuration"].map(medians).fillna(logs.groupby(ok["configuration"]).transform("median"))


def block_effects(runs: pd.DataFrame) -> pd.Series:
    """Return the median log-ratio of each block's runs to their configurations' medians, in order of start."""
    above, begun = above_medians(runs), runs.groupby("block")["started_at"].min().sort_values(kind="stable")
    effects = above.groupby(runs["block"].reindex(above.index)).median()
    return effects.reindex(begun.index).dropna()


def node_effects(runs: pd.DataFrame) -> dict[str, pd.Series]:
    """Return the effects of each node's blocks, all relative to the same medians.

    A block to which configurations were added later may have runs on several nodes.
    """
    above = above_medians(runs)
    by_block = above.groupby([runs["node"].reindex(above.index), runs["block"].reindex(above.index)]).median()
    return {str(node): own.droplevel(0).sort_index() for node, own in by_block.groupby(level=0)}


LEAST_CONFIGURATIONS = 3  # of two, an effect on the next run looks like one of the place in the block


@dataclass(frozen=True)
class CarryOver:
    """Describe how runs directly after one configuration differ from other runs."""

    configuration: str  # the one before
    effect: float  # logarithm of the ratio: typical time after it ÷ typical time after another
    share: float  # of the runs of another configuration in its blocks, those directly after it
    p: float  # how probable so large a difference is by chance, for any of the configurations


def predecessors(runs: pd.DataFrame) -> pd.Series:
    """Return the configuration measured directly before each run, in its block and invocation; none for the first."""
    by_order = begun(runs).set_index("order")
    before = by_order[["configuration", "block", "invocation"]].reindex(runs["order"] - 1).set_axis(runs.index)
    alike = before["block"].eq(runs["block"]) & before["invocation"].eq(runs["invocation"]).fillna(False)
    return before["configuration"].where(alike)


def carry_overs(runs: pd.DataFrame) -> list[CarryOver]:
    """Test for each configuration whether the runs directly after it take longer, or shorter, than other runs.

    Each run is compared with the median of its block, and then ranked among the runs of its configuration in blocks that hold
    the same ones: blocks after a look hold few, so the machine's speed in these would seem to come from those few. The order is
    drawn. So if no run affects the next one, those after a configuration are a random choice, and the sum of their ranks is
    approximately normal (van Elteren's test). The p-values allow for the number of configurations (Bonferroni).
    """
    measured = begun(runs)
    in_blocks = measured.groupby("block")["configuration"]
    numbers, held = in_blocks.nunique(), in_blocks.agg(lambda names: " ".join(sorted(names)))
    above = above_medians(runs)
    beside = above - above.groupby(runs["block"].reindex(above.index)).transform("median")
    known = (
        runs[["configuration", "block"]].assign(held=runs["block"].map(held), before=predecessors(runs), beside=beside).dropna()
    )
    alike = ["configuration", "held"]
    known = known[known.groupby(alike)["before"].transform("nunique") > 1]  # elsewhere there is nothing to compare with
    if known["configuration"].nunique() < LEAST_CONFIGURATIONS:
        return []
    own = known.groupby(alike)["beside"]
    number, ranks = own.transform("size"), own.rank()
    of_these_blocks = own.transform("median") - known.groupby("configuration")["beside"].transform("median")
    known = known.assign(number=number, score=(ranks - (number + 1) / 2) / number, beside=known["beside"] - of_these_blocks)
    known["variance"] = known.groupby(alike)["score"].transform("var", ddof=0)
    chosen = known.groupby(["before", *alike]).agg(
        score=("score", "sum"), taken=("score", "size"), number=("number", "first"), variance=("variance", "first")
    )
    chosen["variance"] *= chosen["taken"] * (chosen["number"] - chosen["taken"]) / (chosen["number"] - 1).clip(lower=1)
    sums = chosen.groupby(level="before")[["score", "variance"]].sum()
    found = []
    for before, row in sums[sums["variance"] > 0].iterrows():
        after = known["before"] == before
        effect = known["beside"][after].median() - known["beside"][~after].median()
        share = (1 / numbers[measured["block"][measured["configuration"] == before]]).mean()
        p = len(sums) * erfc(abs(row["score"]) / sqrt(2 * row["variance"]))
        found.append(CarryOver(str(before), float(effect), float(share), min(1.0, p)))
    return found
