"""Figures of synthetic campaigns, and what is written and marked in them."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from concbench.analysis.dataset import FigureData
from concbench.campaign.campaign import Campaign
from support import factories
from support.factories import synthetic

SWEEP = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": [2, 5, 10]}}

SWEPT: factories.Times = {
    "sync": [10.0, 10.0, 10.0],
    "threading/2": [6.0, 6.2, 6.1],
    "threading/5": [3.0, 3.1, 3.2],
    "threading/10": [3.1, 3.3, 3.0],
}


def data(folder: Path, campaign: Campaign, times: factories.Times) -> FigureData:
    return synthetic(folder, campaign, times).experiment("cpu")


def texts(figure: Figure) -> list[str]:
    """All that is written in a figure's panels."""
    return [text.get_text() for axes in figure.axes for text in axes.texts]
