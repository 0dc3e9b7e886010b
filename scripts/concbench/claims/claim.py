"""Define a claim: the quantities it compares, and the test it has to pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase

from packaging.specifiers import SpecifierSet

from concbench.campaign.campaign import Campaign
from concbench.campaign.plan import Configuration, number_of_workers


@dataclass(frozen=True)
class RunQuantity:
    """A column of runs.csv, for one configuration or for those of a sweep."""

    configurations: tuple[Configuration, ...]  # on the first interpreter; other interpreters have the same
    column: str
    per: str | None
    times: float = 1.0
    minus: Quantity | None = None


@dataclass(frozen=True)
class ProbeQuantity:
    """A metric of a probe."""

    probe: str
    metric: str
    times: float = 1.0
    minus: Quantity | None = None


Quantity = RunQuantity | ProbeQuantity


@dataclass(frozen=True)
class Claim:
    """A statement and its test; fields that the kind of test doesn't use are None."""

    claim: str
    statement: str
    test: str
    of: Quantity | None = None
    to: Quantity | None = None
    least_first: tuple[Quantity, ...] = ()
    band: tuple[float, float] | None = None
    within: float | None = None
    at_least: float | None = None
    absent: bool = False
    article: float | None = None
    python: SpecifierSet = field(default_factory=SpecifierSet)
    because: str | None = None
    figures: Mapping[str, Quantity] = field(default_factory=dict)
    unmeasured: str | None = None  # why the campaign can't answer it


def numbered(part: str) -> str:
    """Return the number of a claim from that of a part: ``2`` from ``2a``."""
    return part.rstrip(ascii_lowercase)


def unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def outside(campaign: Campaign, sweep: RunQuantity, band: tuple[float, float], cpus: int) -> list[Configuration]:
    """Select the configurations of a sweep with numbers of workers outside a band."""
    return [
        configuration
        for configuration in sweep.configurations
        if not band[0] <= number_of_workers(campaign, configuration, cpus, cpus) <= band[1]
    ]


def parts(quantity: Quantity) -> Iterator[Quantity]:
    """Yield a quantity, and what is subtracted from it."""
    yield quantity
    if quantity.minus:
        yield from parts(quantity.minus)


def all_quantities(claim: Claim) -> Iterator[Quantity]:
    """Yield all quantities that a claim's verdict rests on."""
    for quantity in (claim.of, claim.to, *claim.least_first):
        if quantity:
            yield from parts(quantity)
