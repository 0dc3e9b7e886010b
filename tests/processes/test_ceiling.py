"""Test the server under the load of wrk, if it is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from concbench.records.server_profile import Distribution, Profile, Site
from concbench.runner.calibration import ceilings
from concbench.runner.run import Certificates


@pytest.mark.skipif(shutil.which("wrk") is None, reason="wrk is not installed (apt install wrk)")
def test_wrk_finds_the_ceiling_of_each_site(certificates: Certificates, tmp_path: Path) -> None:
    slow = Distribution.fixed(0.2)  # the limits must not include it
    profile = Profile((Site("small", 10, slow), Site("safe", 10_000, slow, tls=True)), max_concurrent=1)
    with (tmp_path / "log").open("wb") as log:
        try:
            small, safe = ceilings(profile, certificates.server, 1, log)
        except ValueError:  # on a busy machine, a second is too short for the first answer
            small, safe = ceilings(profile, certificates.server, 10, log)
    assert (small.site, safe.site) == ("small, 10 bytes", "safe, 10000 bytes over TLS")
    assert small.requests_per_s > small.connections_per_s > 100
    assert safe.requests_per_s > 2 * safe.connections_per_s > 100
