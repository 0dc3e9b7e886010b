"""Test that the runner and a handwritten program do the same downloads in about the same time."""

from __future__ import annotations

import os
from pathlib import Path

from concbench.runner.run import Certificates
from dev.against_handwritten import asked, handwritten_s, measured_ratio, ours_s


def test_both_take_at_least_as_long_as_one_download_and_not_nearly_as_long_as_all(certificates: Certificates) -> None:
    run = asked(1)
    assert run.server is not None
    delays_s = run.server.delays_s(run.size, run.seed, run.block, run.configuration)
    with Path(os.devnull).open("wb") as nowhere:
        for measure in (ours_s, handwritten_s):
            assert max(delays_s) < measure(run, certificates, nowhere) < sum(delays_s) / 2  # on a busy machine, too


def test_a_ratio_comes_with_its_interval() -> None:
    ratio = measured_ratio(turns=3)
    assert ratio.low <= ratio.estimate <= ratio.high
    assert 0.1 < ratio.estimate < 10  # other programs may run during tests
