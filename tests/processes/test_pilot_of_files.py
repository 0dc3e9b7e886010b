"""Test the pilot as a real process: what it finds, and what it says of work that can't be measured."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from concbench.records.pilot import Pilot
from concbench.runner import pilot as runner_pilot
from concbench.runner.pilot import NoPilot, PilotOrder, run_pilot
from concbench.runner.subreaper import adopt_orphans

ITEMS = "def items(size, seed):\n    return list(range(size))\n"
Try = Callable[..., Pilot]


@pytest.fixture
def tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Try:
    """Return a function that does a pilot of a file, given by its source."""
    adopt_orphans()
    monkeypatch.setattr(runner_pilot, "IDLE_S", 0.02)

    def run(source: str, function: str = "", limit_s: float = 20, has_do: bool = True, has_do_async: bool = False) -> Pilot:
        file = tmp_path / "mine.py"
        file.write_text(source, encoding="utf-8")
        order = PilotOrder(
            os.path.relpath(file) + function, str(file), has_do, has_do_async, sys.executable, limit_s, step_s=0.05
        )
        with (tmp_path / "log").open("wb") as log:
            return run_pilot(order, tmp_path, log)

    return run


def test_what_is_found(tried: Try) -> None:
    source = "import asyncio, decimal\ndef do(item):\n    return item\nasync def do_async(item):\n    return item\n"
    found = tried(ITEMS + source, has_do_async=True)
    answer = found.answer
    assert answer.python.startswith("CPython 3.")
    assert answer.modules >= 2
    assert answer.item_s
    assert answer.async_item_s
    assert (answer.cannot_pickle, answer.cannot_thread, answer.cannot_await) == (None, None, None)
    assert answer.item_bytes
    assert answer.threads[0].workers == 2
    assert answer.items_available is None
    assert answer.notes == []


def test_a_list_of_items_limits_them(tried: Try) -> None:
    found = tried("ITEMS = [1, 2, 3]\ndef do(item):\n    return item\n").answer
    assert found.items_available == 3
    assert len(found.item_s) == 3
    assert [step.workers for step in found.threads] == [2]


def test_any_sequence_may_list_the_items(tried: Try) -> None:
    assert tried("ITEMS = range(30)\ndef do(item):\n    return item\n").answer.items_available == 30


CACHED = "import functools\n@functools.cache\ndef do(item):\n    print('did', item)\n    return item\n"


def test_items_are_done_anew_though_the_work_remembers_them(tried: Try, tmp_path: Path) -> None:
    """They are done at least three times: alone, in turn, and in two threads."""
    tried(ITEMS + CACHED)
    printed = (tmp_path / "log").read_text(encoding="utf-8", errors="replace")  # threads that print may spoil a buffer of 3.11
    assert printed.splitlines().count("did 0") >= 3


def test_a_coroutine_function_alone(tried: Try) -> None:
    found = tried(f"{ITEMS}async def fetch(item):\n    return item\n", ":fetch", has_do=False, has_do_async=True).answer
    assert found.item_s == found.async_item_s
    assert found.threads == []


BOUND = """
import asyncio, time
home = None
def do(item):
    return item
async def do_async(item):
    global home
    home = home or asyncio.get_running_loop()
    if home is not asyncio.get_running_loop():
        raise RuntimeError("Event loop is closed")
    return item
"""


def test_a_client_of_the_file_may_be_bound_to_the_event_loop_of_a_run(tried: Try) -> None:
    answer = tried(ITEMS + BOUND, has_do_async=True).answer
    assert answer.cannot_await is None
    assert answer.tasks


def test_long_items_are_not_done_more_often_than_needed(tried: Try) -> None:
    """An item takes more than half of a step's 0.05 s."""
    source = (
        "import asyncio, time\ndef do(item):\n    time.sleep(0.1)\nasync def do_async(item):\n    await asyncio.sleep(0.1)\n"
    )
    answer = tried(ITEMS + source, has_do_async=True).answer
    assert (answer.items_done, len(answer.async_item_s)) == (1, 1)


def test_computing_in_a_coroutine_function_alone_is_no_waiting(tried: Try) -> None:
    found = tried(f"{ITEMS}async def add(item):\n    return sum(range(50000))\n", ":add", has_do=False, has_do_async=True)
    assert found.cpu_share > 0.5
    assert found.answer.result_bytes


def test_a_shared_resource_is_closed_before_threads_are_looked_for(tried: Try) -> None:
    source = """
import contextlib, threading
@contextlib.contextmanager
def open_shared():
    stop = threading.Event()
    beside = threading.Thread(target=stop.wait)
    beside.start()
    try:
        yield stop
    finally:
        stop.set()
        beside.join()
def do(item, stop):
    assert not stop.is_set()
    return item
"""
    answer = tried(ITEMS + source).answer
    assert answer.cannot_thread is None
    assert answer.threads


def test_the_standard_input_is_empty_for_programs_too(tried: Try) -> None:
    read = '\'sys.stdin.buffer.read() + __import__("subprocess").check_output(["cat"], stdin=sys.stdin)\''
    answer = tried(f"import sys\n{ITEMS}def do(item):\n    assert eval({read}) == b''\n").answer
    assert [note.partition(" (")[0] for note in answer.notes] == ["It reads the standard input"]


def test_items_that_cannot_be_pickled_leave_out_processes_alone(tried: Try) -> None:
    source = "def items(size, seed):\n    return [lambda: 1] * size\ndef do(item):\n    return item()\n"
    found = tried(f"{source}def check(items, results):\n    return True\n").answer
    assert re.match(r"its items cannot be pickled \(.*lambda", found.cannot_pickle or "")
    assert found.threads


def test_work_that_fails_in_other_threads_leaves_out_threads_alone(tried: Try) -> None:
    source = """
import threading
home = threading.get_ident()
def do(item):
    if threading.get_ident() != home:
        raise OSError("only at home")
"""
    assert tried(ITEMS + source).answer.cannot_thread == "it fails with several threads (OSError: only at home, line 8)"


def doing(*lines: str) -> str:
    """Return a function do() of these lines, the first of which is line 4 of a file that begins with ``ITEMS``."""
    return "def do(item):\n" + "".join(f"    {line}\n" for line in lines)


FORK, POPEN = "if not __import__('os').fork(): return item", "__import__('subprocess').Popen(['sleep', '99'])"
THREAD = "__import__('threading').Thread(target=__import__('time').sleep, args=(99,), daemon={}).start()"
NOTHING = doing("pass")
SIDE_EFFECTS = {
    doing("__import__('os').chdir('/')"): r"It changes the working directory \(.*mine\.py, line 4\)",
    f"{NOTHING}__import__('os').environ['MINE'] = '1'\n": r"It changes the environment variable MINE \(.*line 5\)",
    doing("__import__('sys').stdin.read()"): r"It reads the standard input \(.*line 4\), which is empty in a run\.",
    f"{NOTHING}print('hello')\n": "It printed 6 bytes when it is imported",
    doing("print(item)"): r"It printed \d+ bytes when it does items",
    f"{NOTHING}import signal\nsignal.signal(signal.SIGUSR1, signal.SIG_IGN)\n": "It sets a handler for SIGUSR1 when",
    f"{NOTHING}__import__('multiprocessing').set_start_method('spawn')\n": "sets multiprocessing's start method to spawn",
    f"{NOTHING}{THREAD.format(True)}\n": "It leaves 1 daemon thread running when it is imported",
    f"{NOTHING}left = {POPEN}\n": "It leaves 1 process running when it is imported",
}


@pytest.mark.parametrize(("source", "sentence"), SIDE_EFFECTS.items())
def test_side_effects_get_a_sentence(tried: Try, source: str, sentence: str) -> None:
    (note,) = tried(ITEMS + source).answer.notes
    assert re.search(sentence, note)


PIPES = ("for file in range(3, 30):", "    try: __import__('os').write(file, b'hello\\n')", "    except OSError: pass")
REFUSED = {
    f"{NOTHING}import nowhere\n": r"mine\.py, line 5.*No module named 'nowhere'",
    f"{NOTHING}1 / 0\n": r"mine\.py, line 5.*ZeroDivisionError",
    doing("raise ValueError('bad item')"): r"mine\.py, line 4, raised ValueError: bad item, while it did the first item",
    doing("__import__('sys').exit('bye')"): r"mine\.py, line 4, raised SystemExit: bye",
    doing("__import__('os')._exit(3)"): r"mine\.py, line 4, ended its process by os\._exit\(\), while it did the first item",
    doing("__import__('ctypes').string_at(0)"): r"mine\.py, line 4, could not be tried: the pilot was killed by SIGSEGV",
    doing("class Odd(Exception): __reduce__ = None", "raise Odd('x')"): r"line 5, raised .*Odd: x",
    doing("return input()"): r"line 4, raised EOFError.* It reads the standard input \(.*line 4\)",
    doing("return __import__('random').random()"): "gave a different result",
    f"{doing('return item')}async def do_async(item):\n    return -1\n": r"or do_async\(\) gives another than do\(\)",
    doing("yield item") + "def check(item, result):\n    pass\n": r"do\(\) returned an iterator \(generator\) for item 0",
    doing(FORK, "__import__('os').wait()", "return item"): "the child returns from do",
    doing(THREAD.format(False)): r"line 4: the work left \d+ of its threads",
    doing(POPEN): r"line 4: the work left \d+ of its programs",
    doing("__import__('os').system('sleep 99 &')"): r"mine\.py: the work left \d+ of its programs",
    doing(*PIPES): "must not write to files that it didn't open",
}


def test_an_empty_list_of_items(tried: Try) -> None:
    with pytest.raises(NoPilot, match=r"mine\.py: ITEMS is empty\. Add items\."):
        tried("ITEMS = []\ndef do(item):\n    return item\n")


def test_other_programs_may_begin_while_the_pilot_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They used nothing before, 0.4 of the CPUs meanwhile, and still 0.3 after it: the work isn't what made them busy."""
    shares = iter([0.0, 0.4, 0.3])
    monkeypatch.setattr(runner_pilot, "background_share", lambda *_: next(shares))
    monkeypatch.setattr(runner_pilot, "IDLE_S", 0.0)
    monkeypatch.setattr(runner_pilot, "answer_of", lambda *_: None)
    order = PilotOrder("mine.py", str(tmp_path / "mine.py"), True, False, sys.executable, 1, 1)
    with (tmp_path / "log").open("wb") as log:
        found = run_pilot(order, tmp_path, log)
    assert (found.idle_background_cpu, found.background_cpu) == (0.3, 0.4)


@pytest.mark.parametrize(("source", "sentence"), REFUSED.items())
def test_work_that_cannot_be_measured_gets_one_sentence(tried: Try, source: str, sentence: str) -> None:
    with pytest.raises(NoPilot) as refused:
        tried(ITEMS + source, has_do_async="do_async" in source)
    assert re.search(sentence, str(refused.value))
    assert "\n" not in str(refused.value)


HANGING = {
    f"{NOTHING}import time\ntime.sleep(99)\n": r"line 6, had not ended after 1 s, while it was imported: put what .*__main__",
    doing("__import__('threading').Event().wait()"): r"line 4, had not ended after 1 s, while it did the first item",
    doing("sum(range(10 ** 11))"): r"line 4, had not ended after 1 s, while it did the first item",
}


@pytest.mark.parametrize(("source", "sentence"), HANGING.items())
def test_work_that_does_not_end_is_ended(tried: Try, source: str, sentence: str) -> None:
    with pytest.raises(NoPilot, match=sentence):
        tried(ITEMS + source, limit_s=1)


def test_an_interpreter_that_does_not_exist(tmp_path: Path) -> None:
    order = PilotOrder("mine.py", str(tmp_path / "mine.py"), True, False, "no-such-python", 1, 1)
    with (tmp_path / "log").open("wb") as log, pytest.raises(NoPilot, match="there is no Python no-such-python"):
        run_pilot(order, tmp_path, log)
