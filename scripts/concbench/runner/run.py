"""Measure one run: start the server and the measured process, let it run, and write the run's record.

Whatever goes wrong with the measured process or the server becomes the record's status and reason, and the exit status is 0.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import IO, Any

from concbench.common.paths import SCRIPTS
from concbench.environment.interpreters import Command, lacks, measured_python
from concbench.measured.machine import cpus, machine_speed
from concbench.records.run_record import ItemTimes, Measured, RunRecord, RunSpec
from concbench.records.server_profile import Profile
from concbench.runner.interference import BusyTime, background_share, interferes
from concbench.runner.measured_environment import measured_environment
from concbench.runner.process_pipe import NoAnswer, ProcessPipe, TimeUp
from concbench.runner.subreaper import reaped_cpu_s
from concbench.server import request_log
from concbench.server.validity import failed_check, server_load

HOST = "127.0.0.1"
END_S = 5.0  # within which a measured process that has answered must have ended
LONGEST_REASON = 500
CHECKS = 8  # the time limits that checking the results may take: own work does so many items again, one after the other
START_UP_S = 60.0  # within which server and measured process must be ready; the config's timeout_s is for the makespan alone


@dataclass(frozen=True)
class Limits:
    """What the config allows a run."""

    timeout_s: float
    background_cpu: float  # share of the machine's CPU time that may go to others
    attempts: int


@dataclass(frozen=True)
class Certificates:
    server: Path
    bundle: Path


def resolved_workers(spec: RunSpec) -> int:
    if spec.workers == "all":
        return spec.size
    return cpus() if spec.workers == "cpus" else int(spec.workers)


def start_server(
    profile: Profile, delays_s: Sequence[float], certificate: Path, log: IO[bytes], stack: ExitStack
) -> tuple[ProcessPipe, list[dict[str, Any]]]:
    """A process that serves the profile's sites on sockets bound here, and what the workload is told of them."""
    sockets = [stack.enter_context(socket.create_server((HOST, 0), backlog=4096)) for _ in profile.sites]
    task = {
        "sites": [
            {"socket": listener.fileno(), "bytes": site.bytes, "certificate": str(certificate) if site.tls else None}
            for site, listener in zip(profile.sites, sockets)
        ],
        "delays_s": delays_s,
        "max_concurrent": profile.max_concurrent,
        "connect_delay_s": profile.connect_delay_s,
        "delay_per_concurrent_s": profile.delay_per_concurrent_s,
    }
    command = [sys.executable, "-P", "-m", "concbench.server.main"]
    environment = {**os.environ, "PYTHONPATH": str(SCRIPTS)}
    server = ProcessPipe("the server", command, log, environment, [listener.fileno() for listener in sockets])
    stack.enter_context(closing(server))
    server.tell(json.dumps(task))
    sites = [
        {"url": f"{'https' if site.tls else 'http'}://{HOST}:{listener.getsockname()[1]}", "bytes": site.bytes}
        for site, listener in zip(profile.sites, sockets)
    ]
    return server, sites


def start_measured(
    spec: RunSpec, interpreter: Command, sites: Sequence[dict[str, Any]], bundle: Path | None, log: IO[bytes], stack: ExitStack
) -> ProcessPipe:
    """A fresh process of the interpreter under test, told what to run."""
    command = [interpreter.program, str(SCRIPTS / "sys_path" / "measured-run.py")]
    environment = {**measured_environment(os.environ, bundle), **interpreter.variables}
    measured_process = ProcessPipe("the measured process", command, log, env=environment)
    stack.enter_context(closing(measured_process))
    task = {
        "model": spec.model,
        "model_options": spec.model_options,
        "workload": spec.workload,
        "workload_options": {**spec.workload_options, **({"sites": sites} if sites else {})},
        "workers": resolved_workers(spec),
        "size": spec.size,
        "seed": spec.seed,
    }
    measured_process.tell(json.dumps(task))
    return measured_process


@dataclass
class Outcome:
    """What server and measured process answered: the columns of ``Measured`` and what else the record keeps."""

    answer: dict[str, Any]
    seen: dict[str, Any] | None = None


def run(
    spec: RunSpec, interpreter: Command, timeout_s: float, certificates: Certificates, log: IO[bytes], outcome: Outcome
) -> None:
    """Fill in the outcome. Raises NoAnswer or TimeUp where a process doesn't do its part; both are ended in any case."""
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
        measured_process = start_measured(spec, interpreter, sites, bundle, log, stack)
        start_up_until = perf_counter() + START_UP_S
        if server:
            server.answer(start_up_until)
        work = spec.workload_options.get("file", spec.workload)
        outcome.answer.update(json.loads(answer(measured_process, start_up_until, f"no items of {work}")))
        if outcome.answer["status"] != "ready":
            return
        outcome.answer["machine_speed"] = machine_speed()
        let_run(measured_process, server, timeout_s, outcome)


def let_run(measured_process: ProcessPipe, server: ProcessPipe | None, timeout_s: float, outcome: Outcome) -> None:
    """The part of a run that is timed, and what CPU time the machine spent meanwhile."""
    start_up_cpu_s = outcome.answer.pop("start_up_cpu_s")
    reaped_s, before = reaped_cpu_s(), BusyTime.now()
    measured_process.tell("go")
    outcome.answer.update(json.loads(measured_process.answer(perf_counter() + timeout_s)))
    if outcome.answer["status"] == "checking":
        until = perf_counter() + CHECKS * timeout_s
        outcome.answer.update(json.loads(answer(measured_process, until, "the results weren't checked in time")))
    measured_process.finish(END_S)
    after = BusyTime.now()
    tree_cpu_s = reaped_cpu_s() - reaped_s - start_up_cpu_s
    server_cpu_s = 0.0
    if server:
        server.tell("that's all")
        outcome.seen = json.loads(server.answer(perf_counter() + START_UP_S))
        server_cpu_s = outcome.seen["cpu_s"]
    outcome.answer["background_cpu"] = background_share(before, after, tree_cpu_s + server_cpu_s)
    if "makespan_s" in outcome.answer:
        outcome.answer["cpu_outside_s"] = tree_cpu_s - outcome.answer["cpu_user_s"] - outcome.answer["cpu_system_s"]


def answer(measured_process: ProcessPipe, until: float, missing: str) -> str:
    """What comes before and after the timed part. Raises TimeUp, naming what is missing."""
    try:
        return measured_process.answer(until)
    except TimeUp as error:
        raise TimeUp(f"{missing}: {error}") from error


def measure(spec: RunSpec, limits: Limits, certificates: Certificates, log: IO[bytes]) -> RunRecord:
    """Attempt the run until nothing else used the machine meanwhile, so often as the limits allow."""
    for attempts in range(1, limits.attempts + 1):
        record = attempt(spec, limits.timeout_s, certificates, log)
        record.measured.attempts = attempts
        if not interfered(record.measured, limits.background_cpu):
            return record
    share = f"{record.measured.background_cpu:.0%} of the CPUs' time went to others"
    record.measured.status, record.measured.reason = "interfered", f"{share}, {limits.attempts} times in a row"
    return record


def interfered(measured: Measured, limit: float) -> bool:
    """Whether a run that would count was disturbed from outside, which may also have kept the server from its part."""
    if measured.status not in ("ok", "server-bound") or measured.background_cpu is None or measured.makespan_s is None:
        return False
    return interferes(measured.background_cpu, measured.makespan_s, limit)


def attempt(spec: RunSpec, timeout_s: float, certificates: Certificates, log: IO[bytes]) -> RunRecord:
    """Do the run; what goes wrong outside the runner is in the record."""
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")
    outcome = Outcome({"started_at": started_at, "workers": resolved_workers(spec)})
    interpreter = measured_python(spec.interpreter)
    if interpreter is None:
        return RunRecord(spec, Measured("skipped", f"there is no interpreter {spec.interpreter}"))
    try:
        run(spec, interpreter, timeout_s, certificates, log, outcome)
    except TimeUp as error:
        outcome.answer.update(status="timeout", reason=str(error))
    except NoAnswer as error:
        outcome.answer.update(status="failed", reason=str(error))
        outcome.answer.pop("makespan_s", None)  # of a run whose server gave no account of itself
    if outcome.answer["status"] == "skipped" and (missing := lacks(interpreter)):
        outcome.answer["reason"] += f" (not to be had for this interpreter: {', '.join(missing)})"
    return record_of(spec, outcome)


def one_line(text: str) -> str:
    """Fit for a table and a terminal, whatever a server made an error say."""
    line = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "?" for letter in line)[:LONGEST_REASON]


def record_of(spec: RunSpec, outcome: Outcome) -> RunRecord:
    """The record of what was answered."""
    columns = dict(outcome.answer)
    if columns.get("reason"):
        columns["reason"] = one_line(columns["reason"])
    items, start = columns.pop("items", None), columns.pop("start_clock_s", 0.0)
    requests = None
    if outcome.seen:
        requests = request_log.requests_since(start, outcome.seen["requests"])
        columns |= request_log.figures(requests)
        columns |= {"connections": outcome.seen["connections"], "server_cpu_s": outcome.seen["cpu_s"]}
    if spec.server:
        columns["server_controlled"] = spec.server.under_control
    if "makespan_s" in columns:
        columns["cpus_used"] = (columns["cpu_user_s"] + columns["cpu_system_s"]) / columns["makespan_s"]
    if items:
        columns["threads_used"] = len(set(items["thread"]))
    measured = Measured(**columns)
    if requests:
        load = server_load(measured, requests)
        measured.server_load = round(load.share, 3) if load else None
        failed = failed_check(measured, requests)
        if failed:
            measured.status, measured.reason = failed
    return RunRecord(spec, measured, ItemTimes(**items) if items else None, requests)
