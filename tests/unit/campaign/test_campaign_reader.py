"""Config in, campaign or clear problems out."""

from __future__ import annotations

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


@pytest.mark.parametrize("path", [Path(path).name for path in campaigns_here()])
def test_the_campaigns_in_the_repository_are_valid(path: str) -> None:
    campaign = campaign_of(read_config(ROOT / "config" / path), path)
    assert campaign.experiments


def test_the_default_campaign_is_the_article_as_published() -> None:
    campaign = campaign_of(read_config(ROOT / "config" / "config.yaml"))
    io, cpu = campaign.experiments["io"], campaign.experiments["cpu"]
    assert (campaign.name, campaign.repetitions, campaign.best_of) == ("article", 6, 3)
    assert (io.sizes, cpu.sizes) == ((160,), (20,))
    workers = {"sync": (1,), "threading": (5,), "asyncio": ("all",), "multiprocessing": ("cpus",)}
    for experiment in (io, cpu):
        assert {name: one.workers for name, one in experiment.contenders.items() if name != "control"} == workers
    assert io.article_s == {"sync": 14.29, "threading": 3.72, "asyncio": 2.57, "multiprocessing": 5.72}
    assert cpu.article_s == {"sync": 7.83, "threading": 10.41, "multiprocessing": 2.52}


CASES: list[tuple[str, Any, str]] = [
    ("campaign", "a/b", 'tiny.yaml: campaign: "a/b": expected the campaign\'s name'),
    ("campaign", "a; rm -rf x", 'campaign: "a; rm -rf x": expected'),
    ("campaign", "$(id)", 'campaign: "$(id)": expected'),
    ("campaign", "..", 'campaign: "..": expected'),
    ("campaign", "", 'campaign: "": expected'),
    ("campaign", 7, "campaign: 7: expected"),
    ("campaign", "delete", "campaign: missing; expected the campaign's name"),
    ("repetition", 3, "repetition: unknown key; did you mean repetitions?"),
    ("repetitions", 0, "repetitions: 0: expected how many blocks"),
    ("repetitions", -1, "repetitions: -1: expected"),
    ("repetitions", 2.5, "repetitions: 2.5: expected"),
    ("repetitions", "three", 'repetitions: "three": expected'),
    ("repetitions", [3], "repetitions: [3]: expected"),
    ("repetitions", True, "repetitions: true: expected"),
    ("repetitions", None, "repetitions: null: expected"),
    ("seed", "x", 'seed: "x": expected'),
    ("timeout_s", float("nan"), "timeout_s: nan: expected a number with an end"),
    ("servers.near.sites.one.latency_s", float("inf"), "servers.near.sites.one.latency_s: inf: expected a number with an end"),
    ("campaign", "tiny\n", "expected the campaign's name"),
    ("margin", 0, "margin: 0: expected relative differences"),
    ("background_cpu_limit", 2, "background_cpu_limit: 2: expected share"),
    ("attempts", 0, "attempts: 0: expected how often"),
    ("best_of", 0, "best_of: 0: expected"),
    ("timeout_s", 0, "timeout_s: 0: expected seconds after which"),
    ("interpreters", {}, "interpreters: {}: expected"),
    ("interpreters", {"a b": "python"}, 'interpreters: "a b": expected a name of letters'),
    ("interpreters", {"old": ""}, 'interpreters.old: "": expected'),
    ("interpreters", {"old": {"title": "Old"}}, "interpreters.old.command: missing; expected the command"),
    ("interpreters", {"old": {"command": "python", "tite": "Old"}}, "interpreters.old.tite: unknown key; did you mean title?"),
    ("experiments.io.title", "two\nlines", r'experiments.io.title: "two\nlines": expected one line of text'),
    ("experiments.io.title", "x" * 61, "expected one line of text, at most 60 characters"),
    ("servers.near.sites.one.bytes", -1, "servers.near.sites.one.bytes: -1: expected the size"),
    ("servers.near.sites.one.latency_s", "fast", 'servers.near.sites.one.latency_s: "fast": expected a number'),
    ("servers.near.sites.one.latency_s", {"distribution": "normal", "mean": 1}, "latency_s: {"),
    ("servers.near.sites.one.latency_s", {"distribution": "uniform", "low": 2, "high": 1}, "expected low below high"),
    ("servers.near.sites.one.latency_s", {"distribution": "exponential", "low": 2, "mean": 1}, "expected low below mean"),
    ("servers.near.sites.one.tls", "yes", 'servers.near.sites.one.tls: "yes": expected whether'),
    ("servers.near.sites.one.url", "https://example.org", "servers.near.sites.one: {"),
    ("servers.near.sites.one", {"url": "ftp://x"}, 'servers.near.sites.one.url: "ftp://x": expected'),
    ("servers.near.sites.one.byte", 3, "servers.near.sites.one.byte: unknown key; did you mean bytes?"),
    ("servers.near.sites", "delete", "servers.near: {}: expected sites"),
    ("servers.near.max_concurrent", 0, "servers.near.max_concurrent: 0: expected"),
    ("servers.near.delay_factor", -1, "servers.near.delay_factor: -1: expected"),
    ("servers.capped.extends", "far", 'servers.capped.extends: "far": expected the name of another profile: near'),
    ("servers.near.extends", "capped", "expected the name of another profile"),
    ("experiments", {}, "experiments: {}: expected the experiments"),
    (
        "experiments.io.workload",
        "upload",
        'experiments.io.workload: "upload": expected one of compression, download, download_and_sum, echo',
    ),
    ("experiments.io.sizes", 4, "experiments.io.sizes: 4: expected numbers of items"),
    ("experiments.io.sizes", [], "experiments.io.sizes: []: expected"),
    ("experiments.io.sizes", [4, 4], "experiments.io.sizes: [4, 4]: expected"),
    ("experiments.io.sizes.0", -4, "experiments.io.sizes[0]: -4: expected a number of items"),
    (
        "experiments.io.servers",
        ["far"],
        'experiments.io.servers[0]: "far": expected the name of a server profile: near, capped',
    ),
    ("experiments.io.servers", "delete", "experiments.io.servers: missing; download needs a server: near, capped"),
    ("experiments.cpu.servers", ["near"], "sum_squares uses no server"),
    ("experiments.io.baseline", "delete", "experiments.io.baseline: missing; expected"),
    ("experiments.io.baseline", "synch", 'experiments.io.baseline: "synch": expected the name of a contender: sync, threading'),
    ("experiments.cpu.control", "thread", 'experiments.cpu.control: "thread": expected the name of a contender'),
    ("experiments.cpu.contenders.control", {"model": "sync"}, "expected another name"),
    ("experiments.cpu.article_s", {"synch": 1}, "experiments.cpu.article_s.synch: unknown key; did you mean sync?"),
    ("experiments.cpu.article_s", {"sync": 0}, "experiments.cpu.article_s.sync: 0: expected seconds"),
    ("experiments.cpu.options", {"frist": 3}, "experiments.cpu.options.frist: unknown key; did you mean first?"),
    (
        "experiments.io.contenders.sync.model",
        "twisted",
        'contenders.sync.model: "twisted": expected one of asyncio, asyncio_blocking, asyncio_task_group, asyn',
    ),
    ("experiments.io.contenders.sync.workers", [2], "contenders.sync.workers: [2]: expected no such key"),
    ("experiments.io.contenders.threading.workers", [0], "contenders.threading.workers[0]: 0: expected a number of workers"),
    ("experiments.io.contenders.threading.workers", ["many"], 'workers[0]: "many": expected'),
    ("experiments.io.contenders.threading.workers", "delete", "contenders.threading.workers: missing; expected"),
    ("experiments.io.contenders.threading.wokers", [2], "contenders.threading.wokers: unknown key; did you mean workers?"),
    ("experiments.io.contenders.threading.client", "aiohttp", 'client: "aiohttp": expected a client that thread_pool can use'),
    ("experiments.io.contenders.threading.client", "curl", 'client: "curl": expected one of aiohttp, httpx, '),
    ("experiments.cpu.contenders.sync.client", "requests", "sum_squares uses no client"),
    ("servers", {"a\nb": None}, 'tiny.yaml: servers."a\\nb": null: expected a profile'),
    ("experiments.io.contenders.a b", {"model": "sync"}, 'experiments.io.contenders: "a b": expected a name'),
]


@pytest.mark.parametrize(("change", "value", "message"), CASES, ids=[f"{change}={value}"[:60] for change, value, _ in CASES])
def test_a_bad_config_is_answered_with_file_key_value_and_what_was_expected(change: str, value: Any, message: str) -> None:
    said = problems(change, value)
    assert message in said
    assert all(line.startswith("tiny.yaml: ") for line in said.splitlines())


def test_whole_numbers_of_workers_may_be_written_with_a_configuration() -> None:
    campaign = campaign_of(config("experiments.io.contenders.threading.workers", [2.0]))
    assert [repr(count) for count in campaign.experiments["io"].contenders["threading"].workers] == ["2"]


def test_all_problems_are_said_at_once() -> None:
    bad = config("repetitions", -1)
    bad["experiments"]["io"]["sizes"] = [0]
    with pytest.raises(ConfigError) as caught:
        campaign_of(bad, "tiny.yaml")
    assert len(str(caught.value).splitlines()) == 2


@pytest.mark.parametrize(
    ("source", "model", "message"),
    [
        (None, "sync", "options.file: missing; expected the path of a Python file with do(item) and items(size, seed)"),
        ("def do(item: return 1", "sync", "can't be read: "),
        ("def items(size, seed): return []", "sync", "expected a Python file with a function do, which this one lacks"),
        ("def do(item): return 1", "sync", "expected a Python file with a function items, which this one lacks"),
        ("def do(i): pass\ndef items(s, t): pass", "asyncio", "is made for: asyncio_blocking, asyncio_to_thread, gevent"),
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


def places(part: Any, path: str = "") -> list[str]:
    """The places of all keys and items below ``part``, as ``config`` takes them."""
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
