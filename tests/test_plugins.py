"""Models, workloads and clients, as their files describe them."""

from __future__ import annotations

import importlib
import inspect

import pytest

import plugins


def test_the_articles_models_and_workloads_are_there() -> None:
    assert {"sync", "threading", "asyncio", "multiprocessing"} <= set(plugins.names("models"))
    assert {"download", "sum_squares"} <= set(plugins.names("workloads"))


@pytest.mark.parametrize("name", plugins.names("models"))
def test_what_is_read_of_a_model_is_what_it_has(name: str) -> None:
    read, module = plugins.plugin("models", name), importlib.import_module(f"models.{name}")
    parameters = inspect.signature(module.run).parameters.values()
    assert read.needs == module.NEEDS
    assert read.options == tuple(one.name for one in parameters if one.kind is one.KEYWORD_ONLY)
    assert [one.name for one in parameters][:3] == ["workload", "items", "workers"]


@pytest.mark.parametrize("name", plugins.names("workloads"))
def test_what_is_read_of_a_workload_is_what_it_has(name: str) -> None:
    read, workload = plugins.plugin("workloads", name), importlib.import_module(f"workloads.{name}").Workload
    assert read.options == tuple(workload.__dataclass_fields__)
    assert {"items", "open", "do", "check"} <= set(read.provides)


@pytest.mark.parametrize("name", plugins.names("models"))
def test_a_model_is_a_few_dozen_lines(name: str) -> None:
    assert len((plugins.SCRIPTS / "models" / f"{name}.py").read_text(encoding="utf-8").splitlines()) <= 45
