"""Test each model on each workload with the runner, and every way in which a run can fail."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import groupby, pairwise
from pathlib import Path
from shutil import copytree, ignore_patterns
from time import sleep
from typing import Any, NamedTuple

import pytest

from concbench.common.paths import SCRIPTS
from concbench.records.request_times import Requests
from concbench.records.run_record import ItemTimes, RunRecord, RunSpec
from concbench.records.server_profile import Distribution, Profile, Site
from concbench.runner import run as runner_run
from concbench.runner.run import resolved_workers

SIZE = 24


class Contender(NamedTuple):
    model: str
    client: str
    workers: int
    latency_s: float
    threads: int  # threads or processes that do items
    connections: range  # number that it may open to two sites
    options: Mapping[str, Any] = {}


# Requests keeps a connection to each site in each session, and each thread or process has a session. A process takes two
# items at a time, one from each site; a thread may take all of its items from one site. With more requests in flight, delays
# are longer, so that all of them overlap on a busy machine, too.
CONTENDERS = [
    Contender("sync", "requests", 1, 0.02, 1, range(2, 3)),
    Contender("thread_pool", "requests", 5, 0.06, 5, range(5, 11)),
    Contender("asyncio", "aiohttp", 7, 0.06, 1, range(7, 15)),
    Contender("multiprocessing_pool", "requests", 3, 0.04, 3, range(6, 7)),
    Contender("asyncio_blocking", "requests", 1, 0.06, 1, range(2, 3)),
    Contender("asyncio_to_thread", "requests", 5, 0.06, 5, range(5, 11)),
    Contender("threads_and_queue", "requests", 5, 0.06, 5, range(5, 11)),
    Contender("asyncio_workers", "aiohttp", 7, 0.06, 1, range(7, 15)),
    Contender("process_pool_executor", "requests", 3, 0.06, 3, range(3, 7)),
    Contender("process_event_loops", "aiohttp", 8, 0.1, 2, range(8, 17)),
    Contender("trio", "httpx_async", 7, 0.1, 1, range(7, 15)),
    Contender("gevent", "requests", 5, 0.1, 1, range(5, 11)),
    Contender("joblib", "requests", 3, 0.1, 3, range(3, 7)),
    Contender("asyncio_task_group", "aiohttp", 7, 0.06, 1, range(7, 15)),
    Contender("multiprocessing_pool", "requests", 3, 0.1, 3, range(6, 7), {"start_method": "spawn"}),
]
if sys.version_info >= (3, 14):
    CONTENDERS.append(Contender("subinterpreters", "requests", 3, 0.1, 3, range(3, 7)))
every_model = pytest.mark.parametrize("model", list(dict.fromkeys(contender.model for contender in CONTENDERS)))

MakeSpec = Callable[..., RunSpec]
Run = Callable[..., RunRecord]


class Downloaded(NamedTuple):
    """Do a download run that must succeed."""

    contender: Contender
    record: RunRecord
    items: ItemTimes
    requests: Requests


def download(client: str, **client_options: Any) -> dict[str, Any]:
    return {"workload": "download", "workload_options": {"client": client, "client_options": client_options}}


# --- Downloads


@pytest.fixture(
    scope="module", params=CONTENDERS, ids=lambda contender: "-".join([contender.model, *contender.options.values()])
)
def downloaded(request: pytest.FixtureRequest, spec: MakeSpec, measured_run: Run) -> Downloaded:
    contender: Contender = request.param
    latency = Distribution.fixed(contender.latency_s)
    two_sites = Profile((Site("jython", 10966, latency, tls=True), Site("dice", 276, latency)))
    asked = spec(
        model=contender.model,
        model_options=contender.options,
        workers=contender.workers,
        size=SIZE,
        server=two_sites,
        **download(contender.client),
    )
    record = measured_run(asked)
    assert (record.measured.status, record.measured.reason) == ("ok", None)
    assert record.items is not None
    assert record.requests is not None
    return Downloaded(contender, record, record.items, record.requests)


def test_all_items_are_done(downloaded: Downloaded) -> None:
    assert downloaded.record.measured.items_ok == SIZE


def test_the_server_sees_each_item_once(downloaded: Downloaded) -> None:
    assert sorted(downloaded.requests.item) == list(range(SIZE))


def test_all_bytes_are_received(downloaded: Downloaded) -> None:
    assert downloaded.record.measured.bytes_received == SIZE // 2 * (10966 + 276)


def test_as_many_items_are_in_flight_as_asked(downloaded: Downloaded) -> None:
    assert downloaded.record.measured.peak_in_flight == downloaded.contender.workers


def test_each_thread_or_process_is_numbered(downloaded: Downloaded) -> None:
    assert set(downloaded.items.thread) == set(range(downloaded.contender.threads))


def test_each_session_keeps_a_connection_to_each_site(downloaded: Downloaded) -> None:
    assert downloaded.record.measured.connections in downloaded.contender.connections


def test_a_connection_is_to_one_site(downloaded: Downloaded) -> None:
    uses = {(connection, item % 2) for connection, item in zip(downloaded.requests.connection, downloaded.requests.item)}
    assert len(uses) == downloaded.record.measured.connections


def test_a_connection_belongs_to_the_session_of_one_thread(downloaded: Downloaded) -> None:
    thread = downloaded.items.thread
    uses = {(connection, thread[item]) for connection, item in zip(downloaded.requests.connection, downloaded.requests.item)}
    assert len(uses) == downloaded.record.measured.connections


def most_at_once(starts: list[float], ends: list[float]) -> int:
    return max(sum(start <= moment < end for start, end in zip(starts, ends)) for moment in starts)


def test_a_thread_does_no_more_items_at_a_time_than_its_share(downloaded: Downloaded) -> None:
    """A thread or process does one item at a time; an event loop does its share of them."""
    items, contender = downloaded.items, downloaded.contender
    for thread in set(items.thread):
        mine = [item for item in range(SIZE) if items.thread[item] == thread]
        peak = most_at_once([items.start_s[item] for item in mine], [items.end_s[item] for item in mine])
        assert peak <= contender.workers / contender.threads


def test_the_makespan_holds_the_delays_shared_among_the_workers(downloaded: Downloaded) -> None:
    makespan_s, delay_total_s = downloaded.record.measured.makespan_s, downloaded.record.measured.delay_total_s
    assert makespan_s is not None
    assert delay_total_s == pytest.approx(SIZE * downloaded.contender.latency_s)
    assert makespan_s >= SIZE * downloaded.contender.latency_s / downloaded.contender.workers


def test_every_item_lies_within_the_makespan(downloaded: Downloaded) -> None:
    makespan_s = downloaded.record.measured.makespan_s
    assert makespan_s is not None
    assert all(0 <= start <= end <= makespan_s for start, end in zip(downloaded.items.start_s, downloaded.items.end_s))


def test_the_server_holds_each_item_between_its_start_and_its_end(downloaded: Downloaded) -> None:
    items, requests = downloaded.items, downloaded.requests
    seen = sorted(zip(requests.item, requests.received_s, requests.released_s))
    assert all(items.start_s[item] < received < released < items.end_s[item] for item, received, released in seen)


def test_setup_items_and_teardown_make_the_makespan(downloaded: Downloaded) -> None:
    measured, items = downloaded.record.measured, downloaded.items
    assert measured.setup_s is not None
    assert measured.teardown_s is not None
    between_s = max(items.end_s) - min(items.start_s)
    assert measured.setup_s + between_s + measured.teardown_s == pytest.approx(measured.makespan_s, abs=1e-6)


# --- As many as there are items


def piled_up(latency_s: float) -> Profile:
    """Make delays long enough for all requests to arrive before the first response."""
    latency = Distribution.fixed(latency_s)
    return Profile((Site("one", 276, latency), Site("other", 276, latency)))


def test_aiohttp_left_alone_has_a_hundred_in_flight(spec: MakeSpec, measured_run: Run) -> None:
    asked = spec(model="asyncio", workers="all", size=130, server=piled_up(0.3), **download("aiohttp"))
    assert measured_run(asked).measured.peak_in_flight == 100


def test_aiohttp_without_its_limit_has_all_in_flight(spec: MakeSpec, measured_run: Run) -> None:
    options = download("aiohttp", connection_limit=0)
    record = measured_run(spec(model="asyncio", workers="all", size=130, server=piled_up(0.3), **options))
    assert (record.measured.peak_in_flight, record.measured.connections) == (130, 130)


# --- Options


@pytest.mark.skipif(sys.version_info < (3, 11), reason="this Python has no task groups")
@pytest.mark.parametrize("options", [{}, {"uvloop": True}], ids=str)
def test_task_groups_run_on_either_loop(options: dict[str, bool], spec: MakeSpec, measured_run: Run) -> None:
    asked = spec(
        model="asyncio_task_group", workers="all", model_options=options, size=SIZE, server=piled_up(0.1), **download("aiohttp")
    )
    measured = measured_run(asked).measured
    assert (measured.status, measured.peak_in_flight) == ("ok", SIZE)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python has eager tasks")
def test_a_variant_that_this_python_lacks_is_skipped_and_says_why(spec: MakeSpec, measured_run: Run) -> None:
    measured = measured_run(spec(model="asyncio_task_group", model_options={"eager": True})).measured
    assert (measured.status, measured.reason) == ("skipped", "ImportError: asyncio.eager_task_factory is new in Python 3.12")


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="this Python has subinterpreters")
def test_subinterpreters_are_skipped_where_there_are_none(spec: MakeSpec, measured_run: Run) -> None:
    measured = measured_run(spec(model="subinterpreters", workers=2)).measured
    assert measured.status == "skipped"
    assert "InterpreterPoolExecutor" in (measured.reason or "")


@pytest.mark.parametrize("model", ["multiprocessing_pool", "process_pool_executor"])
@pytest.mark.parametrize("method", ["fork", "forkserver", "spawn"])
def test_pools_start_their_processes_as_asked(model: str, method: str, spec: MakeSpec, measured_run: Run) -> None:
    asked = spec(model=model, workers=2, model_options={"start_method": method}, workload_options={"first": 500_000}, size=8)
    record = measured_run(asked)
    measured = record.measured
    assert (measured.status, measured.items_ok) == ("ok", 8)
    assert record.items
    used_s = (measured.cpu_user_s or 0) + (measured.cpu_system_s or 0)
    assert used_s > sum(cpu or 0 for cpu in record.items.cpu_s) - 0.02  # a fork server's workers count in ticks
    assert (measured.cpu_outside_s or 0) < 0.3
    seen = method != "forkserver"  # the kernel reports nothing else about its workers
    assert (measured.voluntary_switches is not None, measured.peak_memory_bytes is not None) == (seen, seen)


@pytest.mark.parametrize(
    ("model", "client"),
    [
        *(("thread_pool", client) for client in ("requests", "httpx", "niquests")),
        *(("asyncio", client) for client in ("aiohttp", "httpx_async", "niquests_async")),
    ],
)
def test_every_client_downloads_with_its_model_and_keeps_its_connections(
    model: str, client: str, spec: MakeSpec, measured_run: Run, two_sites: Profile
) -> None:
    measured = measured_run(spec(model=model, workers=4, size=SIZE, server=two_sites, **download(client))).measured
    assert (measured.status, measured.reason, measured.items_ok) == ("ok", None, SIZE)
    assert (measured.connections or 0) <= 8


JOBLIB = """
from joblib.externals.loky.reusable_executor import _ReusablePoolExecutor as Executor
made, usual = [], Executor.__init__

def count(self, *args, **options):
    made.append(self)
    usual(self, *args, **options)

Executor.__init__ = count
from models.joblib import run
from workloads.instant import Workload
run(Workload(), [1, 2, 3], {workers})
print(len(made))
"""


@pytest.mark.parametrize(("workers", "executors"), [(1, 0), (2, 1)])
def test_joblib_makes_the_pool_that_it_needs_and_no_other(workers: int, executors: int) -> None:
    """Otherwise the elapsed time would include another pool."""
    variables = {**os.environ, "PYTHONPATH": str(SCRIPTS)}
    code = JOBLIB.format(workers=workers)
    done = subprocess.run([sys.executable, "-c", code], env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == (f"{executors}\n", "")


def test_numpy_gives_the_same_sums(spec: MakeSpec, measured_run: Run) -> None:
    options = {"first": 250_000, "with_numpy": True}
    assert measured_run(spec(workload_options=options, size=4)).measured.status == "ok"


def test_threads_may_share_one_session(spec: MakeSpec, measured_run: Run) -> None:
    shared = {"model": "thread_pool", "workers": 4, "model_options": {"shared_resource": True}}
    record = measured_run(spec(**shared, size=SIZE, server=piled_up(0.05), **download("requests")))
    assert (record.measured.status, record.measured.threads_used, record.measured.items_ok) == ("ok", 4, SIZE)


def test_without_a_session_each_download_has_a_connection_of_its_own(
    spec: MakeSpec, measured_run: Run, two_sites: Profile
) -> None:
    record = measured_run(spec(size=SIZE, server=two_sites, **download("requests_get")))
    assert (record.measured.status, record.measured.connections) == ("ok", SIZE)


@pytest.mark.parametrize(("chunk_size", "sizes"), [(None, {3}), (1, {1}), (12, {12})])
def test_a_pool_hands_out_chunks(chunk_size: int | None, sizes: set[int], spec: MakeSpec, measured_run: Run) -> None:
    """Do 24 items that wait 20 ms each, so that both workers get some: by default, Pool makes 4 chunks for each worker."""
    options = {"model": "multiprocessing_pool", "workers": 2, "model_options": {"chunk_size": chunk_size}}
    record = measured_run(spec(**options, size=SIZE, server=piled_up(0.02), **download("requests")))
    assert record.items is not None
    thread, start = record.items.thread, record.items.start_s
    chunks = [list(group) for _, group in groupby(range(SIZE), key=lambda item: thread[item])]
    assert all(len(chunk) % size == 0 for chunk in chunks for size in sizes)
    assert all(start[one] < start[next_] for chunk in chunks for one, next_ in pairwise(chunk))


@pytest.mark.parametrize(
    ("workload", "options"),
    [
        ("hashing", {"size_bytes": 1000}),
        ("compression", {"size_bytes": 1000}),
        ("fibonacci", {"n": 10}),
        ("echo", {"size_bytes": 1000}),
        ("instant", {}),
    ],
)
@every_model
def test_every_model_runs_every_workload(
    model: str, workload: str, options: dict[str, Any], spec: MakeSpec, measured_run: Run
) -> None:
    record = measured_run(spec(model=model, workers=2, workload=workload, workload_options=options, size=6))
    assert (record.measured.status, record.measured.items_ok) == ("ok", 6)


# --- Sums


@pytest.fixture(
    scope="module", params=CONTENDERS, ids=lambda contender: "-".join([contender.model, *contender.options.values()])
)
def summed(request: pytest.FixtureRequest, spec: MakeSpec, measured_run: Run) -> RunRecord:
    contender: Contender = request.param
    return measured_run(spec(model=contender.model, workers=contender.workers, workload_options={"first": 20_000}, size=40))


def test_sums_are_done_and_right(summed: RunRecord) -> None:
    assert (summed.measured.status, summed.measured.items_ok) == ("ok", 40)


def test_sums_take_cpu_time_that_is_known_but_where_items_take_turns(summed: RunRecord) -> None:
    assert summed.items is not None
    if summed.spec.model == "gevent":
        assert set(summed.items.cpu_s) == {None}
    else:
        assert min(cpu_s or 0 for cpu_s in summed.items.cpu_s) > 0


def test_sums_need_no_server(summed: RunRecord) -> None:
    measured = summed.measured
    assert (summed.requests, measured.connections, measured.peak_in_flight, measured.bytes_received) == (None,) * 4


@pytest.mark.parametrize(("asked", "resolved"), [(3, 3), ("all", 8), ("cpus", 2), ("default", 0)])
def test_workers_are_a_number_or_all_items_or_all_cpus_or_left_to_the_model(
    asked: int | str, resolved: int, spec: MakeSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_run, "cpus", lambda: 2)
    assert resolved_workers(spec(workers=asked, size=8)) == resolved


@pytest.mark.parametrize(
    ("model", "pool"),
    [
        ("thread_pool", ThreadPoolExecutor),
        ("asyncio_to_thread", ThreadPoolExecutor),
        ("process_pool_executor", ProcessPoolExecutor),
    ],
)
def test_default_workers_are_as_many_as_the_pool_of_this_python_has(
    model: str, pool: Any, spec: MakeSpec, measured_run: Callable[..., RunRecord]
) -> None:
    record = measured_run(spec(model=model, workers="default", size=4))
    assert (record.measured.status, record.measured.workers) == ("ok", pool()._max_workers)


# --- Failures: made-up models and workloads in a copy of the scripts


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copytree(SCRIPTS, tmp_path_factory.mktemp("copy") / "scripts", symlinks=True, ignore=ignore_patterns("figures"))


@pytest.fixture
def add(copy: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Return a function that writes a file to a copy of the scripts, which the runner uses during the test."""
    monkeypatch.setattr(runner_run, "SCRIPTS", copy)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # bytecode is invalidated only by whole seconds
    before: dict[Path, bytes | None] = {}

    def add(name: str, source: str) -> None:
        path = copy / name
        before.setdefault(path, path.read_bytes() if path.exists() else None)
        path.write_text(source, encoding="utf-8")

    yield add
    for path, content in before.items():
        path.unlink() if content is None else path.write_bytes(content)


Add = Callable[[str, str], None]

SUMS = "import os, signal, sys, threading, time\nfrom pathlib import Path\nfrom . import sum_squares\n\n"


def workload(method: str, body: str) -> str:
    """Return the source of ``sum_squares`` with one method replaced."""
    return SUMS + f"class Workload(sum_squares.Workload):\n    def {method}:\n        {body}\n"


def doing(body: str) -> str:
    """Return the source of ``sum_squares`` with this body of ``do`` and ``do_async``."""
    return workload("do(self, resource, item)", body) + (
        "\n    async def do_async(self, resource, item):\n        return self.do(resource, item)\n"
    )


@pytest.fixture
def run_of(add: Add, spec: MakeSpec, measured_run: Run) -> Callable[..., RunRecord]:
    """Return a function that runs a workload, given by its source."""

    def run(source: str, timeout_s: float = 60, log: Path | None = None, **asked: Any) -> RunRecord:
        add("workloads/synthetic.py", source)
        return measured_run(spec(**{"workload": "synthetic", "workers": 2, **asked}), timeout_s, log)

    return run


RunOf = Callable[..., RunRecord]


@every_model
def test_a_wrong_result_makes_the_run_invalid(model: str, run_of: RunOf) -> None:
    source = doing("return sum_squares.sum_squares(item) + (item == self.first + 3)")
    measured = run_of(source, model=model, workload_options={"first": 1000}, size=5).measured
    assert (measured.status, measured.reason) == ("invalid", "got 5 sums for 5 items, 4 of them correct")


def test_an_invalid_run_has_no_makespan(run_of: RunOf) -> None:
    assert run_of(doing("return 0")).measured.makespan_s is None


def test_a_result_too_few_makes_the_run_invalid(add: Add, spec: MakeSpec, measured_run: Run) -> None:
    add("models/lazy.py", "def run(workload, items, workers):\n    return [workload.do(None, item) for item in items[1:]]")
    measured = measured_run(spec(model="lazy", size=5)).measured
    assert (measured.status, measured.reason) == ("invalid", "got 4 sums for 5 items, 0 of them correct")


def test_a_download_that_comes_short_makes_the_run_invalid(
    add: Add, spec: MakeSpec, measured_run: Run, two_sites: Profile
) -> None:
    add("clients/short.py", "from .requests import open, get as all\ndef get(*asked): return all(*asked)[:-1]")
    measured = measured_run(spec(server=two_sites, size=2, **download("short"))).measured
    assert measured.status == "invalid"
    assert "10965 bytes instead of 10966" in (measured.reason or "")


def test_a_download_of_the_wrong_page_makes_the_run_invalid(
    add: Add, spec: MakeSpec, measured_run: Run, two_sites: Profile
) -> None:
    add("clients/same.py", "from .requests import open, get as all\ndef get(s, url): return all(s, url[:-1] + '0')")
    measured = measured_run(spec(server=two_sites, size=3, **download("same"))).measured
    assert measured.status == "invalid"
    assert ": altered" in (measured.reason or "")


@every_model
def test_an_item_that_raises_makes_the_run_failed(model: str, run_of: RunOf) -> None:
    measured = run_of(doing("raise LookupError(f'no item {item}')"), model=model, size=1).measured
    assert (measured.status, measured.reason) == ("failed", "LookupError: no item 5000000")


def test_a_download_that_is_refused_makes_the_run_failed(
    add: Add, spec: MakeSpec, measured_run: Run, two_sites: Profile
) -> None:
    add("clients/lost.py", "from .requests import open, get as all\ndef get(s, url): return all(s, url + '/lost')")
    measured = measured_run(spec(server=two_sites, size=2, **download("lost"))).measured
    assert measured.status == "failed"
    assert "/lost answered with status 404 instead of a page" in (measured.reason or "")


def test_the_log_of_a_failed_run_has_the_traceback(run_of: RunOf, tmp_path: Path) -> None:
    run_of(doing("raise LookupError('no such item')"), log=tmp_path / "log")
    assert "synthetic.py" in (tmp_path / "log").read_text(encoding="utf-8")


@every_model
def test_an_item_that_hangs_makes_the_run_a_timeout(model: str, run_of: RunOf) -> None:
    measured = run_of(doing("time.sleep(600)"), timeout_s=0.1, model=model).measured
    assert (measured.status, measured.reason) == (
        "timeout",
        "the timed part took too long: the measured process did not answer within 0.1 s",
    )


def test_a_run_whose_time_is_up_leaves_no_process(run_of: RunOf, tmp_path: Path, has_ended: Callable[[int], bool]) -> None:
    folder = tmp_path / "processes"
    folder.mkdir()
    run_of(
        doing(f"Path({str(folder)!r}, str(os.getpid())).touch(); time.sleep(600)"), timeout_s=0.5, model="multiprocessing_pool"
    )
    processes = [int(path.name) for path in folder.iterdir()]
    assert processes
    assert all(map(has_ended, processes))


@pytest.mark.parametrize("interpreter", ["no-such-python", "/no/such/python"])
def test_a_run_without_its_interpreter_is_skipped(interpreter: str, spec: MakeSpec, measured_run: Run) -> None:
    measured = measured_run(spec(interpreter=interpreter)).measured
    assert (measured.status, measured.reason) == ("skipped", f"interpreter not found: {interpreter}")


MISSING = "ModuleNotFoundError: No module named 'no_such_package'"


def test_a_run_whose_model_cannot_be_imported_is_skipped(add: Add, spec: MakeSpec, measured_run: Run) -> None:
    add("models/needy.py", "import no_such_package")
    measured = measured_run(spec(model="needy")).measured
    assert (measured.status, measured.reason) == ("skipped", MISSING)


def test_a_run_whose_workload_cannot_be_imported_is_skipped(run_of: RunOf) -> None:
    measured = run_of("import no_such_package").measured
    assert (measured.status, measured.reason) == ("skipped", MISSING)


def test_a_run_whose_client_cannot_be_imported_is_skipped(
    add: Add, spec: MakeSpec, measured_run: Run, two_sites: Profile
) -> None:
    add("clients/needy.py", "import no_such_package")
    measured = measured_run(spec(server=two_sites, **download("needy"))).measured
    assert (measured.status, measured.reason) == ("skipped", MISSING)


NO_CORE = "import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); "


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        pytest.param(NO_CORE + "os.abort()", "the measured process was killed by SIGABRT", id="crashes"),
        pytest.param("os.kill(os.getpid(), signal.SIGKILL)", "the measured process was killed by SIGKILL", id="is killed"),
        pytest.param("os._exit(0)", "the measured process ended with exit status 0 before it answered", id="says nothing"),
    ],
)
def test_a_measured_process_that_ends_makes_the_run_failed(body: str, reason: str, run_of: RunOf) -> None:
    measured = run_of(doing(body)).measured
    assert (measured.status, measured.reason) == ("failed", reason)


def test_a_measured_process_that_ends_before_it_is_ready_makes_the_run_failed(run_of: RunOf) -> None:
    measured = run_of("import os; os._exit(5)").measured
    assert (measured.status, measured.reason) == ("failed", "the measured process ended with exit status 5 before it answered")


def test_a_measured_process_that_ends_once_it_is_ready_makes_the_run_failed(
    run_of: RunOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_run, "machine_speed", lambda: sleep(0.4))  # meanwhile the measured process waits for "go"
    dies_later = "threading.Timer(0.1, os._exit, [3]).start(); return super().items(size, seed)"
    measured = run_of(workload("items(self, size, seed)", dies_later)).measured
    assert (measured.status, measured.reason) == ("failed", "the measured process ended with exit status 3 before it answered")


PATIENT = """
from time import sleep
from .requests import open, get as all

def get(*asked):
    try:
        return all(*asked)
    except OSError:
        sleep(0.3)
        raise
"""


def test_a_server_that_ends_makes_the_run_failed(add: Add, spec: MakeSpec, measured_run: Run, two_sites: Profile) -> None:
    source = (SCRIPTS / "concbench" / "server" / "server.py").read_text(encoding="utf-8")
    add(
        "concbench/server/server.py",
        source.replace("item = int(number)", "item = int(number) if number != '2' else os._exit(7)"),
    )
    add("clients/patient.py", PATIENT)  # waits until the server has ended
    measured = measured_run(spec(server=two_sites, **download("patient"))).measured
    assert (measured.status, measured.reason) == ("failed", "the server ended with exit status 7 before it answered")


def test_an_interpreter_that_cannot_be_started_is_in_the_record(spec: MakeSpec, measured_run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/no/such/python\n", encoding="utf-8")
    broken.chmod(0o755)
    assert measured_run(spec(interpreter=str(broken))).measured.status in ("failed", "skipped")


def test_a_measured_process_that_is_never_ready_runs_into_the_limit_of_start_up(
    run_of: RunOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner_run, "START_UP_S", 0.25)
    measured = run_of("import time; time.sleep(600)", timeout_s=60).measured
    assert measured.status == "timeout"
    assert re.fullmatch(
        r"preparing \w+ took too long: the measured process did not answer within 0.25 s", measured.reason or ""
    )


def test_what_a_measured_process_prints_is_no_answer(run_of: RunOf) -> None:
    measured = run_of(doing("""print('{"status": "ok"}', flush=True); os._exit(0)""")).measured
    assert (measured.status, measured.reason) == ("failed", "the measured process ended with exit status 0 before it answered")


GARBAGE = r"""os.write(1, b'\xff\xfe garbage\n{"status": "failed"}\n'); return sum_squares.sum_squares(item)"""


@pytest.mark.parametrize("model", ["sync", "multiprocessing_pool"])
def test_what_a_measured_process_prints_does_no_harm(model: str, run_of: RunOf) -> None:
    assert run_of(doing(GARBAGE), model=model, workload_options={"first": 1000}).measured.status == "ok"


def test_what_a_measured_process_prints_is_in_the_log(run_of: RunOf, tmp_path: Path) -> None:
    run_of(doing(GARBAGE), workload_options={"first": 1000}, size=1, log=tmp_path / "log")
    assert b"\xff\xfe garbage" in (tmp_path / "log").read_bytes()


@pytest.mark.parametrize(
    "source",
    [
        doing("return 0"),
        doing("raise ValueError"),
        doing("os._exit(0)"),
        "import no_such_package",
    ],
    ids=["invalid", "failed", "no answer", "skipped"],
)
def test_whatever_goes_wrong_the_record_can_be_written_and_read(source: str, run_of: RunOf, tmp_path: Path) -> None:
    record = run_of(source, workload_options={"first": 1000})
    record.write(tmp_path / "record.json")
    assert RunRecord.read(tmp_path / "record.json") == record


def test_a_run_is_of_the_interpreter_asked_for(spec: MakeSpec, measured_run: Run) -> None:
    measured = measured_run(spec()).measured
    assert (measured.implementation, measured.python_version) == (sys.implementation.name, "{}.{}.{}".format(*sys.version_info))


# --- The user's own work


GOOD = "def items(size, seed):\n    return list(range(seed, seed + size))\n\ndef do(item):\n    return item * item\n"
TWIN = "\nasync def do_async(item):\n    return do(item)\n"


@every_model
def test_every_model_runs_the_users_own_work(model: str, own: Callable[..., RunRecord]) -> None:
    measured = own(GOOD + TWIN, model=model, workers=2).measured
    assert (measured.status, measured.reason, measured.items_ok) == ("ok", None, 6)


@pytest.mark.parametrize("method", ["forkserver", "spawn"])
def test_own_work_whose_items_are_of_its_own_classes_goes_to_fresh_processes(
    method: str, own: Callable[..., RunRecord]
) -> None:
    source = (
        "class Thing:\n    def __init__(self, n): self.n = n\n"
        "def items(size, seed): return [Thing(n) for n in range(size)]\ndef do(thing): return thing.n\n"
    )
    measured = own(source, model="process_pool_executor", workers=2, model_options={"start_method": method}).measured
    assert (measured.status, measured.reason) == ("ok", None)


BOXES = (  # equal only to itself, and its set has another order in another process
    "class Box:\n    def __init__(self, n): self.kind, self.words = 'kind', {f'{n}-{i}' for i in range(50)}\n"
)


@pytest.mark.parametrize("model", ["sync", "multiprocessing_pool"])
@pytest.mark.parametrize(
    "source",
    [
        "import numpy\ndef items(size, seed): return [numpy.ones(n + 2) for n in range(size)]\ndef do(item): return 2 * item\n",
        BOXES + "def items(size, seed): return list(range(size))\ndef do(item): return {'box': [Box(item)]}\n",
        "def items(size, seed): return (n for n in range(size))\ndef do(item): return float('nan'), item\n",
    ],
    ids=["arrays", "objects", "generator and NaN"],
)
def test_own_results_are_right_whatever_they_are_made_of(model: str, source: str, own: Callable[..., RunRecord]) -> None:
    measured = own(source, model=model, workers=2).measured
    assert (measured.status, measured.reason) == ("ok", None)


def test_the_check_does_not_count_against_the_time_limit(own: Callable[..., RunRecord]) -> None:
    slow = GOOD.replace("return item * item", "__import__('time').sleep(0.4); return item")
    measured = own(slow, timeout_s=1, model="thread_pool", workers=6).measured
    assert (measured.status, measured.reason) == ("ok", None)
    assert (measured.makespan_s or 0) < 1


def test_own_work_whose_import_never_ends_is_named(own: Callable[..., RunRecord], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_run, "START_UP_S", 2)
    measured = own("import time; time.sleep(600)\n" + GOOD).measured
    assert measured.status == "timeout"
    assert re.fullmatch(
        r"preparing .*mine.py took too long: the measured process did not answer within 2 s, importing it at .*mine.py, line 1",
        measured.reason or "",
    )


def test_children_that_stay_alive_count_too(own: Callable[..., RunRecord]) -> None:
    source = (
        "from concurrent.futures import ProcessPoolExecutor\nPOOL = None\n"
        "def large(item): return sum(bytearray(100_000_000)[:100]) + sum(n * n for n in range(1_000_000))\n"
        "def do(item):\n    global POOL\n    POOL = POOL or ProcessPoolExecutor(2)\n"
        "    return POOL.submit(large, item).result()\n"
        "def items(size, seed): return list(range(size))\n"
    )
    measured = own(source).measured
    assert (measured.status, measured.reason) == ("ok", None)
    assert (measured.peak_memory_bytes or 0) > 100_000_000
    assert (measured.cpu_user_s or 0) > 0.1
    assert (measured.voluntary_switches or 0) > 6


@pytest.mark.parametrize(
    ("source", "asked", "status", "reason"),
    [
        (
            "def items(size, seed): return list(range(size))\ndef do(item): return (n for n in range(item))\n",
            {},
            "invalid",
            "do() returned an iterator (generator) for item 0",
        ),
        (
            "import no_such_package\n" + GOOD,
            {},
            "skipped",
            "mine.py, line 1: No module named 'no_such_package'. Install it",
        ),
        ("1 / 0\n" + GOOD, {}, "failed", "mine.py, line 1: ZeroDivisionError: division by zero"),
        (GOOD.replace("item * item", "item.wrong"), {}, "failed", "'int' object has no attribute 'wrong'"),
        (
            GOOD.replace("list(range(seed, seed + size))", "[1]"),
            {},
            "failed",
            "line 1, returned 1 items for size 6.",
        ),
        (GOOD.replace("item * item", "__import__('random').random()"), {}, "invalid", "gave a different result for item 0"),
        (
            "def items(size, seed): return [[n] for n in range(size)]\ndef do(item): item.append(1)\n",
            {},
            "invalid",
            "line 2, changed item 0 or used it up",
        ),
        (
            "import threading\ndef items(size, seed): return [threading.Lock() for _ in range(size)]\ndef do(item): return 1\n",
            {"model": "multiprocessing_pool", "workers": 2},
            "failed",
            "mine.py, line 2, can't be sent to another process (TypeError: cannot pickle '_thread.lock' object).",
        ),
        (GOOD.replace("return item * item", "__import__('time').sleep(99)"), {"timeout_s": 1}, "timeout", "1 s"),
    ],
    ids=["uncheckable", "missing", "broken", "raises", "few", "random", "mutates", "unpicklable", "blocks"],
)
def test_own_work_that_fails_is_reported_with_its_file(
    source: str, asked: dict[str, Any], status: str, reason: str, own: Callable[..., RunRecord]
) -> None:
    measured = own(source, **asked).measured
    assert measured.status == status
    assert reason in (measured.reason or "")
