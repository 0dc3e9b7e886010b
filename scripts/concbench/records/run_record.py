"""Store a run on disk: its specification and its measurement. The runner writes it, and collecting results reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from concbench.common.atomic import write_whole
from concbench.measured.status import Status
from concbench.records.record_version import VERSION
from concbench.records.request_times import Requests
from concbench.records.server_profile import Profile

LEAST = {"makespan_s": 1e-9, "workers": 1, "machine_speed": 1e-9}  # the least of these numbers
NEEDED = ("makespan_s", "workers")  # of a run that counts
MOST = 1e15  # of any number
Decoded = TypeVar("Decoded")
Workers = int | str  # a number, "all" (as many as items), "cpus" (as many as CPUs) or "default" (as many as the model chooses)


def column(meaning: str) -> Any:
    """Make a field that is also a column of a table, empty until it is known. Its unit ends its name."""
    return field(default=None, metadata={"meaning": meaning})


@dataclass(frozen=True)
class RunSpec:
    """Specify a run: all that its timing depends on. As JSON it is the run's parameter in the pipeline."""

    configuration: str
    block: int
    seed: int
    interpreter: str
    model: str
    model_options: Mapping[str, Any]
    workload: str
    workload_options: Mapping[str, Any]
    workers: Workers
    size: int
    server: Profile | None

    @property
    def is_own_work(self) -> bool:
        """Check whether the work is a file of the user's."""
        return "file" in self.workload_options

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> RunSpec:
        spec = json.loads(text)
        return cls(**{**spec, "server": Profile.from_json(spec["server"]) if spec["server"] else None})


@dataclass
class Measured:
    """Describe what is known of a run after it was tried: columns of ``runs.csv``."""

    status: Status = column("`ok`, or why the run doesn't count: see *Statuses*")
    reason: str | None = column("what went wrong, if something did")
    invocation: str | None = column(
        "invocation of the workflow that measured the run; runs of two invocations may be days apart"
    )
    attempts: int | None = column("number of attempts, including the one recorded")
    node: str | None = column("machine or cluster node that measured the run")
    started_at: str | None = column("start of the run, as an ISO 8601 date and time in UTC")
    concbench_version: str | None = column("version of this project that measured the run")
    implementation: str | None = column("implementation of the interpreter under test, such as `cpython` or `pypy`")
    python_version: str | None = column("version of the interpreter under test, such as `3.11.7`")
    gil_enabled_at_start: bool | None = column("whether the GIL was enabled before anything was imported")
    gil_enabled: bool | None = column("whether the GIL was enabled after all imports; an extension may have enabled it")
    jit_enabled: bool | None = column("whether a JIT was enabled; empty for CPython 3.13, whose builds don't report it")
    workers: int | None = column(
        "number of threads, processes or tasks at work, 1 for `sync`; a client may have fewer requests in flight (aiohttp has "
        "at most 100 by default), see `peak_in_flight`"
    )
    makespan_s: float | None = column(
        "elapsed time: from before the pool, loop or HTTP session is made until all results are in and it is closed"
    )
    setup_s: float | None = column("part of the elapsed time before the first item starts")
    teardown_s: float | None = column("part of the elapsed time after the last item ends; empty if not all items were timed")
    cpu_user_s: float | None = column(
        "CPU time in user mode in the timed part, including child processes (those of a fork server to 10 ms)"
    )
    cpu_system_s: float | None = column("CPU time in the kernel in the timed part, including child processes")
    cpu_outside_s: float | None = column("CPU time of the measured process after the timed part: checks, shutdown")
    cpus_used: float | None = column("CPU time ÷ elapsed time; never more than the CPUs that the run could use")
    voluntary_switches: int | None = column(
        "context switches while waiting, including child processes; empty if a fork server started them, which hides them"
    )
    involuntary_switches: int | None = column("forced context switches, including child processes; empty as above")
    peak_memory_bytes: int | None = column("peak memory of the largest process; empty as above")
    peak_pss_bytes: int | None = column(
        "most memory of all processes together in the timed part, where pages that they share count once (PSS); seen from "
        "outside, at most ten times a second, so that a short peak may be missed; empty if the timed part was too short to look"
    )
    items_ok: int | None = column("number of items with a correct result")
    threads_used: int | None = column("number of threads that did items, over all processes; empty if not all items were timed")
    start_method: str | None = column(
        "how processes were started: `fork`, `forkserver`, `spawn`, or joblib's `loky`; empty if the model starts none"
    )
    timing_share: float | None = column(
        "cost of timing an item, as a share of the mean item; a process whose first items take less than ten times this cost "
        "times only those, and then no item has times in `items.csv`"
    )
    numeric_libraries: str | None = column(
        "numeric libraries with threads of their own that the measured process has loaded, such as `openblas 0.3.31`; your own "
        "work only, else empty"
    )
    numeric_threads: int | None = column(
        "threads that such a library has in each process, the most if there are several; empty without one, and for joblib, "
        "which shares the CPUs out among its processes"
    )
    longest_stall_s: float | None = column(
        "longest time for which `do_async` of your own work kept the event loop from other tasks, from one await to the next, "
        "when an item was done again after the run; empty for models without asyncio"
    )
    bytes_received: int | None = column("size of all downloaded bodies together")
    server_controlled: bool | None = column("`False` if the config names real addresses, whose delays are unknown")
    connections: int | None = column("number of connections that the server accepted")
    peak_in_flight: int | None = column("largest number of requests at the server at a time, including its queue")
    delay_total_s: float | None = column("sum of the intended delays over all requests")
    delay_error_s: float | None = column("median difference between actual and intended delay")
    server_cpu_s: float | None = column("CPU time of the server during the run")
    server_load: float | None = column(
        "server load as a share of its limit, by its CPU time or the error of its delays; above 1 the run is `server-bound`"
    )
    machine_speed: float | None = column("iterations of the calibration loop per second, just before the run")
    background_cpu: float | None = column("share of CPU time used by other programs or virtual machines during the run")
    throttled_periods: int | None = column(
        "number of times that a CPU quota, such as a container's, stopped the run; empty without a quota"
    )
    throttled_share: float | None = column(
        "share of the run's time for which a CPU quota stopped it, added up over its CPUs; above 0.05 the run is "
        "`interfered`; empty without a quota"
    )
    overhead_s: float | None = column("time that the run took in addition to `makespan_s`: start-up, checks and clean-up")

    @property
    def result(self) -> str:
        """Write how the run ended, on one line: ``0.302 s``, or its status and the reason."""
        if self.status == Status.OK and self.makespan_s is not None:
            return f"{self.makespan_s:.3f} s"
        return f"{self.status}: {self.reason}"


@dataclass
class ItemTimes:
    """List for each item, in order, its start and end since the start of the timed region, its CPU time and its thread."""

    start_s: list[float]
    end_s: list[float]
    cpu_s: list[float | None]  # None if items take turns on a thread
    thread: list[int]  # numbered in the order of first appearance


@dataclass
class RunRecord:
    """Describe one run, as its file does."""

    spec: RunSpec
    measured: Measured
    items: ItemTimes | None = None
    requests: Requests | None = None

    def write(self, path: Path) -> None:
        """Write the record completely or not at all."""
        write_whole(path, json.dumps({"version": VERSION, **asdict(self)}) + "\n")

    @classmethod
    def read(cls, path: Path) -> RunRecord:
        """Read a record. Raise ValueError, which names the file and the problem, if it isn't one of this version."""
        content = read_bytes(path)
        need_version(path, decoded(path, content, Versioned))
        return decoded(path, content, cls)

    def problems(self) -> Iterator[str]:
        """Yield what no measurement can have given, so that someone has edited the record."""
        for name, value in vars(self.measured).items():
            least = LEAST.get(name, -MOST)
            if isinstance(value, (int, float)) and not least <= value <= MOST:
                yield f"{name} is {value:.3g}. Expected a number from {least:.3g} to {MOST:.3g}"
            if value is None and name in NEEDED and self.measured.status == Status.OK:
                yield f"{name} is missing. Expected a number, since the run is ok"
        for part in (self.items, self.requests):
            if part and len({len(column) for column in vars(part).values()}) > 1:
                yield f"its {type(part).__name__} are not of the same length"


def read_bytes(path: Path) -> bytes:
    """Read a record. Raise ValueError, which names the file, if that fails."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path}: cannot read this record ({error.strerror}).") from error


@dataclass(frozen=True)
class Versioned:
    """Read the version of a record, whatever else it contains."""

    version: int


@dataclass(frozen=True)
class WithoutItems(Versioned):
    """Read a record without its items and requests, of which there may be thousands."""

    measured: Measured


def read_measured(path: Path) -> Measured:
    """Read how a run ended. Raise ValueError, which names the file and the problem, if it has no record of this version."""
    record = decoded(path, read_bytes(path), WithoutItems)
    need_version(path, record)
    return record.measured


def decoded(path: Path, content: bytes, kind: type[Decoded]) -> Decoded:
    """Decode a record, or a part of it. Raise ValueError, which names the file, if it isn't one."""
    import msgspec  # slow to import, and the runner only writes

    try:
        return msgspec.json.decode(content, type=kind)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: this is not a run record ({error}).") from error


def need_version(path: Path, record: Versioned) -> None:
    """Raise ValueError, which names the file, unless a record has this version."""
    if record.version != VERSION:
        raise ValueError(f"{path}: this record has version {record.version}. Expected version {VERSION}.")


def is_whole(record: Path) -> bool:
    """Check that a record is complete, so that its last line ends: a power failure may have lost the end."""
    with record.open("rb") as file:
        file.seek(0, os.SEEK_END)
        if not file.tell():
            return False
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"
