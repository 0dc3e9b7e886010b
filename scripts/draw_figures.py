"""Draw figures from a campaign's tables, as PNG, SVG, PDF or another format given by the files' suffixes.

The figures are the files in scripts/figures/. Title and description are written to the files for readers who can't see them.
With --style, figures have the exact size of a journal's column or of a slide. PDF files embed their fonts.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from pathlib import Path

os.environ["MPLBACKEND"] = "agg"  # whatever the user has set; matplotlib reads it when it is imported

import matplotlib.pyplot as plt

from concbench.analysis.dataset import CampaignData
from concbench.campaign import plugins
from concbench.campaign.campaign_reader import campaign_or_exit
from concbench.drawing import style
from concbench.drawing.files import files, part, save, tables
from concbench.drawing.pages import fit
from concbench.drawing.style import Drawing, Style
from concbench.records.rows import TABLES
from concbench.records.tables import read_table

STYLES = (
    "size of the figures: report (default), paper (88 mm wide, a column of a journal), paper-wide (178 mm, two columns) or"
    " slides (160 mm × 90 mm); those for papers have no title, since a caption has it"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    names = plugins.names("figures")
    parser.add_argument("draw", choices=names, nargs="+", metavar="figure", help=f"one or more of {', '.join(names)}")
    parser.add_argument("--config", required=True, type=Path, help="config.json in the campaign's folder of results")
    parser.add_argument("--experiment", help="experiment to draw, if the figures show one")
    parser.add_argument("--tables", required=True, type=Path, nargs="+", metavar="CSV", help="tables to read, such as runs.csv")
    parser.add_argument("--output", required=True, type=Path, nargs="+", metavar="FILE", help="files to write")
    parser.add_argument("--style", choices=list(map(str, Style)), default=str(Style.REPORT), help=STYLES)
    arguments = parser.parse_args()
    paths, written = tables(arguments.draw, arguments.tables), files(arguments.draw, arguments.output)
    style.apply(Style(arguments.style))
    data = CampaignData(
        campaign_or_exit(arguments.config), {name: read_table(path, TABLES[name]) for name, path in paths.items()}
    )
    for name in arguments.draw:
        drawing = importlib.import_module(f"figures.{name}").draw(part(name, data, arguments.experiment))
        write(drawing, written[name])
        plt.close(drawing.figure)


def write(drawing: Drawing, paths: list[Path]) -> None:
    """Write a figure's files, and warn where a page has no room for all of it."""
    page = fit(drawing.figure, style.look()) if style.look().exact else None
    for path in paths:
        save(drawing, path, page.box if page else None)
    if page and page.lacks_room(drawing.figure):
        names = ", ".join(map(str, paths))
        print(f"{names}: the page is too small for this figure. Try --style paper-wide or report.", file=sys.stderr)


if __name__ == "__main__":
    main()
