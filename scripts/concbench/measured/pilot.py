"""Find out what the user's function is like, in a process of the interpreter under test, on Python 3.9 or newer.

The pilot does some items one after the other, then in threads, then in an event loop. It pickles a few, and notes what the
work prints, reads, changes and leaves. Its arguments are the numbers of two pipes, as those of a run are (``measured_run.py``).
"""

from __future__ import annotations

import faulthandler
import importlib
import os
import pickle
import sys
from collections.abc import Sequence
from math import ceil, inf
from pathlib import Path
from platform import python_implementation, python_version
from time import perf_counter, process_time, thread_time
from typing import TYPE_CHECKING, Any, NamedTuple

from concbench.measured.api import WrongResult
from concbench.measured.caches import empty_caches
from concbench.measured.errors import WorkFailed, describe, line_in, log_error
from concbench.measured.left_running import Beside
from concbench.measured.measured_run import refuse_unfinished
from concbench.measured.numeric_libraries import numeric_libraries
from concbench.measured.own_check import CHECKED
from concbench.measured.pilot_answer import IMPORTING, Doing, PilotAnswer, PilotTask
from concbench.measured.pilot_concurrent import Work, awaited, event_loop, lasting, task_speedups, thread_speedups
from concbench.measured.protocol import NotMeasured, answer_to_json
from concbench.measured.side_effects import STDIN, SideEffects, count, watch_exit
from concbench.measured.status import Status
from concbench.measured.usage import Usage, peak_memory_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from concbench.measured.pilot_concurrent import Await

    Say = Callable[[Any], None]

MOST = 50_000  # items that are done one after the other
KEPT = 200  # times of items
LEAST_S = 1e-7  # of an item: the clock has its limits
MOST_BYTES = 200_000_000  # of items and their results, when pickled
SPAN = 0.2  # of a step, that a number of workers is tried for
QUICK_S = 0.1  # an item that takes longer is checked alone
LONG = 0.5  # of a step: an item that takes longer is not done again without need
LATEST = 0.85  # of the time limit, at which nothing is done that runs do anyway


CAME_BACK = "{} forks its process, and the child returns from do(). Have the child end by os._exit()."


class Sequential(NamedTuple):
    """Record items that were done one after the other."""

    item_s: list[float]
    results: list[Any]
    thread_cpu_s: float
    process_cpu_s: float
    children_cpu_s: float
    delay_s: float  # for which the thread waited for a CPU that others used


class Pickled(NamedTuple):
    """Record what it takes to send items and results to another process and back; without values if that is impossible."""

    item_bytes: float | None = None
    result_bytes: float | None = None
    seconds: float | None = None
    reason: str | None = None

    @property
    def each_bytes(self) -> float:
        """The size of an item with its result; 0 if it is unknown."""
        return (self.item_bytes or 0.0) + (self.result_bytes or 0.0)


NOTHING_AWAITED = Sequential([], [], 0.0, 0.0, 0.0, 0.0)


def children_cpu_s() -> float:
    used = Usage.of_descendants()
    return used.cpu_user_s + used.cpu_system_s


def delay_s() -> float:
    """Return how long this thread has waited for a CPU so far; 0 where the kernel doesn't count that."""
    try:
        return int(Path("/proc/thread-self/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0


def one_after_the_other(do: Callable[[Any], Any], items: Sequence[Any], seconds: float = inf) -> Sequential:
    """Do items in turn until ``seconds`` are over; at least one."""
    times, results = [], []
    children_s, delayed_s, process_s, thread_s = children_cpu_s(), delay_s(), process_time(), thread_time()
    end = perf_counter() + seconds
    for item in items:
        start = perf_counter()
        results.append(do(item))
        now = perf_counter()
        times.append(max(LEAST_S, now - start))
        if now > end:
            break
    thread_s, process_s = thread_time() - thread_s, process_time() - process_s
    delayed_s = delay_s() - delayed_s
    return Sequential(times, results, thread_s, process_s, children_cpu_s() - children_s, delayed_s)


def pickled(items: Sequence[Any], results: Sequence[Any]) -> Pickled:
    """Pickle and unpickle some items and results."""
    sizes = {}
    start = perf_counter()
    for name, values in (("item", items), ("result", results)):
        try:
            sent = [pickle.dumps(value) for value in values]
            for one in sent:
                pickle.loads(one)
        except BaseException as error:
            return Pickled(reason=f"its {name}s cannot be pickled ({describe(error)})")
        sizes[name] = sum(map(len, sent)) / len(sent)
    return Pickled(sizes["item"], sizes["result"], (perf_counter() - start) / len(items))


class Pilot:
    """Find out what the work of a task is like, step by step."""

    def __init__(self, task: PilotTask, say: Say) -> None:
        self.task, self.say = task, say
        self.until = perf_counter() + task.seconds
        self.latest = perf_counter() + LATEST * task.limit_s
        self.doing = ""
        self.made_s: dict[int, float] = {}  # seconds to make items, by their number
        self.workload: Any = None
        self.effects = SideEffects(task.name, task.path)
        self.most: int | None = None  # items, if there is no more of them
        self.affordable = MOST  # items, by the time and memory that they take
        self.sent = Pickled()  # some of them

    def begin(self, what: str) -> None:
        """Say what is done next."""
        self.doing = what
        self.say(Doing(what))

    def answer(self) -> PilotAnswer:
        """Return what was found. Raise WrongResult with a sentence, or what the work raises."""
        effects, modules = self.effects, len(sys.modules)
        self.begin(IMPORTING)
        start = perf_counter()
        self.load()
        import_s, modules = perf_counter() - start, len(sys.modules) - modules
        effects.note("when it is imported")
        beside = Beside.now()
        opened_s, alone = self.blocking() if self.task.has_do else (None, None)
        threads, cannot_thread = self.concurrent(thread_speedups, alone, "threads") if alone else ([], None)
        in_loop, tasks, cannot_await = NOTHING_AWAITED, list[Any](), None
        if self.task.has_do_async:
            in_loop, tasks, cannot_await = self.asynchronous(alone.item_s[-1] if alone else None)
        self.refuse_left(beside)
        effects.note("when it does items")
        alone, sent, making = alone or in_loop, self.sent, making_s(self.made_s)
        return PilotAnswer(
            python=f"{python_implementation()} {python_version()}",
            import_s=import_s,
            modules=modules,
            make_s=making.once_s,
            make_item_s=making.each_s,
            items_available=self.most,
            elapsed_s=sum(alone.item_s),
            items_done=len(alone.item_s),
            item_s=some(alone.item_s),
            thread_cpu_s=alone.thread_cpu_s,
            process_cpu_s=alone.process_cpu_s,
            children_cpu_s=alone.children_cpu_s,
            delay_s=alone.delay_s,
            resource_open_s=opened_s,
            threads=threads,
            cannot_thread=cannot_thread,
            async_item_s=some(in_loop.item_s),
            tasks=tasks,
            cannot_await=cannot_await,
            item_bytes=sent.item_bytes,
            result_bytes=sent.result_bytes,
            pickle_s=sent.seconds,
            cannot_pickle=sent.reason,
            numeric_libraries=self.libraries(),
            peak_memory_bytes=peak_memory_bytes(),
            notes=list(effects.sentences),
        )

    def load(self) -> None:
        """Import the user's file."""
        self.workload = importlib.import_module("concbench_plugins.workloads.own").Workload(file=self.task.file)
        listed = getattr(self.workload.module, "ITEMS", None)
        self.most = len(listed) if isinstance(listed, Sequence) else None
        if self.most == 0:
            raise WrongResult(f"{self.task.name}: ITEMS is empty. Add items.")

    def libraries(self) -> list[str]:
        """List the numeric libraries that are loaded, with their threads: ``openblas 0.3.31 with 2 threads``."""
        file = self.task.threadpoolctl
        return [f"{one} with {count(one.threads, 'thread')}" for one in numeric_libraries(file)] if file else []

    def items(self, wanted: int) -> Sequence[Any]:
        """Make items, or as many as there are. Nothing is remembered of those that have been done, as at the start of a run."""
        empty_caches(self.workload.module, (self.workload.own_do, self.workload.own_do_async))
        number = min(wanted, self.affordable, wanted if self.most is None else self.most)
        start = perf_counter()
        made: Sequence[Any] = self.workload.items(number, self.task.seed)
        self.made_s[number] = perf_counter() - start
        return made

    def place(self, error: BaseException) -> str:
        """Describe an error, with the line of the user's file."""
        line = line_in(error, self.task.path)
        return f"{describe(error)}, line {line}" if line else describe(error)

    def refuse_left(self, beside: Beside) -> None:
        """Raise WrongResult if the work has left threads or programs running."""
        left = Beside.now().left_since(beside)
        if left:
            raise WrongResult(f"{self.task.name}{in_line(self.effects.started_at).rstrip(',')}: {left}")

    def blocking(self) -> tuple[float, Sequential]:
        """Do items one after the other by do(), and check some."""
        self.begin("it made its items")
        first = self.items(1)
        self.begin("it opened its resource")
        start = perf_counter()
        with lasting(self.workload), self.workload.open() as resource:
            opened_s = perf_counter() - start

            def do(item: Any) -> Any:
                return self.workload.do(resource, item)

            self.begin("it did the first item")
            first_s = one_after_the_other(do, first).item_s[0]
            self.begin("it did items one after the other")
            checked = self.items(CHECKED if first_s < QUICK_S else 1)
            beside = Beside.now()
            few = one_after_the_other(do, checked)
            self.refuse_left(beside)
            refuse_unfinished("do", few.results)
            self.sent = pickled(checked, few.results)
            self.affordable = affordable(self.sent.each_bytes, making_s(self.made_s).each_s, self.task.step_s)
            typical_s = sorted(few.item_s)[len(few.item_s) // 2]  # the first item may have loaded what all need
            alone = few
            if not self.is_long(typical_s):
                alone = one_after_the_other(do, self.items(count_for(typical_s, self.task.step_s)), self.task.step_s)
        self.begin("its results were checked")
        self.workload.check(checked, few.results)
        return opened_s, alone

    def is_long(self, item_s: float) -> bool:
        """Tell whether an item takes so long that a step has no time for another."""
        return item_s > LONG * self.task.step_s

    def has_time_for(self, seconds: float) -> bool:
        """Tell whether there is time left for what may be left out."""
        return perf_counter() + seconds < self.latest

    def concurrent(self, try_out: Any, alone: Sequential, what: str) -> tuple[list[Any], str | None]:
        """Try threads or tasks. If that fails, return why."""
        self.begin(f"it did items in {what}")
        count, used_s = len(alone.item_s), alone.process_cpu_s + alone.children_cpu_s
        elapsed_s = max(LEAST_S, sum(alone.item_s) - alone.delay_s)
        work = Work(self.items, elapsed_s / count, used_s / count, SPAN * self.task.step_s, self.until)
        try:
            return try_out(self.workload, work), None
        except Exception as error:
            return [], f"it fails with several {what} ({self.place(error)})"

    def asynchronous(self, item_s: float | None) -> tuple[Sequential, list[Any], str | None]:
        """Do items by do_async(), one after the other and several at a time. If that fails, return why.

        ``item_s`` is what an item takes by do(), if there is that. If no time is left for one, nothing is done.
        """
        if item_s is not None and not self.has_time_for(item_s):
            return NOTHING_AWAITED, [], None
        self.begin("it did items in an event loop")
        try:
            with event_loop() as run:
                first = self.items(1)
                warm, alone = self.awaited(run, first, 0.0)
                refuse_unfinished("do_async", warm)
                if not self.task.has_do:
                    self.sent = pickled(first, warm)
                    self.affordable = affordable(self.sent.each_bytes, making_s(self.made_s).each_s, self.task.step_s)
                if not self.is_long(alone.item_s[0]):
                    items = self.items(count_for(alone.item_s[0], self.task.step_s))
                    _, alone = self.awaited(run, items, self.task.step_s)
                tasks, reason = self.concurrent(lambda workload, work: task_speedups(workload, work, run), alone, "tasks")
            if self.has_time_for(3 * alone.item_s[-1]):
                self.workload.check_loop(2 if self.most is None else min(2, self.most))
                self.begin("its results were checked")
                self.workload.check(first, warm)
        except WrongResult:
            raise
        except Exception as error:
            if not self.task.has_do:
                raise
            return NOTHING_AWAITED, [], f"its do_async() fails ({self.place(error)})"
        return alone, tasks, reason

    def awaited(self, run: Await, items: Sequence[Any], seconds: float) -> tuple[list[Any], Sequential]:
        """Await items one after the other for some time; return their results, and what they took."""
        children_s, delayed_s = children_cpu_s(), delay_s()
        done = run(awaited(self.workload, items, seconds))
        children_s, delayed_s = children_cpu_s() - children_s, delay_s() - delayed_s
        return done.results, Sequential(done.item_s, [], done.thread_cpu_s, done.process_cpu_s, children_s, delayed_s)


class Making(NamedTuple):
    """Say how long it takes to make items: once, however many they are, and for each."""

    once_s: float
    each_s: float


def making_s(made_s: Mapping[int, float]) -> Making:
    """Tell the two parts from the times that it took to make the fewest and the most items."""
    few, many = min(made_s), max(made_s)
    each_s = max(0.0, made_s[many] - made_s[few]) / (many - few) if many > few else 0.0
    return Making(max(0.0, made_s[few] - few * each_s), each_s)


def some(values: Sequence[float]) -> list[float]:
    """Return some of many values, evenly spaced."""
    return list(values[:: ceil(len(values) / KEPT) or 1])


def affordable(each_bytes: float, make_item_s: float, seconds: float) -> int:
    """Return how many items don't take too much memory, nor longer than this to make; some in any case."""
    return max(CHECKED, int(min(MOST, MOST_BYTES / max(each_bytes, 1.0), seconds / max(make_item_s, LEAST_S))))


def count_for(item_s: float, seconds: float) -> int:
    """Return how many items may be done in some time; several if that isn't far too long."""
    return max(2, min(MOST, ceil(seconds / max(item_s, LEAST_S))))


def in_line(line: int | None) -> str:
    """Name a line, to follow a file's name; nothing if it is unknown."""
    return f", line {line}," if line else ""


def main() -> None:
    """Do the pilot's task, which comes by the first pipe; answer by the second."""
    numbers = [int(number) for number in sys.argv[1:]]
    del sys.argv[1:]  # the work may look for arguments of its own
    for number in numbers:
        os.set_inheritable(number, False)
    tasks, answers = (os.fdopen(number, mode, encoding="utf-8") for number, mode in zip(numbers, "rw"))
    task, process = PilotTask.from_json(tasks.readline()), os.getpid()

    def say(answer: Any) -> None:
        came_back = os.getpid() != process
        if came_back:
            answer = NotMeasured(Status.INVALID, CAME_BACK.format(task.name))
        answers.write(f"{answer_to_json(answer)}\n")
        answers.flush()
        if came_back:
            os._exit(1)

    with Path(task.trace).open("w", encoding="utf-8") as trace:
        faulthandler.enable(trace)
        faulthandler.dump_traceback_later(task.limit_s, exit=True, file=trace)
        say(answer_of(Pilot(task, say)))
        faulthandler.cancel_dump_traceback_later()
        faulthandler.disable()


def answer_of(pilot: Pilot) -> PilotAnswer | NotMeasured:
    """Return the pilot's answer, or why there is none."""
    file, path = pilot.task.name, pilot.task.path

    def ended(line: int | None) -> None:
        where = in_line(line)
        pilot.say(
            NotMeasured(Status.FAILED, f"{file}{where} ended its process by os._exit(), while {pilot.doing}. Remove that.")
        )

    watch_exit(path, ended)
    try:
        return pilot.answer()
    except WrongResult as error:
        return NotMeasured(Status.INVALID, str(error))
    except BaseException as error:
        log_error()
        if pilot.workload is None or isinstance(error, WorkFailed):  # the error says it all
            return NotMeasured(Status.FAILED, describe(error))
        reads = "".join(f" {one}" for one in pilot.effects.sentences if STDIN in one)
        where = in_line(line_in(error, path))
        return NotMeasured(Status.FAILED, f"{file}{where} raised {describe(error)}, while {pilot.doing}.{reads}")
