"""Test what the console says before the user's own function is measured."""

from __future__ import annotations

from support.pilots import NO_GAIN, UP_TO_EIGHT, facts, pilot

from concbench.campaign.own_plan import plan
from concbench.campaign.own_words import contenders_in_words, notes, said, speedup_line, work_line


def test_a_few_lines_say_what_was_found_and_what_follows() -> None:
    seen = pilot(0.05, 0.02, threads=UP_TO_EIGHT)
    chosen = plan(seen, facts(), 2, 300)
    lines = said(chosen, seen, facts(), "my_work.py", 300)
    assert lines[0] == "my_work.py, CPython 3.11.7: an item takes 50 ms, and uses a CPU for 2% of that: it mostly waits."
    assert lines[1] == "In the pilot, 16 threads were 7.2 times as fast as one item after the other."
    assert lines[2] == "Left out: asyncio: it has no do_async(item)."
    assert lines[3].startswith("Measured with ")
    assert lines[4].startswith("7 blocks take about ")
    assert len(lines) == 5


def test_what_the_pilot_gained() -> None:
    (alone,) = speedup_line(pilot(threads=NO_GAIN))
    assert alone == "In the pilot, 2 threads were no faster than one item after the other."
    (both,) = speedup_line(pilot(threads=UP_TO_EIGHT, tasks=[(2, 1.0)]))
    gain = "16 threads were 7.2 times as fast as one item after the other"
    assert both == f"In the pilot, {gain}; 2 tasks in an event loop were no faster."
    assert list(speedup_line(pilot())) == []
    (many,) = speedup_line(pilot(tasks=[(2, 123.4)]))
    assert "were 123 times as fast" in many


def test_an_item_may_use_several_cpus() -> None:
    line = work_line(pilot(0.02, process_cpu_s=0.38), "my_work.py")
    assert line.endswith("an item takes 20 ms, and uses 1.9 CPUs: it computes, in threads of a library.")


def test_numbers_of_workers_are_in_order() -> None:
    seen = pilot(0.05, 0.02, threads=UP_TO_EIGHT)
    assert "threads (4, 8, 16, default)" in contenders_in_words(plan(seen, facts(), 2, 600))


def test_what_may_mislead_gets_a_sentence() -> None:
    assert list(notes(pilot(threads=NO_GAIN))) == []
    assert list(notes(pilot(notes=["It reads."]))) == ["It reads."]
    assert list(notes(pilot(numeric_libraries=["openblas with 2 threads"]))) == ["It loads openblas with 2 threads."]
    (busy,) = notes(pilot(idle=0.3, busy=0.3))
    assert busy.startswith("Other programs use 30% of the CPUs. Stop them")
    (database,) = notes(pilot(idle=0.01, busy=0.4))
    assert database.startswith("Other programs use 40% of the CPUs while it works")


def test_nothing_is_said_of_the_lock_without_threads() -> None:
    assert work_line(pilot(), "my_work.py").endswith("uses a CPU for 100% of that: it computes.")
    assert work_line(pilot(threads=NO_GAIN), "my_work.py").endswith("it computes, and holds the interpreter's lock.")
