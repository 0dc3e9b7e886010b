"""Test what is measured again: each kind of change repeats the runs that it concerns, and no others."""

from __future__ import annotations

import csv
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from support.pipeline import Invocation, Pipeline, invoked_once

from concbench.campaign.campaign_reader import read_campaign
from concbench.campaign.plan import Run, plan

if TYPE_CHECKING:
    from pathlib import Path

TABLE = "results/tiny/runs.csv"  # this target measures all runs, without the slower figures
FIGURE = "results/tiny/figures/headline-cpu.png"
OF_EACH = ("headline", "timing", "closeup", "resources")
FIGURES = {
    f"{name}.{ending}"
    for name in (*(f"{one}-{experiment}" for one in OF_EACH for experiment in ("io", "cpu")), "drift", "claims")
    for ending in ("png", "svg")
}
MODEL = "scripts/models/thread_pool.py"
EDIT = "# an edit\n"
FAILING = '\n\ndef run(workload: object, items: object, workers: int) -> list[object]:\n    raise OSError("no thread today")\n'


class Measured(NamedTuple):
    """Identify a run by its record's path."""

    configuration: str
    block: int


def planned(pipeline: Pipeline, wanted: Callable[[Run], bool] = lambda run: True, campaign: str = "tiny") -> list[Measured]:
    """Return the selected runs of a campaign, in the recorded order."""
    read = read_campaign(pipeline.results.with_name(campaign) / "config.json")
    return [Measured(run.configuration.name, run.block) for run in plan(read) if wanted(run)]


def recorded_order(pipeline: Pipeline) -> dict[str, Any]:
    """Return what ``order.json`` has."""
    order: dict[str, Any] = json.loads((pipeline.results / "order.json").read_text(encoding="utf-8"))
    return order


def of_threading(run: Run) -> bool:
    return run.configuration.contender == "threading"


def run_of(record: Path) -> Measured:
    """``…/<configuration>/<digest>/block-<number>.json``"""
    return Measured(record.parent.parent.name, int(record.stem.removeprefix("block-")))


def written(before: Pipeline, after: Pipeline) -> list[Measured]:
    """Return the runs that a copy has measured since it was made, in the order of their records."""
    old = {path.relative_to(before.folder): time for path, time in before.records().items()}
    new = {path.relative_to(after.folder): time for path, time in after.records().items()}
    return newer(old, new)


def newer(before: dict[Path, int], after: dict[Path, int]) -> list[Measured]:
    assert before.keys() <= after.keys(), "records are gone"
    return [run_of(path) for path in sorted(after, key=lambda path: after[path]) if before.get(path) != after[path]]


def measured_by(pipeline: Pipeline, *arguments: str) -> list[Measured]:
    """Return the runs that one successful invocation measures, in the order of their records."""
    before = pipeline.records()
    finished = pipeline.run(*arguments)
    assert finished.returncode == 0, finished.stderr
    return newer(before, pipeline.records())


class Edited(NamedTuple):
    """Record the measured campaign after an edit, or after undoing it, and what the next invocation measured."""

    pipeline: Pipeline
    runs: list[Measured]


def edited(
    before: Invocation, name: str, edit: Callable[[Pipeline], None], factory: pytest.TempPathFactory
) -> tuple[Invocation, list[Measured]]:
    """Edit a copy, once for all workers."""

    def make(folder: Path) -> Invocation:
        pipeline = before.pipeline.copy(folder)
        edit(pipeline)
        return Invocation(pipeline, pipeline.run(TABLE))

    made = invoked_once(factory, name, make)
    assert made.finished.returncode == 0, made.finished.stderr
    return made, written(before.pipeline, made.pipeline)


@pytest.fixture(scope="session")
def after_edit(first_run: Invocation, tmp_path_factory: pytest.TempPathFactory) -> Edited:
    """Return the campaign after an edit of one model."""
    made, runs = edited(first_run, "after_edit", lambda pipeline: pipeline.append(MODEL, EDIT), tmp_path_factory)
    return Edited(made.pipeline, runs)


@pytest.fixture(scope="session")
def taken_back(first_run: Invocation, after_edit: Edited, tmp_path_factory: pytest.TempPathFactory) -> Edited:
    """Return the campaign after that edit was undone."""
    original = (first_run.pipeline.folder / MODEL).read_text(encoding="utf-8")

    def take_back(pipeline: Pipeline) -> None:
        (pipeline.folder / MODEL).write_text(original, encoding="utf-8")

    before = Invocation(after_edit.pipeline, first_run.finished)
    made, runs = edited(before, "taken_back", take_back, tmp_path_factory)
    return Edited(made.pipeline, runs)


@pytest.fixture(scope="session")
def failing(first_run: Invocation, tmp_path_factory: pytest.TempPathFactory) -> Invocation:
    """Return the campaign after one model was made to raise, and the invocation that ran it."""

    def make(folder: Path) -> Invocation:
        pipeline = first_run.pipeline.copy(folder)
        shutil.rmtree(pipeline.results / "figures")
        (pipeline.results / "article.md").unlink()
        pipeline.append(MODEL, FAILING)
        return Invocation(pipeline, pipeline.run())

    return invoked_once(tmp_path_factory, "failing", make)


def test_first_run_measures_every_planned_run_in_the_drawn_order(first_run: Invocation, tiny_config: dict[str, Any]) -> None:
    assert first_run.finished.returncode == 0, first_run.finished.stderr
    rows = sorted(first_run.pipeline.rows(), key=lambda row: row["started_at"])
    assert [row["status"] for row in rows] == ["ok"] * 8
    assert [Measured(row["configuration"], int(row["block"])) for row in rows] == planned(first_run.pipeline)
    assert [int(row["order"]) for row in rows] == list(range(1, 9))


def test_first_run_makes_all_tables_and_figures(first_run: Invocation) -> None:
    tables = {
        "runs.csv",
        "summary.csv",
        "comparisons.csv",
        "warnings.csv",
        "items.csv",
        "report.html",
        "article.md",
        "conclusion.txt",
        "claims.csv",
        "claims.md",
    }
    figures = {f"figures/{name}" for name in FIGURES}
    results = first_run.pipeline.results
    made = {str(path.relative_to(results)) for path in results.rglob("*") if path.is_file() and path.stat().st_size}
    assert tables | figures <= made


def test_no_run_overlaps_another(first_run: Invocation) -> None:
    rows = sorted(first_run.pipeline.rows(), key=lambda row: row["started_at"])
    starts = [datetime.fromisoformat(row["started_at"]) for row in rows]
    ends = [start + timedelta(seconds=float(row["makespan_s"])) for start, row in zip(starts, rows)]
    assert all(end < following for end, following in zip(ends, starts[1:]))


def test_no_run_starts_before_the_record_of_the_one_before_it_is_written(first_run: Invocation) -> None:
    written = sorted(time / 1e9 for time in first_run.pipeline.records().values())
    started = sorted(datetime.fromisoformat(row["started_at"]).timestamp() for row in first_run.pipeline.rows())
    assert all(end < following for end, following in zip(written, started[1:]))


def test_second_run_does_nothing(measured: Pipeline) -> None:
    before = measured.times("results/**/*")
    finished = measured.run()
    assert finished.returncode == 0, finished.stderr
    assert "Nothing to be done" in finished.stderr
    assert measured.times("results/**/*") == before


def test_more_repetitions_run_the_new_blocks_alone(measured: Pipeline, tiny_config: dict[str, Any]) -> None:
    tiny_config["repetitions"] = 4
    measured.write_config(tiny_config, "config.yaml")
    assert measured_by(measured, TABLE) == planned(measured, lambda run: run.block > 2)
    assert len(measured.rows()) == 16


def test_new_worker_count_runs_the_new_configuration_alone_in_every_block(
    measured: Pipeline, tiny_config: dict[str, Any]
) -> None:
    tiny_config["experiments"]["io"]["contenders"]["threading"]["workers"] = [2, 3]
    measured.write_config(tiny_config, "config.yaml")
    assert measured_by(measured, TABLE) == planned(measured, lambda run: run.configuration.workers_asked == 3)


def test_blocks_that_have_begun_keep_their_order_and_new_ones_are_drawn_from_the_same_seed(
    measured: Pipeline, tiny_config: dict[str, Any]
) -> None:
    before = recorded_order(measured)
    tiny_config["repetitions"] = 3
    tiny_config["experiments"]["io"]["contenders"]["threading"]["workers"] = [2, 3]
    measured.write_config(tiny_config, "config.yaml")
    runs = measured_by(measured, TABLE)
    after = recorded_order(measured)
    assert after["seed"] == before["seed"]
    assert [after["blocks"][block][:-1] for block in "12"] == [before["blocks"][block] for block in "12"]
    assert [run.configuration for run in runs if run.block == 3] == after["blocks"]["3"]


def test_two_campaigns_of_one_config_have_orders_of_their_own(measured: Pipeline) -> None:
    measured_by(measured, "results/again/runs.csv", "--config", "campaign=again", "repetitions=1")
    again = json.loads((measured.folder / "results/again/order.json").read_text(encoding="utf-8"))
    assert again["seed"] != recorded_order(measured)["seed"]


def test_second_worker_count_adds_the_figure_of_the_sweep(measured: Pipeline, tiny_config: dict[str, Any]) -> None:
    tiny_config["experiments"]["io"]["contenders"]["threading"]["workers"] = [2, 3]
    measured.write_config(tiny_config, "config.yaml")
    planned_figures = measured.run("--summary").stdout
    assert "workers-io.png" in planned_figures
    assert "workers-cpu.png" not in planned_figures


def test_new_control_runs_alone_in_every_block(measured: Pipeline, tiny_config: dict[str, Any]) -> None:
    tiny_config["experiments"]["io"]["control"] = "sync"
    measured.write_config(tiny_config, "config.yaml")
    assert measured_by(measured, TABLE) == planned(measured, lambda run: run.configuration.contender == "control")


def test_edited_model_runs_again_in_every_block_at_once(after_edit: Edited, tiny_config: dict[str, Any]) -> None:
    pipeline, runs = after_edit
    assert runs == planned(pipeline, of_threading)
    assert len({row["invocation"] for row in pipeline.rows() if row["model"] == "thread_pool"}) == 1


def test_edited_model_leaves_the_records_of_others_alone(first_run: Invocation, after_edit: Edited) -> None:
    pipeline, _ = after_edit
    before, after = ([row for row in one.rows() if row["model"] != "thread_pool"] for one in (first_run.pipeline, pipeline))
    assert len(before) == 4
    assert after == before


def test_edited_model_is_settled_by_one_invocation(after_edit: Edited, tmp_path: Path) -> None:
    finished = after_edit.pipeline.copy(tmp_path / "checkout").run(TABLE)
    assert finished.returncode == 0, finished.stderr
    assert "Nothing to be done" in finished.stderr


def test_edit_taken_back_measures_nothing(taken_back: Edited) -> None:
    assert taken_back.runs == []


def test_edit_taken_back_gives_the_old_results_back(first_run: Invocation, taken_back: Edited) -> None:
    assert taken_back.pipeline.rows() == first_run.pipeline.rows()


def test_edit_made_again_measures_what_it_lacks_at_once(
    taken_back: Edited, tiny_config: dict[str, Any], tmp_path: Path
) -> None:
    """The edited model has records of two blocks; the third was added while the edit was undone."""
    pipeline = taken_back.pipeline.copy(tmp_path / "checkout")
    tiny_config["repetitions"] = 3
    pipeline.write_config(tiny_config, "config.yaml")
    assert measured_by(pipeline, TABLE) == planned(pipeline, lambda run: run.block == 3)
    pipeline.append(MODEL, EDIT)
    assert measured_by(pipeline, TABLE) == planned(pipeline, lambda run: run.block == 3 and of_threading(run))


def test_edited_harness_runs_everything_again(measured: Pipeline, tiny_config: dict[str, Any]) -> None:
    measured.append("scripts/concbench/measured/timing.py", EDIT)
    assert measured_by(measured, TABLE) == planned(measured)


def test_other_latency_runs_the_downloads_alone(measured: Pipeline, tiny_config: dict[str, Any]) -> None:
    tiny_config["servers"]["near"]["sites"]["plain"]["latency_s"] = 0.06
    measured.write_config(tiny_config, "config.yaml")
    assert measured_by(measured, TABLE) == planned(measured, lambda run: run.configuration.experiment == "io")


def test_deleted_figures_are_drawn_again_without_measuring(measured: Pipeline) -> None:
    figures = measured.times("results/tiny/figures/*")
    shutil.rmtree(measured.results / "figures")
    assert measured_by(measured, "figures") == []
    assert measured.times("results/tiny/figures/*").keys() == figures.keys()
    assert {path.name for path in figures} == FIGURES


def test_lost_snakemake_folder_measures_nothing(measured: Pipeline) -> None:
    shutil.rmtree(measured.folder / ".snakemake")
    assert measured_by(measured) == []


def test_scripts_touched_but_not_changed_measure_nothing(measured: Pipeline) -> None:
    for script in measured.folder.glob("scripts/**/*.py"):
        os.utime(script)
    assert measured_by(measured) == []


def test_scripts_touched_and_snakemake_folder_lost_measure_nothing(measured: Pipeline) -> None:
    """Set the files' times as in a fresh checkout to which the results were copied."""
    shutil.rmtree(measured.folder / ".snakemake")
    for script in measured.folder.glob("scripts/**/*.py"):
        os.utime(script)
    assert measured_by(measured, TABLE) == []


def test_configfile_replaces_the_default_config(measured: Pipeline, tiny_config: dict[str, Any]) -> None:
    tiny_config["campaign"] = "sums"
    del tiny_config["experiments"]["io"], tiny_config["servers"]
    config = measured.write_config(tiny_config)
    assert measured_by(measured, "results/sums/runs.csv", "--configfile", config) == planned(measured, campaign="sums")
    assert not any(configuration.startswith("io") for configuration, _ in planned(measured, campaign="sums"))


def test_config_on_the_command_line_overrides_the_file(measured: Pipeline) -> None:
    assert measured_by(measured, TABLE, "--config", "repetitions=1") == []
    assert len(measured.rows()) == 4


def test_fewer_blocks_than_the_best_are_taken_of_still_give_a_figure(measured: Pipeline) -> None:
    (measured.folder / FIGURE).unlink()
    assert measured_by(measured, FIGURE, "--config", "repetitions=1") == []
    assert (measured.folder / FIGURE).exists()


def test_failing_model_leaves_the_exit_status_0(failing: Invocation) -> None:
    assert failing.finished.returncode == 0, failing.finished.stderr


def test_failing_model_gives_failed_rows_with_the_reason(failing: Invocation) -> None:
    rows = failing.pipeline.rows()
    assert {row["model"]: row["status"] for row in rows} == {"sync": "ok", "thread_pool": "failed"}
    assert {row["reason"] for row in rows if row["status"] == "failed"} == {"OSError: no thread today"}
    assert len(rows) == 8


def test_failing_model_leaves_no_figure_out(first_run: Invocation, failing: Invocation) -> None:
    made, expected = ({path.name for path in one.pipeline.times("results/tiny/figures/*")} for one in (failing, first_run))
    assert made == expected == FIGURES


def test_failing_model_is_named_on_the_page(failing: Invocation) -> None:
    page = (failing.pipeline.results / "article.md").read_text(encoding="utf-8")
    assert page.count("no thread today") == 4


def test_the_end_of_the_campaign_lists_what_failed_with_its_log_and_the_remedy(failing: Invocation) -> None:
    said = failing.finished.stderr
    assert "Campaign tiny: 4 of 8 runs count" in said
    listed = said.split("Runs that don't count")[1]
    assert listed.count("no thread today") == 4
    whole = (failing.pipeline.results / "conclusion.txt").read_text(encoding="utf-8")
    assert "python scripts/retry_runs.py results/tiny" in " ".join(whole.split())
    logs = [word.strip("()") for word in listed.split() if word.startswith("(results/tiny/logs/runs/")]
    assert len(logs) == 4
    assert all("no thread today" in (failing.pipeline.folder / log).read_text(encoding="utf-8") for log in logs)


def test_the_end_of_the_campaign_says_the_answer(first_run: Invocation) -> None:
    conclusion = (first_run.pipeline.results / "conclusion.txt").read_text(encoding="utf-8")
    assert "\ncpu\n" in conclusion
    assert conclusion.startswith("Campaign tiny: 8 of 8 runs count")
    assert conclusion.endswith("\nReport: results/tiny/report.html\n")
    assert conclusion in first_run.finished.stderr
    assert "2 claims in 2 parts: " in first_run.finished.stderr


def test_claims_are_answered(first_run: Invocation) -> None:
    with (first_run.pipeline.results / "claims.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["claim"]: row for row in csv.DictReader(file)}
    assert set(rows) == {"24", "26"}
    assert float(rows["24"]["measured"]) > 0
    assert "2 blocks are too few (5 needed)" in rows["26"]["reason"]


def test_an_edited_claim_is_judged_anew_and_nothing_is_measured(measured: Pipeline) -> None:
    path = measured.folder / "config" / "tiny_claims.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("Threads need extra code", "They need more"), encoding="utf-8")
    assert measured_by(measured, "results/tiny/claims.md") == []
    assert "They need more" in (measured.results / "claims.md").read_text(encoding="utf-8")


def test_a_torn_block_is_measured_again_as_a_whole_with_its_capacity(measured: Pipeline) -> None:
    (torn,) = measured.folder.glob("results/tiny/runs/cpu-threading-*/*/block-2.json")
    torn.write_text(torn.read_text(encoding="utf-8").replace('"status": "ok"', '"status": "interfered"'), encoding="utf-8")
    before = {**measured.records(), **measured.times("results/tiny/probes/**/*.json")}
    command = [sys.executable, "scripts/retry_runs.py", "results/tiny", "--pairs"]
    subprocess.run(command, cwd=measured.folder, check=True, capture_output=True)
    finished = measured.run(TABLE, "results/tiny/probes.csv")
    assert finished.returncode == 0, finished.stderr
    after = {**measured.records(), **measured.times("results/tiny/probes/**/*.json")}
    changed = {path.relative_to(measured.results).parts[:2] for path in after if after[path] != before[path]}
    assert sorted(name for kind, name in changed if kind == "runs") == ["cpu-sync-w1-n4-default", "cpu-threading-w2-n4-default"]
    assert [name for kind, name in changed if kind == "probes"] == ["effective_parallelism"]
    assert {path.name for path in after if after[path] != before[path]} == {"block-2.json"}
    assert [row["status"] for row in measured.rows()] == ["ok"] * 8


def test_failing_baseline_still_gives_a_figure(measured: Pipeline, tiny_config: dict[str, Any]) -> None:
    (measured.folder / FIGURE).unlink()
    measured.append("scripts/models/sync.py", FAILING)
    assert measured_by(measured, FIGURE) == planned(measured, lambda run: run.configuration.contender == "sync")
    assert (measured.folder / FIGURE).exists()


def test_records_that_are_replaced_by_request_are_measured_with_all_that_is_checked_before_the_first(
    measured: Pipeline, tiny_config: dict[str, Any]
) -> None:
    listed = measured.results / "environment.json"
    finished = measured.run(TABLE, "--forcerun", "measure_run")
    assert finished.returncode == 0, finished.stderr
    assert "8 records exist and will be measured again" in finished.stderr
    assert newer({}, measured.records()) == planned(measured)
    invocations = json.loads(listed.read_text(encoding="utf-8"))["invocations"]
    assert {row["invocation"] for row in measured.rows()} == {invocations[1]["invocation"]}
    listed.write_text(listed.read_text(encoding="utf-8").replace(f'"kernel": "{platform.release()}"', '"kernel": "1.0"'))
    before = measured.records()
    refused = measured.run(TABLE, "--forcerun", "measure_run")
    assert refused.returncode != 0
    assert "kernel: 1.0 before" in refused.stderr
    assert measured.records() == before


@pytest.mark.parametrize("question", ["--summary", "--unlock", "--dry-run", "--lint"])
def test_question_to_snakemake_is_answered_and_changes_nothing(measured: Pipeline, question: str) -> None:
    before = measured.times("results/**/*")
    finished = measured.run(question)
    assert finished.returncode == 0, finished.stderr
    assert measured.times("results/**/*") == before


def test_dry_run_of_the_campaign_as_shipped_plans_it_and_writes_no_results(checkout: Pipeline) -> None:
    finished = checkout.run("--dry-run")
    assert finished.returncode == 0, finished.stderr
    assert "measure_run" in finished.stdout + finished.stderr
    assert not (checkout.folder / "results").exists()


def test_the_command_in_the_default_config_plans_the_sums_of_the_article(checkout: Pipeline) -> None:
    lines = (checkout.folder / "config" / "config.yaml").read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("#   snakemake"))
    first, second = (line.lstrip("# ") for line in lines[start : start + 2])
    finished = checkout.run(*shlex.split(first.rstrip("\\") + second)[1:], "--dry-run")
    assert finished.returncode == 0, finished.stderr
    assert "Campaign article-sizes: 70 runs" in finished.stderr


def test_configuration_that_left_the_config_stays_on_disk_and_out_of_the_tables(
    measured: Pipeline, tiny_config: dict[str, Any]
) -> None:
    before = measured.records()
    del tiny_config["experiments"]["cpu"]["contenders"]["threading"]
    config = measured.write_config({**tiny_config, "claims": None})
    finished = measured.run(TABLE, "--configfile", config)
    assert finished.returncode == 0, finished.stderr
    assert measured.records() == before
    assert not any(row["experiment"] == "cpu" and row["contender"] == "threading" for row in measured.rows())


def test_records_of_an_older_version_stay_on_disk_and_are_measured_anew(
    measured: Pipeline, tiny_config: dict[str, Any]
) -> None:
    before = measured.records()
    source = measured.folder / "scripts" / "concbench" / "records" / "record_version.py"
    version = re.search(r"^VERSION = (\d+)", source.read_text(encoding="utf-8"), re.MULTILINE)
    assert version
    newer = f"VERSION = {int(version[1]) + 1}"
    source.write_text(source.read_text(encoding="utf-8").replace(version[0], newer), encoding="utf-8")
    finished = measured.run(TABLE)
    assert finished.returncode == 0, finished.stderr
    assert before.items() <= measured.records().items()
    assert len(measured.records()) == 2 * len(before)
    assert {row["status"] for row in measured.rows()} == {"ok"}
