"""Test that whatever is odd or damaged costs what it concerns, and that the campaign ends with its tables and report."""

from __future__ import annotations

import csv
import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from support.pipeline import Pipeline

WORK = """
from operator import neg as do

def items(size, seed):
    return list(range(size))
"""


def warnings(pipeline: Pipeline, campaign: str = "tiny") -> dict[str, str]:
    with (pipeline.results.parent / campaign / "warnings.csv").open(newline="", encoding="utf-8") as file:
        return {row["warning"]: row["message"] for row in csv.DictReader(file)}


@pytest.fixture
def breaking_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set variables that would break Python and matplotlib."""
    monkeypatch.setenv("PYTHONSAFEPATH", "1")
    monkeypatch.setenv("MPLBACKEND", "nonsense")


@pytest.mark.usefixtures("breaking_variables")
def test_text_with_braces_is_text(checkout: Pipeline) -> None:
    """Measure own work in an odd place, and an address with braces."""
    work = Path("a {campaign} $x") / "{id} `work`.py"
    (checkout.folder / work.parent).mkdir()
    (checkout.folder / work).write_text(WORK, encoding="utf-8")
    own = {"title": "{experiment} {x}", "workload": "own", "options": {"file": str(work)}, "sizes": [2.0], "baseline": "sync"}
    real = {"workload": "download", "servers": ["real"], "sizes": [1], "baseline": "sync"}
    contenders = {"sync": {"model": "sync"}}
    config: dict[str, Any] = {
        "campaign": "tiny",
        "repetitions": 1,
        "background_cpu_limit": 1,
        "servers": {"real": {"sites": {"one": {"url": "http://127.0.0.1:9/{id}?{campaign}"}}}},
        "experiments": {"own": {**own, "contenders": contenders}, "real": {**real, "contenders": contenders}},
    }
    finished = checkout.run("--configfile", checkout.write_config(config))
    assert finished.returncode == 0, finished.stderr
    assert {row["experiment"]: row["status"] for row in checkout.rows()} == {"own": "ok", "real": "failed"}
    assert (checkout.results / "report.html").exists()


EDITED = """
from pathlib import Path

with Path(__file__).open("a") as file:
    file.write("# edited")
"""


def test_a_run_of_a_file_that_is_edited_meanwhile_is_not_kept(checkout: Pipeline) -> None:
    (checkout.folder / "mine.py").write_text(WORK + EDITED, encoding="utf-8")
    own = {"workload": "own", "options": {"file": "mine.py"}, "sizes": [2], "baseline": "sync"}
    config = {"campaign": "tiny", "repetitions": 1, "experiments": {"own": {**own, "contenders": {"sync": {"model": "sync"}}}}}
    finished = checkout.run("--configfile", checkout.write_config(config))
    assert finished.returncode != 0
    said = "mine.py, or what it imports: edited while the campaign ran, so this run is not kept. Repeat the command."
    assert said in finished.stderr
    assert "Stopped. 0 of 1 runs are measured. Repeat the command to continue." in finished.stderr
    assert checkout.records() == {}


@pytest.mark.usefixtures("breaking_variables")
def test_variables_of_the_user_break_neither_the_start_nor_a_figure(measured: Pipeline) -> None:
    """Start Snakemake and the drawing as new processes: a fork of the starter has imported all that the variables break."""
    figure = measured.results / "figures" / "drift.png"
    figure.unlink()
    finished = measured.run_alone(str(figure.relative_to(measured.folder)))
    assert finished.returncode == 0, finished.stderr
    assert figure.exists()


def test_everything_damaged_at_once_is_named_and_the_report_is_made(measured: Pipeline) -> None:
    record, *_ = sorted(measured.records())
    record.write_text('{"version": "none"}\n', encoding="utf-8")
    for probe in measured.times("results/tiny/probes/effective_parallelism/**/*.json"):
        probe.write_text("7\n", encoding="utf-8")
    (measured.results / "environment.json").write_text('{"invocations": [{', encoding="utf-8")
    (measured.results / "config.json").write_text('{"campaign": ', encoding="utf-8")
    (measured.results / "certificate" / "server.pem").write_bytes(b"")
    finished = measured.run("--config", "repetitions=3")
    assert finished.returncode == 0, finished.stderr
    assert "Traceback" not in finished.stderr
    assert "environment.json: this file is damaged (" in finished.stderr
    rows = measured.rows()
    assert sorted((row["status"] for row in rows), key=lambda one: one == "ok") == ["missing", *["ok"] * (len(rows) - 1)]
    assert warnings(measured)["probe-failed"].startswith("effective_parallelism is missing in 2 of 3 blocks (")
    assert json.loads((measured.results / "config.json").read_text(encoding="utf-8"))["campaign"] == "tiny"
    again = measured.run("--config", "repetitions=3")
    assert again.returncode == 0, again.stderr
    assert "damaged" not in again.stderr


def test_the_advice_for_another_environment_can_be_followed_as_printed(measured: Pipeline, tiny_config: dict[str, Any]) -> None:
    config = measured.write_config(tiny_config, "my own.yaml")
    path = measured.results / "environment.json"
    path.write_text(path.read_text(encoding="utf-8").replace('"kernel": "', '"kernel": "another '), encoding="utf-8")
    refused = measured.run("--configfile", config, "--config", "repetitions=3")
    assert refused.returncode != 0
    (advice,) = (line for line in refused.stderr.splitlines() if "measure under a new name: " in line)
    program, *arguments = shlex.split(advice.partition("measure under a new name: ")[2])
    assert program == "snakemake"
    followed = measured.run(*arguments, "--dry-run")
    assert followed.returncode == 0, followed.stderr
    assert "Campaign tiny-2: 12 runs" in followed.stderr


def test_started_elsewhere_the_command_that_is_printed_works(
    checkout: Pipeline, tiny_config: dict[str, Any], tmp_path: Path
) -> None:
    config = checkout.folder / checkout.write_config(tiny_config)
    there = tmp_path / "elsewhere"
    there.mkdir()
    refused = Pipeline(there).run("--snakefile", str(checkout.folder / "Snakefile"), "--configfile", str(config))
    assert refused.returncode != 0
    (line,) = (line for line in refused.stderr.splitlines() if "campaigns start in the folder of the Snakefile" in line)
    change, folder, _, *command = shlex.split(line.partition("Run: ")[2])
    assert (change, folder, command[0]) == ("cd", str(checkout.folder), "snakemake")
    followed = checkout.run(*command[1:], "--dry-run")
    assert followed.returncode == 0, followed.stderr
    assert "Campaign tiny: 8 runs" in followed.stderr


@pytest.mark.parametrize("entry", ["all_claims=false", "claims=null", 'experiments={"io": {"sizes": [6]}}', "blocks=[1,2]"])
def test_typed_values_on_the_command_line_are_accepted(checkout: Pipeline, tiny_config: dict[str, Any], entry: str) -> None:
    finished = checkout.run("--dry-run", "--configfile", checkout.write_config(tiny_config), "--config", entry)
    assert finished.returncode == 0, finished.stderr
    assert "Campaign tiny: 8 runs" in finished.stderr
