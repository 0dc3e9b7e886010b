"""Plan a campaign from look to look: list the runs and micro-benchmarks that are to be measured so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from concbench.campaign.blocks import block_names, records_by_block
from concbench.campaign.campaign import EFFECTIVE_PARALLELISM, Campaign
from concbench.campaign.fingerprints import digest
from concbench.campaign.plan import ProbeRun, Run, configurations
from concbench.records.look import Look


@dataclass(frozen=True)
class Planned:
    """Describe what is to be measured: everything or, if the campaign has looks, the blocks up to the next one.

    ``runs`` and ``probes`` are by the paths of their records. The rest is what the last of their blocks hold.
    """

    runs: Mapping[str, Run]
    probes: Mapping[str, ProbeRun]
    blocks: int
    configurations: Collection[str]
    probe_names: Collection[str]
    look: str | None = None  # the name of the look that comes next; None if nothing comes after these runs

    @cached_property
    def records(self) -> Mapping[int, Sequence[str]]:
        """The records of each block, in the campaign's folder."""
        return records_by_block(self.runs, self.probes)

    @cached_property
    def block_names(self) -> Mapping[int, str]:
        """The name of each block's files."""
        return block_names(self.records)

    @property
    def order(self) -> Mapping[int, Sequence[str]]:
        """The configurations that each block measures, in order."""
        found: dict[int, list[str]] = {}
        for run in sorted(self.runs.values(), key=lambda run: run.order):
            found.setdefault(run.block, []).append(run.configuration.name)
        return found

    def only(self, block: int) -> Planned:
        """Return the part that a node measures: one block."""
        runs = {path: run for path, run in self.runs.items() if run.block == block}
        probes = {path: probe for path, probe in self.probes.items() if probe.block == block}
        return Planned(runs, probes, 1, self.configurations, self.probe_names)


@dataclass(frozen=True)
class Stages:
    """Plans a campaign that has looks, up to one look after the other."""

    campaign: Campaign
    runs: Mapping[str, Run]  # all that may have to be measured
    probes: Mapping[str, ProbeRun]

    def first(self) -> Planned:
        """Plan the blocks up to the first look, which hold everything."""
        configurations = {run.configuration.name for run in self.runs.values()}
        return self.extended(Planned({}, {}, 0, configurations, (EFFECTIVE_PARALLELISM, *self.campaign.probes)))

    def after(self, planned: Planned, look: Look) -> Planned:
        """Plan the blocks up to the next look, or the end."""
        if look.ends:
            return Planned(planned.runs, planned.probes, planned.blocks, (), ())
        return self.extended(Planned(planned.runs, planned.probes, planned.blocks, look.configurations, look.probes))

    def most(self, planned: Planned) -> Planned:
        """Plan all blocks that may follow, as if everything stayed inconclusive."""
        return self.up_to(self.campaign.repetitions, replace(planned, probe_names=self.campaign.probes))

    def extended(self, before: Planned) -> Planned:
        """Add the blocks up to the next look."""
        looks = self.campaign.looks
        assert looks
        planned = self.up_to(next(blocks for blocks in looks.blocks if blocks > before.blocks), before)
        name = f"{planned.blocks}-{digest([*self.conditions, *map(str.encode, sorted([*planned.runs, *planned.probes]))])}"
        return Planned(planned.runs, planned.probes, planned.blocks, planned.configurations, planned.probe_names, look=name)

    def up_to(self, blocks: int, before: Planned) -> Planned:
        """Add the blocks up to a number, with what the last ones hold, in an order of these alone."""
        added = range(before.blocks + 1, blocks + 1)
        names = [one.name for one in configurations(self.campaign)]
        held = [name for name in names if name in before.configurations]
        orders = {block: self.campaign.order.of(block, held) for block in added}
        runs = {
            path: replace(run, order=(run.block - 1) * len(names) + orders[run.block].index(run.configuration.name) + 1)
            for path, run in self.runs.items()
            if run.block in added and run.configuration.name in held
        }
        probes = {
            path: probe for path, probe in self.probes.items() if probe.block in added and probe.probe in before.probe_names
        }
        return Planned({**before.runs, **runs}, {**before.probes, **probes}, blocks, before.configurations, before.probe_names)

    @cached_property
    def conditions(self) -> list[bytes]:
        """Return everything that a look depends on, other than the records."""
        campaign = self.campaign
        roles = [(one.name, one.baseline, one.control, one.decide) for one in campaign.experiments.values()]
        claims = Path(campaign.claims).read_bytes() if campaign.claims else b""
        return [repr((campaign.looks, campaign.margin, campaign.budget_s, roles)).encode(), claims]
