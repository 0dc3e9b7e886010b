"""Config in, campaign or clear problems out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from concbench.campaign import fingerprints
from concbench.campaign.config_file import ConfigError, campaigns_here, config_files_in, read_config
from concbench.campaign.plan import plan
from concbench.campaign.reader import campaign_of
from concbench.common.paths import ROOT

TEXT = """
campaign: tiny
servers:
  near: {sites: {one: {bytes: 10, latency_s: 0.001, tls: true}, two: {bytes: 20, latency_s: 0.002}}}
  capped: {extends: near, max_concurrent: 6}
experiments:
  io:
    workload: download
    sizes: [4]
    servers: [near, capped]
    baseline: sync
    contenders:
      sync: {model: sync}
      threading: {model: thread_pool, workers: [2, cpus]}
      asyncio: {model: asyncio, workers: [all], connection_limit: 0}
  cpu:
    workload: sum_squares
    options: {first: 1000}
    sizes: [4]
    baseline: sync
    control: threading
    contenders:
      sync: {model: sync}
      threading: {model: thread_pool, workers: [2]}
"""


def config(change: str = "", value: Any = None) -> dict[str, Any]:
    """The config above; ``change`` names a key, ``a.b.c`` or ``a.b.0``, to set, or to delete if ``value`` is "delete"."""
    loaded: dict[str, Any] = yaml.safe_load(TEXT)
    if change:
        *parents, last = [int(key) if key.isdigit() else key for key in change.split(".")]
        where: Any = loaded
        for key in parents:
            where = where[key]
        if value == "delete":
            del where[last]
        else:
            where[last] = value
    return loaded


def problems(change: str, value: Any) -> str:
    with pytest.raises(ConfigError) as caught:
        campaign_of(config(change, value), "tiny.yaml")
    return str(caught.value)


def test_what_the_config_leaves_open_gets_the_defaults_of_the_schema() -> None:
    campaign = campaign_of(config())
    assert (campaign.seed, campaign.repetitions, campaign.best_of, campaign.timeout_s) == (1, 5, 3, 120)
    assert campaign.interpreters == {"default": "python"}


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


def test_a_file_that_does_not_exist_is_named_with_the_ones_that_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"mine\.yaml: no such file; the campaigns here are .*config/quick\.yaml"):
        read_config(tmp_path / "mine.yaml")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("campaign: [", "line 1: not valid YAML"),
        ("campaign: a\n\tseed: 1", "line 2: not valid YAML"),
        ("seed: 1\nseed: 2", "line 2: not valid YAML: the key 'seed' is given twice"),
        ("campaign: {{tiny}}", "line 1: not valid YAML: a key must be a plain word"),
        ("- a\n- b", r"expected a mapping of keys to values, found \[\"a\", \"b\"\]"),
        ("", "expected a mapping of keys to values, found null"),
    ],
)
def test_text_that_is_no_config_is_answered_with_the_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        read_config(path)


def test_config_files_are_found_in_snakemakes_arguments() -> None:
    assert config_files_in(["--cores", "all"]) == [Path("config/config.yaml")]
    assert config_files_in(["--configfile", "a.yaml", "b.yaml", "--cores", "1"]) == [Path("a.yaml"), Path("b.yaml")]
    assert config_files_in(["--configfiles=a.yaml", "figures"]) == [Path("a.yaml")]


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


def test_an_edit_of_the_users_own_file_is_measured_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.py"
    experiment = {"workload": "own", "options": {"file": str(file)}, "sizes": [2], "baseline": "one"}
    paths = []
    for body in ("1", "2", "1"):
        file.write_text(f"def do(item): return {body}\ndef items(size, seed): return [0, 0]\n", encoding="utf-8")
        fingerprints.source.cache_clear()
        one = {**experiment, "contenders": {"one": {"model": "sync"}}}
        campaign = campaign_of({"campaign": "mine", "experiments": {"mine": one}})
        paths.append(fingerprints.record_path(campaign, plan(campaign)[0]))
    assert paths[0] == paths[2] != paths[1]


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
