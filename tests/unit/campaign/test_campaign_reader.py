"""Test that a config becomes a campaign, or a list of clear problems."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.config_texts import config

from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.config_file import ConfigError, campaigns_here, read_config
from concbench.campaign.plan import plan
from concbench.common.paths import ROOT
from concbench.stats.looks import Looks

UNTIL = {"until": "decided"}


def problems(change: str, value: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        campaign_of(config(change, value), "tiny.yaml")
    return str(caught.value)


def test_what_the_config_leaves_open_gets_the_defaults_of_the_schema() -> None:
    campaign = campaign_of(config())
    assert (campaign.seed, campaign.repetitions, campaign.best_of, campaign.timeout_s) == (1, 5, 3, 120)
    assert campaign.interpreters == {"default": "python"}


def test_titles_are_those_of_the_config_or_names() -> None:
    campaign = campaign_of(config("experiments.io.title", "12 downloads"))
    assert [one.title for one in campaign.experiments.values()] == ["12 downloads", "cpu"]
    campaign = campaign_of(config("interpreters", {"one": {"command": "python"}, "two": {"command": "pypy3", "title": "PyPy"}}))
    assert campaign.interpreters == {"one": "python", "two": "pypy3"}
    assert campaign.interpreter_titles == {"two": "PyPy"}


def test_a_profile_takes_what_it_does_not_say_from_the_one_it_extends() -> None:
    servers = campaign_of(config()).servers
    assert servers["capped"].max_concurrent == 6
    assert servers["capped"].sites == servers["near"].sites
    assert servers["near"].max_concurrent is None


def test_the_client_fits_the_model_unless_named() -> None:
    contenders = campaign_of(config()).experiments["io"].contenders
    assert contenders["threading"].client == "requests"
    assert contenders["asyncio"].client == "aiohttp"


def test_options_go_to_the_plug_in_that_takes_them() -> None:
    experiments = campaign_of(config()).experiments
    assert experiments["io"].contenders["asyncio"].workload_options["client_options"] == {"connection_limit": 0}
    assert experiments["cpu"].contenders["sync"].workload_options == {"first": 1000}


def test_a_contender_may_set_an_option_of_the_workload() -> None:
    campaign = campaign_of(config("experiments.cpu.contenders.sync.first", 7))
    contenders = campaign.experiments["cpu"].contenders
    assert contenders["sync"].workload_options == {"first": 7}
    assert contenders["threading"].workload_options == {"first": 1000}


def test_the_control_is_a_second_contender_like_the_first() -> None:
    contenders = campaign_of(config()).experiments["cpu"].contenders
    assert contenders["control"].model == "thread_pool"
    assert contenders["control"].workers == (2,)
    assert "control" not in campaign_of(config()).experiments["io"].contenders


def test_a_campaign_may_go_on_until_it_is_decided() -> None:
    campaign = campaign_of(config("repetitions", UNTIL))
    assert campaign.looks == Looks(7, 50)
    assert (campaign.blocks, campaign.budget_s) == (tuple(range(1, 51)), None)
    assert campaign.experiments["cpu"].decide == ("sync", "threading")
    asked = {**config("repetitions", {**UNTIL, "at_least": 10.0, "at_most": 20}), "budget_minutes": 1.5}
    asked["experiments"]["io"]["decide"] = ["asyncio"]
    campaign = campaign_of(asked)
    assert (campaign.looks, campaign.repetitions, campaign.budget_s) == (Looks(10, 20), 20, 90)
    assert campaign.experiments["io"].decide == ("asyncio",)
    assert campaign_of(config()).looks is None


@pytest.mark.parametrize(
    ("change", "value", "expected"),
    [
        ("blocks", [1, 2], "blocks is not allowed here, because repetitions asks for blocks until the campaign is decided."),
        (
            "heterogeneous_nodes",
            "separate",
            'heterogeneous_nodes is "separate". Expected refuse, because blocks of a campaign that goes on until it is decided',
        ),
        (
            "experiments.io.decide",
            ["asyncio", "gevent"],
            'experiments.io.decide[1] is "gevent". Expected a contender other than the baseline, one of threading, asyncio.',
        ),
        (
            "experiments.io.decide",
            ["sync"],
            'experiments.io.decide[0] is "sync". Expected a contender other than the baseline, one of threading, asyncio.',
        ),
        (
            "experiments.cpu.contenders",
            {"sync": {"model": "sync"}},
            'experiments.cpu.decide[0] is "threading". Expected no such key, as the baseline is the only contender.',
        ),
    ],
)
def test_what_does_not_go_with_measuring_until_it_is_decided_is_named(change: str, value: Any, expected: str) -> None:
    asked = {**config(change, value), "repetitions": UNTIL}
    asked["experiments"]["cpu"].setdefault("decide", ["threading"])
    with pytest.raises(ConfigError, match=re.escape(expected)):
        campaign_of(asked, "tiny.yaml")


@pytest.mark.parametrize("path", [Path(path).name for path in campaigns_here()])
def test_the_campaigns_in_the_repository_are_valid(path: str) -> None:
    campaign = campaign_of(read_config(ROOT / "config" / path), path)
    assert campaign.experiments


def test_the_default_campaign_is_the_article_as_published_with_smaller_sums() -> None:
    campaign = campaign_of(read_config(ROOT / "config" / "config.yaml"))
    io, cpu = campaign.experiments["io"], campaign.experiments["cpu"]
    assert (campaign.name, campaign.best_of) == ("article", 3)
    assert cpu.contenders["sync"].workload_options == {"first": 1_000_000}
    assert (io.sizes, cpu.sizes) == ((160,), (20,))
    workers = {"sync": (1,), "threading": (5,), "asyncio": ("all",), "multiprocessing": ("cpus",)}
    for experiment in (io, cpu):
        assert {name: one.workers for name, one in experiment.contenders.items() if name != "control"} == workers
    assert io.article_s == {"sync": 14.29, "threading": 3.72, "asyncio": 2.57, "multiprocessing": 5.72}
    assert cpu.article_s == {"sync": 7.83, "threading": 10.41, "multiprocessing": 2.52}


OWN = {
    "workload": "own",
    "options": {"file": "tests/own_work/squares.py"},
    "sizes": [4],
    "baseline": "sync",
    "contenders": {"sync": {"model": "sync"}},
}


def test_models_are_left_out_of_own_work_with_a_reason() -> None:
    left_out = {"asyncio": "it has no do_async"}
    experiments = campaign_of(config("experiments", {"mine": {**OWN, "left_out": left_out}, "more": OWN})).experiments
    assert [one.left_out for one in experiments.values()] == [left_out, {}]


@pytest.mark.parametrize(
    ("experiment", "left_out", "expected"),
    [
        (OWN, {"asynio": "it has no do_async"}, "left_out.asynio is not a known key. Did you mean asyncio?"),
        (
            OWN,
            {"sync": "too slow"},
            "left_out.sync is not allowed here, because the contender sync uses this model. Remove it.",
        ),
        (OWN, {"asyncio": ""}, 'left_out.asyncio is "". Expected one line of text with at most 300 characters.'),
        (OWN, {"asyncio": "one\ntwo"}, 'left_out.asyncio is "one\\ntwo". Expected one line of text'),
        (OWN, {"asyncio": "x" * 301}, "Expected one line of text with at most 300 characters."),
        (OWN, ["asyncio"], "Expected a mapping of models to one line of text with at most 300 characters."),
        (
            config()["experiments"]["cpu"],
            {"asyncio": "no"},
            "left_out is not allowed here, because only the recommendation for the workload own quotes it. Remove it.",
        ),
    ],
)
def test_a_model_that_cannot_be_left_out_is_named(experiment: dict[str, Any], left_out: Any, expected: str) -> None:
    assert expected in problems("experiments", {"mine": {**experiment, "left_out": left_out}})


CASES: list[tuple[str, Any, str]] = [
    ("campaign", "a/b", 'campaign is "a/b". Expected a name of at most 40 lower-case letters, digits, - and _,'),
    ("campaign", "a; rm -rf x", 'campaign is "a; rm -rf x". Expected a name of at most 40 lower-case letters, digits, - and'),
    ("campaign", "$(id)", 'campaign is "$(id)". Expected a name of at most 40 lower-case letters, digits, - and _,'),
    ("campaign", "..", 'campaign is "..". Expected a name of at most 40 lower-case letters, digits, - and _,'),
    ("campaign", "", 'campaign is "". Expected a name of at most 40 lower-case letters, digits, - and _, starting'),
    ("campaign", 7, "campaign is 7. Expected a name of at most 40 lower-case letters, digits, - and _, starting"),
    ("campaign", "delete", "campaign is missing. Expected a name of at most 40 lower-case letters, digits, - and _,"),
    ("repetition", 3, "repetition is not a known key. Did you mean repetitions?"),
    ("repetitions", {"at_most": 20}, "repetitions.until is missing. Expected the word decided."),
    ("repetitions", {"until": "bored"}, 'repetitions.until is "bored". Expected the word decided.'),
    ("repetitions", {**UNTIL, "at_least": 6}, "repetitions.at_least is 6. Expected a whole number from 7 to 1000."),
    ("repetitions", {**UNTIL, "at_most": 1001}, "repetitions.at_most is 1001. Expected a whole number from 7 to 1000."),
    ("repetitions", {**UNTIL, "at_leats": 9}, "repetitions.at_leats is not a known key. Did you mean at_least?"),
    (
        "repetitions",
        {**UNTIL, "at_least": 20, "at_most": 10},
        "repetitions.at_most is 10. Expected a whole number of at least 20, which is at_least.",
    ),
    ("budget_minutes", 0, "budget_minutes is 0. Expected a number above 0 and up to 1000000, or null for no limit."),
    (
        "experiments.cpu.decide",
        ["threading"],
        "experiments.cpu.decide is not allowed here, because repetitions is a number.",
    ),
    ("experiments.cpu.decide", [], "experiments.cpu.decide is []. Expected a list of different names of contenders, or null."),
    ("repetitions", 0, "repetitions is 0. Expected a whole number from 1 to 1000, or a mapping with until."),
    ("repetitions", -1, "repetitions is -1. Expected a whole number from 1 to 1000, or a mapping with until."),
    ("repetitions", 2.5, "repetitions is 2.5. Expected a whole number from 1 to 1000, or a mapping with until."),
    ("repetitions", "three", 'repetitions is "three". Expected a whole number from 1 to 1000, or a mapping with until.'),
    ("repetitions", [3], "repetitions is [3]. Expected a whole number from 1 to 1000, or a mapping with until."),
    ("repetitions", True, "repetitions is true. Expected a whole number from 1 to 1000, or a mapping with until."),
    ("repetitions", None, "repetitions is null. Expected a whole number from 1 to 1000, or a mapping with until."),
    ("seed", "x", 'seed is "x". Expected a whole number.'),
    ("timeout_s", float("nan"), "timeout_s is nan. Expected a finite number."),
    ("servers.near.sites.one.latency_s", float("inf"), "servers.near.sites.one.latency_s is inf. Expected a finite number."),
    ("campaign", "tiny\n", 'campaign is "tiny\\n". Expected a name of at most 40 lower-case letters, digits, - and _,'),
    ("margin", 0, "margin is 0. Expected a number above 0 and below 1."),
    ("background_cpu_limit", 2, "background_cpu_limit is 2. Expected a number from 0 to 1."),
    ("attempts", 0, "attempts is 0. Expected a whole number from 1 to 100."),
    ("best_of", 0, "best_of is 0. Expected a whole number from 1 to 1000."),
    ("timeout_s", 0, "timeout_s is 0. Expected a number above 0 and up to 1000000."),
    ("interpreters", {}, "interpreters is {}. Expected a mapping of names to commands or paths, or to mappings with"),
    ("interpreters", {"a b": "python"}, 'interpreters has the key "a b". Expected a name of at most 40 letters, digits and _,'),
    ("interpreters", {"old": ""}, 'interpreters.old is "". Expected a command or path that starts a Python, such as'),
    (
        "interpreters",
        {"old": {"title": "Old"}},
        "interpreters.old.command is missing. Expected a text such as python3.14 or PYTHON_JIT=1",
    ),
    (
        "interpreters",
        {"old": {"command": "python", "tite": "Old"}},
        "interpreters.old.tite is not a known key. Did you mean title?",
    ),
    (
        "experiments.io.title",
        "two\nlines",
        'experiments.io.title is "two\\nlines". Expected one line of text with at most 60 characters,',
    ),
    ("experiments.io.title", "x" * 61, 'experiments.io.title is "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx….'),
    ("servers.near.sites.one.bytes", -1, "servers.near.sites.one.bytes is -1. Expected a whole number from 0 to 100000000."),
    (
        "servers.near.sites.one.latency_s",
        "fast",
        'servers.near.sites.one.latency_s is "fast". Expected a number from 0 to 100000, or a',
    ),
    (
        "servers.near.sites.one.latency_s",
        {"distribution": "normal", "mean": 1},
        'servers.near.sites.one.latency_s is {"distribution": "normal", "mean": 1}. Expected a',
    ),
    (
        "servers.near.sites.one.latency_s",
        {"distribution": "uniform", "low": 2, "high": 1},
        "Expected low to be less than high.",
    ),
    (
        "servers.near.sites.one.latency_s",
        {"distribution": "exponential", "low": 2, "mean": 1},
        "Expected low to be less than mean.",
    ),
    ("servers.near.sites.one.tls", "yes", 'servers.near.sites.one.tls is "yes". Expected true or false.'),
    (
        "servers.near.sites.one.url",
        "https://example.org",
        'servers.near.sites.one is {"bytes": 10, "latency_s": 0.001, "tls": true, "url": "http….',
    ),
    (
        "servers.near.sites.one",
        {"url": "ftp://x"},
        'servers.near.sites.one.url is "ftp://x". Expected an address that starts with http:// or',
    ),
    ("servers.near.sites.one.byte", 3, "servers.near.sites.one.byte is not a known key. Did you mean bytes?"),
    (
        "servers.near.sites",
        {"one": {"bytes": 1, "latency_s": 0}, "two": {"url": "http://there"}},
        'servers.near.sites is ["one", "two"]. Expected sites that all have a url, or none that has one.',
    ),
    (
        "servers.near",
        {"sites": {"one": {"url": "http://there"}}, "max_concurrent": 5},
        "servers.near.max_concurrent is not allowed here, because only the test server has it, and one has a url. Remove it.",
    ),
    ("servers.near.sites", "delete", "servers.near is {}. Expected sites, or extends with a profile that has them."),
    (
        "servers.near.max_concurrent",
        0,
        "servers.near.max_concurrent is 0. Expected a whole number from 1 to 1000000, or null for no",
    ),
    (
        "servers.near.delay_factor",
        -1,
        "servers.near.delay_factor is -1. Expected a number from 0 to 100000, or a distribution, which",
    ),
    ("servers.capped.extends", "far", 'servers.capped.extends is "far". Expected another server profile, one of near.'),
    ("servers.near.extends", "capped", 'servers.capped.extends is "near". Expected no such key, as there is no other profile.'),
    ("experiments", {}, "experiments is {}. Expected a mapping of names to experiments, with at least one."),
    (
        "experiments.io.workload",
        "upload",
        'experiments.io.workload is "upload". Expected a file in scripts/workloads/, one of',
    ),
    ("experiments.io.sizes", 4, "experiments.io.sizes is 4. Expected a list of different whole numbers from 1 to 100000."),
    ("experiments.io.sizes", [], "experiments.io.sizes is []. Expected a list of different whole numbers from 1 to 100000."),
    (
        "experiments.io.sizes",
        [4, 4],
        "experiments.io.sizes is [4, 4]. Expected a list of different whole numbers from 1 to 100000.",
    ),
    ("experiments.io.sizes.0", -4, "experiments.io.sizes[0] is -4. Expected a whole number from 1 to 100000."),
    (
        "experiments.io.servers",
        ["far"],
        'experiments.io.servers[0] is "far". Expected a server profile, one of near, capped.',
    ),
    (
        "experiments.io.servers",
        "delete",
        "experiments.io.servers is missing. Expected a server profile, one of near, capped, because",
    ),
    ("experiments.cpu.servers", ["near"], "sum_squares uses no server"),
    ("experiments.io.baseline", "delete", "experiments.io.baseline is missing. Expected the name of a contender."),
    (
        "experiments.io.baseline",
        "synch",
        'experiments.io.baseline is "synch". Expected a contender, one of sync, threading, asyncio.',
    ),
    ("experiments.cpu.control", "thread", 'experiments.cpu.control is "thread". Expected a contender, one of sync, threading.'),
    (
        "experiments.cpu.contenders.control",
        {"model": "sync"},
        "experiments.cpu.contenders.control is reserved for the A/A control. Choose another name.",
    ),
    ("experiments.cpu.article_s", {"synch": 1}, "experiments.cpu.article_s.synch is not a known key. Did you mean sync?"),
    (
        "experiments.cpu.article_s",
        {"sync": 0},
        "experiments.cpu.article_s.sync is 0. Expected a number above 0 and up to 1000000.",
    ),
    ("experiments.cpu.options", {"frist": 3}, "experiments.cpu.options.frist is not a known key. Did you mean first?"),
    (
        "experiments.io.contenders.sync.model",
        "twisted",
        'experiments.io.contenders.sync.model is "twisted". Expected a file in scripts/models/, one',
    ),
    (
        "experiments.io.contenders.sync.workers",
        [2],
        "experiments.io.contenders.sync.workers is not allowed here, because the model sync always",
    ),
    (
        "experiments.io.contenders.threading.workers",
        [0],
        "experiments.io.contenders.threading.workers[0] is 0. Expected a whole number from 1 to",
    ),
    (
        "experiments.io.contenders.threading.workers",
        ["many"],
        'experiments.io.contenders.threading.workers[0] is "many". Expected a whole number from 1 to',
    ),
    (
        "experiments.io.contenders.threading.workers",
        "delete",
        "experiments.io.contenders.threading.workers is missing. Expected a list of numbers, such as",
    ),
    (
        "experiments.io.contenders.threading.wokers",
        [2],
        "experiments.io.contenders.threading.wokers is not a known key. Did you mean workers?",
    ),
    (
        "experiments.io.contenders.threading.client",
        "aiohttp",
        'experiments.io.contenders.threading.client is "aiohttp". Expected a client that thread_pool',
    ),
    (
        "experiments.io.contenders.threading.client",
        "curl",
        'experiments.io.contenders.threading.client is "curl". Expected a file in scripts/clients/,',
    ),
    (
        "experiments.cpu.contenders.sync.client",
        "requests",
        "experiments.cpu.contenders.sync.client is not allowed here, because the workload",
    ),
    ("servers", {"a\nb": None}, 'servers has the key "a\\nb". Expected a name of at most 40 letters, digits and _, starting'),
    (
        "experiments.io.contenders.a b",
        {"model": "sync"},
        'experiments.io.contenders has the key "a b". Expected a name of at most 40 letters, digits',
    ),
]


@pytest.mark.parametrize(("change", "value", "message"), CASES, ids=[f"{change}={value}"[:60] for change, value, _ in CASES])
def test_a_bad_config_is_answered_with_file_key_value_and_what_was_expected(change: str, value: Any, message: str) -> None:
    said = problems(change, value)
    assert message in said
    assert all(line.startswith("tiny.yaml: ") for line in said.splitlines())


def test_whole_numbers_of_workers_may_be_written_with_a_configuration() -> None:
    campaign = campaign_of(config("experiments.io.contenders.threading.workers", [2.0]))
    assert [repr(count) for count in campaign.experiments["io"].contenders["threading"].workers] == ["2"]


def test_all_problems_are_reported_together() -> None:
    bad = config("repetitions", -1)
    bad["experiments"]["io"]["sizes"] = [0]
    with pytest.raises(ConfigError) as caught:
        campaign_of(bad, "tiny.yaml")
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("source", "model", "message"),
    [
        (None, "sync", "options.file is missing. Expected the path of a Python file with do(item) and items(size, seed)."),
        ("def do(item: return 1", "sync", "mine.py, line 1: it is not valid Python ("),
        ("def items(size, seed): return []", "sync", "mine.py has no function do(). Add do(item), which"),
        ("def do(item): return 1", "sync", "mine.py has no items. Add items(size, seed), which"),
        (
            "def do(i): pass\ndef items(s, t): pass",
            "asyncio",
            "mine.py has none. Add it, or use one of asyncio_blocking, asyncio_to_thread, gevent",
        ),
    ],
)
def test_work_of_the_users_own_is_checked_before_anything_is_measured(
    source: str | None, model: str, message: str, tmp_path: Path
) -> None:
    file = tmp_path / "mine.py"
    options = {"file": str(file)} if source else {}
    file.write_text(source or "", encoding="utf-8")
    contender = {"model": model} if model == "sync" else {"model": model, "workers": [2]}
    experiment = {"workload": "own", "options": options, "sizes": [2], "baseline": "one", "contenders": {"one": contender}}
    with pytest.raises(ConfigError) as error:
        campaign_of({"campaign": "mine", "experiments": {"mine": experiment}})
    assert message in str(error.value)


def test_sizes_beyond_the_items_that_a_file_lists_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text("ITEMS = [1, 2, 3]\ndef do(item): pass", encoding="utf-8")
    contenders = {"one": {"model": "sync"}, "two": {"model": "thread_pool", "workers": [2]}}
    experiment = {"workload": "own", "options": {"file": str(file)}, "baseline": "one", "contenders": contenders}
    campaign_of({"campaign": "mine", "experiments": {"mine": {**experiment, "sizes": [3]}}})
    with pytest.raises(ConfigError) as error:
        campaign_of({"campaign": "mine", "experiments": {"mine": {**experiment, "sizes": [3, 5]}}}, "mine.yaml")
    refused = f"mine.yaml: experiments.mine.sizes[1] is 5. Expected at most 3, the number of ITEMS in {file}."
    assert str(error.value) == refused


def places(part: Any, path: str = "") -> list[str]:
    """Yield the paths of all keys and items below ``part``, in the form that ``config`` takes."""
    pairs = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    below = [(f"{path}{key}", value) for key, value in pairs]
    return [place for place, value in below for place in (place, *places(value, f"{place}."))]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=8), part, max_size=3),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(places(config())), ANYTHING | st.just("delete"))
def test_whatever_stands_anywhere_is_a_campaign_or_a_clear_problem(change: str, value: Any) -> None:
    try:
        campaign = campaign_of(config(change, value), "tiny.yaml")
    except ConfigError as error:
        assert all(line.startswith("tiny.yaml: ") for line in str(error).split("\n"))
    else:
        assert plan(campaign)


@pytest.mark.parametrize(
    ("change", "value", "message"),
    [
        ("timeout_s", 1e10, "timeout_s is 10000000000.0. Expected a number above 0 and up to 1000000."),
        ("servers.near.sites.one.latency_s", 1e300, "Expected a number from 0 to 100000, or a distribution"),
        (
            "servers.near.connect_delay_s",
            1e9,
            "servers.near.connect_delay_s is 1000000000.0. Expected a number from 0 to 100000.",
        ),
        ("seed", 10**30, "seed is a number of more than 18 digits."),
        ("experiments.cpu.options", {"first": "x"}, 'experiments.cpu.options.first is "x". Expected a whole number.'),
        ("experiments.cpu.options", {"first": 2.5}, "experiments.cpu.options.first is 2.5. Expected a whole number."),
        ("experiments.cpu.options", {"first": True}, "experiments.cpu.options.first is true. Expected a whole number."),
        ("experiments.cpu.options", {"with_numpy": 1}, "experiments.cpu.options.with_numpy is 1. Expected true or false."),
        ("experiments.io.contenders.asyncio.connection_limit", "x", 'connection_limit is "x". Expected a whole number.'),
        (
            "experiments.io.contenders.asyncio.connection_limit",
            -1,
            "connection_limit is -1. Expected a whole number of at least 0",
        ),
        (
            "experiments.cpu.contenders.sync.numeric_threads",
            2,
            "experiments.cpu.contenders.sync.numeric_threads is not a known key.",
        ),
        ("experiments.io.contenders.threading.shared_resource", "no", 'shared_resource is "no". Expected true or false.'),
        (
            "interpreters",
            {"a": "py\x1b[1mthon"},
            'interpreters.a is "py\\u001b[1mthon". Expected text without control characters.',
        ),
    ],
)
def test_values_beyond_reason_are_refused(change: str, value: Any, message: str) -> None:
    assert message in problems(change, value)


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ("seed", lambda one: one.seed),
        ("repetitions", lambda one: one.repetitions),
        ("servers.near.max_concurrent", lambda one: one.servers["near"].max_concurrent),
        ("servers.near.sites.one.bytes", lambda one: one.servers["near"].sites[0].bytes),
        ("experiments.io.sizes.0", lambda one: one.experiments["io"].sizes[0]),
        ("experiments.io.contenders.threading.workers.0", lambda one: one.experiments["io"].contenders["threading"].workers[0]),
        ("experiments.cpu.options.first", lambda one: one.experiments["cpu"].contenders["sync"].workload_options["first"]),
        (
            "experiments.io.contenders.asyncio.connection_limit",
            lambda one: one.experiments["io"].contenders["asyncio"].workload_options["client_options"]["connection_limit"],
        ),
    ],
)
def test_a_whole_number_may_be_written_with_a_point_and_is_stored_without(change: str, where: Any) -> None:
    assert repr(where(campaign_of(config(change, 3.0)))) == "3"


def test_a_campaign_of_too_many_runs_is_refused_before_it_is_planned() -> None:
    large = config("experiments.cpu.sizes", list(range(1, 3000)))
    with pytest.raises(ConfigError, match=r"tiny\.yaml: this campaign has \d+ runs\. Expected at most 100000"):
        campaign_of({**large, "repetitions": 1000}, "tiny.yaml")


def test_a_contenders_own_file_is_checked_too(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def do(item): pass\ndef items(size, seed): return []", encoding="utf-8")
    contenders = {"one": {"model": "sync"}, "two": {"model": "sync", "file": str(tmp_path / "none.py")}}
    experiment = {"workload": "own", "options": {"file": str(tmp_path / "mine.py")}, "sizes": [2], "baseline": "one"}
    with pytest.raises(ConfigError, match=r"experiments\.mine\.contenders\.two\.file: .*none\.py: no such file\."):
        campaign_of({"campaign": "mine", "experiments": {"mine": {**experiment, "contenders": contenders}}})


def own_work(folder: Path, **contender: Any) -> dict[str, Any]:
    (folder / "mine.py").write_text("def do(item): pass\ndef items(size, seed): return []", encoding="utf-8")
    experiment = {"workload": "own", "options": {"file": str(folder / "mine.py")}, "sizes": [2], "baseline": "one"}
    return {"campaign": "mine", "experiments": {"mine": {**experiment, "contenders": {"one": contender}}}}


def test_the_threads_of_numeric_libraries_are_an_option_of_own_work(tmp_path: Path) -> None:
    campaign = campaign_of(own_work(tmp_path, model="sync", numeric_threads=2))
    assert campaign.experiments["mine"].contenders["one"].workload_options["numeric_threads"] == 2
    with pytest.raises(ConfigError, match=r"numeric_threads is 0\. Expected a whole number of at least 1\."):
        campaign_of(own_work(tmp_path, model="sync", numeric_threads=0))


def test_a_chunk_has_an_item_at_least(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"chunk_size is 0\. Expected a whole number of at least 1\."):
        campaign_of(own_work(tmp_path, model="process_pool_executor", workers=[2], chunk_size=0))


@pytest.mark.parametrize("model", ["threads_and_queue", "joblib", "gevent"])
def test_a_model_without_a_default_number_of_workers_is_not_asked_for_it(model: str, tmp_path: Path) -> None:
    expected = f'workers[1] is "default". Expected a number, cpus or all, because the model {model} has no default number'
    with pytest.raises(ConfigError, match=re.escape(expected)):
        campaign_of(own_work(tmp_path, model=model, workers=[2, "default"]))
