"""Test a campaign that is killed again and again: it continues, loses at most the current run, and leaves nothing behind.

``make soak`` does the same with many more kills (``SOAK_KILLS``).
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any

import pytest
from support.pipeline import HANGS_S, PROBE, PROJECT, Pipeline
from support.watched import (
    PIPELINE,
    Phase,
    Watched,
    phases_of_a_whole_invocation,
)

from concbench.common.formatting import duration
from concbench.records.record_version import VERSION
from concbench.records.run_record import is_whole

CAMPAIGNS = 2  # which share the kills, so that two processes of pytest have one each
KILLS = int(os.environ.get("SOAK_KILLS", "10")) // CAMPAIGNS  # of each campaign, or more until each phase is hit
TRIES = 5  # for each kill: those that come too late don't count
PIPELINE_SIGNALS, SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL), (signal.SIGTERM, signal.SIGKILL)
COUNTED = {"ok", "failed", "timeout"}  # runs whose measured process, server or worker was killed say so

pytestmark = pytest.mark.faults


@dataclass(frozen=True)
class Kill:
    """Describe a kill that hit a living process."""

    phase: Phase
    part: str
    number: signal.Signals
    at_s: float  # since the start of the invocation
    output: str

    def __str__(self) -> str:
        return f"{self.phase.value}: {self.number.name} to {self.part} after {self.at_s:.1f} s"


def remove_for(phase: Phase, pipeline: Pipeline, random: Random) -> float:
    """Remove results, so that an invocation has work in this phase. Return which share of the phase's work that is."""
    results = pipeline.results
    if phase in (Phase.START_UP, Phase.MEASURING):
        records = sorted(pipeline.records())
        removed = random.sample(records, (len(records) + 1) // 2)
        for path in (*removed, results / "runs.csv"):  # without which Snakemake doesn't ask for records
            path.unlink()
        return 1.0 if phase is Phase.START_UP else len(removed) / len(records)
    patterns = {Phase.TABLES: ["*.csv"], Phase.DRAWING: ["figures/*"], Phase.REPORT: ["report.html", "*.md", "*.txt"]}
    for pattern in patterns[phase]:
        for path in results.glob(pattern):
            path.unlink()
    return 1.0


def victim(watched: Watched, invocation: subprocess.Popen[bytes], random: Random) -> tuple[Phase, str, int]:
    """Draw a living part and one of its processes; return it after the phase that it is in."""
    processes = watched.processes()
    alive = {PIPELINE: [(watched.phase, invocation.pid)]}
    for one in processes:
        if one.part and one.number != invocation.pid:
            alive.setdefault(one.part, []).append((one.phase or watched.phase, one.number))
    part = random.choice(sorted(alive))
    phase, process = random.choice(alive[part])
    return phase, part, process


def interrupt(watched: Watched, wanted: Phase, length_s: float, random: Random) -> Kill | None:
    """Start an invocation, and kill a part of it at a moment within ``length_s`` of the begin of a phase.

    Return None if the part had ended by then.
    """
    begun, invocation = monotonic(), watched.start()
    moment, order = None, list(Phase)
    while invocation.poll() is None and (moment is None or monotonic() < moment) and monotonic() < begun + HANGS_S:
        watched.processes()
        if moment is None and order.index(watched.phase) >= order.index(wanted):
            moment = monotonic() + random.uniform(0, length_s)
        sleep(min(0.01, length_s / 10))
    phase, part, process = victim(watched, invocation, random)
    number, at_s = random.choice(PIPELINE_SIGNALS if part == PIPELINE else SIGNALS), monotonic() - begun
    try:
        hit = invocation.poll() is None
        if hit and part == PIPELINE and number == signal.SIGINT:
            os.killpg(process, number)  # as Ctrl-C does
        elif hit:
            os.kill(process, number)
    except ProcessLookupError:
        hit = False
    if part != PIPELINE or not hit:
        invocation.send_signal(signal.SIGTERM)  # lets the current run end
    output = watched.wait(invocation)
    return Kill(phase, part, number, at_s, output) if hit else None


@pytest.fixture
def watched(checkout: Pipeline) -> Iterator[Watched]:
    """Return the checkout's pipeline, with a temporary folder whose path is short enough for sockets.

    Its micro-benchmark has the usual length, so that kills hit it as often as in a user's campaign.
    """
    shutil.copy(PROJECT / PROBE, checkout.folder / PROBE)
    with tempfile.TemporaryDirectory(prefix="left ") as folder:
        yield Watched(checkout, Path(folder))


def many_models(config: dict[str, Any]) -> dict[str, Any]:
    """Return a config with processes of all kinds and threads, with and without a server."""
    for experiment in config["experiments"].values():
        experiment["contenders"]["multiprocessing"] = {"model": "multiprocessing_pool", "workers": [2]}
    config["experiments"]["cpu"]["contenders"] |= {
        "forkserver": {"model": "process_pool_executor", "workers": [2], "start_method": "forkserver"},
        "joblib": {"model": "joblib", "workers": [2]},
    }
    return {**config, "timeout_s": 5}


def recorded(pipeline: Pipeline) -> set[tuple[str, str, str, float | None]]:
    """Return what the records say of each run: its configuration, block, status and elapsed time."""
    found = (json.loads(path.read_bytes()) for path in pipeline.records())
    return {
        (one["spec"]["configuration"], str(one["spec"]["block"]), one["measured"]["status"], one["measured"]["makespan_s"])
        for one in found
    }


def products(pipeline: Pipeline) -> set[str]:
    """Return the tables, figures and pages of the campaign."""
    names = (path.relative_to(pipeline.results) for path in pipeline.results.rglob("*") if path.is_file())
    return {str(name) for name in names if name.parts[0] not in ("runs", "probes", "logs", "blocks", "looks")}


def assert_right_tables(pipeline: Pipeline, expected: set[str], runs: int) -> None:
    """Check that each planned run is a row that says what its record says, and that nothing else is missing."""
    assert products(pipeline) == expected
    rows = pipeline.rows()
    assert len({(row["configuration"], row["block"]) for row in rows}) == len(rows) == runs
    in_table = {
        (row["configuration"], row["block"], row["status"], float(row["makespan_s"]) if row["makespan_s"] else None)
        for row in rows
    }
    assert in_table <= recorded(pipeline)
    assert {row["status"] for row in rows} <= COUNTED
    with (pipeline.results / "summary.csv").open(newline="", encoding="utf-8") as file:
        counted = sum(int(row["n"]) for row in csv.DictReader(file))
    assert counted == sum(row["status"] == "ok" for row in rows)


@pytest.mark.parametrize("campaign", range(CAMPAIGNS))
def test_a_campaign_killed_at_random_moments_continues_and_leaves_nothing_behind(
    campaign: int, watched: Watched, checkout: Pipeline, tiny_config: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> None:
    checkout.write_config(many_models(tiny_config), "config.yaml")
    random, begun = Random(f"interruptions of campaign {campaign}"), monotonic()
    usual_s = phases_of_a_whole_invocation(watched)
    assert set(usual_s) == set(Phase)
    expected, runs = products(checkout), len(checkout.rows())
    kills: list[Kill] = []
    hits: Counter[Phase] = Counter()

    def say(text: str) -> None:
        with capfd.disabled():
            print(f"campaign {campaign + 1}, {duration(monotonic() - begun)}: {text}", file=sys.stderr, flush=True)

    say("phases " + ", ".join(f"{phase.value} {length_s:.1f} s" for phase, length_s in usual_s.items()))
    for _ in range(TRIES * KILLS):
        if len(kills) >= KILLS and set(hits) == set(Phase):
            break
        wanted = min(Phase, key=lambda phase: (hits[phase], random.random()))
        share = remove_for(wanted, checkout, random)
        before = checkout.records()
        kill = interrupt(watched, wanted, share * usual_s[wanted], random)
        said = f"{kill}\n{kill.output}" if kill else f"too late for {wanted}"
        assert watched.left() == [], said
        assert watched.left_files() == [], said
        assert watched.locked() == [], said
        assert watched.left_in_shared_memory() == [], said
        lost = before.items() - checkout.records().items()
        assert len(lost) <= 1, said  # the run at the last kill: written, but not yet recorded by Snakemake
        finished = checkout.run()
        assert finished.returncode == 0, f"{said}\n{finished.stderr}"
        assert_right_tables(checkout, expected, runs)
        if kill:
            kills.append(kill)
            hits[kill.phase] += 1
            say(f"kill {len(kills)} of {KILLS}: {kill}")
        else:
            say(said)
    counts = Counter((kill.phase.value, kill.part, kill.number.name) for kill in kills)
    say(f"{len(kills)} kills; " + "; ".join(f"{' '.join(what)} {count}" for what, count in sorted(counts.items())))
    assert len(kills) >= KILLS, f"only {len(kills)} of {TRIES * KILLS} hit"
    assert set(hits) == set(Phase), hits
    assert list(checkout.folder.glob("results/**/*.unfinished")) == []
    assert list(checkout.folder.glob(".snakemake/temporary/*")) == []


def test_a_record_cut_short_by_a_power_failure_is_kept_and_measured_again(measured: Pipeline) -> None:
    first, second, *_ = sorted(measured.records())
    (probe, *_) = sorted(measured.times("results/*/probes/**/*.json"))
    whole = first.read_bytes()
    first.write_bytes(whole[: len(whole) // 2])
    second.write_bytes(bytes(len(whole)))  # a file system may leave it like this
    probe.write_bytes(b"")
    incomplete = {path: path.read_bytes() for path in (first, second, probe)}
    others = {path: at for path, at in measured.records().items() if path not in (first, second)}
    finished = measured.run()
    assert finished.returncode == 0, finished.stderr
    for path, left in incomplete.items():
        assert f"{path.relative_to(measured.folder)}: this record is incomplete" in finished.stderr
        assert path.read_bytes() == left
        assert is_whole(path.with_suffix(".2.json"))
    assert {row["status"] for row in measured.rows()} == {"ok"}
    assert others.items() <= measured.records().items()


def test_a_whole_file_that_is_no_record_is_a_row_that_says_so(measured: Pipeline) -> None:
    record = min(measured.records())
    record.write_text(f'{{"version": {VERSION}, "measured": {{"status": 5}}}}\n', encoding="utf-8")
    (measured.results / "runs.csv").unlink()
    finished = measured.run("tables")
    assert finished.returncode == 0, finished.stderr
    (row,) = (row for row in measured.rows() if row["status"] != "ok")
    assert row["status"] == "missing"
    assert "this is not a run record (" in row["reason"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("which", ["supervisor", "runner"])
def test_a_runner_that_is_ended_takes_what_it_began_with_it(
    which: str, number: signal.Signals, watched: Watched, checkout: Pipeline, tiny_config: dict[str, Any]
) -> None:
    slow = {**tiny_config["experiments"]["io"], "sizes": [400]}
    checkout.write_config({**tiny_config, "experiments": {"io": slow}, "claims": None}, "config.yaml")
    invocation = watched.start()
    assert watched.find("measured process", seconds=30.0)
    supervisor, runner = sorted(watched.find("measure_run", seconds=1.0))
    os.kill({"supervisor": supervisor, "runner": runner}[which], number)
    watched.wait(invocation)
    assert watched.left() == []
    assert watched.left_files() == []
    assert checkout.records() == {}
