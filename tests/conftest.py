"""Provide what several test files need: certificates, specifications of runs, and runs with the runner."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import pytest
from hypothesis import settings

from concbench.measured.machine import machine_speed
from concbench.records.run_record import RunRecord, RunSpec
from concbench.records.server_profile import Distribution, Profile, Site
from concbench.runner import run as runner_run
from concbench.runner.run import Certificates, Limits
from concbench.runner.subreaper import adopt_orphans
from concbench.server import certificate, validity

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")

LATENCY = Distribution.fixed(0.02)

# Shells and nohup start programs in the background with these signals ignored, and the programs under test would inherit that.
for number, usual in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
    (signal.SIGQUIT, signal.SIG_DFL),
):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, usual)


@pytest.fixture(scope="session", autouse=True)
def _brief_calibration() -> Iterator[None]:
    """Measure the machine's speed for 1 ms before each run, not for 30: no test needs the number."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner_run, "machine_speed", partial(machine_speed, 0.001))
        yield


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificate")
    made = Certificates(folder)
    certificate.make(made.server, made.bundle)
    return made


@pytest.fixture(scope="session")
def two_sites() -> Profile:
    return Profile((Site("jython", 10966, LATENCY, tls=True), Site("dice", 276, LATENCY)))


@pytest.fixture(scope="session")
def spec() -> Callable[..., RunSpec]:
    """Return a function that makes a RunSpec: a few sums with sync, except for the arguments given."""

    def make(**asked: Any) -> RunSpec:
        usual: dict[str, Any] = {
            "configuration": "test",
            "block": 1,
            "seed": 1,
            "interpreter": sys.executable,
            "model": "sync",
            "model_options": {},
            "workload": "sum_squares",
            "workload_options": {"first": 1000} if asked.get("workload", "sum_squares") == "sum_squares" else {},
            "workers": 1,
            "size": 8,
            "server": None,
        }
        return RunSpec(**{**usual, **asked})

    return make


@pytest.fixture(scope="session")
def measured_run(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., RunRecord]:
    """Return a function that does a run. Its output is in pytest's report if the test fails, and in ``log`` if given."""
    adopt_orphans()  # as the runner does: otherwise killed pools leave their locks in /dev/shm

    def run(spec: RunSpec, timeout_s: float = 60, log: Path | None = None) -> RunRecord:
        log = log or tmp_path_factory.mktemp("run") / "log"
        with log.open("wb") as file, pytest.MonkeyPatch.context() as patch:
            for limit in ("LEAST_ERROR_S", "ERROR_OF_DELAY", "SERVER_CPU"):
                patch.setattr(validity, limit, 100)  # other programs may run during tests
            record = runner_run.attempt(spec, Limits(timeout_s), certificates, file)
        print(log.read_text(encoding="utf-8", errors="replace"))
        return record

    return run


@pytest.fixture
def own(spec: Callable[..., RunSpec], measured_run: Callable[..., RunRecord], tmp_path: Path) -> Callable[..., RunRecord]:
    """Does a run of work of the user's own, given by its source."""

    def run(source: str, timeout_s: float = 60, size: int = 6, **asked: Any) -> RunRecord:
        file = tmp_path / "mine.py"
        file.write_text(source, encoding="utf-8")
        options = {"file": os.path.relpath(file)}  # as most configs name it
        return measured_run(spec(workload="own", workload_options=options, size=size, **asked), timeout_s)

    return run


@pytest.fixture(scope="session")
def has_ended() -> Callable[[int], bool]:
    """Check whether a process ends within seconds, even if it hasn't been waited for."""

    def is_there(process: int) -> bool:
        try:
            state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        return state not in "ZX"

    def ends(process: int) -> bool:
        until = perf_counter() + 30
        while is_there(process):
            if perf_counter() > until:
                return False
            sleep(0.01)
        return True

    return ends
