"""Test the pipeline in unusual places: folders of any name, full disks, read-only folders."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from support.pipeline import LOCKS, PROJECT, Pipeline, check_out, let_others_measure

from concbench.common.variables import USUAL_VARIABLE
from concbench.workflow.forecast import Forecast, Step
from concbench.workflow.invocation import NoRoom, need_room

pytestmark = pytest.mark.faults


def test_a_long_folder_with_spaces_and_umlauts_is_a_folder_like_any_other(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path, tiny_config: dict[str, Any]
) -> None:
    pipeline = check_out(tmp_path_factory, tmp_path / ("Größe 'zwei' & mehr als ein Socket fasst " * 3))
    forkserver = {"model": "process_pool_executor", "workers": [2], "start_method": "forkserver"}  # it listens on a socket
    tiny_config["experiments"]["cpu"]["contenders"]["forkserver"] = forkserver
    pipeline.write_config(tiny_config, "config.yaml")
    finished = pipeline.run()
    assert finished.returncode == 0, finished.stderr
    assert {row["status"] for row in pipeline.rows()} == {"ok"}
    assert (pipeline.results / "report.html").exists()
    invocations = json.loads((pipeline.results / "environment.json").read_text(encoding="utf-8"))["invocations"]
    assert [invocation["git_revision"] for invocation in invocations] == [None]  # this checkout is not a git repository


def test_without_a_place_for_temporary_files_the_usual_one_is_taken(
    measured: Pipeline, tiny_config: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    let_others_measure(measured.folder / LOCKS, path="/proc/measuring.lock")
    monkeypatch.setenv("TMPDIR", "/proc")
    finished = measured.run("--config", "repetitions=3")
    assert finished.returncode == 0, finished.stderr
    assert "A second campaign could interfere with this one." in finished.stderr
    assert {row["status"] for row in measured.rows()} == {"ok"}


def test_without_any_place_for_temporary_files_a_run_says_what_to_set(tmp_path: Path) -> None:
    work = "from concbench.runner import supervisor; supervisor.supervise(lambda: print('it began'))"
    done = subprocess.run(
        [sys.executable, "-c", work],
        cwd=PROJECT / "scripts",
        env={**os.environ, USUAL_VARIABLE: str(tmp_path / "nowhere")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    reason = "cannot create a temporary folder: No such file or directory. Set TMPDIR to a writable folder.\n"
    assert done.stderr == reason


def test_results_that_cannot_be_written_are_reported_before_anything_is_measured(
    checkout: Pipeline, tiny_config: dict[str, Any]
) -> None:
    checkout.write_config(tiny_config, "config.yaml")
    (checkout.folder / "results").write_text("a file where a folder should be")
    finished = checkout.run()
    assert finished.returncode != 0
    assert "results: this is a file. Rename it" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_results_without_permission_are_reported_before_anything_is_measured(
    checkout: Pipeline, tiny_config: dict[str, Any]
) -> None:
    checkout.write_config(tiny_config, "config.yaml")
    (checkout.folder / "results").mkdir(mode=0o555)
    # Root may write everywhere, unless it drops that capability.
    under = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"] if os.geteuid() == 0 else []
    finished = checkout.run_alone(under=under)
    assert finished.returncode != 0
    assert "results/tiny: cannot write this (Permission denied)" in finished.stderr
    assert "Traceback" not in finished.stderr


def test_a_disk_with_too_little_room_is_reported_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    campaign: Any = None
    ahead = Forecast(campaign, 1, {}, {"runs/one": Step(1, 1, 1, 1)}, [10_000] * 100, [], blocks=10)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=10**7))
    with pytest.raises(NoRoom, match="this disk has 10 MB free, but the campaign needs up to 380 MB"):
        need_room(tmp_path, ahead)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: SimpleNamespace(free=10**9))
    need_room(tmp_path, ahead)


def test_a_record_that_cannot_be_written_is_reported_and_the_campaign_continues_when_it_can(
    measured: Pipeline,
) -> None:
    record = min(measured.records())
    whole = record.read_bytes()
    record.unlink()
    (measured.results / "runs.csv").unlink()
    obstacle = record.with_name(record.name + ".unfinished")  # where the record is written before it gets its name
    obstacle.mkdir()
    finished = measured.run()
    assert finished.returncode != 0
    assert f"{record.relative_to(measured.folder)}: cannot write this file (Is a directory)" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert not record.exists()
    obstacle.rmdir()
    assert measured.run().returncode == 0
    assert len(record.read_bytes()) == pytest.approx(len(whole), rel=0.2)
