"""Check what all figures have in common."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
from support import factories
from support.drawn import SWEEP, data

from concbench.campaign import plugins
from concbench.drawing.files import save
from concbench.records.rows import TABLES
from concbench.report.charts import READING
from figures import closeup, drift, headline, resources, scaling, timing, workers


@pytest.mark.parametrize("figure", [headline, workers, timing, closeup, resources, scaling])
def test_figures_of_an_experiment_without_runs_say_so(tmp_path: Path, figure: ModuleType) -> None:
    nothing: factories.Times = {"sync": ["failed"] * 3, "threading": ["missing"] * 3}
    drawn = figure.draw(data(tmp_path, factories.campaign(contenders=SWEEP), nothing))
    assert "nothing measured" in drawn.title or "no run to show" in drawn.title
    save(drawn, tmp_path / "made.png")


@pytest.mark.parametrize("figure", [drift])
def test_figures_of_a_campaign_without_runs_say_so(tmp_path: Path, figure: ModuleType) -> None:
    nothing: factories.Times = {"sync": ["failed"] * 3, "threading": ["missing"] * 3}
    assert figure.draw(factories.synthetic(tmp_path, factories.campaign(), nothing)).title == (
        "Noise and drift (campaign synthetic): nothing measured"
    )


def test_every_figure_names_its_tables_and_how_to_read_it() -> None:
    for name in plugins.names("figures"):
        figure = plugins.figure(name)
        assert figure.about.partition(READING)[2]
        assert set(figure.tables) <= set(TABLES)
