"""Make cards of claims."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories
from support.report_of import TIMES, drawn

from concbench.records.rows import ClaimRow
from concbench.report.claim_cards import Card, Link, cards_of, strip

SYNC, THREADS = "cpu-sync-w1-n4-default", "cpu-threading-w2-n4-default"


def made(folder: Path, figures: Path, *rows: ClaimRow) -> list[Card]:
    return cards_of(rows, factories.synthetic(folder, factories.campaign(5), TIMES), drawn(figures))


def test_a_card_names_the_runs_and_the_picture_that_a_verdict_rests_on(tmp_path: Path, figures: Path) -> None:
    row = factories.claim("3b", "contradicted", article=3.84, measured=2.0, low=1.9, high=2.1, level=0.9375,
                          evidence=f"{SYNC} {THREADS} start_cost:thread_s")  # fmt: skip
    (card,) = made(tmp_path, figures, row)
    assert (card.name, card.number, card.sign, card.article) == ("claim-3b", "3b", "✗ contradicted", "3.84")
    assert (card.measured, card.level) == ("2 [1.9, 2.1]", "94 % CI")
    assert card.runs == ["cpu: sync: median 4 s, 5 of 5 runs count", "cpu: threading, 2 workers: median 2 s, 5 of 5 runs count"]
    assert card.probes == ["start_cost: thread_s"]
    assert card.pictures == [Link("#headline-cpu", "cpu")]


def test_without_a_picture_a_card_links_to_the_experiment(tmp_path: Path) -> None:
    data = factories.synthetic(tmp_path, factories.campaign(5), TIMES)
    (card,) = cards_of([factories.claim("1", "reproduced", evidence=SYNC)], data, [])
    assert card.pictures == [Link("#experiment-cpu", "cpu")]


def test_a_claim_on_several_interpreters_has_a_name_for_each(tmp_path: Path) -> None:
    data = factories.synthetic(tmp_path, factories.on_two_interpreters(5), factories.ON_TWO)
    rows = [factories.claim("1", "reproduced", interpreter=name) for name in ("default", "new")]
    cards = cards_of(rows, data, [])
    assert [(card.name, card.interpreter) for card in cards] == [("claim-1", "default"), ("claim-1-new", "new")]


def test_a_strip_is_logarithmic_and_ends_at_the_extremes() -> None:
    found = strip(factories.claim("1", "reproduced", article=8.0, measured=2.0, low=1.0, high=4.0))
    assert found is not None
    assert (found.low, found.article) == pytest.approx((0.15, 0.85))
    assert found.high - found.measured == pytest.approx(found.measured - found.low) == pytest.approx(0.7 / 3)


@pytest.mark.parametrize("missing", ["article", "measured", "low", "high"])
def test_a_figure_that_is_missing_or_not_positive_has_no_strip(missing: str) -> None:
    figures = {"article": 8.0, "measured": 2.0, "low": 1.0, "high": 4.0}
    assert strip(factories.claim("1", "reproduced", **{**figures, missing: None})) is None
    assert strip(factories.claim("1", "reproduced", **{**figures, missing: 0.0})) is None
    assert strip(factories.claim("1", "reproduced", **dict.fromkeys(figures, 1.0))) is None
