"""Test campaigns on a real Slurm: results as on one machine, and complete blocks whatever happens to their nodes."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from time import monotonic, sleep
from typing import Any

import pytest
from cluster.conftest import Cluster, ClusterPipeline
from support.pipeline import check_out

from concbench.records.rows import RunRow, column_meanings
from concbench.records.run_record import RunRecord

CAMPAIGN_S = 400
AWAY_S = 60
BLOCKS = 3  # of config/quick.yaml
MORE_S = 25  # more than a local block


def finish(invocation: subprocess.Popen[str], timeout_s: float = CAMPAIGN_S) -> str:
    output, _ = invocation.communicate(timeout=timeout_s)
    assert invocation.returncode == 0, output
    return output


def wait_until(true: Callable[[], object], invocation: subprocess.Popen[str], seconds: float = 120) -> None:
    until = monotonic() + seconds
    while not true():
        assert invocation.poll() is None, invocation.communicate()[0]
        assert monotonic() < until
        sleep(0.2)


def assert_whole_blocks(rows: list[dict[str, str]]) -> None:
    """Check that every run is ok, that one invocation on one node measured each block in order, and that no runs overlap."""
    assert {row["status"] for row in rows} == {"ok"}
    blocks = defaultdict(list)
    for row in rows:
        blocks[row["block"]].append(row)
    for own in blocks.values():
        assert len({(row["invocation"], row["node"]) for row in own}) == 1
        by_start = sorted(own, key=lambda row: row["started_at"])
        assert [int(row["order"]) for row in by_start] == sorted(int(row["order"]) for row in own)
    nodes = defaultdict(list)
    for row in rows:
        start = datetime.fromisoformat(row["started_at"])
        nodes[row["node"]].append((start, start + timedelta(seconds=float(row["makespan_s"]))))
    for spans in nodes.values():
        assert all(before[1] < after[0] for before, after in pairwise(sorted(spans)))


def test_the_quick_campaign_is_the_same_on_a_node(
    on_cluster: ClusterPipeline, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    quick = ("--configfile", "config/quick.yaml", "--config", "background_cpu_limit=1")
    start = monotonic()
    local = check_out(tmp_path_factory, on_cluster.folder.parent / "local")
    assert local.run_alone(*quick, timeout_s=CAMPAIGN_S).returncode == 0
    local_s = monotonic() - start
    start = monotonic()
    finish(on_cluster.start(*quick, "--default-resources", "slurm_extra='--exclusive --nodelist=n1'", "mem_mb=0"))
    more_s = monotonic() - start - local_s
    rows = on_cluster.rows("quick")
    assert_whole_blocks(rows)
    assert {row["node"] for row in rows} == {"n1"}
    assert [row["configuration"] for row in rows] == [row["configuration"] for row in local.rows("quick")]
    assert list(rows[0]) == list(local.rows("quick")[0]) == list(column_meanings(RunRow))
    with capsys.disabled():
        print(f" {more_s / BLOCKS:.1f} s a block more than locally ", end="")
    assert more_s / BLOCKS <= MORE_S


def test_blocks_go_to_all_nodes(on_cluster: ClusterPipeline, small_config: dict[str, Any]) -> None:
    on_cluster.write_config(small_config, "config.yaml")
    output = finish(on_cluster.start())
    rows = on_cluster.rows()
    assert_whole_blocks(rows)
    assert {row["node"] for row in rows} == {"n1", "n2"}
    with (on_cluster.results / "nodes.csv").open(encoding="utf-8") as file:
        assert [(row["node"], row["blocks"], row["runs"]) for row in csv.DictReader(file)] == [
            ("n1", "1", "9"),
            ("n2", "1", "9"),
        ]
    invocations = json.loads((on_cluster.results / "environment.json").read_text(encoding="utf-8"))["invocations"]
    assert {invocation["machine"] for invocation in invocations} == {"n1", "n2"}
    assert "20 runs and micro-benchmarks to measure in 2 blocks. Each block is one job, alone on its node. About 0." in output
    assert "Blocks were measured on 2 nodes." in (on_cluster.results / "conclusion.txt").read_text(encoding="utf-8")
    assert (on_cluster.results / "report.html").exists()


def test_what_is_there_is_kept_but_for_a_block_that_lost_a_record(
    on_cluster: ClusterPipeline, small_config: dict[str, Any]
) -> None:
    on_cluster.write_config({**small_config, "repetitions": 1}, "config.yaml")
    finish(on_cluster.start())
    before = on_cluster.records()
    assert "Nothing to be done" in finish(on_cluster.start())
    (on_cluster.results / "summary.csv").unlink()
    assert on_cluster.run_alone().returncode == 0  # makes tables and pages from the cluster's records
    assert on_cluster.records() == before
    retry = subprocess.run(
        ["python", "scripts/retry_runs.py", "results/tiny", "--configurations", "cpu-sync-w1-n10-default"],
        cwd=on_cluster.folder, env=on_cluster.cluster.environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "Deleted 1 records" in retry.stdout
    path = on_cluster.results / "environment.json"
    invocations = json.loads(path.read_text(encoding="utf-8"))
    altered = {"invocations": [{**invocations["invocations"][0], "machine": "n9", "cpu_model": "another"}]}
    path.write_text(json.dumps(altered), encoding="utf-8")
    refused = on_cluster.start("--retries", "0")
    output, _ = refused.communicate(timeout=CAMPAIGN_S)
    assert refused.returncode != 0
    assert "this node differs from the nodes used so far" in output
    assert "n9, cpu_model: another before," in output
    path.write_text(json.dumps(invocations), encoding="utf-8")
    finish(on_cluster.start())
    assert_whole_blocks(on_cluster.rows())
    assert not before.items() & on_cluster.records().items()  # the whole block was measured again


def requeue(cluster: Cluster, job: str, node: str) -> None:
    cluster.do("scontrol", "requeue", job)


def cancel(cluster: Cluster, job: str, node: str) -> None:
    cluster.do("scancel", job)


def lose_node(cluster: Cluster, job: str, node: str) -> None:
    """Stop a node's daemon with all its processes, and start it again once that has been noticed."""
    cluster.end(node, signal.SIGKILL)
    steps = cluster.do("pgrep", "--full", f"slurmstepd: .{job}[.]").split()
    for process in [*map(int, steps), *cluster.processes(job)]:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
    cluster.wait_for_node(node, "down")
    cluster.start_node(node)


def lose_controller(cluster: Cluster, job: str, node: str) -> None:
    """Stop the controller for a while."""
    cluster.end("controller")
    sleep(AWAY_S)
    cluster.start_controller()


@pytest.mark.parametrize("harm", [requeue, cancel, lose_node, lose_controller])
def test_a_block_that_is_torn_is_measured_again_as_a_whole(
    harm: Callable[[Cluster, str, str], None], on_cluster: ClusterPipeline, small_config: dict[str, Any]
) -> None:
    on_cluster.write_config(small_config, "config.yaml")
    invocation = on_cluster.start()
    wait_until(lambda: len(on_cluster.records()) >= 2, invocation)
    node = RunRecord.read(min(on_cluster.records())).measured.node or ""
    (job,) = (job for job, its_node in on_cluster.cluster.jobs().items() if its_node == node)
    harm(on_cluster.cluster, job, node)
    finish(invocation)
    assert_whole_blocks(on_cluster.rows())
    torn = list(on_cluster.results.glob("runs/**/*.torn"))
    assert bool(torn) == (harm is not lose_controller)


@pytest.mark.soak
def test_a_block_that_its_time_limit_ends_is_measured_again_as_a_whole(
    on_cluster: ClusterPipeline, small_config: dict[str, Any]
) -> None:
    small_config["servers"]["near"]["sites"]["one"]["latency_s"] = 2  # blocks must take more than a minute, the shortest limit
    on_cluster.write_config({**small_config, "repetitions": 1}, "config.yaml")
    limit = "block_on_a_node:runtime=1 if attempt == 1 else 10"
    finish(on_cluster.start("--set-resources", limit), timeout_s=900)
    logs = (on_cluster.folder / ".snakemake" / "slurm_logs").glob("**/*.log")
    assert any("DUE TO TIME LIMIT" in log.read_text(encoding="utf-8") for log in logs)
    assert_whole_blocks(on_cluster.rows())
    assert list(on_cluster.results.glob("runs/**/*.torn"))


@pytest.mark.soak
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_the_same_command_continues_after_snakemake_was_stopped(
    number: signal.Signals, on_cluster: ClusterPipeline, small_config: dict[str, Any]
) -> None:
    on_cluster.write_config(small_config, "config.yaml")
    ended = on_cluster.start()
    wait_until(lambda: len(on_cluster.records()) >= 2, ended)
    ended.send_signal(number)
    ended.communicate(timeout=CAMPAIGN_S)
    assert bool(on_cluster.cluster.jobs()) == (number == signal.SIGKILL)
    finish(on_cluster.start())
    assert_whole_blocks(on_cluster.rows())
