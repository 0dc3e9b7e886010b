"""Write recommendations in sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import factories
from support.own_work import CONTENDERS, FILE, own_config, own_data, steady

from concbench.campaign.campaign_reader import campaign_of
from concbench.report.advice import Advice, advice, facts_of

TIMES: factories.Times = {
    "sync": steady(4.0),
    "threads/2": steady(2.0),
    "threads/4": steady(1.0),
    "threads/8": steady(1.01),
    "processes": steady(3.0),
}
ASYNC = {**CONTENDERS, "asyncio": {"model": "asyncio", "workers": ["all"]}}


def advised(folder: Path, times: factories.Times, **experiment: Any) -> Advice:
    data = own_data(folder, times, **experiment)
    (found,) = advice(data, facts_of(data.campaign))
    return found


def test_the_recommendation_begins_with_what_to_use_and_what_it_gains(tmp_path: Path) -> None:
    # The ends of the interval are 4 e^±0.0206, the third least and the third largest of 28 Walsh averages.
    noisy: factories.Times = {**TIMES, "sync": steady(4.0, noise=20), "threads/4": steady(1.0, noise=20)[::-1]}
    found = advised(tmp_path, noisy)
    assert found.name == "Recommendation for my work"
    assert found.sentences == (
        "Use 4 threads: 4 times as fast as a plain loop at 100 items (95 % CI 3.92 to 4.08).",
        "asyncio can't run it: it has no do_async(item).",
        "As fast, to within 5 %: 8 threads.",
    )
    assert found.to_do == ("This program does the same. Save it beside squares.py, put your own items in, and run it:")


def test_several_sizes_say_from_how_many_items_on_it_is_worth_it(tmp_path: Path) -> None:
    found = advised(tmp_path, TIMES, sizes=[10, 100])
    assert found.sentences[1] == "Worth it at all sizes, from 10 items on (a 4 s job)."


def test_reasons_of_the_config_are_quoted_and_not_repeated(tmp_path: Path) -> None:
    unable = {"asyncio": "it has no do_async.", "process_event_loops": "its results can't be pickled"}
    found = advised(tmp_path, TIMES, left_out=unable)
    assert found.sentences[1:3] == (
        "asyncio can't run it: it has no do_async.",
        "event loops in several processes can't run it: its results can't be pickled.",
    )
    assert found.sentences[3].startswith("As fast")


def test_a_file_with_do_async_is_not_said_to_lack_it(tmp_path: Path) -> None:
    found = advised(tmp_path, TIMES, options={"file": "tests/own_work/squares_async.py"})
    assert not any("can't run it" in sentence for sentence in found.sentences)


def test_what_the_budget_left_open_is_named_with_the_budget(tmp_path: Path) -> None:
    open_: factories.Times = {**TIMES, "processes": [0.9, 1.5, 0.95, 1.6, 0.9, 1.4, 1.5]}
    undecided = "Not decided in 7 blocks: 2 processes may be as fast or faster."
    assert advised(tmp_path, open_, budget_minutes=2.5).sentences[-1] == f"{undecided} A larger budget may tell."
    assert advised(tmp_path, open_).sentences[-1] == f"{undecided} More blocks may tell."


def test_where_nothing_is_faster_a_plain_loop_is_recommended(tmp_path: Path) -> None:
    slow = {name: steady(5.0) for name in TIMES} | {"sync": steady(4.0)}
    found = advised(tmp_path, slow)
    assert found.sentences[0] == "Use a plain loop: at 100 items, nothing else is faster."
    assert "results = [squares.do(item) for item in items]" in str(found.program)
    unclear: factories.Times = {**slow, "processes": [2.0, 6.0, 2.1, 6.1, 2.2, 6.2, 2.3]}
    found = advised(tmp_path, unclear)
    assert found.sentences[0] == "Use a plain loop: at 100 items, nothing else is shown to be faster."
    assert found.sentences[-1] == "Not decided in 7 blocks: 2 processes may be faster. More blocks may tell."


def test_a_little_gain_is_no_reason_for_a_pool(tmp_path: Path) -> None:
    slow = {name: steady(5.0) for name in TIMES} | {"sync": steady(4.0), "threads/8": steady(3.84, noise=10)}
    assert (
        advised(tmp_path, slow)
        .sentences[0]
        .startswith("Use a plain loop: at 100 items, nothing gains more than 5 %. The most is 8 threads, 1.04 times as fast as")
    )


def test_without_a_verdict_there_is_neither_recommendation_nor_program(tmp_path: Path) -> None:
    short = {name: [*times[:3], *["missing"] * 4] for name, times in TIMES.items()}
    found = advised(tmp_path, short)
    assert found.sentences[0] == "None yet: 3 blocks are too few for a verdict, which takes 5."
    assert (found.to_do, found.program) == (None, None)
    found = advised(tmp_path, {**TIMES, "sync": ["failed"] * 7})
    assert found.sentences[0] == "None yet: no run of the baseline counts."
    assert found.sentences[-1] == 'No run counts of a plain loop. See "Runs that don\'t count".'


def test_what_failed_is_named(tmp_path: Path) -> None:
    found = advised(tmp_path, {**TIMES, "processes": ["failed"] * 7})
    assert found.sentences[-1] == 'No run counts of 2 processes. See "Runs that don\'t count".'


def test_what_other_programs_interfered_with_is_named_apart(tmp_path: Path) -> None:
    found = advised(tmp_path, {**TIMES, "sync": ["interfered"] * 7, "processes": ["interfered", *["failed"] * 6]})
    assert found.sentences[0] == "None yet: no run of the baseline counts."
    assert found.sentences[-2:] == (
        "Other programs used the CPUs during all runs of a plain loop. Stop them, and measure again as the warning says.",
        'No run counts of 2 processes. See "Runs that don\'t count".',
    )


def test_what_is_recommended_may_have_failed_at_times(tmp_path: Path) -> None:
    found = advised(tmp_path, {**TIMES, "threads/4": [*steady(1.0)[:5], "failed", "failed"]})
    said = 'Some runs of 4 threads failed. Before you use 4 threads, see "Runs that don\'t count".'
    assert found.sentences[0].startswith("Use 4 threads: 4 times as fast")
    assert said in found.sentences
    assert said not in advised(tmp_path, TIMES).sentences


def test_each_interpreter_has_its_own(tmp_path: Path) -> None:
    config = {**own_config(), "interpreters": {"default": "python", "new": "python9.9"}}
    data = factories.synthetic(tmp_path, campaign_of(config), TIMES).experiment("cpu")
    names = [found.name for found in advice(data, facts_of(data.campaign))]
    assert names == ["Recommendation for my work, default", "Recommendation for my work, new"]


def test_a_program_is_run_by_the_interpreter_that_was_measured(tmp_path: Path) -> None:
    config = {**own_config(), "interpreters": {"default": "PYTHON_GIL=0 /opt/python3.14t"}}
    (found,) = advice(
        factories.synthetic(tmp_path, campaign_of(config), TIMES).experiment("cpu"), facts_of(campaign_of(config))
    )
    assert (found.to_do or "").endswith("put your own items in, and run it by PYTHON_GIL=0 /opt/python3.14t:")


def test_work_that_comes_with_the_project_gets_none(tmp_path: Path) -> None:
    data = factories.synthetic(tmp_path, factories.campaign(5), {"sync": [4.0] * 5, "threading": [2.0] * 5})
    assert list(advice(data.experiment("cpu"), {})) == []


def test_a_file_with_a_coroutine_function_alone_is_compared_with_one_task_at_a_time(tmp_path: Path) -> None:
    one, many = {"model": "asyncio", "workers": [1]}, {"model": "asyncio", "workers": ["all"]}
    setup: dict[str, Any] = {"baseline": "one", "contenders": {"one": one, "many": many}}
    times = {"one": steady(4.0), "many": steady(2.0)}
    found = advised(tmp_path, times, options={"file": "tests/own_work/squares_async.py:do_async"}, **setup)
    assert found.sentences[0].startswith("Use asyncio with all items at once: 2 times as fast as one item after the other")
    assert "asyncio.gather(*(squares_async.do_async(item) for item in items))" in str(found.program)


def test_a_model_without_a_program_has_its_source_named(tmp_path: Path) -> None:
    contenders = {"sync": {"model": "sync"}, "joblib": {"model": "joblib", "workers": [2]}}
    found = advised(tmp_path, {"sync": steady(4.0), "joblib": steady(2.0)}, contenders=contenders)
    assert found.sentences[0].startswith("Use joblib with 2 workers: 2 times as fast")
    assert (found.to_do, found.program) == ("scripts/models/joblib.py shows what was measured.", None)


def test_a_file_that_is_gone_has_no_program(tmp_path: Path) -> None:
    data = own_data(tmp_path, TIMES)
    (found,) = advice(data, {})
    assert (found.to_do, found.program) == (None, None)
    assert list(facts_of(data.campaign)) == [FILE]


@pytest.mark.parametrize(
    ("contender", "name"),
    [
        ({"model": "thread_pool", "workers": [20]}, "20 threads"),
        ({"model": "asyncio", "workers": ["all"]}, "asyncio with all items at once"),
        ({"model": "asyncio", "workers": [50]}, "asyncio with 50 tasks at a time"),
        ({"model": "asyncio_to_thread", "workers": [6]}, "asyncio.to_thread with 6 threads"),
        ({"model": "process_pool_executor", "workers": [2], "chunk_size": 50}, "2 processes (50 items at a time)"),
        ({"model": "process_pool_executor", "workers": [2], "chunk_size": 1}, "2 processes"),
        ({"model": "process_pool_executor", "workers": [2], "start_method": "spawn"}, "2 processes (started by spawn)"),
        ({"model": "multiprocessing_pool", "workers": [2]}, "multiprocessing.Pool with 2 processes"),
        (
            {"model": "process_event_loops", "workers": [20], "processes": 4},
            "4 processes with an event loop each and 20 tasks at a time",
        ),
        ({"model": "thread_pool", "workers": ["default"]}, "100 threads (the default)"),
        (
            {"model": "thread_pool", "workers": [2], "numeric_threads": 1},
            "2 threads (numeric libraries with 1 thread)",
        ),
        ({"model": "process_pool_executor", "workers": ["cpus"]}, "100 processes"),
        ({"model": "trio", "workers": [8]}, "mine with 8 workers"),
    ],
)
def test_a_configuration_is_named_by_what_a_program_would_use(contender: dict[str, Any], name: str, tmp_path: Path) -> None:
    contenders = {"sync": {"model": "sync"}, "mine": contender}
    times = {"sync": steady(4.0), "mine": steady(2.0)}
    found = advised(tmp_path, times, contenders=contenders, options={"file": "tests/own_work/squares_async.py"})
    assert found.sentences[0].startswith(f"Use {name}: 2 times as fast as a plain loop at 100 items")
