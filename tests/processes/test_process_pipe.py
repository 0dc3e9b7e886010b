"""Test how the runner talks to its children and learns how they ended, with tiny children."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from concbench.runner import process_pipe
from concbench.runner.process_pipe import NoAnswer, ProcessPipe, TimeUp

SOON_S = 30  # enough for a working child's answer on a busy machine
START = (
    "import os, signal, sys, time; tasks, pipe = open(int(sys.argv[1])), int(sys.argv[2]);"
    " answer = lambda text: os.write(pipe, text)\n"
)
ECHO = "for line in tasks: answer(line.upper().encode())"
HANGS = "time.sleep(600)"
# A grandchild that prints its process number and keeps the inherited pipe open.
HAS_A_CHILD = "child = os.fork()\nif child == 0: time.sleep(600)\nanswer(b'%d\\n' % child)\n"

Child = Callable[..., ProcessPipe]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def child(log: Path) -> Iterator[Child]:
    """Return a function that starts a child with some code."""
    with ExitStack() as stack, log.open("wb") as file:

        def start(code: str, **conditions: Any) -> ProcessPipe:
            made = ProcessPipe("the child", [sys.executable, "-I", "-S", "-c", START + code], file, **conditions)
            stack.callback(end, made)
            return made

        yield start


def end(pipe: ProcessPipe) -> None:
    """Close the child, whatever the test did to it."""
    if pipe.process.returncode is None:
        pipe.process.kill()
        pipe.process.wait()


def open_files() -> set[str]:
    return {path.name for path in Path("/proc/self/fd").iterdir()}


def soon() -> float:
    return perf_counter() + SOON_S


# --- Answers


def test_a_child_reads_a_line_and_answers_with_one(child: Child) -> None:
    pipe = child(ECHO)
    pipe.tell("hello")
    assert pipe.answer(soon()) == "HELLO"


def test_a_child_may_get_another_line_after_its_answer(child: Child) -> None:
    pipe = child(ECHO)
    pipe.tell("one")
    first = pipe.answer(soon())
    pipe.tell("two")
    assert (first, pipe.answer(soon())) == ("ONE", "TWO")


def test_several_lines_in_one_chunk_are_several_answers(child: Child) -> None:
    pipe = child(r"answer(b'one\n\nthree\n')")
    assert [pipe.answer(soon()) for _ in range(3)] == ["one", "", "three"]


def test_a_line_in_several_chunks_is_one_answer(child: Child) -> None:
    pipe = child(r"answer(b'one, '); tasks.readline(); answer(b'two\nthree\n')")
    with pytest.raises(TimeUp):
        pipe.answer(perf_counter() + 0.2)  # the first chunk may have arrived by then
    pipe.tell("go on")
    assert [pipe.answer(soon()), pipe.answer(soon())] == ["one, two", "three"]


def test_an_answer_longer_than_a_pipe_holds_comes_whole(child: Child) -> None:
    pipe = child(r"open(pipe, 'w').write('x' * 3_000_000 + '\n')")
    assert pipe.answer(soon()) == "x" * 3_000_000


def test_a_line_longer_than_a_pipes_buffer_arrives_complete(child: Child) -> None:
    pipe = child(r"answer(b'%d\n' % len(tasks.readline()))")
    pipe.tell("x" * 3_000_000)
    assert pipe.answer(soon()) == "3000001"


def test_the_last_answer_of_a_child_that_has_ended_is_heard(child: Child) -> None:
    pipe = child(r"answer(b'goodbye\n')")
    pipe.process.wait(SOON_S)
    assert pipe.answer(soon()) == "goodbye"


def test_answers_are_utf8(child: Child) -> None:
    pipe = child(r"answer('größer × 2\n'.encode())")
    assert pipe.answer(soon()) == "größer × 2"


# --- What a child is given


def test_what_a_child_prints_goes_to_the_log(child: Child, log: Path) -> None:
    pipe = child("print('out', flush=True); print('err', file=sys.stderr)")
    pipe.process.wait(SOON_S)
    assert log.read_text(encoding="utf-8") == "out\nerr\n"


def test_what_a_child_prints_is_no_answer(child: Child) -> None:
    with pytest.raises(NoAnswer):
        child(r"print('one'); print('two', file=sys.stderr)").answer(soon())


def test_a_child_has_the_environment_given_and_no_other(child: Child) -> None:
    pipe = child(r"answer(repr(os.environ.get('HOME')).encode() + os.environb[b'GIVEN'] + b'\n')", env={"GIVEN": "this"})
    assert pipe.answer(soon()) == "Nonethis"


def test_a_child_inherits_the_files_passed_to_it(child: Child, tmp_path: Path) -> None:
    with (tmp_path / "passed").open("wb") as file:
        number = file.fileno()
        child(f"os.write({number}, b'written by the child')", pass_fds=[number]).process.wait(SOON_S)
    assert (tmp_path / "passed").read_bytes() == b"written by the child"


def test_a_child_that_reads_its_input_is_at_its_end(child: Child) -> None:
    pipe = child(r"answer(repr(sys.stdin.read()).encode() + b'\n')")
    pipe.tell("a task")
    assert pipe.answer(soon()) == "''"


def test_an_answer_that_is_no_text_is_an_answer_all_the_same(child: Child) -> None:
    assert child(r"answer(b'\xff\xfe\n')").answer(soon()) == "\ufffd\ufffd"


def test_a_child_leads_a_session_of_its_own(child: Child) -> None:
    pipe = child(r"answer(b'%d\n' % os.getsid(0))")
    assert int(pipe.answer(soon())) == pipe.process.pid != os.getsid(0)


# --- No answer


def test_the_time_is_up_for_a_child_that_says_nothing(child: Child) -> None:
    with pytest.raises(TimeUp, match=r"^the child did not answer within 0.05 s$"):
        child(HANGS).answer(perf_counter() + 0.05)


def test_the_time_is_not_up_before_it_is(child: Child) -> None:
    until = perf_counter() + 0.05
    with pytest.raises(TimeUp):
        child(HANGS).answer(until)
    assert perf_counter() >= until


def test_the_time_is_up_at_once_where_the_moment_has_passed(child: Child) -> None:
    with pytest.raises(TimeUp):
        child(HANGS).answer(perf_counter() - 1)


def test_the_time_is_up_for_a_child_that_says_half_a_line(child: Child) -> None:
    with pytest.raises(TimeUp):
        child("answer(b'half a l'); " + HANGS).answer(perf_counter() + 0.2)


@pytest.mark.parametrize("status", [0, 3])
def test_a_child_that_ends_gives_no_answer_but_its_exit_status(status: int, child: Child) -> None:
    with pytest.raises(NoAnswer, match=f"^the child ended with exit status {status} before it answered$"):
        child(f"sys.exit({status})").answer(soon())


def test_a_child_that_ends_is_not_one_whose_time_is_up(child: Child) -> None:
    with pytest.raises(NoAnswer) as raised:
        child("sys.exit(3)").answer(soon())
    assert not isinstance(raised.value, TimeUp)


def test_half_a_line_before_the_end_is_no_answer(child: Child) -> None:
    with pytest.raises(NoAnswer, match="exit status 0"):
        child("answer(b'half a l')").answer(soon())


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGSEGV"])
def test_a_child_ended_by_a_signal_is_reported_by_its_name(name: str, child: Child) -> None:
    code = f"import resource; resource.setrlimit(resource.RLIMIT_CORE, (0, 0)); os.kill(os.getpid(), signal.{name})"
    with pytest.raises(NoAnswer, match=f"^the child was killed by {name}$"):
        child(code).answer(soon())


def test_a_line_to_a_child_that_has_ended_is_lost(child: Child) -> None:
    pipe = child("sys.exit(3)")
    pipe.process.wait(SOON_S)
    pipe.tell("go")
    with pytest.raises(NoAnswer, match="exit status 3"):
        pipe.answer(soon())


def test_a_child_ended_by_a_signal_without_a_name_is_reported(child: Child) -> None:
    with pytest.raises(NoAnswer, match="40"):
        child("os.kill(os.getpid(), 40)").answer(soon())


def test_the_time_is_up_for_a_child_that_closes_the_pipe_and_works_on(child: Child) -> None:
    pipe = child("os.close(pipe); time.sleep(1)")
    with pytest.raises(NoAnswer):
        pipe.answer(perf_counter() + 0.2)
    assert pipe.process.poll() is None, "it was waited for"


def test_a_child_of_the_child_that_holds_the_pipe_does_not_hide_its_end(child: Child) -> None:
    pipe = child(HAS_A_CHILD + "sys.exit(3)")
    pipe.answer(soon())
    with pytest.raises(NoAnswer, match="exit status 3"):
        pipe.answer(soon())
    pipe.close()


# --- Limits


def test_the_time_is_up_for_a_child_that_does_not_read_what_it_is_told(child: Child) -> None:
    pipe = child(HANGS)
    with pytest.raises(TimeUp, match=r"^the child did not read its task within 0.1 s$"):
        pipe.tell("x" * 1_000_000, seconds=0.1)


def test_a_child_that_ends_before_it_has_read_all_is_told_in_vain(child: Child) -> None:
    pipe = child("tasks.read(10); sys.exit(3)")
    pipe.tell("x" * 1_000_000)
    with pytest.raises(NoAnswer, match="exit status 3"):
        pipe.answer(soon())


def test_so_is_one_whose_own_child_keeps_its_tasks_open(child: Child) -> None:
    pipe = child(HAS_A_CHILD + "sys.exit(3)")
    pipe.tell("x" * 1_000_000)
    pipe.close()
    assert pipe.process.returncode == 3


def test_an_answer_without_an_end_is_given_up(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process_pipe, "LONGEST_ANSWER", 3_000_000)
    pipe = child("while True: answer(b'x' * 65536)")
    with pytest.raises(NoAnswer, match=r"^the child answered with more than 3 MB$"):
        pipe.answer(soon())
    assert len(pipe.received) < 5_000_000


def test_a_time_limit_of_years_is_one(child: Child) -> None:
    pipe = child(ECHO)
    pipe.tell("hello")
    assert pipe.answer(1e300) == "HELLO"


def test_a_child_is_looked_at_while_it_is_waited_for(child: Child) -> None:
    looks: list[int] = []

    def look() -> None:
        looks.append(1)
        if len(looks) == 3:
            raise NoAnswer("enough")

    pipe = child(HANGS)
    pipe.looks.append(look)
    with pytest.raises(NoAnswer, match=r"^enough$"):
        pipe.answer(soon())


# --- The end


def test_closing_ends_the_child(child: Child) -> None:
    pipe = child(HANGS)
    pipe.close()
    assert pipe.process.returncode == -signal.SIGKILL


def test_closing_ends_the_children_of_the_child(child: Child, has_ended: Callable[[int], bool]) -> None:
    pipe = child(HAS_A_CHILD + HANGS)
    process = int(pipe.answer(soon()))
    pipe.close()
    assert has_ended(process)


def test_closing_ends_the_children_of_a_child_that_has_ended(child: Child, has_ended: Callable[[int], bool]) -> None:
    pipe = child(HAS_A_CHILD)
    process = int(pipe.answer(soon()))
    pipe.process.wait(SOON_S)
    pipe.close()
    assert has_ended(process)


def test_closing_a_child_that_has_ended_keeps_its_exit_status(child: Child) -> None:
    pipe = child("sys.exit(3)")
    pipe.process.wait(SOON_S)
    pipe.close()
    assert pipe.process.returncode == 3


def test_closing_leaves_no_file_open(child: Child) -> None:
    before = open_files()
    pipe = child(ECHO)
    pipe.tell("hello")
    pipe.answer(soon())
    pipe.close()
    assert open_files() == before


def test_a_child_that_missed_a_line_can_be_closed(child: Child) -> None:
    pipe = child("sys.exit(3)")
    pipe.process.wait(SOON_S)
    pipe.tell("go")
    pipe.close()
    assert pipe.process.returncode == 3
