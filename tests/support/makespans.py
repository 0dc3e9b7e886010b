"""Make runs with given elapsed times."""

from __future__ import annotations

from typing import Any

import pandas as pd

MARGIN = 0.05


def runs_of(makespans: dict[str, list[float]], **columns: Any) -> pd.DataFrame:
    """Return runs of an experiment, from an elapsed time for each configuration and block."""
    rows = [
        {
            "experiment": "cpu",
            "configuration": configuration,
            "block": block,
            "status": "ok",
            "makespan_s": makespan_s,
            "machine_speed": 1e8,
        }
        for configuration, values in makespans.items()
        for block, makespan_s in enumerate(values, start=1)
    ]
    unknown = {
        "contender": "threading",
        "cpus_used": 1.0,
        "workers": 2,
        "size": 4,
        "gil_enabled_at_start": True,
        "gil_enabled": True,
        "node": "one",
        "started_at": [f"2026-11-23T10:{row['block']:02}:00Z" for row in rows],
        **dict.fromkeys(("server_load", "peak_in_flight", "server_controlled", "throttled_share", "timing_share")),
    }
    return pd.DataFrame(rows).assign(**{**unknown, **columns})
