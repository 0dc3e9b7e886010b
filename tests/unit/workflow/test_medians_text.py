"""Test how the console writes what is known so far."""

from __future__ import annotations

import pytest

from concbench.workflow.medians import ConditionSoFar, SoFar
from concbench.workflow.medians_text import in_short, not_counted, preliminary, table
from concbench.workflow.terminal import width_of

SYNC = SoFar("sync", 1.281, None)
TWO = [SoFar("asyncio, 30 workers", 0.0668, 19.2), SoFar("multiprocessing, 2 workers", 0.714, None)]


def so_far(*others: SoFar, title: str = "30 downloads", baseline: SoFar | None = SYNC) -> ConditionSoFar:
    return ConditionSoFar(title, others, baseline, "sync")


def test_a_table_has_the_fastest_first_and_the_baseline_last() -> None:
    assert table(so_far(*TWO), most=9, columns=79) == [
        "30 downloads so far             median  speed-up over sync",
        "  asyncio, 30 workers         0.0668 s  19.2×",
        "  multiprocessing, 2 workers   0.714 s",
        "  sync                          1.28 s",
    ]
    assert in_short(so_far(*TWO), 0) == (
        "30 downloads so far: asyncio, 30 workers 0.0668 s (19.2×); multiprocessing, 2 workers 0.714 s; sync 1.28 s."
        " Preliminary medians, and speed-ups over sync."
    )


def test_in_40_columns_names_are_cut_rather_than_numbers() -> None:
    found = so_far(SoFar("multiprocessing, 2 workers", 0.714, 1.79))
    assert table(found, most=9, columns=39) == [
        "30 downloads so far       median  speed-up over sync",
        "  multiprocessing, 2 w…  0.714 s  1.79×",
        "  sync                    1.28 s",
    ]


def test_many_configurations_are_cut_to_the_fastest_and_the_baseline() -> None:
    others = [SoFar(f"threads, {number} workers", number / 10, 10 / number) for number in range(1, 12)]
    found = ConditionSoFar("12 items", others, SoFar("sync", 1.0, None), "sync")
    assert table(found, most=5, columns=79) == [
        "12 items so far       median  speed-up over sync",
        "  threads, 1 workers   0.1 s  10×",
        "  threads, 2 workers   0.2 s  5×",
        "  threads, 3 workers   0.3 s  3.33×",
        "  8 more",
        "  sync                   1 s",
    ]
    assert in_short(found, 0) == (
        "12 items so far: threads, 1 workers 0.1 s (10×); threads, 2 workers 0.2 s (5×); threads, 3 workers 0.3 s (3.33×);"
        " threads, 4 workers 0.4 s (2.5×); 7 more; sync 1 s. Preliminary medians, and speed-ups over sync."
    )


def test_one_contender_alone_has_no_speed_up() -> None:
    alone = ConditionSoFar("12 items", [], SoFar("sync", 1.0, None), "sync")
    assert table(alone, 5, 79) == ["12 items so far  median  speed-up over sync", "  sync              1 s"]
    assert in_short(alone, 0) == "12 items so far: sync 1 s. Preliminary medians, and speed-ups over sync."


def test_before_its_first_run_the_baseline_is_left_out() -> None:
    found = so_far(TWO[1], baseline=None)
    assert [line.split()[0] for line in table(found, 9, 79)] == ["30", "multiprocessing,"]
    assert in_short(found, 0).startswith("30 downloads so far: multiprocessing, 2 workers 0.714 s. Preliminary")


def test_runs_that_do_not_count_are_counted() -> None:
    assert [not_counted(runs) for runs in (0, 1, 12)] == [[], ["1 run doesn't count"], ["12 runs don't count"]]
    assert preliminary("a look", 1) == "Preliminary: verdicts come with a look. 1 run doesn't count."
    assert in_short(so_far(), 12).endswith(" 12 runs don't count.")


@pytest.mark.parametrize("title", ['it\'s "quoted" & <script>', "שלום עולם", "日本語の仕事", "e\u0301te\u0301", "w" * 200])
@pytest.mark.parametrize("columns", [39, 79, 199])
def test_numbers_are_in_their_columns_whatever_the_names_are(title: str, columns: int) -> None:
    heading, first, last = table(so_far(SoFar(title, 0.714, 1.79), title=title), 9, columns)
    assert first.endswith("  0.714 s  1.79×")
    at = width_of(first) - len("  0.714 s  1.79×")
    assert last.endswith("   1.28 s")
    assert width_of(last) - len("   1.28 s") == at
    assert width_of(heading) - len("   median  speed-up over sync") == at
    assert width_of(first) <= columns
