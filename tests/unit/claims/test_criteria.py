"""Try each kind of test with each outcome, and at the edges of its bands."""

from __future__ import annotations

from collections.abc import Callable
from math import inf

import numpy as np
import pytest

from concbench.claims.criteria import (
    Outcome,
    SweepStep,
    effect,
    equality,
    flatness,
    judged,
    optimum,
    order,
    ratio,
)
from concbench.stats.intervals import Interval
from concbench.stats.verdicts import ClaimVerdict

REPRODUCED, CONTRADICTED, INCONCLUSIVE = ClaimVerdict

ONE = [1.0, 1.001, 0.999, 1.002, 0.998]
MARGIN = 0.05


def times(factor: float, spread: float = 1.0) -> list[float]:
    """Five blocks of about so much; ``spread`` multiplies how far they lie apart."""
    return [factor * (1 + (value - 1) * spread) for value in (1.0, 1.002, 0.997, 1.001, 0.999)]


@pytest.mark.parametrize(
    ("factor", "spread", "verdict"),
    [
        (3.84, 1, REPRODUCED),
        (3.25, 1, REPRODUCED),
        (4.55, 1, REPRODUCED),
        (3.1, 1, CONTRADICTED),
        (4.7, 1, CONTRADICTED),
        (3.2, 1, INCONCLUSIVE),
        (4.6, 1, INCONCLUSIVE),
        (3.84, 150, INCONCLUSIVE),
    ],
)
def test_a_ratio_in_its_band(factor: float, spread: float, verdict: str) -> None:
    outcome = ratio("sync ÷ threading", times(factor, spread), ONE, (3.2, 4.6))
    assert outcome.verdict == verdict
    assert outcome.measured == pytest.approx(factor, rel=0.15)
    assert outcome.blocks == 5


def test_a_ratio_of_one_quantity_is_its_value() -> None:
    assert ratio("cores", [0.9, 1.0, 1.05, 1.0, 0.95], None, (0.8, 1.1)).verdict == REPRODUCED
    assert ratio("cores", [1.9, 2.0, 1.95, 1.9, 1.8], None, (0.8, 1.1)).verdict == CONTRADICTED
    assert ratio("threads_used", [1.0] * 5, None, (1, 1)).verdict == REPRODUCED


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (3.2, 4.6, REPRODUCED),
        (3.1999, 4.6, INCONCLUSIVE),
        (3.2, 4.6001, INCONCLUSIVE),
        (4.6, 5.0, INCONCLUSIVE),
        (4.6001, 5.0, CONTRADICTED),
        (2.0, 3.1999, CONTRADICTED),
        (1.0, 9.0, INCONCLUSIVE),
    ],
)
def test_the_edges_of_a_band(low: float, high: float, verdict: str) -> None:
    assert judged("it", Interval((low + high) / 2, low, high, 0.95), 5, 3.2, 4.6, "within").verdict == verdict


def test_too_few_blocks_are_inconclusive_and_name_the_number_needed() -> None:
    outcome = ratio("it", times(3.84)[:4], ONE[:4], (3.2, 4.6))
    assert (outcome.verdict, outcome.blocks) == (INCONCLUSIVE, 4)
    assert "4 blocks are too few (5 needed)" in outcome.reason


def test_an_inconclusive_claim_names_what_would_decide_it() -> None:
    assert "blocks would decide it" in ratio("it", times(3.4, 30), ONE, (3.2, 4.6)).reason
    assert "the limit of 3.2; it is too close to the limit" in ratio("it", times(3.2), ONE, (3.2, 4.6)).reason


@pytest.mark.parametrize(
    ("factor", "verdict"),
    [(1.0, REPRODUCED), (1.04, REPRODUCED), (1.2, CONTRADICTED), (0.8, CONTRADICTED), (1.05, INCONCLUSIVE)],
)
def test_equality(factor: float, verdict: str) -> None:
    assert equality("it", times(factor), ONE, within=0.05).verdict == verdict


@pytest.mark.parametrize(
    ("factor", "absent", "verdict"),
    [
        (1.5, False, REPRODUCED),
        (1.1, False, CONTRADICTED),
        (1.2, False, INCONCLUSIVE),
        (1.5, True, CONTRADICTED),
        (1.1, True, REPRODUCED),
        (1.2, True, INCONCLUSIVE),
    ],
)
def test_an_effect_or_its_absence(factor: float, absent: bool, verdict: str) -> None:
    assert effect("it", times(factor), ONE, 1.2, absent).verdict == verdict


@pytest.mark.parametrize(
    ("value", "absent", "verdict"),
    [(0.0, False, CONTRADICTED), (0.0, True, REPRODUCED), (1.0, False, REPRODUCED), (1.0, True, CONTRADICTED)],
)
def test_an_effect_may_be_a_count(value: float, absent: bool, verdict: str) -> None:
    assert effect("lost", [value] * 5, None, 1, absent).verdict == verdict


@pytest.mark.parametrize(
    ("slowest", "verdict"),
    [
        (3.0, REPRODUCED),
        (2.1, INCONCLUSIVE),
        (2.03, INCONCLUSIVE),
        (1.98, INCONCLUSIVE),
        (1.905, INCONCLUSIVE),
        (1.88, CONTRADICTED),
        (1.5, CONTRADICTED),
    ],
)
def test_an_order_is_by_more_than_the_margin_and_so_is_its_reverse(slowest: float, verdict: str) -> None:
    first, second, third = ONE, times(2.0), times(slowest)[::-1]
    outcome = order(["b is {} times a", "c is {} times b"], [(second, first), (third, second)], MARGIN)
    assert outcome.verdict == verdict


def test_a_difference_within_the_margin_asks_for_no_more_blocks() -> None:
    outcome = order(["b is {} times a"], [(times(1.03), ONE)], MARGIN)
    assert outcome.reason == "b is 1.03 times a (94 % CI 1.028 to 1.031): a difference within the margin decides nothing"
    assert outcome.needed is None


def test_an_order_reports_the_pair_that_decides_it() -> None:
    sentences = ["b is {} times a", "c is {} times b"]
    found = order(sentences, [(times(2.0), ONE), (times(2.0), times(4.0))], MARGIN)
    assert found.verdict == CONTRADICTED
    assert found.reason.startswith("c is 0.5 times b (94 % CI")
    assert order(sentences, [(times(3.0), ONE), (times(6.0), times(3.0))], MARGIN).measured == pytest.approx(2.0, rel=0.01)


def sweep(**medians: float) -> list[SweepStep]:
    """Every other configuration is noisy in another way, so that none is exactly as another."""
    return [SweepStep(int(name[1:]), times(value)[:: (-1) ** i]) for i, (name, value) in enumerate(medians.items())]


@pytest.mark.parametrize(
    ("best_within", "best_outside", "verdict"),
    [
        (1.0, 2.0, REPRODUCED),
        (1.0, 1.02, REPRODUCED),
        (2.0, 1.0, CONTRADICTED),
        (1.02, 1.0, INCONCLUSIVE),
        (1.0, 1.0, INCONCLUSIVE),
    ],
)
def test_an_optimum_in_its_band(best_within: float, best_outside: float, verdict: str) -> None:
    configurations = sweep(w2=5.0, w5=best_within, w10=best_within * 1.5, w20=best_outside * 1.5, w40=best_outside)
    assert optimum(configurations, (5, 10), MARGIN).verdict == verdict


@pytest.mark.parametrize(("slowest", "verdict"), [(1.05, REPRODUCED), (1.3, CONTRADICTED), (1.1, INCONCLUSIVE)])
def test_flatness_of_a_sweep(slowest: float, verdict: str) -> None:
    assert flatness(sweep(w40=1.0, w80=1.02, w120=1.03, w160=slowest), within=0.1).verdict == verdict


def equal_steps(random: np.random.Generator, noise: float, blocks: int = 6, steps: int = 8) -> list[SweepStep]:
    return [SweepStep(number, list(np.exp(random.normal(0, noise, blocks)))) for number in range(1, steps + 1)]


def test_a_sweep_of_equals_is_rarely_decided() -> None:
    random = np.random.default_rng(3)
    sweeps = [equal_steps(random, 0.15) for _ in range(100)]
    for decided in (
        [optimum(steps, (1, 7), MARGIN).verdict == REPRODUCED for steps in sweeps],
        [optimum(steps, (1, 1), MARGIN).verdict == CONTRADICTED for steps in sweeps],
        [flatness(steps, within=0.1).verdict == CONTRADICTED for steps in sweeps],
    ):
        assert np.mean(decided) <= 0.05


def test_an_optimum_names_the_numbers_that_may_be_the_best_too() -> None:
    steps = sweep(w5=1.0, w10=1.001, w20=2.0, w40=1.0005, w80=1.1)
    steps[3] = SweepStep(40, [0.99, 1.02, 1.01, 1.0, 1.03])
    outcome = optimum(steps, (5, 20), MARGIN)
    assert outcome.verdict == INCONCLUSIVE


@pytest.mark.parametrize("noisy", [0, 3])
def test_flatness_is_that_of_every_two_numbers(noisy: int) -> None:
    steps = sweep(w40=1.0, w80=1.02, w120=1.03, w160=1.05)
    steps[noisy] = SweepStep(steps[noisy].workers, [0.9, 1.3, 1.0, 1.2, 1.0])
    assert flatness(steps, within=0.1).verdict == INCONCLUSIVE


def spread(factor: float, blocks: int, turn: int = 0) -> list[float]:
    """Values around ``factor``, which differ by up to 1 %, in an order of their own for each turn."""
    return [factor * (1 + ((turn + 3) * block % 11 - 5) / 1000) for block in range(blocks)]


def swept(blocks: int, *medians: float) -> list[SweepStep]:
    return [SweepStep(5 * 2**i, spread(median, blocks, i)) for i, median in enumerate(medians)]


Decision = Callable[[int, float], Outcome]  # of a number of blocks and a factor: 2 is reproduced, and a half contradicted
DECISIONS: dict[str, Decision] = {
    "ratio": lambda n, by: ratio("it", spread(by, n), spread(1, n, 1), (1.5, 3)),
    "value": lambda n, by: ratio("it", spread(by, n), None, (1.5, 3)),
    "equality": lambda n, by: equality("it", spread(by, n), spread(2, n, 1), within=0.1),
    "effect": lambda n, by: effect("it", spread(by, n), spread(1, n, 1), 1.2, absent=False),
    "effect of a value": lambda n, by: effect("it", spread(by, n), None, 1.2, absent=False),
    "no effect": lambda n, by: effect("it", spread(1, n, 1), spread(by, n), 1.2, absent=True),
    "no effect of a value": lambda n, by: effect("it", spread(1 / by, n), None, 1.2, absent=True),
    "order": lambda n, by: order(["it"], [(spread(by, n), spread(1, n, 1))], MARGIN),
    "optimum": lambda n, by: optimum(swept(n, 1, by, 3), (5, 5), MARGIN),
    "flatness": lambda n, by: flatness(swept(n, 2, by, 2.01), within=0.1),
}


@pytest.mark.parametrize("blocks", [*range(5, 30), *range(30, 101, 7)])
@pytest.mark.parametrize("kind", DECISIONS)
def test_every_kind_of_test_can_decide_with_any_number_of_blocks(kind: str, blocks: int) -> None:
    assert DECISIONS[kind](blocks, 2).verdict == REPRODUCED
    assert DECISIONS[kind](blocks, 0.5).verdict == CONTRADICTED


def test_values_of_zero_make_no_ratio() -> None:
    outcome = ratio("it", [0.0] * 5, ONE, (0.5, inf))
    assert (outcome.verdict, outcome.measured) == (INCONCLUSIVE, None)
    assert outcome.reason.startswith("the ratio cannot be computed")
    for outcome in (flatness(sweep(w1=1.0, w2=0.0, w3=1.0), 0.1), optimum(sweep(w1=1.0, w2=0.0, w3=1.0), (2, 3), MARGIN)):
        assert (outcome.verdict, outcome.measured) == (INCONCLUSIVE, None)
