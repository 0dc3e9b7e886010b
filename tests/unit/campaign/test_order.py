"""Test the order of runs within blocks: balanced, recorded, and kept where a block has begun."""

from __future__ import annotations

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from concbench.campaign.config_file import ConfigError
from concbench.campaign.order import FILE, Order, read_order, williams, write_order
from concbench.stats.intervals import signed_rank_interval

NAMES = st.lists(st.text("abcdef", min_size=1), max_size=12, unique=True)


@pytest.mark.parametrize(("size", "blocks", "times"), [(2, 2, 1), (6, 6, 1), (10, 10, 1), (3, 6, 2), (7, 14, 2)])
def test_a_square_is_balanced_in_places_and_in_predecessors(size: int, blocks: int, times: int) -> None:
    names = [f"c{number}" for number in range(size)]
    rows = [williams(7, block, names) for block in range(1, blocks + 1)]
    places = Counter((place, name) for row in rows for place, name in enumerate(row))
    followers = Counter(pair for row in rows for pair in pairwise(row))
    assert set(places.values()) == {times}
    assert len(places) == size**2
    assert set(followers.values()) == {times}
    assert len(followers) == size * (size - 1)


def test_each_square_is_drawn_anew() -> None:
    names = [f"c{number}" for number in range(6)]
    first, second = ([williams(7, block, names) for block in range(start, start + 6)] for start in (1, 7))
    assert sorted(first) != sorted(second)


@given(NAMES, st.integers(1, 40), st.integers(0, 9))
def test_every_block_has_every_configuration_once(names: list[str], block: int, seed: int) -> None:
    assert sorted(williams(seed, block, names)) == sorted(names)


@given(NAMES, NAMES, st.integers(0, 9))
def test_a_block_that_has_begun_keeps_its_order(before: list[str], after: list[str], seed: int) -> None:
    begun = Order(seed, {3: Order(seed).of(3, before)})
    found = begun.of(3, after)
    assert [name for name in found if name in before] == [name for name in begun.blocks[3] if name in after]
    assert all(name in after for name in found)
    assert sorted(found) == sorted(after)
    kept = sum(name in before for name in after)
    assert set(found[:kept]) == set(before) & set(after)


def test_what_is_recorded_keeps_the_places_of_configurations_that_come_back() -> None:
    order = Order(5, {1: ["b", "a", "c"], 4: ["c", "a"]})
    without = order.recorded({1: ["a", "c", "d"], 2: ["d", "a", "c"]})
    assert without.blocks == {1: ["b", "a", "c", "d"], 4: ["c", "a"], 2: ["d", "a", "c"]}
    assert without.of(1, ["a", "b", "c", "d"]) == ["b", "a", "c", "d"]


def test_two_campaigns_have_different_orders() -> None:
    assert Order.drawn() != Order.drawn()


def test_what_is_recorded_is_read(tmp_path: Path) -> None:
    order = Order(5, {1: ["b", "a"], 12: ["a", "b"]})
    write_order(tmp_path, order)
    assert read_order(tmp_path) == order
    assert read_order(tmp_path / "none") is None


def test_blocks_without_a_record_have_not_begun(tmp_path: Path) -> None:
    order = Order(5, {1: ["b", "a"], 2: ["a", "b"], 12: ["a", "b"]})
    for record in ("block-1.json", "block-12.2.json"):
        path = tmp_path / "runs" / "a" / "0123" / record
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert order.since(tmp_path) == Order(5, {1: ["b", "a"], 12: ["a", "b"]})


@pytest.mark.parametrize(
    "content", ["", "17", "[]", '{"seed": 1}', '{"seed": "x", "blocks": {}}', '{"seed": 1, "blocks": {"a": []}}']
)
def test_a_damaged_order_is_refused_with_the_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"order\.json: this file cannot be read .*Delete it"):
        read_order(tmp_path)


def called_different(blocks: int, campaigns: int, carry_over: float) -> float:
    """Return how often two equal contenders of ten are called different, if one of the others slows down the next run."""
    names, random, called = [f"c{number}" for number in range(10)], np.random.default_rng(blocks), 0
    for seed in range(campaigns):
        rows = [Order(seed).of(block, names) for block in range(1, blocks + 1)]
        slowed = np.array([[dict(zip(row[1:], row)).get(name) == "c9" for name in ("c0", "c1")] for row in rows])
        logs = random.normal(0, 0.05, slowed.shape) + np.log(1 + carry_over) * slowed
        found = signed_rank_interval(list(logs[:, 0] - logs[:, 1]))
        called += found is not None and not found.low <= 0 <= found.high
    return called / campaigns


@pytest.mark.parametrize("blocks", [10, 30])
def test_a_run_that_slows_the_next_one_makes_no_difference(blocks: int) -> None:
    assert called_different(blocks, 300, carry_over=0.1) <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / 300)


def test_an_order_is_text_that_people_can_read(tmp_path: Path) -> None:
    write_order(tmp_path, Order(5, {1: ["b", "a"]}))
    assert json.loads((tmp_path / FILE).read_text(encoding="utf-8")) == {"seed": 5, "blocks": {"1": ["b", "a"]}}
