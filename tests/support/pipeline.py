"""Share code between tests of the whole pipeline: a copy of the project, and a campaign that takes seconds."""

from __future__ import annotations

import compileall
import csv
import fcntl
import json
import os
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import termios
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from support import forked
from support.once import made_once

SUPPORT = Path(__file__).parent
PROJECT = Path(__file__).parents[2]
NEEDED = (
    "Snakefile",
    "rules",
    "environment.yml",
    "pyproject.toml",
    "scripts",
    "config",
    "profiles",
    "examples",
    "requirements",
)
SNAKEMAKE = Path(sys.executable).parent / "snakemake"
PROBE = Path("scripts/probes/effective_parallelism.py")
VALIDITY = Path("scripts/concbench/server/validity.py")
LOCKS = Path("scripts/concbench/environment/locks.py")
HANGS_S = 600  # a command takes longer only if it hangs, however busy the machine


# Commands that make tables, figures and pages are forked from the starter; everything else starts as usual.
FUNCTIONS = """
python() {
    case "$1" in
        scripts/collect_* | scripts/compare_* | scripts/draw_* | scripts/find_* | scripts/fit_* | scripts/judge_* | \\
            scripts/summarize_* | scripts/write_*) $TESTS_FORKED "$@" ;;
        *) command python "$@" ;;
    esac
}
"""


class Starter:
    """Use the session's starter. The first worker that needs it starts it; it ends with the session."""

    def __init__(self) -> None:
        session = os.getppid() if "PYTEST_XDIST_WORKER" in os.environ else os.getpid()
        folder = Path(tempfile.gettempdir()) / f"starter-{session}"  # the path of a socket must be short
        folder.mkdir(exist_ok=True)
        address, functions = folder / "socket", folder / "functions.sh"
        self.variables = {
            forked.SOCKET: str(address),
            "BASH_ENV": str(functions),
            "TESTS_FORKED": f"{sys.executable} -I -S {SUPPORT / 'forked.py'}",
        }
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not address.exists():
                functions.write_text(FUNCTIONS, encoding="utf-8")  # Snakemake's shells read it
                start_starter(address, session)

    def run(
        self, command: Sequence[str], folder: Path, environment: Mapping[str, str], timeout_s: float
    ) -> subprocess.CompletedProcess[str]:
        """Do what ``subprocess.run`` does, in a fork of the starter."""
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
            files = [file.fileno() for file in (nothing, out, err)]
            with forked.ask(command, str(folder), {**environment, **self.variables}, files) as connection:
                answers = connection.makefile()
                process = int(answers.readline())
                connection.settimeout(timeout_s)
                try:
                    status = int(answers.readline())
                except TimeoutError:
                    os.kill(process, signal.SIGKILL)
                    status = None
            texts = []
            for file in (out, err):
                file.seek(0)
                texts.append(file.read().decode())
        if status is None:
            raise subprocess.TimeoutExpired(command, timeout_s, *texts)
        return subprocess.CompletedProcess(command, status, *texts)


def start_starter(address: Path, session: int) -> None:
    """Start the starter of a session, a process's number, and wait until it listens."""
    command = [sys.executable, "-P", str(SUPPORT / "starter.py"), str(address), str(session)]
    usable = {**os.environ, "MPLBACKEND": "agg"}  # a test may have set another
    started = subprocess.Popen(command, env=usable, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    assert started.stdout
    assert started.stdout.readline() == "listening\n"


@cache
def starter() -> Starter:
    """Return the session's starter, as this process uses it."""
    return Starter()


class Pipeline:
    """Use a checkout by its command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def results(self) -> Path:
        """The folder of the tiny campaign's results."""
        return self.folder / "results" / "tiny"

    def write_config(self, config: Mapping[str, Any], name: str = "tiny.yaml") -> str:
        """Write a config file and return its path for the command line. ``config.yaml`` is the default campaign's."""
        path = Path("config") / name
        (self.folder / path).write_text(yaml.safe_dump(dict(config), sort_keys=False), encoding="utf-8")
        return str(path)

    def run(self, *arguments: str, timeout_s: float = HANGS_S) -> subprocess.CompletedProcess[str]:
        """Run ``snakemake --cores all`` with more arguments (a later ``--cores`` counts) in a fork of the starter."""
        command = [str(SNAKEMAKE), "--cores", "all", *arguments]
        return starter().run(command, self.folder, self.environment, timeout_s)

    def python(self, *arguments: str, timeout_s: float = HANGS_S) -> subprocess.CompletedProcess[str]:
        """Run a command in scripts/ by hand, in a fork of the starter."""
        return starter().run(arguments, self.folder, self.environment, timeout_s)

    def run_alone(
        self, *arguments: str, under: Sequence[str] = (), timeout_s: float = HANGS_S
    ) -> subprocess.CompletedProcess[str]:
        """Run the same in a new process, as a user does, started by ``under``."""
        return subprocess.run(
            [*under, str(SNAKEMAKE), "--cores", "all", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )

    def run_on_terminal(self, *arguments: str, columns: int = 120, lines: int = 40) -> tuple[int, str]:
        """Run the same in a new process whose messages go to a terminal; return its exit status and what it wrote."""
        terminal, messages = os.openpty()
        fcntl.ioctl(messages, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        usable = {name: value for name, value in self.environment.items() if name != "CI"}
        process = subprocess.Popen(
            [str(SNAKEMAKE), "--cores", "all", *arguments],
            cwd=self.folder,
            env={**usable, "TERM": "xterm"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=messages,
        )
        os.close(messages)
        written = bytearray()
        with os.fdopen(terminal, "rb", buffering=0) as end, suppress(OSError):  # it ends with an error
            while some := end.read(65536):
                written += some
        return process.wait(HANGS_S), written.decode()

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "PATH": os.pathsep.join([str(SNAKEMAKE.parent), os.environ["PATH"]])}

    def times(self, pattern: str) -> dict[Path, int]:
        """Return the matching files, each with its time of modification in ns."""
        return {path: path.stat().st_mtime_ns for path in self.folder.glob(pattern) if path.is_file()}

    def records(self) -> dict[Path, int]:
        """Return the records of all runs, each with its time of modification."""
        return self.times("results/*/runs/**/*.json")

    def rows(self, campaign: str = "tiny") -> list[dict[str, str]]:
        """Return the rows of a campaign's runs.csv."""
        with (self.results.parent / campaign / "runs.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def append(self, path: str, text: str) -> None:
        """Append to a file."""
        with (self.folder / path).open("a", encoding="utf-8") as file:
            file.write(text)

    def copy(self, folder: Path) -> Pipeline:
        """Copy the checkout with all results, and keep the files' times."""
        shutil.copytree(self.folder, folder, symlinks=True, copy_function=linked_or_copied)
        return Pipeline(folder)


class Invocation(NamedTuple):
    """Pair a pipeline with the outcome of a command."""

    pipeline: Pipeline
    finished: subprocess.CompletedProcess[str]


def linked_or_copied(source: str, target: str) -> None:
    """Copy a file with its times, or link it if it is a figure or a compiled module, which tests don't edit in place."""
    if source.endswith((".png", ".svg", ".pyc")):
        os.link(source, target)
    else:
        shutil.copy2(source, target)


def make_template(folder: Path) -> None:
    """Copy what the pipeline needs, without its results, and compile it."""
    for name in NEEDED:
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, folder / name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(PROJECT / name, folder)
    let_servers_be_late(folder / VALIDITY)
    let_others_measure(folder / LOCKS)
    compileall.compile_dir(folder / "scripts", quiet=2)
    Pipeline(folder).write_config(TINY_CLAIMS, "tiny_claims.yaml")


def check_out(factory: pytest.TempPathFactory, folder: Path) -> Pipeline:
    """Return a fresh checkout of the project, compiled as by ``make``."""
    return Pipeline(made_once(factory, "template", make_template)).copy(folder)


def invoked_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], Invocation]) -> Invocation:
    """Return an invocation that one worker makes for all."""

    def make_and_keep(folder: Path) -> None:
        _, done = make(folder / "checkout")
        kept = {"args": done.args, "returncode": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
        (folder / "finished.json").write_text(json.dumps(kept), encoding="utf-8")

    folder = made_once(factory, name, make_and_keep)
    finished = json.loads((folder / "finished.json").read_text(encoding="utf-8"))
    return Invocation(Pipeline(folder / "checkout"), subprocess.CompletedProcess(**finished))


def let_servers_be_late(validity: Path) -> None:
    """Lift the limits that other programs on the machine could exceed."""
    limit = re.compile(r"^(LEAST_ERROR_S|ERROR_OF_DELAY|SERVER_CPU) = .*", re.MULTILINE)
    lifted, count = limit.subn(r"\1 = 100", validity.read_text(encoding="utf-8"))
    assert count == 3
    validity.write_text(lifted, encoding="utf-8")


def let_others_measure(locks: Path, path: str = "measuring.lock") -> None:
    """Give a checkout its own lock instead of the machine's, so that campaigns of several tests run at a time."""
    own = f'MACHINE = Path("{path}").absolute()'
    changed, count = re.subn(r"^MACHINE = .*", own, locks.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert count == 1
    locks.write_text(changed, encoding="utf-8")


def measure_parallelism_briefly(pipeline: Pipeline) -> None:
    """Shorten the micro-benchmark that otherwise keeps all CPUs busy for a second in each block."""
    probe = pipeline.folder / PROBE
    usual = probe.read_text(encoding="utf-8")
    shortened, count = re.subn(r"^SPAN_S = .*", "SPAN_S = 0.01", usual, flags=re.MULTILINE)
    assert count == 1
    probe.write_text(shortened, encoding="utf-8")


def contenders() -> dict[str, Any]:
    return {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2]}}


def tiny_campaign() -> dict[str, Any]:
    """Return a config with two experiments, four configurations and two blocks."""
    sites = {
        "secure": {"bytes": 1000, "latency_s": 0.05, "tls": True},
        "plain": {"bytes": 100, "latency_s": 0.05},
    }
    io = {"workload": "download", "sizes": [4], "servers": ["near"], "baseline": "sync", "contenders": contenders()}
    cpu = {"workload": "sum_squares", "options": {"first": 1000}, "sizes": [4], "baseline": "sync", "contenders": contenders()}
    return {
        "campaign": "tiny",
        "repetitions": 2,
        "background_cpu_limit": 1,  # other programs may run during tests
        "best_of": 2,
        "timeout_s": 30,
        "servers": {"near": {"sites": sites}},
        "probes": ["code_size"],
        "claims": "config/tiny_claims.yaml",
        "experiments": {"io": io, "cpu": cpu},
    }


TINY_CLAIMS = {
    "claims": [
        {
            "claim": "24",
            "statement": "Threads need extra code.",
            "test": "effect",
            "of": {"probe": "code_size", "metric": "threading_extra_nodes"},
            "at_least": 1,
        },
        {
            "claim": "26",
            "statement": "Threads are slower for sums.",
            "test": "order",
            "least_first": [{"experiment": "cpu", "contender": "sync"}, {"experiment": "cpu", "contender": "threading"}],
        },
    ]
}
