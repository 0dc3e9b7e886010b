"""Look at a campaign's results: find what is inconclusive, and what the blocks up to the next look have to measure."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from concbench.analysis.comparisons import compare
from concbench.analysis.dataset import CampaignData
from concbench.analysis.interpreter_ratios import compare_interpreters
from concbench.analysis.more_blocks import measuring_s, taken_s
from concbench.analysis.probes import probe_rows
from concbench.analysis.recommendation import Recommendation, recommendations
from concbench.analysis.runs import collect
from concbench.analysis.summary import summarize
from concbench.campaign.blocks import list_records
from concbench.campaign.campaign import CONTROL, EFFECTIVE_PARALLELISM, OWN, Campaign
from concbench.campaign.order import write_order
from concbench.campaign.plan import configurations
from concbench.campaign.run_costs import PROBE_S
from concbench.campaign.titles import configuration_title
from concbench.claims.claim import Claim, ProbeQuantity, all_quantities
from concbench.claims.claims_reader import read_claims
from concbench.claims.judge import judge
from concbench.common.formatting import duration, printable, to_the_second
from concbench.measured.machine import cpus
from concbench.records.conditions import condition_of
from concbench.records.look import Look, write_schedule
from concbench.records.rows import TABLES, ClaimRow, ComparedColumns
from concbench.records.tables import read_table, write_table
from concbench.stats.verdicts import ClaimVerdict, Verdict
from concbench.workflow.forecast import count
from concbench.workflow.graph import Graph
from concbench.workflow.planned import Planned

NAMED = 3  # inconclusive comparisons that the console names


@dataclass(frozen=True)
class Results:
    """Hold the results at a look: comparisons with baselines and interpreters, and claims with the definition of each."""

    runs: pd.DataFrame
    comparisons: Sequence[ComparedColumns]
    claims: Sequence[tuple[Claim, ClaimRow]]
    recommendations: Sequence[Recommendation] = ()  # for work of the user's own


@dataclass(frozen=True)
class Open:
    """Hold what is inconclusive, and may be decided by more blocks."""

    comparisons: Sequence[ComparedColumns]
    claims: Sequence[tuple[Claim, ClaimRow]]
    recommended: frozenset[str] = frozenset()  # configurations of which it isn't decided which one to recommend


def results(graph: Graph, planned: Planned) -> Results:
    """Compute the tables that verdicts are in, from the records up to the look."""
    campaign, folder = graph.campaign, graph.folder
    with TemporaryDirectory() as scratch:

        def table(name: str, rows: Iterable[Any]) -> pd.DataFrame:
            path = Path(scratch) / f"{name}.csv"
            write_table(path, TABLES[name], rows)
            return read_table(path, TABLES[name])

        runs = table("runs", collect(campaign, folder / "runs", planned.runs.values()))
        probes = table("probes", (row for row in probe_rows(campaign, folder / "probes") if row.block <= planned.blocks))
        summary = table("summary", summarize(campaign, runs, probes))
        found = compare(campaign, runs, summary)
        data = CampaignData(campaign, {"runs": runs, "summary": summary, "comparisons": table("comparisons", found)})
        across = compare_interpreters(campaign, runs, summary)
    claims = read_claims(Path(campaign.claims), campaign, cpus()) if campaign.claims else []
    by_number = {claim.claim: claim for claim in claims}
    judged = [(by_number[row.claim], row) for row in judge(campaign, claims, runs, probes)]
    own = [name for name, experiment in campaign.experiments.items() if experiment.workload == OWN]
    advised = [one for name in own for one in recommendations(data.experiment(name))]
    return Results(runs, [*found, *across], judged, advised)


def must_be_decided(row: ComparedColumns, campaign: Campaign) -> bool:
    """Check whether a comparison is one of those that the config asks for; that of the A/A control is none."""
    return row.verdict is not None and row.contender in campaign.experiments[row.experiment].decide


def still_open(found: Results, campaign: Campaign, measured: Collection[str]) -> Open:
    """Find what is inconclusive among what the last blocks measured, since a decision stays.

    Leave out what more blocks can't decide: comparisons without a pair of runs, and claims that lack a value. ``measured`` are
    configurations and micro-benchmarks. Which configuration to recommend is open if the chosen one and its rivals are among
    them.
    """
    comparisons = [
        row
        for row in found.comparisons
        if must_be_decided(row, campaign)
        and row.verdict is Verdict.INCONCLUSIVE
        and row.blocks
        and row.configuration in measured
    ]
    claims = [
        (claim, row)
        for claim, row in found.claims
        if row.verdict is ClaimVerdict.INCONCLUSIVE
        and row.low is not None
        and probes_of(claim) | needed_by_claim(claim, row) <= set(measured)
    ]
    return Open(comparisons, claims, frozenset().union(*(rivals(one, campaign, measured) for one in found.recommendations)))


def rivals(found: Recommendation, campaign: Campaign, measured: Collection[str]) -> frozenset[str]:
    """Return the configurations that must be measured on to decide a recommendation; none if that can't or needn't be."""
    decide = campaign.experiments[found.condition.experiment].decide
    known = {one["configuration"] for one in found.undecided if one["contender"] in decide} & set(measured)
    if not known or found.chosen is None or not {found.chosen["configuration"], found.shortest} <= set(measured):
        return frozenset()
    return frozenset({found.chosen["configuration"], found.shortest, *known})


def probes_of(claim: Claim) -> set[str]:
    """Return the micro-benchmarks that a claim needs."""
    return {quantity.probe for quantity in all_quantities(claim) if isinstance(quantity, ProbeQuantity)}


def needed_by_comparison(row: ComparedColumns, comparisons: Sequence[ComparedColumns]) -> set[str]:
    """Return what a comparison needs: its two configurations, and the A/A controls of their conditions."""
    two = {row.configuration, row.baseline_configuration}
    conditions = {condition_of(one) for one in comparisons if one.configuration in two}
    controls = [one for one in comparisons if one.contender == CONTROL and condition_of(one) in conditions]
    return two.union(*({one.configuration, one.baseline_configuration} for one in controls))


def needed_by_claim(claim: Claim, row: ClaimRow) -> set[str]:
    """Return the configurations that a claim needs, on the interpreter of its row."""
    return {
        replace(configuration, interpreter=str(row.interpreter)).name
        for quantity in all_quantities(claim)
        if not isinstance(quantity, ProbeQuantity)
        for configuration in quantity.configurations
    }


@dataclass(frozen=True)
class Next:
    """Describe what the blocks up to the next look would measure."""

    blocks: int  # none after the last look
    configurations: Collection[str]
    probes: Collection[str]
    takes_s: float


def next_blocks(found: Results, left: Open, campaign: Campaign, measured: int) -> Next:
    """Plan the blocks up to the next look, and estimate how long they take."""
    assert campaign.looks
    needed = set(left.recommended).union(
        *(needed_by_comparison(row, found.comparisons) for row in left.comparisons),
        *(needed_by_claim(claim, row) for claim, row in left.claims),
    )
    probes = set[str]().union(*(probes_of(claim) for claim, _ in left.claims))
    blocks = next((blocks for blocks in campaign.looks.blocks if blocks > measured), measured) - measured
    took_s = taken_s(found.runs).groupby(found.runs["configuration"]).mean()
    probes_s = PROBE_S * sum(1 if name == EFFECTIVE_PARALLELISM else len(campaign.interpreters) for name in probes)
    return Next(blocks, needed, probes, blocks * (float(took_s[took_s.index.isin(needed)].sum()) + probes_s))


def why_it_ends(left: Open, then: Next, used_s: float, campaign: Campaign) -> str | None:
    """Say why the campaign ends at a look; None if it goes on."""
    if not left.comparisons and not left.claims and not left.recommended:
        return "The campaign ends"
    if not then.blocks:
        return f"The campaign ends after {campaign.repetitions} blocks, its at_most"
    if campaign.budget_s is not None and used_s + then.takes_s > campaign.budget_s:
        return f"The campaign ends, because {count(then.blocks, 'more block')} would exceed budget_minutes"
    return None


def line(found: Results, left: Open, then: Next, end: str | None, look: Look, campaign: Campaign) -> str:
    """Write what a look found, on one line."""
    asked = sum(must_be_decided(row, campaign) for row in found.comparisons)
    counts = [(len(left.comparisons), asked, "comparison"), (len(left.claims), len(found.claims), "claim")]
    states = [f"{inconclusive} of {count(all_, noun)}" for inconclusive, all_, noun in counts if all_ or noun == "comparison"]
    without = sum(must_be_decided(row, campaign) and not row.blocks for row in found.comparisons)
    unknown = f"{without} of {count(asked, 'comparison')} without a pair of runs that count, " if without else ""
    titles = {one.name: configuration_title(campaign, one) for one in configurations(campaign)}
    named = listed([titles[row.configuration] for row in left.comparisons])
    rivals = f". The recommendation is undecided{listed([titles[one] for one in sorted(left.recommended)])}"
    goes_on = (
        f"The next {count(then.blocks, 'block')} measure {len(then.configurations)} of {count(len(titles), 'configuration')},"
        f" about {duration(then.takes_s)}"
    )
    return (
        f"Look after {look.blocks} blocks: {unknown}{' and '.join(states)} inconclusive{named}"
        f"{rivals if left.recommended else ''}. {end or goes_on}."
        f" Measuring took {used(look.used_s, campaign.budget_s)}."
    )


def used(seconds: float, budget_s: float | None) -> str:
    """Write how long measuring took, beside the budget if there is one: ``58 s of 2 min``."""
    took = to_the_second(seconds)
    if budget_s is None:
        return took
    return f"{took}{', more than its budget of' if seconds > budget_s else ' of'} {to_the_second(budget_s)}"


def listed(titles: Iterable[str]) -> str:
    """Name the first few in brackets, to follow a word; nothing if there are none."""
    names = list(dict.fromkeys(titles))
    more = f"; {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f" ({'; '.join(names[:NAMED])}{more})" if names else ""


def take_look(graph: Graph) -> str:
    """Take the look that is due, write it, and return the line that says what it found."""
    campaign, planned = graph.campaign, graph.planned
    assert planned.look
    assert campaign.looks
    found = results(graph, planned)
    measured = {*planned.configurations, *planned.probe_names}
    left = still_open(found, campaign, measured)
    then = next_blocks(found, left, campaign, planned.blocks)
    used_s = measuring_s(found.runs, len(planned.probes))
    end = why_it_ends(left, then, used_s, campaign)
    look = Look(
        blocks=planned.blocks,
        ends=end is not None,
        configurations=[] if end else sorted(then.configurations),
        probes=[] if end else sorted(then.probes),
        inconclusive=[*(row.configuration for row in left.comparisons), *(f"claim {claim.claim}" for claim, _ in left.claims)],
        used_s=round(used_s, 1),
    )
    path = graph.look_path(planned.look)
    write_schedule(path.parent, campaign.looks)
    look.write(path)
    list_records(graph.folder, graph.records)
    write_order(graph.folder, campaign.order.recorded(graph.planned.order))
    return line(found, left, then, end, look, campaign)


def take_due_looks(graph: Graph) -> None:
    """Take all looks that need no more runs, and print what they found."""
    while graph.is_due:
        print(printable(take_look(graph)), file=sys.stderr, flush=True)
