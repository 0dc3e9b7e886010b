"""Test the command that measures the user's own function, as a whole: pilot, plan, campaign and report."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path
from time import sleep

import yaml
from support.pipeline import SNAKEMAKE, Pipeline

SOURCE = """
from time import sleep

def items(size, seed):
    return list(range(size))

def do(item):
    sleep(0.01)
    return item
"""
BRIEFLY = ("repetitions=1", "background_cpu_limit=1")  # other programs may run during tests
FOLDER = Path("results/own-my_work")


def write(pipeline: Pipeline, source: str = SOURCE) -> None:
    (pipeline.folder / "my_work.py").write_text(source, encoding="utf-8")


def test_a_file_alone_makes_a_campaign(checkout: Pipeline) -> None:
    write(checkout)
    done = checkout.run("--config", "own=my_work.py", *BRIEFLY)
    assert done.returncode == 0, done.stderr
    assert "my_work, CPython" in done.stderr
    assert "it mostly waits" in done.stderr
    folder = checkout.folder / FOLDER
    config = yaml.safe_load((folder / "own.yaml").read_text(encoding="utf-8"))
    assert config["experiments"]["my_work"]["options"] == {"file": "my_work.py"}
    rows = checkout.rows("own-my_work")
    assert {row["contender"] for row in rows} >= {"sync", "threads"}
    assert {row["status"] for row in rows} == {"ok"}
    records, pilot = checkout.records(), (folder / "pilot.json").stat().st_mtime_ns

    again = checkout.run("--config", "own=my_work.py", *BRIEFLY)
    assert again.returncode == 0, again.stderr
    assert (checkout.records(), (folder / "pilot.json").stat().st_mtime_ns) == (records, pilot)

    by_file = checkout.run("--configfile", str(FOLDER / "own.yaml"), "--config", *BRIEFLY)
    assert by_file.returncode == 0, by_file.stderr
    assert checkout.records() == records


def test_work_that_fails_is_not_measured(checkout: Pipeline) -> None:
    write(checkout, SOURCE.replace("return item", "raise KeyError(item)"))
    done = checkout.run("--config", "own=my_work.py")
    assert done.returncode == 1
    assert "my_work.py, line 9, raised KeyError: 0, while it did the first item." in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(checkout.folder.glob("results/*/own.yaml"))
    write(checkout)
    assert checkout.run("--config", "own=my_work.py", *BRIEFLY, "--until", "write_config").returncode == 0


def test_ctrl_c_in_the_pilot_leaves_nothing(checkout: Pipeline) -> None:
    write(checkout, SOURCE.replace("sleep(0.01)", "open('began', 'w').close(); sleep(99)"))
    command = [str(SNAKEMAKE), "--cores", "all", "--config", "own=my_work.py"]
    process = subprocess.Popen(
        command, cwd=checkout.folder, env=checkout.environment, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    while not (checkout.folder / "began").exists():
        assert process.poll() is None
        sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT
    assert said.endswith("Stopped before anything was measured.\n")
    assert not list(checkout.folder.glob("results/*/pilot*"))


def test_the_forecast_uses_what_the_pilot_found(checkout: Pipeline) -> None:
    write(checkout)
    assert checkout.run("--config", "own=my_work.py", *BRIEFLY, "--until", "write_config").returncode == 0
    record = json.loads((checkout.folder / FOLDER / "pilot.json").read_text(encoding="utf-8"))
    assert any(name.startswith("my_work-sync-w1-n") for name in record["expected_s"])
    dry = checkout.run("-n", "--config", "own=my_work.py", *BRIEFLY)
    assert dry.returncode == 0
    assert "assuming" not in dry.stderr
