"""Draw figures from a campaign's tables, as PNG, SVG or what else the files' endings say.

The figures are the files in scripts/figures/. Title and description go into the files, for readers who don't see them.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.campaign import plugins
from concbench.common.atomic import write_whole
from concbench.drawing import style
from concbench.drawing.style import Drawing
from concbench.drawing.svg import with_texts
from concbench.records.tables import TableError


def tables(figures: Sequence[str], paths: Sequence[Path]) -> dict[str, Path]:
    """Find the files of the figures' tables, by name. Raises TableError where one is not among ``paths``."""
    given = {path.stem: path for path in paths}
    for figure in figures:
        missing = [f"{name}.csv" for name in plugins.figure(figure).tables if name not in given]
        if missing:
            raise TableError(f"the figure {figure} is drawn from {' and '.join(missing)} too: name it after --tables")
    return {name: given[name] for figure in figures for name in plugins.figure(figure).tables}


def files(figures: Sequence[str], paths: Sequence[Path]) -> dict[str, list[Path]]:
    """Find the files to write of each figure: of several, each is named for its figure, as in ``headline-io.svg``."""
    if len(figures) == 1:
        return {figures[0]: list(paths)}
    found = {figure: [path for path in paths if path.stem.partition("-")[0] == figure] for figure in figures}
    if sum(map(len, found.values())) < len(paths):
        names = ", ".join(figures)
        raise SystemExit(f"of several figures each file is named for its own, one of {names}, as in headline-io.svg")
    return found


def part(figure: str, data: CampaignData, experiment: str | None) -> CampaignData | FigureData:
    """Return the data that a figure is of. Raises SystemExit where that is an experiment which the campaign hasn't."""
    if not plugins.figure(figure).scope.of_experiment:
        return data
    if experiment is None or experiment not in data.campaign.experiments:
        names = ", ".join(data.campaign.experiments)
        raise SystemExit(f"--experiment {experiment}: the figure {figure} is of one of the campaign's experiments: {names}")
    return data.experiment(experiment)


def save(drawing: Drawing, path: Path) -> None:
    """Write the figure as the path's ending says, complete or not at all. Raises CannotWrite if that fails."""
    kind = path.suffix.removeprefix(".") or "png"
    if kind == "svg":
        write_whole(path, with_texts(svg(drawing.figure), drawing.title, drawing.description))
        return
    data = io.BytesIO()
    metadata = {"Title": drawing.title, "Description": drawing.description} if kind == "png" else None
    drawing.figure.savefig(data, format=kind, dpi=style.DPI, bbox_inches="tight", metadata=metadata)
    write_whole(path, data.getvalue())


def svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight", metadata={"Date": None})
    return text.getvalue()
