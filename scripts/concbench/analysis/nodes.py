"""Compare the machines, or the nodes of a cluster, that measured a campaign."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from concbench.analysis.effects import node_effects
from concbench.campaign.campaign import EFFECTIVE_PARALLELISM, Campaign
from concbench.environment.surroundings import Environment
from concbench.measured.status import Status
from concbench.records.rows import NodeRow
from concbench.records.tables import known
from concbench.stats.intervals import signed_rank_interval


def compare_nodes(
    campaign: Campaign, runs: pd.DataFrame, probes: pd.DataFrame, invocations: Sequence[Environment]
) -> list[NodeRow]:
    """Make a row for each node, by name. Runs whose records name no node are left out."""
    effects = node_effects(runs)
    machines = {one.machine: one for one in invocations}
    rows = []
    for name, own in runs.groupby("node"):
        ok, about = own[own["status"] == Status.OK], machines.get(str(name))
        found = signed_rank_interval(list(effects.get(str(name), ())))
        effect = found.exp() if found else None
        of_node = (
            (probes["node"] == name) & (probes["probe"] == EFFECTIVE_PARALLELISM) & (probes["metric"] == EFFECTIVE_PARALLELISM)
        )
        rows.append(
            NodeRow(
                campaign=campaign.name,
                node=str(name),
                cpu_model=about.cpu_model if about else None,
                cpus=about.cpus if about else None,
                memory_bytes=about.memory_bytes if about else None,
                blocks=own["block"].nunique(),
                runs=len(own),
                ok=len(ok),
                machine_speed=known(ok["machine_speed"].median()),
                effective_parallelism=known(probes[of_node]["value"].median()),
                effect=effect.estimate if effect else None,
                effect_low=effect.low if effect else None,
                effect_high=effect.high if effect else None,
                effect_level=effect.level if effect else None,
            )
        )
    return rows
