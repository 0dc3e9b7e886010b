"""Patch Snakemake's executor plugin for Slurm, so that a controller that doesn't answer loses no jobs.

If a query fails, as it does while the controller is away, the plugin forgets the jobs that it asked about, and Snakemake
waits for them forever: issues 207 and 331 of github.com/snakemake/snakemake-executor-plugin-slurm, both open. With the
patch, they are kept and asked about again. Look at both issues before raising ``TESTED``.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import Any, NoReturn

from packaging.specifiers import SpecifierSet

PLUGIN = "snakemake_executor_plugin_slurm"
DISTRIBUTION = "snakemake-executor-plugin-slurm"
TESTED = SpecifierSet("~=2.8")


class NoAnswer(Exception):
    """Report that Slurm didn't answer a query about its jobs."""


def refuse(problem: str) -> NoReturn:
    """Exit, because without the patch Snakemake could wait for lost jobs forever."""
    sys.exit(
        f"{DISTRIBUTION}: {problem}. Expected {TESTED} with query_job_status() and Executor.check_active_jobs()."
        " Run make slurm to install the locked version."
    )


def patch_slurm_plugin() -> None:
    """Patch the plugin. Exit if it isn't installed, isn't a tested version, or lacks a patched name."""
    if find_spec(PLUGIN) is None:
        refuse("it is not installed")
    installed = version(DISTRIBUTION)
    if installed not in TESTED:
        refuse(f"version {installed} is not tested")
    plugin: Any = import_module(PLUGIN)
    query = getattr(plugin, "query_job_status", None)
    check = getattr(getattr(plugin, "Executor", None), "check_active_jobs", None)
    if query is None or check is None:
        refuse(f"version {installed} lacks a function to patch")
    patch(plugin, query, check)


def patch(plugin: Any, query: Any, check: Any) -> None:
    """Replace the plugin's query and its check of active jobs."""

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
            executor.logger.warning(f"No answer to {command}. Asking again; jobs keep running.")
            for job in active_jobs:
                yield job

    plugin.query_job_status, plugin.Executor.check_active_jobs = query_or_raise, check_or_keep
