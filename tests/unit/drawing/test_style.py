"""Choose colours."""

from __future__ import annotations

from support import factories

from concbench.drawing.style import colours


def test_more_contenders_than_the_palette_has_get_different_colours() -> None:
    many = {f"c{n}": {"model": "thread_pool", "workers": [2]} for n in range(14)}
    experiment = factories.campaign(contenders=many, baseline="c0").experiments["cpu"]
    assert len(set(colours(experiment).values())) == 14
