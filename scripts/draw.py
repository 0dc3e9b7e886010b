"""Draw one figure of one experiment from a campaign's tables; the figures are the files in scripts/figures/."""

from __future__ import annotations

import importlib
from pathlib import Path

import matplotlib as mpl

import plugins
from figures import style
from table_arguments import campaign_and_tables, table_parser


def main() -> None:
    tables = ("runs", "summary", "comparisons")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("figure", choices=[name for name in plugins.names("figures") if name != "style"])
    parser.add_argument("--experiment", required=True, help="the experiment to draw")
    parser.add_argument("--figures", required=True, type=Path, nargs="+", help="files to write; their endings say the format")
    arguments = parser.parse_args()
    mpl.use("agg")
    style.apply()
    campaign, (runs, summary, comparisons) = campaign_and_tables(arguments, *tables)
    data = style.FigureData.of(campaign, arguments.experiment, runs, summary, comparisons)
    figure = importlib.import_module(f"figures.{arguments.figure}").draw(data)
    for path in arguments.figures:
        metadata = {"Date": None} if path.suffix == ".svg" else {}
        figure.savefig(path, dpi=style.DPI, bbox_inches="tight", metadata=metadata)


if __name__ == "__main__":
    main()
