"""Draw the figure claims from synthetic campaigns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support import factories

from figures import claims


def test_claims_have_a_tile_each_and_their_figures_beside_the_articles(tmp_path: Path) -> None:
    rows = [
        factories.claim("1", "reproduced", article=3.0, measured=3.3, low=3.0, high=3.6),
        factories.claim("2a", "contradicted", article=5.0, measured=50.0, low=45.0, high=55.0),
        factories.claim("3", "inconclusive"),
    ]
    campaign = factories.campaign()
    drawn = claims.draw(factories.synthetic(tmp_path, campaign, {"sync": [4.0] * 3, "threading": [2.0] * 3}, rows))
    tiles, ratios = drawn.figure.axes
    assert drawn.title == "Verdicts on the claims (campaign synthetic):\n1 reproduced, 1 contradicted, 1 inconclusive"
    assert sorted(text.get_text() for text in tiles.texts) == ["1\n✓", "2a\n✗", "3\n?"]
    assert [label.get_text() for label in ratios.get_yticklabels()] == ["1 ✓", "2a ✗"]
    shown = ratios.collections[-1].get_offsets()
    assert [float(x) for x in np.asarray(shown)[:, 0]] == pytest.approx([1.1, 10.0])
