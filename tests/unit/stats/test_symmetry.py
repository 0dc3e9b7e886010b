"""Test the triples test on symmetric and on skewed values."""

from __future__ import annotations

import numpy as np
import pytest

from concbench.stats.symmetry import triples_p


def test_symmetric_values_have_no_skew() -> None:
    assert triples_p([-5.0, -3.0, -2.0, -1.0, -0.5, 0.5, 1.0, 2.0, 3.0, 5.0]) == 1.0
    assert triples_p([1.0] * 12) == 1.0


def test_few_values_show_nothing() -> None:
    assert triples_p([0.0] * 8 + [9.0]) == 1.0


def test_the_test_knows_no_scale_and_no_side() -> None:
    values = np.random.default_rng(2).exponential(1, 15)
    assert triples_p(list(7 - 3 * values)) == pytest.approx(triples_p(list(values)))


def test_every_triple_of_a_long_tail_is_skewed_to_the_right() -> None:
    assert triples_p([2.0**i for i in range(12)]) < 1e-6


@pytest.mark.parametrize("shape", ["normal", "heavy"])
def test_symmetric_noise_is_rarely_called_skewed(shape: str) -> None:
    random = np.random.default_rng(4)
    draw = random.standard_normal if shape == "normal" else lambda n: random.standard_t(2, n)
    assert sum(triples_p(list(draw(20))) < 0.02 for _ in range(150)) <= 8  # more in 0.5 % of simulations


def test_spikes_of_one_side_are_seen() -> None:
    random = np.random.default_rng(4)
    spiky = [random.normal(0, 0.07, 50) + 0.4 * (random.random(50) < 0.2) for _ in range(10)]
    assert sum(triples_p(list(one)) < 0.02 for one in spiky) >= 8
