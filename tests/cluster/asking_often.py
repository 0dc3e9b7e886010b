"""Start Snakemake with a Slurm plugin that asks about its jobs every second: by itself, it waits 10 s longer each time."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from snakemake.cli import main

EVERY_S = 1

if __name__ == "__main__":
    plugin: Any = import_module("snakemake_executor_plugin_slurm")
    plugin.Executor.next_seconds_between_status_checks = property(lambda executor: EVERY_S, lambda executor, seconds: None)
    main()
