"""Name configurations and conditions, and write confidence intervals in sentences."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories

from concbench.analysis.naming import (
    called,
    condition_name,
    confidence,
    configuration_names,
    experiment_name,
    listed,
    percent,
    times_as_fast,
    titled,
)
from concbench.records.conditions import Condition

TIMES: factories.Times = {"sync": [4.0] * 3, "threading": [2.0] * 3}


@pytest.mark.parametrize(
    ("workers", "sentence", "list_"),
    [
        (1, "threading with 1 worker", "threading, 1 worker"),
        (5.0, "threading with 5 workers", "threading, 5 workers"),
        ("cpus", "threading with as many workers as CPUs", "threading, as many workers as CPUs"),
        (float("nan"), "threading", "threading"),
    ],
)
def test_a_contender_is_named_with_its_workers(workers: object, sentence: str, list_: str) -> None:
    assert called("threading", "thread_pool", workers) == sentence
    assert listed("threading", "thread_pool", workers) == list_


def test_a_model_that_always_has_one_worker_is_named_alone() -> None:
    assert called("plain", "sync", 1) == listed("plain", "sync", 1) == "plain"


def test_an_interpreter_is_named_by_implementation_and_version(tmp_path: Path) -> None:
    campaign = factories.on_two_interpreters(1)
    runs = factories.runs_table(tmp_path, campaign, {name: times[:1] for name, times in factories.ON_TWO.items()})
    assert titled(campaign, runs).interpreter_titles == {"default": "default", "new": "new"}  # never started
    runs["implementation"], runs["python_version"] = "cpython", runs["interpreter"].map({"default": "3.11.7", "new": "3.14.0"})
    assert titled(campaign, runs).interpreter_titles == {"default": "CPython 3.11.7", "new": "CPython 3.14.0"}
    runs["python_version"] = "3.14.0"
    assert titled(campaign, runs).interpreter_titles["new"] == "CPython 3.14.0 (new)"


def test_a_title_of_the_config_begins_with_a_capital() -> None:
    assert experiment_name(factories.campaign(title="sums of squares"), "cpu") == "Sums of squares"
    assert experiment_name(factories.campaign(), "cpu") == "cpu"


def test_a_configuration_is_named_by_experiment_contender_and_workers(tmp_path: Path) -> None:
    campaign = factories.campaign(control="threading")
    _, summary, _ = factories.tables(tmp_path, campaign, {**TIMES, "control": [2.0] * 3})
    assert configuration_names(campaign, summary) == {
        "cpu-sync-w1-n4-default": "cpu: sync",
        "cpu-threading-w2-n4-default": "cpu: threading, 2 workers",
        "cpu-control-w2-n4-default": "cpu: threading, 2 workers, measured again",
    }


def test_a_configuration_without_a_run_has_the_workers_that_were_asked_for(tmp_path: Path) -> None:
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": ["cpus"]}}
    campaign = factories.campaign(contenders=contenders)
    _, summary, _ = factories.tables(tmp_path, campaign, {"sync": [4.0] * 3, "threading": ["failed"] * 3})
    assert "cpu: threading, as many workers as CPUs" in configuration_names(campaign, summary).values()


def test_a_condition_is_named_by_what_varies() -> None:
    campaign, condition = factories.campaign(sizes=[4, 8]), Condition("cpu", None, "default", 8)
    assert condition_name(campaign, condition, {"size", "server"}) == "cpu, 8 items"
    assert condition_name(campaign, condition, ()) == "cpu"


@pytest.mark.parametrize(
    ("speedup", "sentence", "list_"),
    [
        (2.5, "2.5 times as fast as sync", "2.5 times as fast"),
        (1.01, "1.01 times as fast as sync", "1.01 times as fast"),
        (1.0049, "as fast as sync, to within 1 %", "within 1 %"),
        (0.9951, "as fast as sync, to within 1 %", "within 1 %"),
        (0.989, "0.989 times as fast as sync", "0.989 times as fast"),
    ],
)
def test_a_speed_up_of_about_one_is_no_number_of_times(speedup: float, sentence: str, list_: str) -> None:
    assert times_as_fast(speedup, "sync") == sentence
    assert times_as_fast(speedup) == list_


def test_figures_in_sentences() -> None:
    assert confidence(4.86, 4.9, 0.9375) == "94 % CI 4.86 to 4.9"
    assert confidence(1.0001, 1.0004, 0.95) == "95 % CI 1.0001 to 1.0004"
    assert confidence(0, 0, 0.95) == "95 % CI without width"
    assert [percent(share) for share in (0.0034, 0.05, 0.0996, 0.142, 1.3)] == ["0.3 %", "5.0 %", "10 %", "14 %", "130 %"]
