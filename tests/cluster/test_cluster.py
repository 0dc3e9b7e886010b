"""Test campaigns on a real Slurm: results as on one machine, and complete blocks whatever happens to their nodes."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import pytest
from cluster.conftest import CAMPAIGN_S, Cluster, ClusterPipeline, Started
from support.pipeline import check_out

from concbench.records.rows import RunRow, column_meanings
from concbench.records.run_record import RunRecord

BLOCKS = 3  # of config/quick.yaml
MORE_S = 15  # more than a local block on an idle machine
LONGER = 1.5  # times, on a busy one
UNANSWERED = "No answer to "  # said by concbench.workflow.slurm_patch


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
    quick = ("--configfile", "config/quick.yaml", "--config", "background_cpu_limit=1", f"repetitions={BLOCKS}")
    start = monotonic()
    local = check_out(tmp_path_factory, on_cluster.folder.parent / "local")
    assert local.run(*quick, timeout_s=CAMPAIGN_S).returncode == 0
    local_s = monotonic() - start
    drawn = Path("results/quick/order.json")  # the same for both; the order is drawn anew for each campaign
    (on_cluster.folder / drawn).parent.mkdir(parents=True)
    shutil.copy(local.folder / drawn, on_cluster.folder / drawn)
    start = monotonic()
    on_cluster.start(*quick, "--default-resources", "slurm_extra='--exclusive --nodelist=n1'", "mem_mb=0").finish()
    cluster_s = monotonic() - start
    rows = on_cluster.rows("quick")
    assert_whole_blocks(rows)
    assert {row["node"] for row in rows} == {"n1"}
    assert [row["configuration"] for row in rows] == [row["configuration"] for row in local.rows("quick")]
    assert list(rows[0]) == list(local.rows("quick")[0]) == list(column_meanings(RunRow))
    with capsys.disabled():
        print(f" {(cluster_s - local_s) / BLOCKS:.1f} s a block more than locally ", end="")
    assert cluster_s <= LONGER * local_s + BLOCKS * MORE_S


def test_blocks_go_to_all_nodes(on_cluster: ClusterPipeline, small_config: dict[str, Any]) -> None:
    on_cluster.write_config(small_config, "config.yaml")
    output = on_cluster.start().finish()
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
    on_cluster.start().finish()
    before = on_cluster.records()
    assert "Nothing to be done" in on_cluster.start().finish()
    (on_cluster.results / "summary.csv").unlink()
    assert on_cluster.run().returncode == 0  # makes tables and pages from the cluster's records
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
    assert refused.end() != 0
    assert "this node differs from the nodes used so far" in refused.output
    assert "n9, cpu_model: another before," in refused.output
    path.write_text(json.dumps(invocations), encoding="utf-8")
    on_cluster.start().finish()
    assert_whole_blocks(on_cluster.rows())
    assert not before.items() & on_cluster.records().items()  # the whole block was measured again


class Victim(NamedTuple):
    """Name the job that something happens to, its node, and the block that it measures."""

    cluster: Cluster
    invocation: Started
    job: str
    node: str
    marker: str  # of the block, once it is complete


def requeue(victim: Victim) -> None:
    victim.cluster.do("scontrol", "requeue", victim.job)


def cancel(victim: Victim) -> None:
    victim.cluster.do("scancel", victim.job)


def kill(processes: Iterable[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)


def lose_node(victim: Victim) -> None:
    """Stop a node's daemon with all its processes, and start it again once that has been noticed."""
    cluster, job = victim.cluster, victim.job
    cluster.end(victim.node, signal.SIGKILL)
    steps = cluster.do("pgrep", "--full", f"slurmstepd: .{job}[.]").split()
    kill(map(int, steps))
    while left := cluster.processes(job):  # one may have started others meanwhile
        kill(left)
    cluster.wait_for_node(victim.node, "down")
    cluster.start_node(victim.node)


def lose_controller(victim: Victim) -> None:
    """Stop the controller until Snakemake has asked it in vain and the block is complete."""
    victim.cluster.end("controller")
    victim.invocation.wait_until(lambda: UNANSWERED in victim.invocation.output)
    victim.invocation.wait_until(lambda: list(victim.invocation.folder.glob(victim.marker)))
    victim.cluster.start_controller()


@pytest.mark.parametrize("harm", [requeue, cancel, lose_node, lose_controller])
def test_a_block_that_is_torn_is_measured_again_as_a_whole(
    harm: Callable[[Victim], None], on_cluster: ClusterPipeline, small_config: dict[str, Any]
) -> None:
    on_cluster.write_config(small_config, "config.yaml")
    invocation = on_cluster.start()
    invocation.wait_until(lambda: len(on_cluster.records()) >= 2)
    record = RunRecord.read(min(on_cluster.records()))
    node = record.measured.node or ""
    (job,) = (job for job, its_node in on_cluster.cluster.jobs().items() if its_node == node)
    harm(Victim(on_cluster.cluster, invocation, job, node, f"results/tiny/blocks/{record.spec.block}-*.measured"))
    invocation.finish()
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
    on_cluster.start("--set-resources", limit).finish(timeout_s=900)
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
    ended.wait_until(lambda: len(on_cluster.records()) >= 2)
    ended.process.send_signal(number)
    ended.end()
    assert bool(on_cluster.cluster.jobs()) == (number == signal.SIGKILL)
    on_cluster.start().finish()
    assert_whole_blocks(on_cluster.rows())
