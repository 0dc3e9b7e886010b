"""Measure one run: start the server and the measured process, do the run, and make its record.

Whatever goes wrong in the measured process or the server becomes the record's status and reason.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import IO, Any

from concbench.common.formatting import one_line
from concbench.common.paths import SCRIPTS
from concbench.environment.interpreter_command import Command, lacks, measured_python
from concbench.environment.measured_environment import ONE_THREAD, measured_environment, withheld
from concbench.environment.tempdir import empty_run_folder
from concbench.measured.cgroups import MOST_THROTTLED, cpu_quota, memory_bytes
from concbench.measured.children import PROGRAMS_LEFT
from concbench.measured.machine import cpus, machine_speed
from concbench.measured.protocol import GO, Answer, Checking, Measurement, NotMeasured, Ready, Task, answer_from_json
from concbench.measured.status import Status
from concbench.records.run_record import Measured, RunRecord, RunSpec
from concbench.records.server_profile import Profile
from concbench.runner.interference import BusyTime, Throttling, background_share, interferes
from concbench.runner.observed import Observed, record_of
from concbench.runner.process_pipe import END_S, SHOWN, NoAnswer, ProcessPipe, TimeUp
from concbench.runner.shared_memory import MemoryTogether
from concbench.runner.subreaper import lasting_orphans, orphans_of, reaped_cpu_s
from concbench.runner.watch import MEMORY_LIMIT, Watch, append_only, finish_log
from concbench.server.messages import FINISH, ServedSite, ServerLog, ServerTask

HOST = "127.0.0.1"
CHECKS = 12  # checking the results may take this many times timeout_s: own work repeats up to 12 items for it
START_UP_S = 60.0  # time for server and measured process to get ready; timeout_s limits the timed part only


@dataclass(frozen=True)
class Limits:
    """Limit a run, as the config says."""

    timeout_s: float  # of the timed part
    background_cpu: float = 1.0  # share of the CPU time that other programs may use, from 0 to 1
    attempts: int = 1
    memory: float = MEMORY_LIMIT  # share of the machine's memory that the measured process and its descendants may use


@dataclass(frozen=True)
class Certificates:
    """Locate the folder with the server's private key and certificate, and the certificates that clients trust."""

    folder: Path

    @property
    def server(self) -> Path:
        return self.folder / "server.pem"

    @property
    def bundle(self) -> Path:
        return self.folder / "bundle.pem"


def resolved_workers(spec: RunSpec) -> int:
    """Return the number of workers; ``all`` is one per item, ``cpus`` one per CPU.

    It is 0 for ``default``: the measured interpreter knows how many its own pools have.
    """
    if spec.workers == "all":
        return spec.size
    if spec.workers == "default":
        return 0
    return cpus() if spec.workers == "cpus" else int(spec.workers)


def numeric_threads(spec: RunSpec) -> int | None:
    """Return how many threads numeric libraries may start; None leaves that to the user's environment.

    Own work has the user's, unless the config gives a number. The workloads that come with the project have one.
    """
    return spec.workload_options.get("numeric_threads") if spec.is_own_work else ONE_THREAD


def threadpoolctl() -> str | None:
    """Return the file of the package threadpoolctl, which the measured process loads; None if it isn't installed."""
    found = find_spec("threadpoolctl")
    return found.origin if found else None


def start_server(
    profile: Profile, delays_s: Sequence[float], certificate: Path, log: IO[bytes], stack: ExitStack
) -> tuple[ProcessPipe, list[dict[str, Any]]]:
    """Start a process that serves the profile's sites on sockets bound here.

    Args:
        profile: How the server behaves.
        delays_s: Seconds by which each item's response is delayed.
        certificate: PEM file with the private key and certificate for HTTPS.
        log: Where the server's output goes.
        stack: Closes the sockets and ends the server.

    Returns:
        The server, and ``url`` and ``bytes`` of each site for the workload.
    """
    sockets = [stack.enter_context(socket.create_server((HOST, 0), backlog=4096)) for _ in profile.sites]
    task = ServerTask(
        sites=[
            ServedSite(listener.fileno(), site.bytes, str(certificate) if site.tls else None)
            for site, listener in zip(profile.sites, sockets)
        ],
        delays_s=delays_s,
        max_concurrent=profile.max_concurrent,
        connect_delay_s=profile.connect_delay_s,
        delay_per_concurrent_s=profile.delay_per_concurrent_s,
    )
    command = [sys.executable, "-P", "-m", "concbench.server.server"]
    environment = {**measured_environment(os.environ, None), "PYTHONPATH": str(SCRIPTS)}
    server = ProcessPipe("the server", command, log, environment, [listener.fileno() for listener in sockets])
    stack.enter_context(closing(server))
    server.tell(task.to_json())
    sites = [
        {"url": f"{'https' if site.tls else 'http'}://{HOST}:{listener.getsockname()[1]}", "bytes": site.bytes}
        for site, listener in zip(profile.sites, sockets)
    ]
    return server, sites


def start_measured(
    spec: RunSpec,
    interpreter: Command,
    sites: Sequence[dict[str, Any]],
    bundle: Path | None,
    memory: float,
    log: IO[bytes],
    stack: ExitStack,
) -> ProcessPipe:
    """Start a fresh process of the interpreter under test and send it the task; return the process."""
    command = [interpreter.program, str(SCRIPTS / "sys_path" / "measured-run.py")]
    environment = {**measured_environment(os.environ, bundle, numeric_threads(spec)), **interpreter.variables}
    measured_process = ProcessPipe("the measured process", command, log, env=environment)
    stack.enter_context(closing(measured_process))
    limit_bytes = int(memory * memory_bytes())
    measured_process.looks.append(Watch(measured_process.process.pid, limit_bytes, log, measured_process.others).look)
    if "file" in spec.workload_options:
        measured_process.where = lambda: where_in_own_file(measured_process.process.pid, log, spec)
    task = Task(
        model=spec.model,
        model_options=dict(spec.model_options),
        workload=spec.workload,
        workload_options={**spec.workload_options, **({"sites": sites} if sites else {})},
        workers=resolved_workers(spec),
        size=spec.size,
        seed=spec.seed,
        threadpoolctl=threadpoolctl() if spec.is_own_work else None,
    )
    measured_process.tell(task.to_json())
    return measured_process


def where_in_own_file(process: int, log: IO[bytes], spec: RunSpec) -> str:
    """Say at which line of the user's file a process is."""
    from concbench.runner.own_faults import Position  # slow to import, and seldom needed, as below

    return Position(process, log, spec.workload_options["file"], spec.interpreter).ask()


def with_own_fault(reason: str, spec: RunSpec) -> str:
    """Add to a reason which line of the user's file ended a process, if one did."""
    from concbench.runner.own_faults import ended_by

    return reason + ended_by(reason, spec.workload_options["file"], spec.interpreter)


def observe(
    spec: RunSpec, interpreter: Command, limits: Limits, certificates: Certificates, log: IO[bytes], observed: Observed
) -> None:
    """Do the run, and fill in ``observed`` on the way. Both processes are ended in any case.

    Raise NoAnswer or TimeUp if a process doesn't do its part.
    """
    with ExitStack() as stack:
        server: ProcessPipe | None = None
        sites: list[dict[str, Any]] = []
        bundle: Path | None = None
        if spec.server and spec.server.under_control:
            delays_s = spec.server.delays_s(spec.size, spec.seed, spec.block, spec.configuration)
            server, sites = start_server(spec.server, delays_s, certificates.server, log, stack)
            bundle = certificates.bundle
        elif spec.server:
            sites = [{"url": site.url} for site in spec.server.sites]
        measured_process = start_measured(spec, interpreter, sites, bundle, limits.memory, log, stack)
        start_up_until = perf_counter() + START_UP_S
        if server:
            server.answer(start_up_until)
        work = spec.workload_options["file"] if spec.is_own_work else spec.workload
        first = answer(measured_process, start_up_until, f"preparing {work} took too long")
        if not isinstance(first, Ready):
            observed.result = result_of(first)
            return
        observed.ready = first
        observed.machine_speed = machine_speed()
        let_run(measured_process, server, limits.timeout_s, observed)


def let_run(measured_process: ProcessPipe, server: ProcessPipe | None, timeout_s: float, observed: Observed) -> None:
    """Do the timed part, and note what others did meanwhile; have the results checked, and note the CPU time of it all."""
    memory, session = MemoryTogether(measured_process.others), measured_process.process.pid
    others = {*measured_process.others, *orphans_of(session)}  # what it has started when it was imported may go on
    reaped_s, before = reaped_cpu_s(), BusyTime.now()
    measured_process.looks.append(memory.look)
    begun = perf_counter()
    measured_process.tell(GO)
    last = answer(measured_process, perf_counter() + timeout_s, "the timed part took too long")
    ended, after = perf_counter(), BusyTime.now()
    measured_process.looks.remove(memory.look)
    observed.background_cpu, observed.throttling = background_share(before, after), Throttling.between(before, after)
    observed.peak_pss_bytes = memory.peak_bytes
    left = lasting_orphans(session, others)
    if isinstance(last, Checking):
        last = answer(measured_process, perf_counter() + CHECKS * timeout_s, "checking the results took too long")
    observed.result = unless_left(on_our_clock(result_of(last), begun, ended), len(left))
    measured_process.finish(END_S)
    observed.tree_cpu_s = reaped_cpu_s() - reaped_s - (observed.ready.start_up_cpu_s if observed.ready else 0.0)
    if server:
        server.tell(FINISH)
        observed.server_log = ServerLog.from_json(server.answer(perf_counter() + START_UP_S))


def on_our_clock(result: Measurement | NotMeasured, begun: float, ended: float) -> Measurement | NotMeasured:
    """Return a result, unless its times can't be: all processes of a machine share one clock, but work may replace it."""
    if isinstance(result, Measurement):
        start = result.start_clock_s
        if not begun <= start <= start + result.makespan_s <= ended:
            return NotMeasured(Status.INVALID, "the run's clock is not the machine's: does the work replace time.perf_counter?")
    return result


def unless_left(result: Measurement | NotMeasured, programs: int) -> Measurement | NotMeasured:
    """Return a result, unless the work has left programs running that the measured process can't see: orphans."""
    if isinstance(result, Measurement) and programs:
        return NotMeasured(Status.INVALID, PROGRAMS_LEFT.format("the work", programs))
    return result


def answer(measured_process: ProcessPipe, until: float, late: str) -> Answer:
    """Wait for an answer. Raise TimeUp, which starts with ``late``, if it comes too late, and NoAnswer if it isn't one."""
    try:
        line = measured_process.answer(until)
    except TimeUp as error:
        raise TimeUp(f"{late}: {error}{measured_process.where()}") from error
    try:
        return answer_from_json(line)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise NoAnswer(
            f"the pipe for the measured process's answers holds something else, {line[:SHOWN]!r}:"
            " the work must not write to files that it didn't open"
        ) from error


def result_of(answer: Answer) -> Measurement | NotMeasured:
    """Return the measured process's last answer. Raise NoAnswer if it isn't a last one."""
    if isinstance(answer, (Measurement, NotMeasured)):
        return answer
    raise NoAnswer(f"the measured process answered {type(answer).__name__} instead of a result")


def measure(spec: RunSpec, limits: Limits, certificates: Certificates, log: IO[bytes]) -> RunRecord:
    """Attempt the run until no other program interferes, up to ``limits.attempts`` times; return the last attempt's record.

    If all attempts are interfered with, its status is ``interfered``.
    """
    append_only(log)
    for attempts in range(1, limits.attempts + 1):
        record = attempt(spec, limits, certificates, log)
        finish_log(log)
        record.measured.attempts = attempts
        reason = interference(record.measured, limits.background_cpu)
        if reason is None:
            return record
        empty_run_folder()
    record.measured.status = Status.INTERFERED
    record.measured.reason = f"{reason} in the last of {limits.attempts} attempts"
    return record


def interference(measured: Measured, limit: float) -> str | None:
    """Return what interfered with a run that would otherwise count: other programs or a CPU quota; None if nothing did.

    It may also be why the server was too slow, so this includes ``server-bound`` runs.
    """
    if measured.status not in (Status.OK, Status.SERVER_BOUND) or measured.makespan_s is None:
        return None
    if measured.throttled_share is not None and measured.throttled_share > MOST_THROTTLED:
        often = f"{measured.throttled_periods} times, for {measured.throttled_share:.0%} of its time,"
        return f"the quota of {cpu_quota():g} CPUs stopped the run {often}"
    if measured.background_cpu is not None and interferes(measured.background_cpu, measured.makespan_s, limit):
        return f"other programs used {measured.background_cpu:.0%} of the CPU time"
    return None


def attempt(spec: RunSpec, limits: Limits, certificates: Certificates, log: IO[bytes]) -> RunRecord:
    """Do the run once; the record says what went wrong in the other processes."""
    observed = Observed(datetime.now(UTC).isoformat(timespec="milliseconds"), resolved_workers(spec) or None)
    interpreter = measured_python(spec.interpreter)
    if interpreter is None:
        return RunRecord(spec, Measured(Status.SKIPPED, one_line(f"interpreter not found: {spec.interpreter}")))
    try:
        observe(spec, interpreter, limits, certificates, log, observed)
    except TimeUp as error:
        observed.result = NotMeasured(Status.TIMEOUT, str(error))
    except NoAnswer as error:  # the server's log is part of every measurement, so its failure counts, too
        observed.result = NotMeasured(Status.FAILED, str(error))
    record = record_of(spec, observed)
    unset = {name for name in os.environ if name not in interpreter.variables}
    if record.measured.status == Status.FAILED and (names := withheld(record.measured.reason or "", unset)):
        record.measured.reason = (
            f"{record.measured.reason} (runs don't get your environment variable {names[0]}; set it in the config, before the"
            f" interpreter's command: {names[0]}=value python)"
        )
    if record.measured.status == Status.FAILED and "file" in spec.workload_options:
        record.measured.reason = with_own_fault(record.measured.reason or "", spec)
    if record.measured.status == Status.SKIPPED and (missing := lacks(interpreter)):
        record.measured.reason = f"{record.measured.reason} (no package for this interpreter: {', '.join(missing)})"
    return record
