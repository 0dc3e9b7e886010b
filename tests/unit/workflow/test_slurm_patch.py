"""Test that no job is lost while Slurm's controller is away, with a fake plugin and without Slurm."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

import pytest

from concbench.workflow import slurm_patch


@pytest.fixture
def plugin(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Replace the plugin by a module that queries, and yields the running jobs; none if there is no answer."""
    module: Any = ModuleType(slurm_patch.PLUGIN)
    module.__spec__ = ModuleSpec(slurm_patch.PLUGIN, None)
    module.answers = []

    async def query_job_status(command: str, logger: Any) -> Any:
        return module.answers.pop(0)

    class Executor:
        logger = logging.getLogger("slurm")

        async def check_active_jobs(self, active_jobs: list[str]) -> AsyncIterator[str]:
            states, _ = await module.query_job_status("squeue", None)
            if states is not None:
                for job in active_jobs:
                    if states[job] == "RUNNING":
                        yield job

    module.query_job_status, module.Executor = query_job_status, Executor
    monkeypatch.setitem(sys.modules, slurm_patch.PLUGIN, module)
    monkeypatch.setattr(slurm_patch, "version", lambda _: "2.8.0")
    return module


@pytest.fixture
def patched(plugin: Any) -> Any:
    slurm_patch.patch_slurm_plugin()
    return plugin


def still_active(plugin: Any, jobs: list[str]) -> list[str]:
    async def check() -> list[str]:
        return [job async for job in plugin.Executor().check_active_jobs(jobs)]

    return asyncio.run(check())


def test_jobs_stay_while_nobody_answers(patched: Any, caplog: pytest.LogCaptureFixture) -> None:
    patched.answers = [(None, None), ({"1": "RUNNING", "2": "COMPLETED"}, 0.1)]
    assert still_active(patched, ["1", "2"]) == ["1", "2"]
    assert "No answer to squeue. Asking again" in caplog.text
    assert still_active(patched, ["1", "2"]) == ["1"]


def test_without_the_plugin_nothing_is_handed_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurm_patch, "PLUGIN", "no_such_plugin")
    with pytest.raises(SystemExit, match="snakemake-executor-plugin-slurm: it is not installed"):
        slurm_patch.patch_slurm_plugin()


def test_a_version_that_was_not_tested_is_refused(plugin: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slurm_patch, "version", lambda _: "3.0.0")
    with pytest.raises(SystemExit, match=r"version 3\.0\.0"):
        slurm_patch.patch_slurm_plugin()


@pytest.mark.parametrize("name", ["query_job_status", "Executor"])
def test_a_plugin_without_a_patched_name_is_refused(plugin: Any, name: str) -> None:
    delattr(plugin, name)
    with pytest.raises(SystemExit, match="lacks a function to patch"):
        slurm_patch.patch_slurm_plugin()
