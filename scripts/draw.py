"""Draw one figure of one experiment from a campaign's tables; the figures are the files in scripts/figures/."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

import matplotlib as mpl

import plugins
from campaign import Campaign
from figures import style
from tables import ComparisonRow, RunRow, SummaryRow, read_table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("figure", choices=[name for name in plugins.names("figures") if name != "style"])
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    parser.add_argument("--runs", required=True, type=Path, help="runs.csv")
    parser.add_argument("--summary", required=True, type=Path, help="summary.csv")
    parser.add_argument("--comparisons", required=True, type=Path, help="comparisons.csv")
    parser.add_argument("--experiment", required=True, help="the experiment to draw")
    parser.add_argument("--figures", required=True, type=Path, nargs="+", help="files to write; their endings say the format")
    arguments = parser.parse_args()
    mpl.use("agg")
    style.apply()
    runs, summary = read_table(arguments.runs, RunRow), read_table(arguments.summary, SummaryRow)
    comparisons = read_table(arguments.comparisons, ComparisonRow)
    data = style.FigureData.of(Campaign.read(arguments.config), arguments.experiment, runs, summary, comparisons)
    figure = importlib.import_module(f"figures.{arguments.figure}").draw(data)
    for path in arguments.figures:
        metadata = {"Date": None} if path.suffix == ".svg" else {}
        figure.savefig(path, dpi=style.DPI, bbox_inches="tight", metadata=metadata)


if __name__ == "__main__":
    main()
