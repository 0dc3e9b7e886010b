"""A patch of Snakemake's executor plugin for Slurm, 2.8: a controller that doesn't answer loses no jobs.

Where a query fails, as it does while the controller is away, the plugin forgets the jobs that it asked about, and Snakemake
waits for them for ever. Here they stay, and are asked about again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from importlib import import_module
from importlib.util import find_spec
from typing import Any

PLUGIN = "snakemake_executor_plugin_slurm"


class NoAnswer(Exception):
    """Slurm didn't say how its jobs are."""


def patch_slurm_plugin() -> None:
    """Patch the plugin, where it is installed."""
    if find_spec(PLUGIN) is None:
        return
    plugin: Any = import_module(PLUGIN)
    query, check = plugin.query_job_status, plugin.Executor.check_active_jobs

    async def query_or_raise(command: str, logger: Any) -> Any:
        answer = await query(command, logger)
        if answer[0] is None:
            raise NoAnswer(command)
        return answer

    async def check_or_keep(executor: Any, active_jobs: list[Any]) -> AsyncIterator[Any]:
        try:
            async for job in check(executor, active_jobs):
                yield job
        except NoAnswer as command:
            executor.logger.warning(f"No answer to {command}: asking again. Jobs run on meanwhile.")
            for job in active_jobs:
                yield job

    plugin.query_job_status, plugin.Executor.check_active_jobs = query_or_raise, check_or_keep
