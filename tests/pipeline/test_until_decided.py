"""Test campaigns that go on until they are decided, as a whole pipeline; runs have known times instead of real ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from support.factories import measured as ok_run
from support.looked_at import CONTENDERS
from support.pipeline import Invocation, Pipeline, check_out, invoked_once
from support.terminal import FakeTerminal

from concbench.measured.api import Metric
from concbench.records.probe_record import ProbeRecord
from concbench.records.run_record import RunRecord, RunSpec

LOOKS = {"until": "decided", "at_least": 7, "at_most": 11}
CONFIG: dict[str, Any] = {
    "campaign": "tiny",
    "repetitions": LOOKS,
    "experiments": {
        "cpu": {"workload": "sum_squares", "sizes": [4], "baseline": "sync", "contenders": {
            name: CONTENDERS[name] for name in ("sync", "threading", "wavering")
        }},
    },
}  # fmt: skip

MEASURE_RUN = """
import json, os, sys
from pathlib import Path

given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
spec, record = json.loads(given["--spec"]), json.loads(Path("run.json").read_text())
contender = spec["configuration"].split("-")[1]
if Path("broken").exists() and (contender, spec["block"]) == ("wavering", 9):
    sys.exit("out of order")
times = {"sync": 2.0, "threading": 1.0, "wavering": 1.0 if spec["block"] % 2 else 4.0}
record["spec"] = spec
record["measured"] |= {"makespan_s": times[contender], "invocation": os.environ["MEASURING_INVOCATION"]}
Path(given["--record"]).write_text(json.dumps(record) + "\\n")
"""
MEASURE_PROBE = """
import json, os, sys
from pathlib import Path

given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
record = json.loads(Path("probe.json").read_text()) | json.loads(given["--probe"])
record["invocation"] = os.environ["MEASURING_INVOCATION"]
Path(given["--record"]).write_text(json.dumps(record) + "\\n")
"""


def measure_nothing(pipeline: Pipeline) -> None:
    """Replace the commands that measure by ones that write records of known times at once."""
    scripts = pipeline.folder / "scripts"
    (scripts / "measure_run.py").write_text(MEASURE_RUN)
    (scripts / "measure_probe.py").write_text(MEASURE_PROBE)
    asked = RunSpec("", 1, 1, "python", "sync", {}, "sum_squares", {}, 1, 4, None)
    RunRecord(asked, ok_run(1.0, 1)).write(pipeline.folder / "run.json")
    metrics = [Metric("effective_parallelism", 1.8, "cpus"), Metric("cpus", 2.0, "cpus")]
    ProbeRecord("", None, "", 1, "one", metrics).write(pipeline.folder / "probe.json")


@pytest.fixture(scope="module")
def first_looks(tmp_path_factory: pytest.TempPathFactory) -> Invocation:
    """Return a campaign that broke down in block 9, after the first look."""

    def make(folder: Path) -> Invocation:
        pipeline = check_out(tmp_path_factory, folder)
        measure_nothing(pipeline)
        pipeline.write_config(CONFIG, "config.yaml")
        (pipeline.folder / "broken").touch()
        return Invocation(pipeline, pipeline.run("tables"))

    return invoked_once(tmp_path_factory, "first_looks", make)


@pytest.fixture
def stopped(first_looks: Invocation, tmp_path: Path) -> Pipeline:
    return first_looks.pipeline.copy(tmp_path / "stopped")


@pytest.fixture(scope="module")
def last_looks(first_looks: Invocation, tmp_path_factory: pytest.TempPathFactory) -> Invocation:
    """Return the campaign after it was continued to its end."""

    def make(folder: Path) -> Invocation:
        pipeline = first_looks.pipeline.copy(folder)
        (pipeline.folder / "broken").unlink()
        return Invocation(pipeline, pipeline.run("tables"))

    return invoked_once(tmp_path_factory, "last_looks", make)


@pytest.fixture
def decided(last_looks: Invocation, tmp_path: Path) -> Pipeline:
    """Return a copy of that campaign, which a test may change."""
    assert last_looks.finished.returncode == 0, last_looks.finished.stderr
    return last_looks.pipeline.copy(tmp_path / "decided")


def blocks_of(pipeline: Pipeline) -> dict[str, int]:
    """Return the number of blocks of each contender, by its records."""
    return {name: len(list(pipeline.results.glob(f"runs/*-{name}-*/*/*.json"))) for name in CONTENDERS}


def records_in(pipeline: Pipeline) -> dict[Path, int]:
    """Return the records by their paths in the checkout, each with its time of modification."""
    return {path.relative_to(pipeline.folder): at for path, at in pipeline.records().items()}


def looks_in(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("Look after")]


def test_a_campaign_measures_on_only_what_is_inconclusive(first_looks: Invocation, last_looks: Invocation) -> None:
    (look,) = looks_in(first_looks.finished.stderr)
    assert look.startswith("Look after 7 blocks: 1 of 2 comparisons inconclusive (cpu: wavering, 4 workers). The next 4 blocks")
    assert first_looks.finished.returncode != 0
    assert "Stopped. " in first_looks.finished.stderr
    assert " of 29 runs are measured" in first_looks.finished.stderr
    decided, done = last_looks
    assert done.returncode == 0, done.stderr
    (look,) = looks_in(done.stderr)
    assert "The campaign ends after 11 blocks, its at_most." in look
    assert records_in(first_looks.pipeline).items() <= records_in(decided).items()
    assert blocks_of(decided) == {"sync": 11, "threading": 7, "asyncio": 0, "wavering": 11}
    assert len(decided.rows()) == 29
    order = json.loads((decided.results / "order.json").read_text(encoding="utf-8"))["blocks"]
    assert all(measured_in(decided, block) == names for block, names in order.items())


def measured_in(pipeline: Pipeline, block: str) -> list[str]:
    """Return the configurations that a block measured, in the order of their records."""
    records = {path: time for path, time in pipeline.records().items() if path.name == f"block-{block}.json"}
    return [path.parent.parent.name for path in sorted(records, key=lambda path: records[path])]


def test_a_finished_campaign_measures_nothing_again(decided: Pipeline) -> None:
    before, tables = decided.records(), decided.times("results/tiny/*.csv")
    again = decided.run("tables")
    assert "Nothing to be done" in again.stderr
    assert (decided.records(), decided.times("results/tiny/*.csv")) == (before, tables)
    assert looks_in(again.stderr) == []


def test_an_edit_that_needs_no_runs_is_looked_at_without_measuring(decided: Pipeline) -> None:
    before = decided.records()
    decided.write_config({**CONFIG, "margin": 0.06}, "config.yaml")
    done = decided.run("tables")
    assert done.returncode == 0, done.stderr
    assert [look.partition(":")[0] for look in looks_in(done.stderr)] == ["Look after 7 blocks", "Look after 11 blocks"]
    assert decided.records() == before


def test_what_no_longer_has_to_be_decided_is_not_measured_on(stopped: Pipeline) -> None:
    before = stopped.records()
    changed = json.loads(json.dumps(CONFIG))
    changed["experiments"]["cpu"]["decide"] = ["threading"]
    stopped.write_config(changed, "config.yaml")
    done = stopped.run("tables")
    assert done.returncode == 0, done.stderr
    assert "0 of 1 comparison inconclusive. The campaign ends." in done.stderr
    assert stopped.records() == before


def test_a_record_measured_again_takes_its_looks_again(decided: Pipeline) -> None:
    before = decided.records()
    decided.python("scripts/retry_runs.py", "results/tiny", "--configurations", "cpu-wavering-w4-n4-default")
    assert blocks_of(decided)["wavering"] == 0
    done = decided.run("tables")
    assert done.returncode == 0, done.stderr
    assert len(looks_in(done.stderr)) == 2
    assert decided.records().keys() == before.keys()
    assert {path for path, time in decided.records().items() if before[path] != time} == {
        path for path in before if "wavering" in str(path)
    }


@pytest.mark.parametrize("repetitions", [{**LOOKS, "at_most": 12}, 20])
def test_the_schedule_of_looks_stays(repetitions: object, stopped: Pipeline) -> None:
    stopped.write_config({**CONFIG, "repetitions": repetitions}, "config.yaml")
    refused = stopped.run("-n")
    assert refused.returncode == 1
    assert "repetitions has changed. Expected at_least: 7 and at_most: 11 with until: decided" in refused.stderr


def test_a_dry_run_says_the_least_and_the_most_to_come(first_looks: Invocation, stopped: Pipeline) -> None:
    stopped.write_config({**CONFIG, "campaign": "other"}, "config.yaml")
    planned = stopped.run("-n")
    assert "21 runs and 7 micro-benchmarks to measure in 7 blocks" in planned.stderr
    assert "Then up to 12 runs in 4 more blocks" in planned.stderr


def test_a_terminal_shows_each_run_and_look_and_between_them_what_is_known_so_far(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    checkout = check_out(tmp_path_factory, tmp_path / "checkout")
    measure_nothing(checkout)
    checkout.write_config(CONFIG, "config.yaml")
    status, written = checkout.run_on_terminal("tables")
    assert status == 0, written
    assert "Preliminary: verdicts come with a look." in written
    terminal = FakeTerminal(columns=120, height=40)
    terminal.write(written)
    seen = terminal.seen
    first = next(place for place, line in enumerate(seen) if line.startswith("[1 of 28, "))
    assert "Campaign tiny: 21 runs and 7 micro-benchmarks to measure in 7 blocks" in "".join(seen[:first])
    lines = seen[first:]
    assert [line.partition(",")[0] for line in lines[:28]] == [f"[{place} of 28" for place in range(1, 29)]
    assert lines[27].startswith("[28 of 28, a look next]  block 7  cpu: ")
    assert lines[28].startswith("Look after 7 blocks: 1 of 2 comparisons inconclusive")
    after = [line for line in lines[28:] if line.startswith("[")]
    assert [line.partition(",")[0] for line in after] == [f"[{place} of 36" for place in range(29, 37)]
    assert "Preliminary" not in "".join(seen)


def test_a_log_has_no_line_for_each_run(first_looks: Invocation) -> None:
    said = first_looks.finished.stderr
    assert "Campaign tiny: 21 runs and 7 micro-benchmarks to measure in 7 blocks" in said
    assert sum(line.startswith("[") and " of 28, " in line for line in said.splitlines()) <= 2  # one every 30 s at most
