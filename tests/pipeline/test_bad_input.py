"""Test bad configs on the real command line: one message says what is wrong and where, and no file changes."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from support.pipeline import Pipeline

WITHIN_S = 60  # seconds in which a bad config is refused, on a busy machine
THREADING = ("experiments", "io", "contenders", "threading")


@pytest.fixture
def used(checkout: Pipeline) -> Pipeline:
    """Return a checkout with results, which must not change."""
    (checkout.results / "runs").mkdir(parents=True)
    for name in ("runs.csv", "config.json", "runs/block-1.json"):
        (checkout.results / name).write_text("precious\n", encoding="utf-8")
    return checkout


def with_key(config: dict[str, Any], path: tuple[str, ...], value: object) -> dict[str, Any]:
    """Return the config with one key set."""
    *folders, key = path
    place = config
    for folder in folders:
        place = place[folder]
    place[key] = value
    return config


def assert_refused(pipeline: Pipeline, arguments: list[str], file: str, fragments: tuple[str, ...]) -> None:
    """Check that one line names the file and contains all fragments, and that nothing else has happened."""
    before = pipeline.times("results/**/*")
    finished = pipeline.run("--cores", "1", *arguments, timeout_s=WITHIN_S)
    output = finished.stdout + finished.stderr
    messages = [line for line in output.splitlines() if file in line]
    assert finished.returncode != 0
    assert "Traceback" not in output
    assert len(messages) == 1, output
    assert [fragment for fragment in fragments if fragment not in messages[0]] == [], messages[0]
    assert pipeline.times("results/**/*") == before
    assert list(pipeline.folder.rglob("*pwned*")) == []


def test_the_config_that_the_cases_start_from_is_accepted(used: Pipeline, tiny_config: dict[str, Any]) -> None:
    finished = used.run("--dry-run", "--configfile", used.write_config(tiny_config))
    assert finished.returncode == 0, finished.stderr


def test_a_claim_that_the_campaign_does_not_measure_is_refused(used: Pipeline, tiny_config: dict[str, Any]) -> None:
    claim = {"claim": "1", "statement": "So.", "test": "effect", "of": {"probe": "start_cost", "metric": "x"}, "at_least": 1}
    used.write_config({"claims": [claim]}, "tiny_claims.yaml")
    fragments = ("claims[0].of.probe", '"start_cost"', "one of the campaign's probes (code_size)")
    assert_refused(used, ["--configfile", used.write_config(tiny_config)], "config/tiny_claims.yaml", fragments)


@pytest.mark.parametrize(
    ("path", "value", "fragments"),
    [
        pytest.param(("repetitons",), 3, ("repetitons", "not a known key", "Did you mean repetitions?"), id="misspelt key"),
        pytest.param(("repetitions",), "many", ("repetitions", '"many"', "a whole number from 1"), id="wrong type"),
        pytest.param(
            ("experiments", "io", "sizes"),
            [-4],
            ("experiments.io.sizes[0]", "-4", "a whole number from 1"),
            id="negative count",
        ),
        pytest.param(
            (*THREADING, "model"),
            "thraeding",
            ("experiments.io.contenders.threading.model", '"thraeding"', "asyncio, ", "thread_pool"),
            id="unknown model",
        ),
        pytest.param(
            ("experiments", "io", "workload"),
            "downlod",
            ("experiments.io.workload", '"downlod"', "download", "sum_squares"),
            id="unknown workload",
        ),
        pytest.param(("campaign",), "../tiny", ("campaign", '"../tiny"', "lower-case letters"), id="name with a slash"),
        pytest.param(
            ("campaign",), "x; touch pwned", ("campaign", '"x; touch pwned"', "lower-case letters"), id="name for the shell"
        ),
        pytest.param(
            ("campaign",), "$(touch pwned)", ("campaign", '"$(touch pwned)"', "lower-case letters"), id="name to be expanded"
        ),
    ],
)
def test_bad_value_is_refused(
    used: Pipeline, tiny_config: dict[str, Any], path: tuple[str, ...], value: object, fragments: tuple[str, ...]
) -> None:
    file = used.write_config(with_key(tiny_config, path, value))
    assert_refused(used, ["--configfile", file], file, fragments)


def test_file_that_is_not_yaml_is_refused(used: Pipeline) -> None:
    file = used.write_config({})
    (used.folder / file).write_text("campaign: tiny\nseed: [1\n", encoding="utf-8")
    assert_refused(used, ["--configfile", file], file, ("line 3", "not valid YAML", "expected ',' or ']'"))


def test_key_given_twice_is_refused(used: Pipeline, tiny_config: dict[str, Any]) -> None:
    file = used.write_config(tiny_config)
    used.append(file, "repetitions: 3\n")
    assert_refused(used, ["--configfile", file], file, ("line ", "'repetitions'", "twice"))


def test_file_that_does_not_exist_is_refused_and_those_that_do_are_named(used: Pipeline) -> None:
    file = "config/tiny.yaml"
    assert_refused(used, ["--configfile", file], file, ("no such file", "config/config.yaml", "config/quick.yaml"))


def test_bad_value_on_the_command_line_is_refused(used: Pipeline, tiny_config: dict[str, Any]) -> None:
    file = used.write_config(tiny_config)
    arguments = ["--configfile", file, "--config", "campaign=x; touch pwned"]
    assert_refused(used, arguments, file, ("campaign", '"x; touch pwned"', "lower-case letters"))


def test_default_config_with_a_bad_value_is_refused(used: Pipeline, tiny_config: dict[str, Any]) -> None:
    file = used.write_config(with_key(tiny_config, ("best_of",), 0), "config.yaml")
    assert_refused(used, [], file, ("best_of is 0.", "a whole number from 1"))


def test_default_config_that_is_not_yaml_is_refused(used: Pipeline) -> None:
    file = used.write_config({}, "config.yaml")
    (used.folder / file).write_text("campaign: tiny\n\tseed: 1\n", encoding="utf-8")
    assert_refused(used, [], file, ("line 2", "not valid YAML"))


@pytest.mark.skipif(find_spec("snakemake_executor_plugin_slurm") is not None, reason="the environment hands blocks out")
def test_the_profile_for_clusters_says_what_it_needs(checkout: Pipeline) -> None:
    finished = checkout.run("--profile", "profiles/slurm", "--dry-run")
    assert finished.returncode != 0
    assert "profiles/slurm: this needs its own environment. Run make slurm" in finished.stderr
    assert "usage:" not in finished.stderr
