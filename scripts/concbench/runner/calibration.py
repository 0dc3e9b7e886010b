"""Measure how many requests the test server can answer in a second, with a client that isn't written in Python (wrk).

Compare that with the run that demands most of the server, for each server profile of a campaign. The pages are the profile's
but come without delays, over connections that stay open and over new ones. Nothing else should use the machine meanwhile.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import IO, Any

import pandas as pd

from concbench.measured.status import Status
from concbench.records.server_profile import Distribution, Profile
from concbench.runner.run import START_UP_S, start_server

CONNECTIONS = 100  # aiohttp's default limit
SECONDS = 3
RATE = re.compile(r"^Requests/sec:\s+([\d.]+)", re.MULTILINE)
ERRORS = re.compile(r"^\s*(Socket errors|Non-2xx).*$", re.MULTILINE)


@dataclass(frozen=True)
class Ceiling:
    """Record the rates at which the server can serve one site."""

    site: str
    requests_per_s: float  # over connections that stay open
    connections_per_s: float  # each with one request

    @property
    def request_s(self) -> float:
        return 1 / self.requests_per_s

    @property
    def connection_s(self) -> float:
        """Return the time that opening a connection takes, without its request."""
        return max(0.0, 1 / self.connections_per_s - self.request_s)


def rate(report: str) -> float:
    """Read the requests per second from the output of wrk. Raise ValueError if it has none, or reports errors."""
    found, errors = RATE.search(report), ERRORS.search(report)
    if found is None or float(found[1]) == 0:
        raise ValueError(f"no rate in the output of wrk:\n{report}")
    if errors and not errors[0].strip().startswith("Socket errors: connect 0, read 0, write 0, timeout 0"):
        raise ValueError(f"wrk reported errors: {errors[0].strip()}")
    return float(found[1])


def measured_rate(url: str, seconds: int, *options: str) -> float:
    """Load a URL with wrk for ``seconds`` and return the requests per second."""
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", *options, url]
    return rate(subprocess.run(command, capture_output=True, text=True, check=True, timeout=seconds + START_UP_S).stdout)


def without_delays(profile: Profile) -> Profile:
    """Return a profile with the same pages and sites, but without delays."""
    sites = tuple(replace(site, latency_s=Distribution.fixed(0)) for site in profile.sites)
    return Profile(sites)


def ceilings(profile: Profile, certificate: Path, seconds: int, log: IO[bytes]) -> list[Ceiling]:
    """Measure the rates at which a server of this profile can serve each site."""
    with ExitStack() as stack:
        server, sites = start_server(without_delays(profile), [0.0], certificate, log, stack)
        server.answer(perf_counter() + START_UP_S)
        return [
            Ceiling(
                f"{site.name}, {site.bytes} bytes{' over TLS' if site.tls else ''}",
                measured_rate(f"{served['url']}/0", seconds),
                measured_rate(f"{served['url']}/0", seconds, "--header", "Connection: close"),
            )
            for site, served in zip(profile.sites, sites)
        ]


def least_s(ceilings: list[Ceiling], requests: int, connections: int) -> float:
    """Estimate the least time, in seconds, in which the server can serve a run that uses all sites equally."""
    share = 1 / len(ceilings)
    return sum(share * (requests * one.request_s + connections * one.connection_s) for one in ceilings)


def headroom(ceilings: list[Ceiling], runs: pd.DataFrame, titles: Mapping[str, str]) -> str:
    """Say how many times as fast as the most demanding run the server could have been.

    ``titles`` are those of configurations, by name.
    """
    ok = runs[(runs["status"] == Status.OK) & (runs["items_ok"] > 0)]
    if ok.empty:
        return "no run with this server profile has been measured yet"
    needs = [least_s(ceilings, run["items_ok"], run["connections"]) for _, run in ok.iterrows()]
    rooms = (ok["makespan_s"] / needs).sort_values()
    run: Any = ok.loc[rooms.index[0]]
    asked = f"{run['items_ok']:.0f} requests over {run['connections']:.0f} connections in {run['makespan_s']:.3f} s"
    most = f"{titles[run['configuration']]}, block {run['block']}: {asked}"
    return f"headroom {rooms.iloc[0]:.1f} × over the most demanding run, {most}"
