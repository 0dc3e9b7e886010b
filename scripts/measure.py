"""The driver of one run: starts the origin and the subject, lets the subject run, and writes the run's record.

Whatever goes wrong with the subject or the origin becomes the record's status and reason, and the exit status is 0.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import CLOCK_BOOTTIME, clock_gettime, perf_counter
from typing import IO, Any

import origin_log
from machine import machine_speed, processors
from origin_profile import Profile
from process_pipe import NoAnswer, ProcessPipe, TimeUp
from run_record import SESSION_VARIABLE, ItemTimes, Measured, RunRecord, RunSpec
from subject_environment import subject_environment

SCRIPTS = Path(__file__).parent
HOST = "127.0.0.1"
START_UP_S = 60.0  # within which origin and subject must be ready; the config's timeout_s is for the makespan alone


@dataclass(frozen=True)
class Certificates:
    server: Path
    bundle: Path


def resolved_workers(spec: RunSpec) -> int:
    if spec.workers == "all":
        return spec.size
    return processors() if spec.workers == "cpus" else int(spec.workers)


def start_origin(
    profile: Profile, spec: RunSpec, certificate: Path, log: IO[bytes], stack: ExitStack
) -> tuple[ProcessPipe, list[dict[str, Any]]]:
    """A process that serves the profile's sites on sockets bound here, and what the workload is told of them."""
    sockets = [stack.enter_context(socket.create_server((HOST, 0), backlog=4096)) for _ in profile.sites]
    task = {
        "sites": [
            {"socket": listener.fileno(), "bytes": site.bytes, "certificate": str(certificate) if site.tls else None}
            for site, listener in zip(profile.sites, sockets)
        ],
        "delays_s": profile.delays_s(spec.size, spec.seed, spec.block, spec.point),
        "slots": profile.slots,
        "connect_s": profile.connect_s,
    }
    command = [sys.executable, str(SCRIPTS / "origin.py")]
    origin = ProcessPipe("the origin", command, log, pass_fds=[listener.fileno() for listener in sockets])
    stack.enter_context(closing(origin))
    origin.tell(json.dumps(task))
    sites = [
        {"url": f"{'https' if site.tls else 'http'}://{HOST}:{listener.getsockname()[1]}", "bytes": site.bytes}
        for site, listener in zip(profile.sites, sockets)
    ]
    return origin, sites


def start_subject(
    spec: RunSpec, interpreter: str, sites: Sequence[dict[str, Any]], bundle: Path | None, log: IO[bytes], stack: ExitStack
) -> ProcessPipe:
    """A fresh process of the interpreter under test, told what to run."""
    command = [interpreter, str(SCRIPTS / "subject.py")]
    subject = ProcessPipe("the subject", command, log, env=subject_environment(os.environ, bundle))
    stack.enter_context(closing(subject))
    task = {
        "model": spec.model,
        "model_options": spec.model_options,
        "workload": spec.workload,
        "workload_options": {**spec.workload_options, **({"sites": sites} if sites else {})},
        "workers": resolved_workers(spec),
        "size": spec.size,
        "seed": spec.seed,
    }
    subject.tell(json.dumps(task))
    return subject


@dataclass
class Outcome:
    """What origin and subject answered: the columns of ``Measured`` and what else the record keeps."""

    answer: dict[str, Any]
    seen: dict[str, Any] | None = None


def run(
    spec: RunSpec, interpreter: str, timeout_s: float, certificates: Certificates, log: IO[bytes], outcome: Outcome
) -> None:
    """Fill in the outcome. Raises NoAnswer or TimeUp where a process doesn't do its part; both are ended in any case."""
    with ExitStack() as stack:
        origin: ProcessPipe | None = None
        sites: list[dict[str, Any]] = []
        bundle: Path | None = None
        if spec.origin and spec.origin.under_control:
            origin, sites = start_origin(spec.origin, spec, certificates.server, log, stack)
            bundle = certificates.bundle
        elif spec.origin:
            sites = [{"url": site.url} for site in spec.origin.sites]
        subject = start_subject(spec, interpreter, sites, bundle, log, stack)
        start_up_until = perf_counter() + START_UP_S
        if origin:
            origin.answer(start_up_until)
        outcome.answer.update(json.loads(subject.answer(start_up_until)))
        if outcome.answer["status"] != "ready":
            return
        outcome.answer["machine_speed"] = machine_speed()
        subject.tell("go")
        outcome.answer.update(json.loads(subject.answer(perf_counter() + timeout_s)))
        if origin:
            origin.tell("that's all")
            outcome.seen = json.loads(origin.answer(perf_counter() + START_UP_S))


def attempt(spec: RunSpec, timeout_s: float, certificates: Certificates, log: IO[bytes]) -> RunRecord:
    """Do the run; what goes wrong outside the driver is in the record."""
    outcome = Outcome({"started_at": datetime.now(UTC).isoformat(timespec="milliseconds")})
    interpreter = shutil.which(spec.interpreter)
    if interpreter is None:
        return RunRecord(spec, Measured("skipped", f"there is no interpreter {spec.interpreter}"))
    try:
        run(spec, interpreter, timeout_s, certificates, log, outcome)
    except TimeUp as error:
        outcome.answer.update(status="timeout", reason=f"{error} within {timeout_s:g} s")
    except NoAnswer as error:
        outcome.answer.update(status="failed", reason=str(error))
    return record_of(spec, outcome)


def record_of(spec: RunSpec, outcome: Outcome) -> RunRecord:
    """The record of what was answered."""
    columns = dict(outcome.answer)
    items, start = columns.pop("items", None), columns.pop("start_clock_s", 0.0)
    requests = None
    if outcome.seen:
        requests = origin_log.requests_since(start, outcome.seen["requests"])
        columns |= origin_log.figures(requests)
        columns |= {"connections": outcome.seen["connections"], "origin_cpu_s": outcome.seen["cpu_s"]}
    if spec.origin:
        columns["origin_controlled"] = spec.origin.under_control
    if "makespan_s" in columns:
        columns["effective_cores"] = (columns["cpu_user_s"] + columns["cpu_system_s"]) / columns["makespan_s"]
    return RunRecord(spec, Measured(**columns), ItemTimes(**items) if items else None, requests)


def seconds_since_start() -> float:
    """How long this process has been there, the start of its interpreter included (to 10 ms)."""
    started_ticks = int(Path("/proc/self/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()[19])
    return clock_gettime(CLOCK_BOOTTIME) - started_ticks / os.sysconf("SC_CLK_TCK")


def progress(record: RunRecord) -> str:
    """One line for the console, printed between runs."""
    measured = record.measured
    said = f"{measured.makespan_s:.3f} s" if measured.status == "ok" else f"{measured.status}: {measured.reason}"
    return f"block {record.spec.block}  {record.spec.point}  {said}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--spec", required=True, help="the run's specification, as JSON (see RunSpec in run_record.py)")
    parser.add_argument("--timeout", required=True, type=float, metavar="S", help="seconds the makespan may take")
    parser.add_argument("--certificate", required=True, type=Path, help="the origin's private key and certificate")
    parser.add_argument("--bundle", required=True, type=Path, help="the certificates that clients trust")
    parser.add_argument("--record", required=True, type=Path, help="file to write: the run's record")
    parser.add_argument("--log", required=True, type=Path, help="file to write: what subject and origin print")
    arguments = parser.parse_args()
    spec = RunSpec.from_json(arguments.spec)
    certificates = Certificates(arguments.certificate, arguments.bundle)
    arguments.log.parent.mkdir(parents=True, exist_ok=True)
    with arguments.log.open("wb") as log:
        record = attempt(spec, arguments.timeout, certificates, log)
    measured = record.measured
    measured.workers, measured.attempts, measured.session = resolved_workers(spec), 1, os.environ.get(SESSION_VARIABLE)
    measured.overhead_s = round(seconds_since_start() - (measured.makespan_s or 0), 4)
    record.write(arguments.record)
    print(progress(record), file=sys.stderr)


if __name__ == "__main__":
    main()
