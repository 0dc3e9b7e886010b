"""Estimate the effects of nodes, and of a run on the next one."""

from __future__ import annotations

from itertools import cycle
from math import erfc, log, sqrt

import numpy as np
import pandas as pd
import pytest
from support import factories
from support.makespans import MARGIN, runs_of

from concbench.analysis.effects import block_effects, carry_overs, node_effects, predecessors
from concbench.analysis.findings import experiment_findings, order_findings
from concbench.analysis.warning_kinds import Kind


def test_runs_that_another_node_added_to_a_block_count_for_that_node() -> None:
    runs = runs_of({"a": [1.0, 1.0, 1.5, 1.5], "later": [1.5, 1.5, 1.0, 1.0]}, node=["A", "A", "B", "B", "B", "B", "A", "A"])
    effects = node_effects(runs)
    assert list(effects["B"] - effects["A"]) == pytest.approx([np.log(1.5)] * 4)
    assert {node: list(own.index) for node, own in effects.items()} == {"A": [1, 2, 3, 4], "B": [1, 2, 3, 4]}


def test_blocks_that_hold_few_configurations_show_the_whole_change_of_the_machine() -> None:
    went_on, ended = [1.0] * 7 + [1.2] * 10, [1.0] * 7
    runs = runs_of({"a": went_on, "b": went_on, "c": ended, "d": ended, "e": ended})
    assert list(block_effects(runs)) == pytest.approx([0.0] * 7 + [log(1.2)] * 10)


def test_of_many_like_nodes_two_rarely_seem_to_differ() -> None:
    random, blocks = np.random.default_rng(1), 8 * 9
    nodes = [f"n{block % 8}" for block in range(blocks)]
    wrong = 0
    for _ in range(60):
        runs = runs_of({"a": list(np.exp(random.normal(0, 0.08, blocks)))}, node=nodes, started_at="")
        wrong += any(found.kind is Kind.NODES_DIFFER for found in experiment_findings("cpu", runs, MARGIN))
    assert wrong <= 6


ROWS = ["abcd", "bdac", "cadb", "dcba"]  # a Williams square: each follows each other once


def in_order(rows: list[str], slowed_after: str = "") -> pd.DataFrame:
    """Return runs in the order of some blocks; those after one configuration take a tenth longer."""
    random, order = np.random.default_rng(2), 0
    found = []
    for block, row in enumerate(rows, start=1):
        for before, name in zip(" " + row, row):
            order += 1
            makespan_s = np.exp(random.normal(0, 0.01)) * (1.1 if before == slowed_after else 1.0)
            found.append((name, block, order, "one", "ok", makespan_s))
    columns = ["configuration", "block", "order", "invocation", "status", "makespan_s"]
    return pd.DataFrame(found, columns=columns).assign(experiment="cpu")


def test_a_predecessor_is_the_run_before_in_the_same_block_and_invocation() -> None:
    runs = in_order(["abcd", "ba"])
    runs.loc[1, "invocation"] = "another"
    runs.loc[4, "status"] = "failed"  # which ran nevertheless
    assert list(predecessors(runs).fillna("")) == ["", "", "", "c", "", "b"]
    runs.loc[4, "status"] = "skipped"
    assert list(predecessors(runs).fillna("")) == ["", "", "", "c", "", ""]


def test_the_p_value_of_a_carry_over_follows_from_ranks() -> None:
    runs = in_order([row for row, _ in zip(cycle(ROWS), range(8))], slowed_after="a")
    found = {one.configuration: one for one in carry_overs(runs)}
    assert found["a"].effect == pytest.approx(log(1.1), abs=0.02)
    # b, c and d have 6 ranks each among runs that follow any other. Those after a are the two highest: 5 and 6, or 1.5 and
    # 2.5 above the mean, divided by 6. The variance of such a score is (6² - 1) / 12 / 6², that of two without replacement
    # 2 * 4/5 times as large.
    score, variance = 3 * (1.5 + 2.5) / 6, 3 * 2 * 4 / 5 * 35 / 12 / 36
    assert found["a"].p == pytest.approx(4 * erfc(score / sqrt(2 * variance)))
    assert all(found[name].effect < 0.01 for name in "bcd")


def test_a_configuration_that_slows_down_the_next_run_is_named() -> None:
    names = {"sync": "a", "b": "b", "c": "c", "d": "d"}
    contenders = {name: {"model": "sync" if name == "sync" else "thread_pool", "workers": [1]} for name in names}
    campaign = factories.campaign(12, contenders=contenders)
    runs = in_order(ROWS * 3, slowed_after="b")
    letters = list("abcd")
    summary = pd.DataFrame({"configuration": letters, "contender": list(names), "model": "thread_pool", "workers": 2}).assign(
        experiment="cpu", server=None, interpreter="default", size=4
    )
    (found,) = order_findings(campaign, runs, summary)
    assert (found.kind, found.experiment, found.configuration) == (Kind.ORDER_EFFECT, "cpu", "b")
    assert "longer directly after" in found.message
    assert "its own speed-ups may be off by 2." in found.message  # a tenth in one of 4 blocks: 2.4 %
    assert list(order_findings(campaign, in_order(ROWS * 3), summary)) == []


def test_the_error_of_speed_ups_is_larger_where_later_blocks_hold_few_configurations() -> None:
    runs = in_order([*ROWS * 3, *["bc", "cb"] * 20], slowed_after="b")
    found = {one.configuration: one for one in carry_overs(runs)}
    assert (found["a"].share, found["b"].share) == pytest.approx((1 / 4, (12 / 4 + 40 / 2) / 52))
    assert found["b"].effect == pytest.approx(log(1.1), abs=0.02)


def test_what_only_later_blocks_show_comes_from_none_of_the_few_that_they_hold() -> None:
    runs = in_order([*ROWS * 6, *["ab", "ba"] * 20])
    runs.loc[runs["configuration"].eq("b") & (runs["block"] > 24), "makespan_s"] *= 1.2  # the machine, for b alone
    without = carry_overs(in_order(ROWS * 6))  # where b always follows a, nothing shows what comes from a
    assert [one.p for one in carry_overs(runs)] == pytest.approx([one.p for one in without])


def test_two_configurations_show_no_carry_over() -> None:
    assert carry_overs(in_order(["ab", "ba"] * 6, slowed_after="a")) == []
