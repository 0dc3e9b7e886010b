"""Test the descriptions of models, workloads and clients that are read from their files."""

from __future__ import annotations

import dataclasses
import importlib
import json
import subprocess
import sys

import pytest

from concbench.campaign import plugins
from concbench.common.paths import SCRIPTS


def test_the_articles_models_and_workloads_are_there() -> None:
    assert {"sync", "thread_pool", "asyncio", "multiprocessing_pool"} <= set(plugins.names("models"))
    assert {"download", "sum_squares"} <= set(plugins.names("workloads"))


DESCRIBE = """
import importlib, inspect, json, sys
module = importlib.import_module(sys.argv[1])
parameters = inspect.signature(module.run).parameters.values()
print(json.dumps([module.NEEDS, [one.name for one in parameters if one.kind is not one.KEYWORD_ONLY],
                  [one.name for one in parameters if one.kind is one.KEYWORD_ONLY]]))
"""


@pytest.mark.parametrize("name", plugins.names("models"))
def test_what_is_read_of_a_model_is_what_it_has(name: str) -> None:
    """Import each in a process of its own, because gevent changes the process that imports it."""
    command = [sys.executable, "-c", DESCRIBE, f"models.{name}"]
    done = subprocess.run(command, cwd=SCRIPTS, capture_output=True, text=True, timeout=60, check=False)
    if "ImportError" in done.stderr:
        pytest.skip(done.stderr.splitlines()[-1])
    needs, positional, options = json.loads(done.stdout)
    read = plugins.model(name)
    assert (read.needs, read.options) == (needs, tuple(options))
    assert positional == ["workload", "items", "workers"]


@pytest.mark.parametrize("name", plugins.names("workloads"))
def test_what_is_read_of_a_workload_is_what_it_has(name: str) -> None:
    read, workload = plugins.workload(name), importlib.import_module(f"workloads.{name}").Workload
    assert read.options == tuple(field.name for field in dataclasses.fields(workload))
    assert {"items", "do", "check"} <= set(read.provides)
    assert callable(workload.open)
