"""Draw figures from a campaign's tables, as PNG, SVG or another format given by the files' suffixes.

The figures are the files in scripts/figures/. Title and description are written to the files for readers who can't see them.
"""

from __future__ import annotations

import argparse
import importlib
import os
from pathlib import Path

os.environ["MPLBACKEND"] = "agg"  # whatever the user has set; matplotlib reads it when it is imported

import matplotlib.pyplot as plt

from concbench.analysis.dataset import CampaignData
from concbench.campaign import plugins
from concbench.campaign.campaign_reader import campaign_or_exit
from concbench.drawing import style
from concbench.drawing.files import files, part, save, tables
from concbench.records.rows import TABLES
from concbench.records.tables import read_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    names = plugins.names("figures")
    parser.add_argument("draw", choices=names, nargs="+", metavar="figure", help=f"one or more of {', '.join(names)}")
    parser.add_argument("--config", required=True, type=Path, help="config.json in the campaign's folder of results")
    parser.add_argument("--experiment", help="experiment to draw, if the figures show one")
    parser.add_argument("--tables", required=True, type=Path, nargs="+", metavar="CSV", help="tables to read, such as runs.csv")
    parser.add_argument("--output", required=True, type=Path, nargs="+", metavar="FILE", help="files to write")
    arguments = parser.parse_args()
    paths, written = tables(arguments.draw, arguments.tables), files(arguments.draw, arguments.output)
    style.apply()
    data = CampaignData(
        campaign_or_exit(arguments.config), {name: read_table(path, TABLES[name]) for name, path in paths.items()}
    )
    for name in arguments.draw:
        drawing = importlib.import_module(f"figures.{name}").draw(part(name, data, arguments.experiment))
        for path in written[name]:
            save(drawing, path)
        plt.close(drawing.figure)


if __name__ == "__main__":
    main()
