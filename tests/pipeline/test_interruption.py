"""Test a campaign that is killed again and again: it continues, loses at most the current run, and leaves nothing behind.

``make soak`` does the same with many more kills (``SOAK_KILLS``).
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from time import monotonic, sleep
from typing import Any

import pytest
from support.pipeline import HANGS_S, Pipeline

from concbench.records.record_version import VERSION
from concbench.records.run_record import is_whole

CAMPAIGNS = 2  # which share the kills, so that two processes of pytest have one each
KILLS = int(os.environ.get("SOAK_KILLS", "20")) // CAMPAIGNS  # of each campaign
START_UP_S, INVOCATION_S = 2.5, 6.5  # a kill comes between the two
GONE_S = 60.0  # time for all processes of a killed pipeline to end, on a busy machine
ROLES = {
    "snakemake": "bin/snakemake",
    "runner": "scripts/measure_run.py",
    "measured_process": "sys_path/measured-run.py",
    "server": "concbench.server.server",
}
SIGNALS = {"snakemake": (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)}
OTHERS = (signal.SIGTERM, signal.SIGKILL)


pytestmark = pytest.mark.faults


class Watched:
    """Find a pipeline's processes by their folder for temporary files."""

    def __init__(self, pipeline: Pipeline, folder: Path) -> None:
        self.pipeline, self.temporary = pipeline, folder

    def start(self) -> subprocess.Popen[bytes]:
        programs = Path(sys.executable).parent
        path = os.pathsep.join([str(programs), os.environ["PATH"]])
        return subprocess.Popen(
            [str(programs / "snakemake"), "--cores", "all"],
            cwd=self.pipeline.folder,
            env={**os.environ, "PATH": path, "TMPDIR": str(self.temporary)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # as a terminal does
        )

    def processes(self) -> Iterator[tuple[int, str]]:
        """Return the pipeline's processes, each with its command."""
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdecimal() and os.fsencode(self.temporary) in (folder / "environ").read_bytes():
                    yield int(folder.name), (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:  # it has just ended
                continue

    def find(self, role: str, seconds: float) -> list[int]:
        """Wait for the processes of a role, and return them."""
        until = monotonic() + seconds
        while monotonic() < until:
            if found := [process for process, command in self.processes() if ROLES[role] in command]:
                return found
            sleep(0.002)
        return []

    def left(self) -> list[tuple[int, str]]:
        """Return the processes that have not ended in time."""
        until = monotonic() + GONE_S
        while (there := list(self.processes())) and monotonic() < until:
            sleep(0.05)
        return there

    def left_files(self) -> list[str]:
        """Return the temporary files."""
        return [path.name for path in self.temporary.iterdir()]


def interrupt(watched: Watched, random: Random) -> str:
    """Start an invocation, and kill a part of it at a random moment; say what was done."""
    invocation = watched.start()
    role = random.choice(list(ROLES))
    number = random.choice(SIGNALS.get(role, OTHERS))
    sleep(random.uniform(START_UP_S, INVOCATION_S))
    found = watched.find(role, seconds=2.0)
    for process in random.sample(found, min(1, len(found))):
        if role == "snakemake" and number == signal.SIGINT:
            os.killpg(process, number)  # as Ctrl-C does
        else:
            os.kill(process, number)
    killed = f"{number.name} to {role}" if found else f"there was no {role}"
    if role != "snakemake" or not found:
        invocation.send_signal(signal.SIGTERM)  # lets the current run end
    output, _ = invocation.communicate(timeout=HANGS_S)
    return f"{killed}\n{output.decode()}"


@pytest.fixture
def watched(checkout: Pipeline) -> Iterator[Watched]:
    """Return the checkout's pipeline, with a temporary folder whose path is short enough for sockets."""
    with tempfile.TemporaryDirectory(prefix="left ") as folder:
        yield Watched(checkout, Path(folder))


def long_campaign(config: dict[str, Any]) -> dict[str, Any]:
    """Return a config with runs enough for many invocations: processes and threads, with and without a server."""
    for experiment in config["experiments"].values():
        experiment["contenders"]["multiprocessing"] = {"model": "multiprocessing_pool", "workers": [2]}
    config["experiments"]["cpu"]["contenders"]["forkserver"] = {
        "model": "process_pool_executor",
        "workers": [2],
        "start_method": "forkserver",
    }
    return {**config, "repetitions": max(4, KILLS // 2), "timeout_s": 5}


@pytest.mark.parametrize("campaign", range(CAMPAIGNS))
def test_a_campaign_killed_at_random_moments_continues_and_leaves_nothing_behind(
    campaign: int, watched: Watched, checkout: Pipeline, tiny_config: dict[str, Any]
) -> None:
    checkout.write_config(long_campaign(tiny_config), "config.yaml")
    random = Random(f"interruptions of campaign {campaign}")
    for kill in range(KILLS):
        before = checkout.records()
        said = f"kill {kill + 1}: {interrupt(watched, random)}"
        assert watched.left() == [], said
        assert watched.left_files() == [], said
        lost = before.items() - checkout.records().items()
        assert len(lost) <= 1, said  # the run at the last kill: written, but not yet recorded by Snakemake
    finished = checkout.run(timeout_s=2 * HANGS_S)
    assert finished.returncode == 0, finished.stderr
    statuses = {row["status"] for row in checkout.rows()}
    assert statuses <= {"ok", "failed", "timeout"}  # runs whose measured process, server or worker was killed say so
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
    assert watched.find("measured_process", seconds=30.0)
    supervisor, runner = sorted(watched.find("runner", seconds=1.0))
    os.kill({"supervisor": supervisor, "runner": runner}[which], number)
    invocation.communicate(timeout=HANGS_S)
    assert watched.left() == []
    assert watched.left_files() == []
    assert checkout.records() == {}
