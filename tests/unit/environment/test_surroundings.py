"""Test which environments may be mixed in a campaign."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from support import factories

from concbench.common.variables import BLOCK_VARIABLE
from concbench.environment import surroundings
from concbench.environment.surroundings import (
    Damaged,
    Environment,
    UnlikeEnvironment,
    differences,
    enter_invocation,
    environment_now,
    interpreter_facts,
    known_invocations,
    read_invocations,
)

PACKAGES = {"aiohttp": "3.14.5"}
PYTHON: dict[str, Any] = {
    "implementation": "cpython",
    "version": "3.11.7",
    "gil_enabled": True,
    "jit_enabled": False,
    "packages": PACKAGES,
}
THEN = Environment("one", "host", "cpu", 2, 2**30, "6.1", None, 0.1, 1024, "abc", {"default": PYTHON})

QUICK = replace(factories.campaign(), name="quick")


def with_python(**changes: Any) -> Environment:
    return replace(THEN, invocation="two", interpreters={"default": {**PYTHON, **changes}})


def test_the_same_surroundings_may_be_mixed() -> None:
    now = replace(THEN, invocation="two", load=3.0, git_revision="def", governor="powersave", open_files_limit=7)
    assert list(differences(THEN, now)) == []


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (replace(THEN, machine="other"), "machine: host before, other now"),
        (replace(THEN, kernel="6.2"), "kernel: 6.1 before, 6.2 now"),
        (replace(THEN, cpus=4), "cpus: 2 before, 4 now"),
        (replace(THEN, cpu_quota=1.5), "cpu_quota: None before, 1.5 now"),
        (replace(THEN, variables={"LD_LIBRARY_PATH": "/opt"}), "LD_LIBRARY_PATH: not set before, /opt now"),
        (with_python(version="3.12.1"), "interpreter default, version: 3.11.7 before, 3.12.1 now"),
        (with_python(jit_enabled=True), "interpreter default, jit_enabled: False before, True now"),
        (with_python(packages={"aiohttp": "3.15"}), "interpreter default, aiohttp: 3.14.5 before, 3.15 now"),
        (with_python(packages={}), "interpreter default, aiohttp: 3.14.5 before, not installed now"),
    ],
)
def test_what_changes_times_may_not(now: Environment, said: str) -> None:
    assert list(differences(THEN, now)) == [said]


@pytest.mark.parametrize("package", ["joblib", "pytest", "pre-commit"])
def test_packages_that_make_adds_for_models_and_contributors_are_no_difference(package: str) -> None:
    more = with_python(packages={**PACKAGES, package: "1.0"})
    assert list(differences(THEN, more)) == []
    assert list(differences(more, THEN)) == []
    assert len(list(differences(more, with_python(packages={**PACKAGES, package: "1.1"})))) == 1


def test_a_package_that_may_change_how_others_work_is_a_difference() -> None:
    assert len(list(differences(THEN, with_python(packages={**PACKAGES, "brotli": "1.1"})))) == 1


def test_an_additional_interpreter_is_no_difference() -> None:
    both = replace(THEN, interpreters={"default": PYTHON, "old": {**PYTHON, "version": "3.9"}})
    assert list(differences(THEN, both)) == []


def test_a_campaign_is_refused_elsewhere_with_both_ways_to_go_on(tmp_path: Path) -> None:
    path = tmp_path / "environment.json"
    enter_invocation(path, QUICK, THEN)
    before = path.read_text()
    with pytest.raises(UnlikeEnvironment) as caught:
        enter_invocation(path, QUICK, replace(THEN, kernel="6.2"))
    assert "kernel: 6.1 before, 6.2 now" in str(caught.value)
    assert "--config campaign=quick-2" in str(caught.value)
    assert "rm -r results/quick" in str(caught.value)
    assert path.read_text() == before


def test_every_invocation_is_listed(tmp_path: Path) -> None:
    path = tmp_path / "environment.json"
    enter_invocation(path, QUICK, THEN)
    enter_invocation(path, QUICK, replace(THEN, invocation="two"))
    assert [one["invocation"] for one in json.loads(path.read_text())["invocations"]] == ["one", "two"]


@pytest.mark.parametrize("meanwhile", [{}, {"default": PYTHON}, {"default": PYTHON, "new": None}])
@pytest.mark.parametrize("block", [None, "3"])
def test_an_interpreter_that_was_away_meanwhile_must_still_be_the_same(
    block: str | None, meanwhile: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if block:
        monkeypatch.setenv(BLOCK_VARIABLE, block)
    path, both = tmp_path / "environment.json", {"default": PYTHON, "new": {**PYTHON, "version": "3.13.1"}}
    enter_invocation(path, QUICK, replace(THEN, interpreters=both))
    enter_invocation(path, QUICK, replace(THEN, interpreters=meanwhile))
    enter_invocation(path, QUICK, replace(THEN, interpreters=both))
    newer = {**both, "new": {**PYTHON, "version": "3.13.2"}}
    enter_invocation(path, QUICK, replace(THEN, interpreters=meanwhile))
    with pytest.raises(UnlikeEnvironment, match=r"interpreter new, version: 3\.13\.1 before, 3\.13\.2 now"):
        enter_invocation(path, QUICK, replace(THEN, interpreters=newer))


def test_the_environment_here_has_its_facts() -> None:
    two = replace(QUICK, interpreters={"default": sys.executable, "none": "no-such-python"})
    now = environment_now("one", two)
    assert now.interpreters["none"] is None
    assert now.interpreters["default"]["version"] == sys.version
    assert now.interpreters["default"]["packages"]["aiohttp"]
    assert now.cpus >= 1
    assert now.memory_bytes > 2**26
    assert list(differences(now, environment_now("two", replace(QUICK, interpreters={"default": sys.executable})))) == []


def test_invocations_listed_before_quotas_were_are_read(tmp_path: Path) -> None:
    path = tmp_path / "environment.json"
    enter_invocation(path, QUICK, THEN)
    listed = json.loads(path.read_text())
    for name in ("cpu_quota", "variables"):
        del listed["invocations"][0][name]
    path.write_text(json.dumps(listed), encoding="utf-8")
    assert read_invocations(path) == [THEN]


@pytest.mark.parametrize("program", ["false", "true", "echo"])
def test_what_is_no_python_has_no_facts(program: str) -> None:
    assert interpreter_facts(program) is None


def test_the_facts_of_an_interpreter_are_those_of_its_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHOME", "/nonexistent")
    assert interpreter_facts(sys.executable)["version"] == sys.version


def test_what_changes_a_measurement_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surroundings, "cpu_quota", lambda: 0.5)
    monkeypatch.setenv("LD_LIBRARY_PATH", "/opt")
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    now = environment_now("one", replace(QUICK, interpreters={}))
    assert (now.cpu_quota, now.variables["LD_LIBRARY_PATH"]) == (0.5, "/opt")
    assert "OMP_NUM_THREADS" not in now.variables


def test_the_threads_of_numeric_libraries_are_recorded_where_they_reach_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    own = replace(QUICK.experiments["cpu"], workload="own")
    now = environment_now("one", replace(QUICK, interpreters={}, experiments={"mine": own}))
    assert now.variables["OMP_NUM_THREADS"] == "3"


@pytest.fixture
def on_a_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(BLOCK_VARIABLE, "3")


@pytest.mark.usefixtures("on_a_node")
def test_like_nodes_may_be_mixed(tmp_path: Path) -> None:
    path = tmp_path / "environment.json"
    enter_invocation(path, QUICK, THEN)
    enter_invocation(path, QUICK, replace(THEN, machine="twin", memory_bytes=2**30 - 4096))
    assert [one.machine for one in read_invocations(path)] == ["host", "twin"]


@pytest.mark.usefixtures("on_a_node")
@pytest.mark.parametrize("unlike", [{"cpu_model": "newer"}, {"cpus": 4}, {"memory_bytes": 2**31}, {"kernel": "6.2"}])
def test_unlike_nodes_may_not(unlike: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "environment.json"
    enter_invocation(path, QUICK, THEN)
    with pytest.raises(UnlikeEnvironment) as caught:
        enter_invocation(path, QUICK, replace(THEN, machine="other", **unlike))
    (name,) = unlike
    assert f"host, {name}: " in str(caught.value)
    assert "with constraint under default-resources in profiles/slurm/config.yaml" in str(caught.value)
    assert "heterogeneous_nodes: separate" in str(caught.value)
    assert [one.machine for one in read_invocations(path)] == ["host"]


@pytest.mark.usefixtures("on_a_node")
def test_unlike_nodes_may_be_mixed_where_they_are_kept_apart_but_a_node_may_not_change(tmp_path: Path) -> None:
    path, apart = tmp_path / "environment.json", replace(QUICK, separate_nodes=True)
    enter_invocation(path, apart, THEN)
    enter_invocation(path, apart, replace(THEN, machine="other", cpu_model="newer"))
    with pytest.raises(UnlikeEnvironment):
        enter_invocation(path, apart, replace(THEN, kernel="6.2"))


def test_results_of_version_0_1_are_refused_with_both_ways_to_go_on(tmp_path: Path) -> None:
    path = tmp_path / "article" / "environment.json"
    path.parent.mkdir()
    path.write_text('{"sessions": []}', encoding="utf-8")
    with pytest.raises(UnlikeEnvironment, match=r"version 0\.1(.|\n)*campaign=article-2(.|\n)*rm -r results/article"):
        read_invocations(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b'{"invocations": [{"invocation": ',
        b"\x00\xff",
        b"[]",
        b"7",
        b"{}",
        b'{"invocations": [{"invocation": "one"}]}',
        b'{"invocations": {"one": 1}}',
        json.dumps({"invocations": [{**asdict(THEN), "cpus": "two"}]}).encode(),
        json.dumps({"invocations": [{**asdict(THEN), "interpreters": {"default": {"version": 3}}}]}).encode(),
        b"[" * 100_000,
    ],
)
def test_a_damaged_list_of_invocations_is_put_aside_once(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "environment.json"
    path.write_bytes(content)
    with pytest.raises(Damaged, match=r"environment\.json: this file is damaged \("):
        read_invocations(path)
    assert known_invocations(path) == []
    capsys.readouterr()
    enter_invocation(path, QUICK, THEN)
    assert f"It is now {path}.damaged. Whether earlier runs" in capsys.readouterr().err
    enter_invocation(path, QUICK, replace(THEN, invocation="two"))
    assert capsys.readouterr().err == ""
    assert [one.invocation for one in read_invocations(path)] == ["one", "two"]
    assert path.with_name("environment.json.damaged").read_bytes() == content


def test_the_advice_names_config_files_and_a_name_that_is_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results" / "quick-2").mkdir(parents=True)
    monkeypatch.setattr(sys, "argv", ["/x/bin/snakemake", "--cores", "2", "--configfile", "my own.yaml", "--config", "seed=3"])
    path = tmp_path / "environment.json"
    enter_invocation(path, QUICK, THEN)
    with pytest.raises(UnlikeEnvironment) as caught:
        enter_invocation(path, QUICK, replace(THEN, kernel="6.2"))
    command = "snakemake --cores 2 --configfile 'my own.yaml' --config campaign=quick-3 seed=3"
    assert f"measure under a new name: {command}\n" in str(caught.value)
    assert len(surroundings.new_name("x" * 40)) == 40
