"""Runs at their limits, as real processes: memory, log, quota, and the variables of their environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from concbench.common.paths import SCRIPTS
from concbench.measured.cgroups import memory_bytes
from concbench.measured.status import Status
from concbench.measured.usage import children_of
from concbench.records.run_record import RunSpec
from concbench.runner import process_pipe, watch
from concbench.runner.run import Certificates, Limits, measure
from concbench.runner.subreaper import adopt_orphans
from concbench.runner.watch import memory_used

MB = 1_000_000
CPU = Path("/sys/fs/cgroup/cpu")  # version 1, where a test may make a group

# Work whose processes grow until they are ended; and by so little at a time that the runner looks at them before the machine is
# full, however busy it is.
GROWS = """
import time
kept = []

def items(size, seed):
    return list(range(size))

def do(item):
    for _ in range(2000):
        kept.append(b"x" * 2_000_000)
        time.sleep(0.01)
"""
PRINTS = """
import sys

def items(size, seed):
    return list(range(size))

def do(item):
    print("x" * 99_999)
    sys.stdout.flush()
    return item
"""
# A program that leaves the run's session and its parent, as daemons do.
DAEMON = """
import subprocess, sys

def items(size, seed):
    return list(range(size))

GROWS = "import time; kept = [(b'x' * 2_000_000, time.sleep(0.01)) for _ in range(2000)]"
STARTS = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1]], start_new_session=True)"

def do(item):
    subprocess.run([sys.executable, "-c", STARTS, GROWS])
    __import__("time").sleep(60)
"""
ASKS = """
import os

def items(size, seed):
    return list(range(size))

def do(item):
    return os.environ["THE_USERS_OWN"]
"""

DISTURBED = """
import os
DISTURBING = {"PYTHONMALLOC", "JOBLIB_MULTIPROCESSING", "MALLOC_ARENA_MAX", "SOME_LIBRARY_NO_EXTENSIONS"}

def items(size, seed):
    return list(range(size))

def do(item):
    found = sorted(DISTURBING & set(os.environ))
    if found:
        raise RuntimeError(f"there is {found}")
    return item
"""

Do = Callable[..., tuple[Status, str | None]]


@pytest.fixture
def do(spec: Callable[..., RunSpec], certificates: Certificates, tmp_path: Path) -> Do:
    """Measure work, whose output goes to ``log``; return status and reason."""

    def do(work: str, memory: float = 0.5, **asked: object) -> tuple[Status, str | None]:
        (tmp_path / "work.py").write_text(work, encoding="utf-8")
        made = spec(workload="own", workload_options={"file": str(tmp_path / "work.py")}, **asked)
        with (tmp_path / "log").open("wb") as log:
            measured = measure(made, Limits(60, 1.0, 1, memory), certificates, log).measured
        return measured.status, measured.reason

    return do


@pytest.mark.parametrize(("model", "workers"), [("sync", 1), ("multiprocessing_pool", 2)])
def test_a_run_that_takes_too_much_memory_is_a_row_that_says_so(model: str, workers: int, do: Do) -> None:
    status, reason = do(GROWS, memory=200 * MB / memory_bytes(), model=model, workers=workers, size=2)
    assert status == Status.FAILED
    assert "of memory together; the limit is 200 MB (memory_limit in the config)" in (reason or "")


def test_a_daemon_of_the_work_counts_too(do: Do) -> None:
    adopt_orphans()
    status, reason = do(DAEMON, memory=200 * MB / memory_bytes(), size=1)
    assert status == Status.FAILED
    assert "of memory together; the limit is 200 MB" in (reason or "")


def test_memory_that_processes_share_counts_once() -> None:
    code = """
import os, time
kept = b"x" * 100_000_000
for _ in range(3):
    if os.fork() == 0:
        time.sleep(600)
print(flush=True)
time.sleep(600)
"""
    others = children_of(os.getpid())
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout
        process.stdout.readline()
        assert memory_used(10**12, others) > 350 * MB, "each has its own, so far as the sum can tell"
        assert 100 * MB < memory_used(200 * MB, others) < 200 * MB
    finally:
        os.killpg(process.pid, 9)
        process.communicate()


TAKES = """
import time

def items(size, seed):
    return list(range(size))

def do(item):
    kept = bytearray(b"x") * 50_000_000
    time.sleep(1)
    return len(kept)
"""


@pytest.mark.parametrize(("model", "least"), [("sync", 50), ("thread_pool", 100), ("multiprocessing_pool", 100)])
def test_the_memory_of_all_workers_together_is_seen(
    model: str, least: int, spec: Callable[..., RunSpec], measured_run: Any, tmp_path: Path
) -> None:
    (tmp_path / "mine.py").write_text(TAKES, encoding="utf-8")
    options = {"file": str(tmp_path / "mine.py")}
    asked = spec(workload="own", workload_options=options, model=model, workers=1 if model == "sync" else 2, size=2)
    measured = measured_run(asked).measured
    assert measured.status == Status.OK
    assert least * MB < measured.peak_pss_bytes < 2 * least * MB


def test_nothing_is_known_of_the_memory_of_a_run_that_nobody_looked_at(
    spec: Callable[..., RunSpec], measured_run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_pipe, "LOOK_S", 60.0)
    measured = measured_run(spec()).measured
    assert (measured.status, measured.peak_pss_bytes) == (Status.OK, None)


def test_a_log_is_limited_and_the_run_counts_all_the_same(do: Do, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LOG_BYTES", 1_000_000)
    assert do(PRINTS, size=32) == (Status.OK, None)
    content = (tmp_path / "log").read_bytes()
    assert content.endswith(b"\n[The rest is cut. A run's log keeps 1 MB.]\n")
    assert len(content) < 1_000_100


@pytest.mark.parametrize(("model", "workers"), [("sync", 1), ("process_pool_executor", 2)])
def test_variables_that_could_change_a_measurement_reach_no_process_of_a_run(
    model: str, workers: int, do: Do, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PYTHONMALLOC", "JOBLIB_MULTIPROCESSING", "MALLOC_ARENA_MAX", "SOME_LIBRARY_NO_EXTENSIONS"):
        monkeypatch.setenv(name, "debug")
    assert do(DISTURBED, model=model, workers=workers) == (Status.OK, None)


@pytest.mark.parametrize(("name", "value"), [("PYTHONMALLOC", "debug"), ("PYTHONDEVMODE", "1"), ("MALLOC_PERTURB_", "7")])
def test_the_runner_itself_starts_without_what_slows_its_python(name: str, value: str, tmp_path: Path) -> None:
    script = tmp_path / "command.py"
    script.write_text(
        "import os, sys\nfrom concbench.runner.supervisor import supervise\n"
        f"supervise(lambda: print(os.environ.get({name!r}), os.environ['THE_USERS_OWN'], sys.argv[1]))\n",
        encoding="utf-8",
    )
    variables = {**os.environ, "PYTHONPATH": str(SCRIPTS), "THE_USERS_OWN": "value", name: value}
    command = [sys.executable, str(script), "an argument"]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == "None value an argument\n"


def test_work_that_misses_a_variable_of_the_user_is_told_where_to_set_it(do: Do, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THE_USERS_OWN", "value")
    status, reason = do(ASKS)
    assert status == Status.FAILED
    assert "KeyError: 'THE_USERS_OWN'" in (reason or "")
    assert "set it in the config, before the interpreter's command: THE_USERS_OWN=value python" in (reason or "")
    assert do(ASKS, interpreter=f"THE_USERS_OWN=value {sys.executable}") == (Status.OK, None)


@pytest.fixture
def group() -> Iterator[Path]:
    """A group of processes that may use a twentieth of a CPU."""
    made = CPU / f"concbench-test-{os.getpid()}"
    try:
        made.mkdir()
        (made / "cpu.cfs_quota_us").write_text("5000", encoding="ascii")
    except OSError:
        pytest.skip("no group of processes with a quota can be made here")
    yield made
    made.rmdir()


def test_a_real_quota_is_found_and_seen_at_work(group: Path) -> None:
    code = f"""
import os
from pathlib import Path
from time import monotonic
Path({str(group)!r}, "cgroup.procs").write_text(str(os.getpid()))
from concbench.measured.cgroups import cpu_quota, throttled
from concbench.measured.machine import cpus
until = monotonic() + 60
while throttled().periods < 2 and monotonic() < until:
    pass
print(cpu_quota(), cpus(), throttled().periods >= 2, throttled().seconds > 0)
"""
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTS)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["0.05", "1", "True", "True"]
