"""Test the command that measures the same work with two Pythons."""

from __future__ import annotations

import sys
from typing import Any

from support.pipeline import Pipeline


def test_two_pythons_are_measured_in_the_same_blocks_and_compared(checkout: Pipeline, tiny_config: dict[str, Any]) -> None:
    cpu = {**tiny_config["experiments"]["cpu"], "contenders": {"sync": {"model": "sync"}}}
    config = checkout.write_config({**tiny_config, "experiments": {"cpu": cpu}, "probes": [], "claims": None})
    both = (sys.executable, sys.executable)
    done = checkout.python(
        "scripts/compare_pythons.py", *both, "--config", config, "--blocks", "6", "--table", "made.csv", timeout_s=300
    )
    rows = checkout.rows("tiny-compare")
    assert {row["interpreter"] for row in rows} == {"before", "after"}
    assert {(row["block"], row["interpreter"]) for row in rows} == {
        (str(block), name) for block in range(1, 7) for name in ("before", "after")
    }
    assert "results/tiny-compare: " in done.stdout, done.stderr
    assert (checkout.folder / "made.csv").exists()
    again = checkout.python("scripts/compare_campaigns.py", "results/tiny-compare")
    assert done.returncode == again.returncode
    assert done.stdout.endswith(again.stdout)


def test_a_campaign_that_is_not_measured_is_not_taken_for_slower(checkout: Pipeline, tiny_config: dict[str, Any]) -> None:
    config = checkout.write_config(tiny_config)
    done = checkout.python("scripts/compare_pythons.py", sys.executable, "/bin/false", "--config", config)
    assert done.returncode == 2
    assert "interpreters.after: /bin/false is not a Python 3 interpreter" in done.stderr
