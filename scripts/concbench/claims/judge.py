"""Answer the claims from a campaign's tables: one row of claims.csv per claim and interpreter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

import pandas as pd
from packaging.version import InvalidVersion, Version

from concbench.analysis.more_blocks import time_of_block
from concbench.campaign.campaign import Campaign
from concbench.claims import criteria
from concbench.claims.claim import Claim, ProbeQuantity, RunQuantity, all_quantities
from concbench.claims.criteria import Outcome, SweepStep
from concbench.claims.quantities import Measurements, Series, pairs
from concbench.common.formatting import duration, three_digits
from concbench.records.rows import ClaimRow
from concbench.stats.verdicts import ClaimVerdict

MISSING_NAMED = 2


def lacking(series: Sequence[Series], blocks: int, measurements: Measurements) -> str | None:
    """Explain why there is no verdict: a quantity lacks a value in some block; None if no value is missing."""
    missing = list(dict.fromkeys(reason for one in series for reason in one.missing))
    folder = f"results/{measurements.campaign.name}"
    again = f"run `python scripts/retry_runs.py {folder} --pairs`, then the campaign's command again"
    if missing:
        more = f" and {len(missing) - MISSING_NAMED} more" if len(missing) > MISSING_NAMED else ""
        return f"{'; '.join(missing[:MISSING_NAMED])}{more}. To measure again, {again}"
    if blocks < measurements.blocks:
        return (
            f"only {blocks} of {measurements.blocks} blocks have all runs, measured in one invocation."
            f" To measure the others as wholes, {again}"
        )
    return None


def tested(claim: Claim, measurements: Measurements, campaign: Campaign) -> Outcome:
    """Test a claim; where a value is missing, it is inconclusive, with the reason."""
    if claim.unmeasured:
        return Outcome(ClaimVerdict.INCONCLUSIVE, f"this campaign does not measure it: {claim.unmeasured}")
    if claim.test in ("optimum", "flatness"):
        return sweep_outcome(claim, measurements, campaign)
    if claim.test == "order":
        return order_outcome(claim, measurements, campaign)
    assert claim.of
    of = measurements.series(claim.of)
    upper: Sequence[float] = list(of.values)
    lower: Sequence[float] | None = None
    what, rests_on = of.sentence, [of]
    if claim.to:
        to = measurements.series(claim.to)
        upper, lower = pairs(of.values, to.values)
        what, rests_on = of.times(to), [of, to]
    reason = lacking(rests_on, len(upper), measurements)
    if reason:
        return Outcome(ClaimVerdict.INCONCLUSIVE, reason, blocks=len(upper))
    if claim.test == "ratio":
        assert claim.band
        return criteria.ratio(what, upper, lower, claim.band, campaign.looks)
    if claim.test == "equality":
        assert claim.within
        assert lower is not None
        return criteria.equality(what, upper, lower, claim.within, campaign.looks)
    assert claim.at_least is not None
    return criteria.effect(what, upper, lower, claim.at_least, claim.absent, campaign.looks)


def order_outcome(claim: Claim, measurements: Measurements, campaign: Campaign) -> Outcome:
    series = [measurements.series(quantity) for quantity in claim.least_first]
    neighbours = [pairs(next_.values, this.values) for this, next_ in pairwise(series)]
    reason = lacking(series, min(len(upper) for upper, _ in neighbours), measurements)
    sentences = [next_.times(this) for this, next_ in pairwise(series)]
    if reason:
        return Outcome(ClaimVerdict.INCONCLUSIVE, reason)
    return criteria.order(sentences, neighbours, campaign.margin, campaign.looks)


def sweep_outcome(claim: Claim, measurements: Measurements, campaign: Campaign) -> Outcome:
    assert isinstance(claim.of, RunQuantity)
    series = measurements.sweep(claim.of)
    together = pd.concat([one.values for one in series], axis=1, join="inner")
    reason = lacking(series, len(together), measurements)
    if reason:
        return Outcome(ClaimVerdict.INCONCLUSIVE, reason, blocks=len(together))
    workers = sorted(measurements.workers(configuration) for configuration in claim.of.configurations)
    sweep = [SweepStep(number, list(together.iloc[:, place])) for place, number in enumerate(workers)]
    if claim.test == "optimum":
        assert claim.band
        return criteria.optimum(sweep, claim.band, campaign.margin, campaign.looks)
    assert claim.within
    return criteria.flatness(sweep, claim.within, campaign.looks)


def with_cost(outcome: Outcome, block_s: float) -> Outcome:
    """Add what the blocks that would decide a claim take, given the time of one block in seconds."""
    if outcome.needed is None:
        return outcome
    return replace(outcome, reason=f"{outcome.reason} ({duration((outcome.needed - outcome.blocks) * block_s)} longer)")


def cause(claim: Claim, measurements: Measurements) -> str:
    """Write the cause of a contradiction, as measured; empty where the claim names none, or a figure is missing."""
    if claim.because is None:
        return ""
    series = {name: measurements.series(quantity) for name, quantity in claim.figures.items()}
    if any(one.values.empty for one in series.values()):
        return ""
    return " " + claim.because.format(**{name: three_digits(float(one.values.median())) for name, one in series.items()})


def evidence(claim: Claim) -> str | None:
    """List the ids of the configurations and probes that a verdict rests on."""
    names: list[str] = []
    for quantity in all_quantities(claim):
        names += (
            [configuration.name for configuration in quantity.configurations]
            if isinstance(quantity, RunQuantity)
            else [probe_name(quantity)]
        )
    return " ".join(dict.fromkeys(names)) or None


def probe_name(quantity: ProbeQuantity) -> str:
    return f"{quantity.probe}:{quantity.metric}"


def version_of(interpreter: str, runs: pd.DataFrame) -> str | None:
    """Return the Python version of an interpreter's runs; None if none has been started."""
    versions = runs[runs["interpreter"] == interpreter]["python_version"].dropna()
    return None if versions.empty else str(versions.iloc[0])


def applies(claim: Claim, version: str | None) -> bool:
    """Check whether a claim is about a version of Python; an unknown or odd one, such as ``3.15.0a7+``, may be."""
    try:
        return version is None or Version(version) in claim.python
    except InvalidVersion:
        return True


def judge(campaign: Campaign, claims: Sequence[Claim], runs: pd.DataFrame, probes: pd.DataFrame) -> Iterator[ClaimRow]:
    """Make a row for each claim and each interpreter that it applies to; one inconclusive row where there is none."""
    versions, block_s = {name: version_of(name, runs) for name in campaign.interpreters}, time_of_block(runs)
    for claim in claims:
        spoken_of = [name for name, version in versions.items() if applies(claim, version)]
        for interpreter in spoken_of:
            measurements = Measurements.of(campaign, claim, runs, probes, interpreter)
            outcome = tested(claim, measurements, campaign)
            because = cause(claim, measurements) if outcome.verdict == ClaimVerdict.CONTRADICTED else ""
            yield row(campaign, claim, interpreter, with_cost(outcome, block_s), because)
        if not spoken_of:
            measured = ", ".join(f"Python {version}" for version in dict.fromkeys(versions.values()))
            reason = f"it applies to Python {claim.python} only, and this campaign ran {measured}"
            yield row(campaign, claim, None, Outcome(ClaimVerdict.INCONCLUSIVE, reason), "")


def row(campaign: Campaign, claim: Claim, interpreter: str | None, outcome: Outcome, because: str) -> ClaimRow:
    return ClaimRow(
        campaign=campaign.name,
        claim=claim.claim,
        statement=claim.statement,
        interpreter=interpreter,
        test=claim.test,
        article=claim.article,
        measured=outcome.measured,
        low=outcome.low,
        high=outcome.high,
        level=outcome.level,
        blocks=outcome.blocks,
        verdict=outcome.verdict,
        reason=outcome.reason + "." + because,
        evidence=evidence(claim),
    )
