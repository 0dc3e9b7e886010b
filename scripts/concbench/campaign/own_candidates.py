"""Choose the contenders that are worth measuring for the user's function, the most promising first. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import zip_longest
from math import ceil, isqrt

from concbench.campaign.own_file import OwnFileFacts
from concbench.campaign.own_kind import Kind, best_workers, kind_of, speedup_with, still_gains
from concbench.records.pilot import Pilot
from concbench.records.run_record import Workers

ALL = "all"  # one worker for each item
DEFAULT = "default"  # as many workers as the model's library chooses
MOST_THREADS = 256
SHORT_S = 0.005  # sending an item to another process costs a part of this that can be seen
THREAD_START_S = 0.0003  # of each
PROCESS_START_S = 0.03  # of each
HAND_OVER_S = {"thread_pool": 15e-6, "asyncio_to_thread": 100e-6, "asyncio": 15e-6}  # of each item to a thread or task
NO_ASYNC = "it has no do_async(item)"
NO_BLOCKING = "it has no do(item)"
CHUNKED = "processes_chunk_{}"


@dataclass(frozen=True)
class Candidate:
    """Describe a contender with one number of workers, and how fast it may be."""

    contender: str
    model: str
    workers: Workers | None = None  # None if the model always has one
    options: Mapping[str, int] = field(default_factory=dict)
    speedup: float = 1.0  # expected in a large job
    start_s: float = 0.0  # expected, with the end

    def takes_s(self, work_s: float) -> float:
        """Estimate the elapsed time of a job that takes ``work_s`` one item after the other."""
        return self.start_s + work_s / self.speedup


def baseline(facts: OwnFileFacts) -> Candidate:
    """Return the plain loop, which the others are compared with."""
    return Candidate("sync", "sync") if facts.has_do else Candidate("one_at_a_time", "asyncio", 1)


def left_out(pilot: Pilot, facts: OwnFileFacts) -> dict[str, str]:
    """Return why models can't run the function, by model."""
    answer = pilot.answer
    found = {
        "asyncio": answer.cannot_await if facts.has_do_async else NO_ASYNC,
        "thread_pool": answer.cannot_thread if facts.has_do else NO_BLOCKING,
        "process_pool_executor": answer.cannot_pickle if facts.has_do else NO_BLOCKING,
    }
    return {model: reason for model, reason in found.items() if reason}


def candidates(pilot: Pilot, facts: OwnFileFacts, cpus: int) -> list[Candidate]:
    """Return what is worth measuring, the most promising first, without the baseline."""
    kind, unable = kind_of(pilot), left_out(pilot, facts)
    by_model = {
        "threads": [] if "thread_pool" in unable else list(threads(pilot, kind, cpus)),
        "tasks": [] if "asyncio" in unable else list(tasks(pilot, kind, cpus)),
        "processes": [] if "process_pool_executor" in unable else list(processes(pilot, kind, cpus)),
        "single": list(one_numeric_thread(kind)) if facts.has_do else [],
    }
    if kind == Kind.WAITING:
        return [*in_turn(by_model["tasks"], by_model["threads"]), *by_model["processes"]]
    first = {
        Kind.RELEASES_LOCK: ("threads", "processes", "tasks"),
        Kind.HOLDS_LOCK: ("processes", "threads", "tasks"),
        Kind.USES_LIBRARY_THREADS: ("single", "threads", "processes", "tasks"),
    }[kind]
    return list(in_turn(*(by_model[name] for name in first)))


def in_turn(*groups: list[Candidate]) -> Iterator[Candidate]:
    """Yield the first of each group, then the second of each, and so on: a small budget has some of each."""
    for places in zip_longest(*groups):
        yield from (one for one in places if one)


def threads(pilot: Pilot, kind: Kind, cpus: int) -> Iterator[Candidate]:
    """Yield numbers of threads, the most promising first."""
    ladder = pilot.answer.threads
    open_s = pilot.answer.resource_open_s or 0.0

    def with_threads(workers: Workers, name: str = "threads", **options: int) -> Candidate:
        count = min(32, cpus + 4) if workers == DEFAULT else int(workers)
        model = "asyncio_to_thread" if name == "to_thread" else "thread_pool"
        speedup = with_hand_over(speedup_with(ladder, count), model, pilot.item_s)
        return Candidate(name, model, workers, options, speedup, THREAD_START_S * count + open_s)

    best = best_workers(ladder)
    if kind == Kind.WAITING:
        more = [best, 2 * best, 4 * best] if still_gains(ladder) else [best, 2 * best]
        counts = [*more, max(2, best // 2)]
    elif kind == Kind.RELEASES_LOCK:
        counts = [max(2, best), cpus, 2 * cpus]
    elif kind == Kind.USES_LIBRARY_THREADS:
        counts = [cpus]
        yield with_threads(cpus, "threads_numeric_1", numeric_threads=1)
    else:
        counts = [2]
    for count in dict.fromkeys(one for one in counts if 2 <= one <= MOST_THREADS):
        yield with_threads(count)
    yield with_threads(DEFAULT)
    yield with_threads(DEFAULT, "to_thread")


def tasks(pilot: Pilot, kind: Kind, cpus: int) -> Iterator[Candidate]:
    """Yield numbers of tasks, the most promising first."""
    ladder = pilot.answer.tasks
    best = max((step.speedup for step in ladder), default=1.0)
    if kind != Kind.WAITING and cpus > 1 and not pilot.answer.cannot_pickle:
        yield Candidate("event_loops", "process_event_loops", ALL, {"processes": cpus}, float(cpus), PROCESS_START_S * cpus)
    yield Candidate("asyncio", "asyncio", ALL, {}, with_hand_over(max(1.0, best), "asyncio", pilot.item_s), THREAD_START_S)
    if kind == Kind.WAITING and best_workers(ladder) > 1:
        few = best_workers(ladder)
        speedup = with_hand_over(speedup_with(ladder, few), "asyncio", pilot.item_s)
        yield Candidate("asyncio", "asyncio", few, {}, speedup, THREAD_START_S)


def processes(pilot: Pilot, kind: Kind, cpus: int) -> Iterator[Candidate]:
    """Yield process pools, the most promising first: with several sizes of chunks if the items are short."""
    sending_s = pilot.answer.pickle_s or 0.0
    numeric = {"numeric_threads": 1} if kind == Kind.USES_LIBRARY_THREADS else {}

    def with_processes(chunk: int) -> Candidate:
        name = "processes" if chunk == 1 else CHUNKED.format(chunk)
        options = {**numeric, **({"chunk_size": chunk} if chunk > 1 else {})}
        item_s = max(pilot.item_s / cpus, sending_s + 0.0001 / chunk)
        return Candidate(name, "process_pool_executor", DEFAULT, options, pilot.item_s / item_s, PROCESS_START_S * cpus)

    for chunk in chunk_sizes(pilot.item_s):
        yield with_processes(chunk)


def chunk_sizes(item_s: float) -> list[int]:
    """Return sizes of chunks to try: for short items one that takes about 5 ms, then one at a time, then in between."""
    if item_s >= SHORT_S:
        return [1]
    large = min(1000, nice(ceil(SHORT_S / item_s)))
    return list(dict.fromkeys([large, 1, nice(max(1, isqrt(large)))]))


def with_hand_over(speedup: float, model: str, item_s: float) -> float:
    """Reduce an expected speed-up by what it costs to hand over the items, of which each takes ``item_s``."""
    return item_s / (item_s / speedup + HAND_OVER_S[model])


def one_numeric_thread(kind: Kind) -> Iterator[Candidate]:
    """Yield the plain loop whose library has one thread, if its library has threads at all."""
    if kind == Kind.USES_LIBRARY_THREADS:
        yield Candidate("sync_numeric_1", "sync", None, {"numeric_threads": 1})


def nice(number: int) -> int:
    """Return the largest number of 1, 2, 3, 5 or 7 with zeros that is not above this one, which is positive."""
    power = int("1" + "0" * (len(str(number)) - 1))
    return next(digit * power for digit in (7, 5, 3, 2, 1) if digit * power <= number)
