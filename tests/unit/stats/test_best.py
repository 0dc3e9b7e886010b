"""Tell the best of several alternatives from the others, and equal ones not."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from concbench.stats.best import LEAST_DRAWS, MOST_DRAWS, centred, chances_of, leads, mean_of, shuffled, told_apart


def told(logs: np.ndarray) -> list[bool]:
    return told_apart(logs, int(np.nanmedian(logs, axis=0).argmin()))


@pytest.mark.parametrize("kind", ["normal", "spiky", "unlike"])
def test_equal_alternatives_are_rarely_told_apart(kind: str) -> None:
    random = np.random.default_rng(5)
    noise = {"normal": np.full(10, 0.05), "spiky": np.full(10, 0.05), "unlike": np.array([0.1] * 2 + [0.01] * 8)}[kind]
    wrong = 0
    for _ in range(100):
        logs = random.normal(0, noise, (6, 10)) + random.normal(0, 0.2, (6, 1))
        logs += (random.random((6, 10)) < 0.1) * 0.5 * (kind == "spiky")
        wrong += any(told(logs))
    assert wrong <= 11  # of 100, at a chance of 5 %: more in 0.4 % of simulations


def test_what_is_much_worse_is_told_apart_with_five_blocks_and_ten_alternatives() -> None:
    random = np.random.default_rng(1)
    truth = np.array([0, 0.3, 0.5, 0.7, 1, 1.2, 1.5, 2, 3, 4])
    assert told(truth + random.normal(0, 0.02, (5, 10))) == [False, *[True] * 9]


def test_two_alternatives_are_left_to_their_confidence_interval() -> None:
    assert told_apart(np.array([[0.0, 0.1]] * 3), 0) == [False, True]
    assert told_apart(np.array([[0.0]] * 3), 0) == [False]


def test_a_missing_value_leaves_out_no_block_of_the_others() -> None:
    logs = np.array([0.0, 0.001, 0.5]) + np.random.default_rng(1).normal(0, 0.01, (6, 3))
    logs[0, 2] = logs[1, 1] = np.nan
    assert told_apart(logs, 0)[2]
    logs[2, :] = np.nan
    assert told_apart(logs, 0)[2]


def test_a_permutation_moves_values_within_their_block_only() -> None:
    values = np.array([[1.0, 2.0, np.nan], [4.0, 5.0, 6.0]])
    drawn = shuffled(values, np.random.default_rng(1))
    assert drawn.shape == (MOST_DRAWS, 2, 3)
    assert len(shuffled(np.zeros((200, 60)), np.random.default_rng(1))) == LEAST_DRAWS
    assert np.isnan(drawn[:, 0, 2]).all()
    assert (np.sort(drawn[:, 0, :2], axis=1) == [1.0, 2.0]).all()
    assert (np.sort(drawn[:, 1], axis=1) == [4.0, 5.0, 6.0]).all()


def test_the_chance_is_the_share_of_all_permutations() -> None:
    values = centred(np.random.default_rng(8).normal(0, 1, (4, 3)))
    best = int(mean_of(values).argmin())
    above = leads(values, np.array(best))
    every = np.array([np.array(rows) for rows in product(*(list(permutations(row)) for row in values.tolist()))])
    most = leads(every, mean_of(every).argmin(axis=-1)).max(axis=-1)
    exact = [(most >= lead - 1e-9).mean() for lead in above]
    assert chances_of(above, values, np.random.default_rng(1)).tolist() == pytest.approx(exact, abs=0.05)


def test_a_lead_is_in_standard_errors_by_hand() -> None:
    values = np.array([[0.0, 1.0, 3.0], [0.0, 3.0, 3.0]])
    # The mean differences are 2 and 3, their variances 2 and 0, on average 1.
    assert leads(values, np.array(0)).tolist() == pytest.approx([0, 2 / (1.5 / 2) ** 0.5, 3 / (0.5 / 2) ** 0.5])
