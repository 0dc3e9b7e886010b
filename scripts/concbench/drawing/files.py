"""Save drawings in the format of the file's ending: PNG, SVG, PDF.

Title and description go into the files, for readers who don't see the figure.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.campaign import plugins
from concbench.common.atomic import write_whole
from concbench.drawing.style import Drawing
from concbench.drawing.svg import with_texts
from concbench.records.tables import TableError


def tables(figures: Sequence[str], paths: Sequence[Path]) -> dict[str, Path]:
    """Find the files of the figures' tables, by name. Raises TableError where one is not among ``paths``."""
    given = {path.stem: path for path in paths}
    for figure in figures:
        missing = [f"{name}.csv" for name in plugins.figure(figure).tables if name not in given]
        if missing:
            raise TableError(f"--tables lacks {' and '.join(missing)}, which the figure {figure} needs")
    return {name: given[name] for figure in figures for name in plugins.figure(figure).tables}


def files(figures: Sequence[str], paths: Sequence[Path]) -> dict[str, list[Path]]:
    """Find the files to write for each figure. With several figures, a file is named for its own, as in ``headline-io.svg``."""
    if len(figures) == 1:
        return {figures[0]: list(paths)}
    found = {figure: [path for path in paths if path.stem.partition("-")[0] == figure] for figure in figures}
    if sum(map(len, found.values())) < len(paths):
        names = ", ".join(figures)
        raise SystemExit(
            f"--output: the name of each file must begin with that of its figure, one of {names}, as in headline-io.svg"
        )
    return found


def part(figure: str, data: CampaignData, experiment: str | None) -> CampaignData | FigureData:
    """Return the data that a figure shows. Raises SystemExit where the campaign has no such experiment."""
    if not plugins.figure(figure).scope.of_experiment:
        return data
    if experiment is None or experiment not in data.campaign.experiments:
        names = ", ".join(data.campaign.experiments)
        raise SystemExit(f"--experiment {experiment}: the figure {figure} needs one of the campaign's experiments: {names}")
    return data.experiment(experiment)


def save(drawing: Drawing, path: Path, page: Bbox | None = None) -> None:
    """Write the figure in the format of the path's ending, complete or not at all. Raise CannotWrite if that fails.

    ``page`` is the part to write, in inches; None stands for all that is drawn, and a margin.
    """
    kind = path.suffix.removeprefix(".") or "png"
    part_in: Bbox | Literal["tight"] = "tight" if page is None else page
    if kind == "svg":
        write_whole(path, with_texts(svg(drawing.figure, part_in), drawing.title, drawing.description))
        return
    data = io.BytesIO()
    title = " ".join(drawing.title.split())
    metadata = {
        "png": {"Title": drawing.title, "Description": drawing.description},
        "pdf": {"Title": title, "Subject": drawing.description, "CreationDate": None},
    }
    drawing.figure.savefig(data, format=kind, bbox_inches=part_in, metadata=metadata.get(kind))
    write_whole(path, data.getvalue())


def svg(figure: Figure, part_in: Bbox | Literal["tight"]) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches=part_in, metadata={"Date": None})
    return text.getvalue()
