"""Reconstruct rows and spans of a run from known items."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.drawing.timeline import Doing, Span, grouped, rows, spans
from concbench.records.rows import ItemRow

WAITED = ItemRow("p", 1, 0, 0, start_s=0.0, end_s=1.0, cpu_s=0.1, received_s=0.1, served_s=0.2, released_s=0.9)


def item(number: int, row: int, start_s: float, end_s: float, cpu_s: float = 0.0) -> ItemRow:
    return ItemRow("p", 1, number, row, start_s, end_s, cpu_s)


def test_a_download_is_split_at_the_moments_the_server_noted() -> None:
    found = {(span.doing, span.start_s, span.end_s): span for span in spans(WAITED, controlled=True)}
    assert (Doing.IN_SERVER_QUEUE, 0.1, 0.2) in found
    assert (Doing.DELAYED, 0.2, 0.9) in found
    for gap in ((0.0, 0.1), (0.9, 1.0)):  # together 0.2 s, half of them CPU time
        assert found[Doing.WORKING, *gap].high == pytest.approx(0.5)
        assert found[Doing.QUEUEING, *gap].low == pytest.approx(0.5)


def test_an_item_that_never_let_go_of_the_cpu_is_work_alone() -> None:
    assert spans(item(0, 0, 0.0, 2.0, cpu_s=2.0), controlled=True) == [Span(Doing.WORKING, 0.0, 2.0, 0.0, 1.0)]


def test_cpu_time_beyond_the_items_own_is_no_more_than_all_of_it() -> None:
    assert spans(item(0, 0, 0.0, 1.0, cpu_s=1.001), controlled=True) == [Span(Doing.WORKING, 0.0, 1.0, 0.0, 1.0)]


def test_waits_for_a_real_server_have_no_known_cause() -> None:
    assert {span.doing for span in spans(item(0, 0, 0.0, 1.0, cpu_s=0.1), controlled=False)} == {
        Doing.WORKING,
        Doing.NOT_WORKING,
    }


@given(
    st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 0.5), st.floats(0, 1)
)  # fmt: skip
def test_an_items_spans_fill_its_time_and_no_more(
    before: float, queue: float, held: float, after: float, start: float, cpu_share: float
) -> None:
    received = start + before
    served, released = received + queue, received + queue + held
    end = released + after
    one = ItemRow("p", 1, 0, 0, start, end, cpu_share * (before + after), None, received, served, released)
    filled = sum((span.end_s - span.start_s) * (span.high - span.low) for span in spans(one, controlled=True))
    assert filled == pytest.approx(end - start, abs=1e-9)


def test_threads_are_rows_in_the_order_in_which_they_began() -> None:
    items = [item(0, 1, 0.2, 1.0), item(1, 0, 0.0, 0.5), item(2, 0, 0.5, 0.9)]
    assert [[one.item for one in row] for row in rows(items)] == [[1, 2], [0]]


def test_items_that_overlap_on_one_thread_are_tasks_on_as_few_rows_as_hold_them() -> None:
    items = [item(0, 0, 0.0, 1.0), item(1, 0, 0.1, 0.4), item(2, 0, 0.5, 0.9), item(3, 0, 1.0, 1.2)]
    assert [[one.item for one in row] for row in rows(items)] == [[0, 3], [1, 2]]


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 10), st.floats(0.01, 3)), min_size=1, max_size=40))
def test_no_item_is_lost_and_none_overlaps_another_of_its_lane(drawn: list[tuple[int, float, float]]) -> None:
    items = [item(number, row, start, start + length) for number, (row, start, length) in enumerate(drawn)]
    found = rows(items)
    assert sorted(one.item for row in found for one in row) == list(range(len(items)))
    for row in found:
        assert len({one.thread for one in row}) == 1
        assert all((one.end_s or 0) <= (following.start_s or 0) for one, following in pairwise(row))


def test_many_rows_are_grouped_with_their_neighbours_and_none_is_lost() -> None:
    many = rows([item(number, number, number / 100, 3.0) for number in range(160)])
    groups = grouped(many, 24)
    assert [row[0].item for group in groups for row in group] == list(range(160))
    assert {len(group) for group in groups} == {6, 7}
    assert len(groups) == 24


def test_few_rows_are_groups_of_their_own() -> None:
    assert [len(group) for group in grouped(rows([item(0, 0, 0, 1), item(1, 1, 0, 1)]), 24)] == [1, 1]
    assert grouped([], 24) == []
