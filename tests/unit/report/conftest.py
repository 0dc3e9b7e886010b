"""Provide the figures of a campaign, which tests of the report put into pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import factories
from support.report_of import TIMES

from concbench.drawing import files
from figures import drift, headline, timing


@pytest.fixture(scope="session")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of figures of a whole campaign, drawn once: what stands in them is no matter here."""
    folder = tmp_path_factory.mktemp("campaign")
    data = factories.synthetic(folder, factories.campaign(5), TIMES, [factories.claim("1", "reproduced")])
    (folder / "figures").mkdir()
    experiment = data.experiment("cpu")
    drawings = {"headline-cpu": headline.draw(experiment), "timing-cpu": timing.draw(experiment), "drift": drift.draw(data)}
    for name, drawing in drawings.items():
        for ending in ("png", "svg"):
            files.save(drawing, folder / "figures" / f"{name}.{ending}")
    return folder / "figures"
