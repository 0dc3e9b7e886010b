"""Save drawings in the format of the file's ending: PNG, SVG, PDF.

Title and description go into the files, for readers who don't see the figure.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from concbench.analysis.dataset import CampaignData, FigureData
from concbench.campaign import plugins
from concbench.common.atomic import CannotWrite
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


def save(drawing: Drawing, path: Path) -> None:
    """Write the figure in the format of the path's ending, complete or not at all. Raise CannotWrite if that fails."""
    try:
        write(drawing, path)
    except OSError as error:
        path.with_suffix(".unfinished" + path.suffix).unlink(missing_ok=True)
        why = error.strerror or error
        raise CannotWrite(f"{path}: cannot write this file ({why}). Fix that, then repeat the command.") from None


def write(drawing: Drawing, path: Path) -> None:
    """Write the figure beside its place, then put it there."""
    unfinished = path.with_suffix(".unfinished" + path.suffix)
    if path.suffix == ".svg":
        unfinished.write_text(with_texts(svg(drawing.figure), drawing.title, drawing.description), encoding="utf-8")
    else:
        metadata = {"Title": drawing.title, "Description": drawing.description} if path.suffix == ".png" else None
        drawing.figure.savefig(unfinished, dpi=style.DPI, bbox_inches="tight", metadata=metadata)
    unfinished.replace(path)


def svg(figure: Figure) -> str:
    text = io.StringIO()
    figure.savefig(text, format="svg", bbox_inches="tight", metadata={"Date": None})
    return text.getvalue()
