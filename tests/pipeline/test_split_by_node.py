"""Test that a campaign of two unlike nodes becomes one campaign for each, without measuring again."""

from __future__ import annotations

import csv
import json
import subprocess
import sys

from support.pipeline import Pipeline

FURTHER = "n2.cluster"


def as_if_on_another_node(pipeline: Pipeline, block: int) -> None:
    """Change the records of a block as if another node had measured it."""
    for path in pipeline.results.glob(f"*/**/block-{block}.json"):
        record = json.loads(path.read_text(encoding="utf-8"))
        record.get("measured", record)["node"] = FURTHER
        path.write_text(json.dumps(record) + "\n", encoding="utf-8")


def test_each_node_gets_a_report_of_its_own_blocks_and_nothing_is_measured(measured: Pipeline) -> None:
    as_if_on_another_node(measured, 2)
    command = [sys.executable, "scripts/split_by_node.py", "results/tiny"]
    done = subprocess.run(command, cwd=measured.folder, capture_output=True, text=True, check=True)
    _, *commands = done.stdout.splitlines()
    configs = sorted(command.split()[-1] for command in commands if "snakemake --cores all --configfile " in command)
    assert len(commands) == len(configs) == 2
    (config,) = (config for config in configs if "n2-cluster" in config)
    finished = measured.run("--configfile", config)
    assert finished.returncode == 0, finished.stderr
    assert "measure_run" not in finished.stderr
    apart = (measured.folder / config).parent
    rows = measured.rows(apart.name)
    assert {(row["block"], row["node"], row["status"]) for row in rows} == {("2", FURTHER, "ok")}
    assert len(rows) == len(measured.rows()) / 2
    with (apart / "nodes.csv").open(encoding="utf-8") as file:
        assert [(row["node"], row["blocks"]) for row in csv.DictReader(file)] == [(FURTHER, "1")]
    assert (apart / "report.html").exists()
