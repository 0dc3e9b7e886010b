"""Tell the best of several alternatives from the others, and equal ones not."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from concbench.stats.best import LEAST_DRAWS, MOST_DRAWS, chances_of, distinguished, leads, shuffled


def worse(logs: np.ndarray) -> list[bool]:
    return distinguished(logs, int(np.nanmedian(logs, axis=0).argmin()))


@pytest.mark.parametrize("kind", ["normal", "spiky", "heavy tails"])
def test_equal_alternatives_are_rarely_distinguished(kind: str) -> None:
    random = np.random.default_rng(5)
    wrong = 0
    for _ in range(100):
        noise = random.standard_t(2, (6, 10)) if kind == "heavy tails" else random.standard_normal((6, 10))
        logs = 0.05 * noise + random.normal(0, 0.2, (6, 1))
        logs += (random.random((6, 10)) < 0.1) * 0.5 * (kind == "spiky")
        wrong += any(worse(logs))
    assert wrong <= 11  # of 100, at a chance of 5 %: more in 0.4 % of simulations


def test_what_is_much_worse_is_distinguished_with_five_blocks_and_ten_alternatives() -> None:
    random = np.random.default_rng(1)
    truth = np.array([0, 0.3, 0.5, 0.7, 1, 1.2, 1.5, 2, 3, 4])
    assert worse(truth + random.normal(0, 0.02, (5, 10))) == [False, *[True] * 9]


def test_two_alternatives_are_left_to_their_confidence_interval() -> None:
    assert distinguished(np.array([[0.0, 0.1]] * 3), 0) == [False, True]
    assert distinguished(np.array([[0.0]] * 3), 0) == [False]


def test_a_missing_value_leaves_out_no_block_of_the_others() -> None:
    logs = np.array([0.0, 0.5, 1.0]) + np.random.default_rng(1).normal(0, 0.01, (7, 3))
    logs[0, 2] = logs[1, 1] = np.nan
    assert distinguished(logs, 0) == [False, True, True]
    logs[2, :] = np.nan
    assert distinguished(logs, 0) == [False, True, True]


def test_a_permutation_moves_values_within_their_block_only() -> None:
    values = np.array([[1.0, 2.0, np.nan], [4.0, 5.0, 6.0]])
    drawn = shuffled(values, np.random.default_rng(1))
    assert drawn.shape == (MOST_DRAWS, 2, 3)
    assert len(shuffled(np.zeros((200, 60)), np.random.default_rng(1))) == LEAST_DRAWS
    assert np.isnan(drawn[:, 0, 2]).all()
    assert (np.sort(drawn[:, 0, :2], axis=1) == [1.0, 2.0]).all()
    assert (np.sort(drawn[:, 1], axis=1) == [4.0, 5.0, 6.0]).all()


def test_the_chance_is_the_share_of_all_permutations() -> None:
    values = np.random.default_rng(8).normal(0, 1, (4, 3))
    above = leads(values, np.array(np.median(values, axis=0).argmin()))
    every = np.array([np.array(rows) for rows in product(*(list(permutations(row)) for row in values.tolist()))])
    most = leads(every, np.median(every, axis=1).argmin(axis=-1)).max(axis=-1)
    exact = [(most >= lead - 1e-9).mean() for lead in above]
    assert chances_of(above, values, np.random.default_rng(1)).tolist() == pytest.approx(exact, abs=0.05)


def test_a_lead_is_in_standard_errors_by_hand() -> None:
    values = np.array([[0.0, 1.0, 3.0], [0.0, 3.0, 3.0]])
    assert leads(values, np.array(0)).tolist() == pytest.approx([0, 2 / (2 / 2) ** 0.5, np.inf])  # variances of 2 and 0
