"""Describe how the server of a run behaves: its sites, its limits, and how long it delays each response."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

Parameters = Mapping[str, float]
DRAW: dict[str, Callable[[Random, Parameters], float]] = {
    "fixed": lambda random, p: p["value"],
    "uniform": lambda random, p: random.uniform(p["low"], p["high"]),
    "exponential": lambda random, p: p["low"] + random.expovariate(1 / (p["mean"] - p["low"])),
    "lognormal": lambda random, p: p["median"] * math.exp(random.gauss(0, p["sigma"])),
}


@dataclass(frozen=True)
class Distribution:
    """Draw values from a named distribution with parameters; the config's schema lists both."""

    name: str
    parameters: Parameters

    @classmethod
    def fixed(cls, value: float) -> Distribution:
        return cls("fixed", {"value": value})

    @classmethod
    def from_config(cls, value: float | Mapping[str, Any]) -> Distribution:
        """Make it from the config: a plain number is fixed, otherwise ``{distribution: name, parameter: number, …}``."""
        if isinstance(value, Mapping):
            return cls(value["distribution"], {key: number for key, number in value.items() if key != "distribution"})
        return cls.fixed(value)

    def draw(self, *key: object) -> float:
        """Draw one value, which depends only on the key."""
        return DRAW[self.name](Random("/".join(map(str, key))), self.parameters)


@dataclass(frozen=True)
class Site:
    """Describe one site of a server. A site that isn't the test server's has a ``url``, and nothing else."""

    name: str
    bytes: int = 0
    latency_s: Distribution = Distribution.fixed(0)
    tls: bool = False
    url: str | None = None

    @classmethod
    def from_config(cls, name: str, site: Mapping[str, Any]) -> Site:
        return cls(name, **{**site, "latency_s": Distribution.from_config(site.get("latency_s", 0))})

    @classmethod
    def from_json(cls, site: Mapping[str, Any]) -> Site:
        return cls(**{**site, "latency_s": Distribution(**site["latency_s"])})


@dataclass(frozen=True)
class Profile:
    """Describe how the server behaves.

    ``max_concurrent`` is the most requests served at a time, over all sites; None means no limit.
    """

    sites: tuple[Site, ...]
    max_concurrent: int | None = None
    connect_delay_s: float = 0.0
    delay_per_concurrent_s: float = 0.0  # extra delay for each other request being served
    delay_factor: Distribution = Distribution.fixed(1)

    @classmethod
    def from_json(cls, profile: Mapping[str, Any]) -> Profile:
        sites = tuple(Site.from_json(site) for site in profile["sites"])
        return cls(**{**profile, "sites": sites, "delay_factor": Distribution(**profile["delay_factor"])})

    @property
    def under_control(self) -> bool:
        """Check whether the test server serves all sites."""
        return all(site.url is None for site in self.sites)

    def delays_s(self, size: int, seed: int, block: int, configuration: str) -> list[float]:
        """Return the delay of each item's response in seconds, without queueing and ``connect_delay_s``.

        Within a block all contenders meet the same delays. Only the delay factor, one for the whole run, is drawn for each run.
        """
        delay_factor = self.delay_factor.draw(seed, block, configuration)
        of_site = [self.sites[item % len(self.sites)].latency_s for item in range(size)]
        return [delay_factor * latency_s.draw(seed, block, item) for item, latency_s in enumerate(of_site)]
