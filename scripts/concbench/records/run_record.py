"""Keep a run on disk: what was asked for, and what was measured. The runner writes it, and collecting results reads it."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from concbench.common.atomic import write_whole
from concbench.measured.status import Status
from concbench.records.record_version import VERSION
from concbench.records.server_profile import Profile

Workers = int | str  # a number, "all" (as many as items) or "cpus" (as many as CPUs)


def column(meaning: str) -> Any:
    """Make a field that is also a column of a table; empty until something is known. Its unit ends its name."""
    return field(default=None, metadata={"meaning": meaning})


@dataclass(frozen=True)
class RunSpec:
    """Hold all that a run's timing depends on; its JSON is the run's parameter in the pipeline."""

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

    def to_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> RunSpec:
        spec = json.loads(text)
        return cls(**{**spec, "server": Profile.from_json(spec["server"]) if spec["server"] else None})


@dataclass
class Measured:
    """Hold what is known of a run once it has been tried: these are columns of ``runs.csv``."""

    status: Status = column("`ok`, or why the run doesn't count; see below")
    reason: str | None = column("what went wrong, where something did")
    invocation: str | None = column(
        "the invocation of the pipeline that measured the run; runs of two invocations may be days apart"
    )
    attempts: int | None = column("how often the run was measured, the last time included")
    node: str | None = column("the machine, or the cluster's node, on which it was measured")
    started_at: str | None = column("when, as an ISO 8601 date and time in UTC")
    concbench_version: str | None = column("the version of this project that measured it")
    implementation: str | None = column("of the interpreter under test, such as `cpython` or `pypy`")
    python_version: str | None = column("version of the interpreter under test, such as `3.11.7`")
    gil_enabled_at_start: bool | None = column("whether it held a global interpreter lock before anything was imported")
    gil_enabled: bool | None = column("the same once all imports were done: an extension may have switched it on")
    jit_enabled: bool | None = column("whether it compiles code as it runs; empty for CPython 3.13, which doesn't say")
    workers: int | None = column(
        "threads, processes or tasks at work, as `workers_asked` came out; 1 for `sync`; a client may have fewer requests in "
        "flight, as aiohttp has 100 unless told otherwise: see `peak_in_flight`"
    )
    makespan_s: float | None = column(
        "from before the pool, loop or HTTP session is made until all results are in and it is closed"
    )
    setup_s: float | None = column("of the makespan: until the first item starts")
    teardown_s: float | None = column("of the makespan: from the end of the last item on; empty where not all items were timed")
    cpu_user_s: float | None = column(
        "CPU time in user mode during the makespan, child processes included (those of a fork server to 10 ms)"
    )
    cpu_system_s: float | None = column("CPU time in the kernel during the makespan, child processes included")
    cpu_outside_s: float | None = column("CPU time that the columns above miss: checking and reporting the results, ending")
    cpus_used: float | None = column("CPU time ÷ makespan; never more than the CPUs that the run could use")
    voluntary_switches: int | None = column(
        "context switches while waiting, child processes included; empty where those were a fork server's, which can't be seen"
    )
    involuntary_switches: int | None = column("context switches forced by the kernel, child processes included; empty as above")
    peak_memory_bytes: int | None = column("of the largest process; empty as above")
    items_ok: int | None = column("items whose result was right")
    threads_used: int | None = column("threads that did items, over all processes; empty where not all items were timed")
    start_method: str | None = column(
        "how processes were started: `fork`, `forkserver`, `spawn`, or joblib's `loky`; empty where the model starts none"
    )
    timing_share: float | None = column(
        "what it costs to time an item, as a share of the median item; where it is more than 0.1, each process timed only its "
        "first items, and the others have no times in `items.csv`"
    )
    bytes_received: int | None = column("of all bodies together")
    server_controlled: bool | None = column("false where the config names real addresses: their delays are not known")
    connections: int | None = column("that the server accepted")
    peak_in_flight: int | None = column("the most requests that the server held at once, those in its queue included")
    delay_total_s: float | None = column("the delays that the server was asked for, summed over the requests")
    delay_error_s: float | None = column("the median by which a delay came out longer than it was asked for")
    server_cpu_s: float | None = column("CPU time of the server, from when it was ready to the run's end")
    server_load: float | None = column(
        "how near the server came to being the limit, by its CPU time or by its delays: a run above 1 is `server-bound`"
    )
    machine_speed: float | None = column("iterations of the calibration loop per second, just before the run")
    background_cpu: float | None = column("share of the time of the CPUs we may use that went to others during the run")
    throttled_periods: int | None = column(
        "how often a CPU quota, such as a container's, stopped the run; empty without a quota"
    )
    throttled_share: float | None = column(
        "share of the run's time for which a quota stopped it, added up over its CPUs; above 0.05 it is `interfered`; empty "
        "without a quota"
    )
    overhead_s: float | None = column("the runner's wall time less the makespan")


@dataclass
class ItemTimes:
    """Hold for each item, in order: seconds since the start of the makespan, its code's CPU time, and who did it."""

    start_s: list[float]
    end_s: list[float]
    cpu_s: list[float | None]  # not known where items take turns on a thread
    thread: list[int]  # threads and processes, numbered as they first appear


@dataclass
class Requests:
    """Hold what the server saw of each request, in the order of its answers, by the clock of ``ItemTimes``."""

    item: list[int]
    connection: list[int]
    delay_s: list[float]
    received_s: list[float]
    served_s: list[float]  # later than received_s where the request queued for a slot
    released_s: list[float]


@dataclass
class RunRecord:
    """Hold one run, as its file does."""

    spec: RunSpec
    measured: Measured
    items: ItemTimes | None = None
    requests: Requests | None = None

    def write(self, path: Path) -> None:
        """Write the whole record or none of it: a reader never sees half a file."""
        write_whole(path, json.dumps({"version": VERSION, **asdict(self)}) + "\n")

    @classmethod
    def read(cls, path: Path) -> RunRecord:
        """Read a record. Raises ValueError, naming the file and what is wrong, where it isn't one of this version."""
        import msgspec  # here, because the runner, which only writes, starts faster without it

        try:
            content = path.read_bytes()
            version = msgspec.json.decode(content, type=Versioned).version
            if version != VERSION:
                raise ValueError(f"{path}: a run record of version {version}, not {VERSION}")
            return msgspec.json.decode(content, type=cls)
        except msgspec.MsgspecError as error:
            raise ValueError(f"{path}: not a run record: {error}") from error


@dataclass(frozen=True)
class Versioned:
    """Hold what records of all versions have."""

    version: int


def is_whole(record: Path) -> bool:
    """Tell whether a record has been written to its end, which a power cut may have lost: its last line is complete."""
    with record.open("rb") as file:
        file.seek(0, os.SEEK_END)
        if not file.tell():
            return False
        file.seek(-1, os.SEEK_END)
        return file.read() == b"\n"
