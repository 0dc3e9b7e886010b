"""Write report.html: answers, figures, tables, claims, warnings, method and environment in one file."""

from __future__ import annotations

from pathlib import Path

from concbench.analysis.dataset import CampaignData
from concbench.campaign.campaign_reader import campaign_or_exit
from concbench.cli import parser_for, read_tables
from concbench.common.atomic import write_whole
from concbench.records.rows import TABLES
from concbench.report.advice import facts_of
from concbench.report.charts import charts
from concbench.report.page import html, page_of


def main() -> None:
    parser = parser_for(__doc__, list(TABLES))
    parser.add_argument("--figures", required=True, type=Path, nargs="+", metavar="FILE", help="PNG and SVG files to include")
    arguments = parser.parse_args()
    names = [path.stem for path in arguments.tables]
    data = CampaignData(campaign_or_exit(arguments.config), dict(zip(names, read_tables(arguments.tables, names))))
    drawn = charts([path for path in arguments.figures if path.suffix == ".svg"], arguments.output)
    environment = arguments.config.with_name("environment.json")
    write_whole(arguments.output, html(page_of(data, drawn, environment, facts_of(data.campaign))))


if __name__ == "__main__":
    main()
