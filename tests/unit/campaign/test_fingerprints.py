"""Test that the folder of a configuration's records depends on all that its timing depends on, and on nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from support import factories

from concbench.campaign import fingerprints
from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.fingerprints import digest, probe_path, record_path
from concbench.campaign.plan import configurations, plan, probe_plan
from concbench.common.paths import SCRIPTS


def paths(campaign: Campaign) -> dict[str, str]:
    return {run.configuration.contender: record_path(campaign, run) for run in plan(campaign) if run.block == 1}


def edited(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    """Pretend that a line was added to a module."""

    def source(path: Path) -> bytes:
        return path.read_bytes() + (b"# edited\n" if path == SCRIPTS / f"{module}.py" else b"")

    monkeypatch.setattr(fingerprints, "source", source)


def test_a_digest_is_that_of_its_parts_and_of_where_they_end() -> None:
    assert digest([b"one", b"other"]) == "853af5eacb00"  # by sha256sum, of both parts' own sums
    assert len({digest(parts) for parts in ([b"ab", b"c"], [b"a", b"bc"], [b"abc"], [b"c", b"ab"])}) == 4


def test_a_micro_benchmark_has_a_folder_for_each_interpreter_and_its_command() -> None:
    config = {**factories.config(), "probes": ["start_cost"]}
    folders = set()
    for command in ("python", "python -X importtime"):
        machine, probe, *_ = probe_plan(campaign_of({**config, "interpreters": {"mine": command}}))
        assert probe_path(machine).startswith("effective_parallelism/machine/")
        name, interpreter, folder, record = probe_path(probe).split("/")
        assert (name, interpreter, record) == ("start_cost", "mine", "block-1")
        folders.add(folder)
    assert len(folders) == 2


def test_the_blocks_of_a_configuration_share_a_folder() -> None:
    campaign = factories.campaign(repetitions=3)
    first = configurations(campaign)[0]
    records = [Path(record_path(campaign, run)) for run in plan(campaign) if run.configuration == first]
    (folder,) = {path.parent for path in records}
    assert folder.parent == Path(first.name)
    assert [path.name for path in records] == ["block-1", "block-2", "block-3"]


@pytest.mark.parametrize(
    ("module", "touched"),
    [
        ("models/thread_pool", {"threading"}),
        ("workloads/sum_squares", {"sync", "threading"}),
        ("concbench/measured/timing", {"sync", "threading"}),
        ("concbench/server/server", set()),
        ("figures/headline", set()),
    ],
)
def test_an_edit_moves_the_runs_that_rest_on_it_and_no_others(
    monkeypatch: pytest.MonkeyPatch, module: str, touched: set[str]
) -> None:
    campaign = factories.campaign()
    before = paths(campaign)
    edited(monkeypatch, module)
    after = paths(campaign)
    assert {contender for contender in before if before[contender] != after[contender]} == touched


def test_downloads_rest_on_client_and_server(monkeypatch: pytest.MonkeyPatch) -> None:
    campaign = factories.campaign(workload="download", servers=["near"])
    before = paths(campaign)
    edited(monkeypatch, "clients/requests")
    with_client = paths(campaign)
    assert before["sync"] != with_client["sync"]
    edited(monkeypatch, "concbench/server/server")
    assert before["sync"] != paths(campaign)["sync"]


def test_repetitions_and_the_time_limit_move_nothing() -> None:
    campaign = factories.campaign()
    assert paths(campaign) == paths(replace(campaign, blocks=(1, 2, 3, 4), timeout_s=1, best_of=1))


def test_titles_move_nothing() -> None:
    config = factories.config()
    plain = paths(campaign_of({**config, "interpreters": {"default": "python"}}))
    config["experiments"]["cpu"]["title"] = "4 sums of squares"
    assert plain == paths(campaign_of({**config, "interpreters": {"default": {"command": "python", "title": "CPython"}}}))


def test_downloads_depend_on_the_server_and_its_profile() -> None:
    campaign = factories.campaign(workload="download", servers=["near"])
    files = {path.relative_to(SCRIPTS).as_posix() for path in fingerprints.sources_of(campaign, plan(campaign)[0])}
    assert {"concbench/server/server.py", "concbench/server/precise_timer.py", "concbench/records/server_profile.py"} <= files
    assert not {name for name in files if name.startswith(("concbench/analysis", "concbench/report", "concbench/common"))}


@pytest.mark.parametrize("edited", ["mine.py", "helper.py"])
def test_an_edit_of_the_users_own_files_is_measured_anew(edited: str, tmp_path: Path) -> None:
    sources = {"mine.py": "from helper import do\nITEMS = [0, 0]\n# {}\n", "helper.py": "def do(item): return {}\n"}
    for name, source in sources.items():
        (tmp_path / name).write_text(source.format(0), encoding="utf-8")
    experiment = {"workload": "own", "options": {"file": str(tmp_path / "mine.py")}, "sizes": [2], "baseline": "one"}
    paths = []
    for text in ("1", "2", "1"):
        (tmp_path / edited).write_text(sources[edited].format(text), encoding="utf-8")
        fingerprints.source.cache_clear()
        one = {**experiment, "contenders": {"one": {"model": "sync"}}}
        campaign = campaign_of({"campaign": "mine", "experiments": {"mine": one}})
        paths.append(fingerprints.record_path(campaign, plan(campaign)[0]))
    assert paths[0] == paths[2] != paths[1]
