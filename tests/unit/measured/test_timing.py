"""Test the timed region and the times of items, with fake clocks if exact values matter."""

from __future__ import annotations

import asyncio
import multiprocessing
import pickle
import threading
from collections.abc import Callable, Coroutine, Generator, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from concbench.measured import timing
from concbench.measured.api import nothing_async
from concbench.measured.errors import WorkFailed
from concbench.measured.timing import SHORT, TRIED, Done, TimedWorkload, cost_of_timing, timed_run, untimed, with_cpu_time

if TYPE_CHECKING:
    from concbench.measured.timing import Fields


class Clock:
    """Return the time that a test has set."""

    def __init__(self) -> None:
        self.time = 0.0

    def __call__(self) -> float:
        return self.time

    def pass_(self, seconds: float) -> None:
        self.time += seconds


@pytest.fixture
def cpu(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the CPU time of the thread."""
    clock = Clock()
    monkeypatch.setattr(timing, "thread_time", clock)
    return clock


@pytest.fixture
def wall(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(timing, "perf_counter", clock)
    return clock


@dataclass
class Squares:
    """Call ``work`` for each item."""

    work: Callable[[int], object] = int
    opened: list[str] = field(default_factory=list)

    def items(self, size: int, seed: int) -> list[int]:
        return list(range(size))

    def open(self) -> AbstractContextManager[str]:
        @contextmanager
        def resource() -> Iterator[str]:
            self.opened.append("opened")
            yield "resource"
            self.opened.append("closed")

        return resource()

    def do(self, resource: Any, item: int) -> tuple[Any, int]:
        self.work(item)
        return resource, item * item

    def open_async(self) -> AbstractAsyncContextManager[None]:
        return nothing_async()

    async def do_async(self, resource: Any, item: int) -> tuple[Any, int]:
        self.work(item)
        await asyncio.sleep(0)
        return resource, item * item

    def check(self, items: Sequence[int], results: Sequence[Any]) -> None:
        raise AssertionError("no part of the timed region")


# --- CPU time of a coroutine


async def timed(coroutine: Coroutine[Any, Any, Any]) -> tuple[Any, float]:
    return await with_cpu_time(coroutine)


async def times_seven(number: int) -> int:
    await asyncio.sleep(0)
    return number * 7


def test_a_coroutine_gives_its_result() -> None:
    result, _ = asyncio.run(timed(times_seven(6)))
    assert result == 42


def test_the_steps_of_a_coroutine_add_up(cpu: Clock) -> None:
    async def steps() -> None:
        for seconds in (1, 2, 4):
            cpu.pass_(seconds)
            await asyncio.sleep(0)
        cpu.pass_(8)

    _, seconds = asyncio.run(timed(steps()))
    assert seconds == 15


def test_a_coroutine_is_not_charged_for_what_others_do_while_it_waits(cpu: Clock) -> None:
    async def busy(seconds: float) -> None:
        for _ in range(3):
            cpu.pass_(seconds)
            await asyncio.sleep(0)

    async def both() -> list[float]:
        return [seconds for _, seconds in await asyncio.gather(timed(busy(1)), timed(busy(100)))]

    assert asyncio.run(both()) == [3, 300]


def test_a_coroutine_that_never_waits_is_charged_too(cpu: Clock) -> None:
    async def at_once() -> str:
        cpu.pass_(5)
        return "done"

    assert asyncio.run(timed(at_once())) == ("done", 5)


def test_an_exception_of_a_coroutine_comes_out() -> None:
    async def fails() -> None:
        await asyncio.sleep(0)
        raise LookupError("not there")

    with pytest.raises(LookupError, match="not there"):
        asyncio.run(timed(fails()))


def test_an_exception_of_what_is_awaited_is_thrown_into_the_coroutine() -> None:
    async def survives() -> str:
        failing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        asyncio.get_running_loop().call_soon(failing.set_exception, LookupError("not there"))
        try:
            await failing
        except LookupError as error:
            return f"caught: {error}"
        return "nothing to catch"

    result, _ = asyncio.run(timed(survives()))
    assert result == "caught: not there"


class Suspended:
    """Yield once, and return what the test sends."""

    def __await__(self) -> Generator[str, Any, Any]:
        return (yield "waiting")


async def waits() -> Any:
    try:
        return await Suspended()
    except KeyError as error:
        return f"thrown in: {error.args[0]}"


def test_what_a_coroutine_awaits_reaches_the_loop() -> None:
    assert with_cpu_time(waits()).send(None) == "waiting"


def test_what_the_loop_sends_reaches_the_coroutine() -> None:
    driven = with_cpu_time(waits())
    driven.send(None)
    with pytest.raises(StopIteration) as stop:
        driven.send("the answer")
    assert stop.value.value[0] == "the answer"


def test_what_the_loop_throws_reaches_the_coroutine() -> None:
    driven = with_cpu_time(waits())
    driven.send(None)
    with pytest.raises(StopIteration) as stop:
        driven.throw(KeyError("a key"))
    assert stop.value.value[0] == "thrown in: a key"


def test_what_a_coroutine_does_after_an_exception_thrown_in_is_charged(cpu: Clock) -> None:
    async def works_on() -> None:
        try:
            await Suspended()
        except KeyError:
            cpu.pass_(3)

    driven = with_cpu_time(works_on())
    driven.send(None)
    with pytest.raises(StopIteration) as stop:
        driven.throw(KeyError("a key"))
    assert stop.value.value == (None, 3)


def test_a_coroutine_closed_early_cleans_up() -> None:
    cleaned = []

    async def cleans_up() -> None:
        try:
            await Suspended()
        finally:
            cleaned.append(True)

    driven = with_cpu_time(cleans_up())
    driven.send(None)
    driven.close()
    assert cleaned == [True]


def test_a_coroutine_is_cancelled_when_its_time_is_up() -> None:
    cancelled = []

    async def hangs() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(True)
            raise

    async def impatient() -> None:
        await asyncio.wait_for(timed(hangs()), timeout=0.01)

    with pytest.raises(TimeoutError):
        asyncio.run(impatient())
    assert cancelled == [True]


def test_a_coroutine_may_set_a_time_limit_of_its_own() -> None:
    async def gives_up() -> str:
        try:
            await asyncio.wait_for(asyncio.Event().wait(), timeout=0.01)
        except TimeoutError:
            return "gave up"
        return "was set"

    result, _ = asyncio.run(timed(gives_up()))
    assert result == "gave up"


# --- Items


def done_item(workload: TimedWorkload, resource: Any, item: int) -> Done:
    return Done(*workload.do(resource, item))


def test_an_item_gives_the_workloads_result() -> None:
    assert done_item(TimedWorkload(Squares()), "resource", 3).result == ("resource", 9)


def test_an_item_is_timed_from_its_start_to_its_end(wall: Clock) -> None:
    wall.pass_(10)
    done = done_item(TimedWorkload(Squares(work=lambda item: wall.pass_(2))), None, 3)
    assert (done.start, done.end) == (10, 12)


def test_an_item_is_charged_for_its_own_cpu_time(cpu: Clock) -> None:
    cpu.pass_(10)
    assert done_item(TimedWorkload(Squares(work=lambda item: cpu.pass_(2))), None, 3).cpu == 2


def test_an_item_knows_its_thread() -> None:
    done: list[Done] = []
    thread = threading.Thread(target=lambda: done.append(done_item(TimedWorkload(Squares()), None, 3)))
    thread.start()
    thread.join()
    assert done[0].thread == thread.native_id != threading.get_native_id()


def test_an_item_of_another_process_is_of_another_thread() -> None:
    with multiprocessing.get_context("fork").Pool(1) as pool:
        done = Done(*pool.apply(TimedWorkload(Squares()).do, (None, 3)))
    assert done.thread != threading.get_native_id()


class Abort(BaseException):
    """Needs two arguments, and no pool could make it again."""

    def __init__(self, item: int, why: str) -> None:
        super().__init__(f"{item}: {why}")


@pytest.mark.parametrize(
    ("error", "described"),
    [
        (LookupError("not there"), "LookupError: not there"),
        (Abort(1, "no sum"), "Abort: 1: no sum"),
        (SystemExit("no more"), "SystemExit: no more"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (StopIteration(3), "StopIteration: 3"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_an_item_raises_survives_the_way_between_processes(error: BaseException, described: str) -> None:
    def work(item: int) -> None:
        raise error

    workload = TimedWorkload(Squares(work))
    with pytest.raises(WorkFailed) as timed:
        workload.do(None, 1)
    with pytest.raises(WorkFailed) as quick:
        untimed(workload.workload)(None, 1)
    for raised in (timed, quick):
        assert str(pickle.loads(pickle.dumps(raised.value))).endswith(described)
    if not isinstance(error, StopIteration):  # which Python itself turns into another in a coroutine
        for method in (workload.do_async, workload.do_async_untimed):
            with pytest.raises(WorkFailed, match=described):
                asyncio.run(method(None, 1))


@pytest.mark.parametrize("method", ["do_async", "do_async_untimed"])
def test_a_task_that_is_cancelled_is_cancelled(method: str) -> None:
    class Waiting(Squares):
        async def do_async(self, resource: Any, item: int) -> Any:
            await asyncio.Event().wait()

    async def cancelled() -> bool:
        task: asyncio.Task[Any] = asyncio.ensure_future(getattr(TimedWorkload(Waiting()), method)(None, 1))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        return task.cancelled()

    assert asyncio.run(cancelled())


class Broken(Squares):
    """A workload whose resource can't be opened."""

    def open(self) -> AbstractContextManager[str]:
        raise SystemExit("no licence")

    def open_async(self) -> AbstractAsyncContextManager[None]:
        raise Abort(1, "no loop")


def test_items_fail_by_what_kept_their_resource_from_being_opened() -> None:
    workload = TimedWorkload(Broken())
    with workload.open() as resource, pytest.raises(WorkFailed, match="SystemExit: no licence"):
        workload.do(resource, 1)


def test_so_does_an_event_loop() -> None:
    async def opened() -> None:
        async with TimedWorkload(Broken()).open_async():
            raise AssertionError("it can't be opened")

    with pytest.raises(WorkFailed, match="1: no loop"):
        asyncio.run(opened())


# --- Short items


def done_items(workload: TimedWorkload, count: int) -> list[Done]:
    return [Done(*workload.do(None, item)) for item in range(count)]


def done_items_async(workload: TimedWorkload, count: int) -> list[Done]:
    async def all_of_them() -> list[Done]:
        return [Done(*await workload.do_async(None, item)) for item in range(count)]

    return asyncio.run(all_of_them())


@pytest.mark.parametrize("do", [done_items, done_items_async])
def test_of_short_items_the_first_are_timed(do: Callable[[TimedWorkload, int], list[Done]], wall: Clock) -> None:
    done = do(TimedWorkload(Squares(work=lambda item: wall.pass_(SHORT - 1)), cost_s=1.0), 2 * TRIED)
    assert [one.start is not None for one in done] == [True] * TRIED + [False] * TRIED
    assert [one.result for one in done] == [(None, item * item) for item in range(2 * TRIED)]


@pytest.mark.parametrize("do", [done_items, done_items_async])
def test_of_others_all_are_timed(do: Callable[[TimedWorkload, int], list[Done]], wall: Clock) -> None:
    done = do(TimedWorkload(Squares(work=lambda item: wall.pass_(SHORT)), cost_s=1.0), 2 * TRIED)
    assert all(one.end == one.start + SHORT for one in done if one.start is not None)
    assert None not in [one.start for one in done]


def test_a_single_short_item_decides_nothing(wall: Clock) -> None:
    done = done_items(TimedWorkload(Squares(work=lambda item: wall.pass_(99 if item % 2 == 0 else 0)), cost_s=1.0), 3 * TRIED)
    assert None not in [one.start for one in done]


def test_untimed_items_are_sent_between_processes_without_times() -> None:
    assert untimed(Squares())(None, 3) == ((None, 9),)


def test_of_a_workload_without_resources_the_function_is_called() -> None:
    class Own(Squares):
        function = staticmethod(str)

    assert untimed(Own())(None, 3) == ("3",)


def test_what_a_function_raises_survives_the_way_between_processes() -> None:
    class Own(Squares):
        function = staticmethod(int)

    with pytest.raises(WorkFailed, match="ValueError: invalid literal"):
        untimed(Own())(None, "three")


@pytest.mark.parametrize("method", ["do", "do_async"])
def test_the_cost_of_timing_an_item_is_what_it_takes_on_the_clock(method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    readings = iter(range(10**6))
    monkeypatch.setattr(timing, "perf_counter", lambda: float(next(readings)))  # a second for each reading of the clock
    assert 2 <= cost_of_timing(method) <= 3  # two for an item, and one for a round of them


def test_an_asynchronous_item_gives_the_workloads_result() -> None:
    assert Done(*asyncio.run(TimedWorkload(Squares()).do_async("resource", 3))).result == ("resource", 9)


def test_an_asynchronous_item_is_timed_from_its_start_to_its_end(wall: Clock) -> None:
    wall.pass_(10)
    done = Done(*asyncio.run(TimedWorkload(Squares(work=lambda item: wall.pass_(2))).do_async(None, 3)))
    assert (done.start, done.end) == (10, 12)


def test_asynchronous_items_are_charged_each_for_its_own_cpu_time(cpu: Clock) -> None:
    workload = TimedWorkload(Squares(work=lambda item: cpu.pass_(item)))

    async def together() -> list[Fields]:
        return await asyncio.gather(*(workload.do_async(None, item) for item in (1, 10, 100)))

    assert [Done(*fields).cpu for fields in asyncio.run(together())] == [1, 10, 100]


def test_an_asynchronous_item_knows_its_thread() -> None:
    assert Done(*asyncio.run(TimedWorkload(Squares()).do_async(None, 3))).thread == threading.get_native_id()


def test_a_resource_is_the_workloads_and_closed_by_it() -> None:
    workload = Squares()
    with TimedWorkload(workload).open() as resource:
        assert (resource, workload.opened) == ("resource", ["opened"])
    assert workload.opened == ["opened", "closed"]


def test_a_done_item_survives_the_way_between_processes() -> None:
    done = done_item(TimedWorkload(Squares()), "resource", 3)
    assert pickle.loads(pickle.dumps(done)) == done


def test_a_timed_workload_survives_the_way_to_another_process() -> None:
    there = pickle.loads(pickle.dumps(TimedWorkload(Squares())))
    assert done_item(there, None, 3).result == (None, 9)


# --- The timed region


def one_by_one(workload: TimedWorkload, items: Sequence[int], workers: int) -> list[Fields]:
    with workload.open() as resource:
        return [workload.do(resource, item) for item in items]


def test_results_are_in_the_order_of_the_items() -> None:
    region = timed_run(one_by_one, Squares(), [3, 1, 2], 1)
    assert [done.result for done in region.items] == [("resource", 9), ("resource", 1), ("resource", 4)]


def test_the_timed_region_is_the_models_run_and_nothing_else(wall: Clock) -> None:
    def run(workload: TimedWorkload, items: Sequence[int], workers: int) -> list[Fields]:
        wall.pass_(1)  # making a pool takes time
        done = one_by_one(workload, items, workers)
        wall.pass_(4)  # closing it takes time
        return done

    wall.pass_(10)
    region = timed_run(run, Squares(work=lambda item: wall.pass_(2)), [1, 2], 1)
    assert (region.start, region.end) == (10, 19)


def test_items_lie_within_the_timed_region_on_the_real_clock() -> None:
    region = timed_run(one_by_one, Squares(), [1, 2], 1)
    moments = [region.start, *(moment for one in region.items for moment in (one.start, one.end)), region.end]
    assert None not in moments
    assert moments == sorted(moments, key=lambda moment: moment or 0)


def test_a_model_gets_workers_and_options() -> None:
    told: dict[str, Any] = {}

    def run(workload: TimedWorkload, items: Sequence[int], workers: int, **options: Any) -> list[Fields]:
        told.update(workers=workers, **options)
        return []

    timed_run(run, Squares(), [], 5, chunk=2)
    assert told == {"workers": 5, "chunk": 2}


def test_what_this_process_used_is_read_close_to_the_clock() -> None:
    region = timed_run(one_by_one, Squares(), [1, 2], 1)
    assert region.own_before.ru_utime <= region.own_after.ru_utime


def test_an_exception_of_a_model_comes_out() -> None:
    def run(workload: TimedWorkload, items: Sequence[int], workers: int) -> list[Fields]:
        raise OSError("no threads left")

    with pytest.raises(OSError, match="no threads left"):
        timed_run(run, Squares(), [], 1)


def test_an_asynchronous_resource_cannot_swallow_the_error_of_an_item() -> None:
    class Swallowing:
        async def __aenter__(self) -> None: ...

        async def __aexit__(self, *raised: object) -> bool:
            return True

    class Work(Squares):
        def open_async(self) -> AbstractAsyncContextManager[Any]:
            return Swallowing()

    async def fails() -> None:
        async with TimedWorkload(Work()).open_async():
            raise OSError("no more")

    with pytest.raises(OSError, match="no more"):
        asyncio.run(fails())
