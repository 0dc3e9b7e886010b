"""Write report.html: the answer, then figures, tables, claims, warnings, method and environment, all in one file."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from concbench.analysis.dataset import CampaignData
from concbench.campaign.reader import read_campaign
from concbench.common.atomic import write_whole
from concbench.records.rows import TABLES
from concbench.records.tables import read_table
from concbench.report.charts import charts
from concbench.report.page import html, page_of


def read(paths: Sequence[Path]) -> Mapping[str, pd.DataFrame]:
    return {path.stem: read_table(path, TABLES[path.stem]) for path in paths}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    parser.add_argument("--tables", required=True, type=Path, nargs="+", metavar="CSV", help="the campaign's tables")
    parser.add_argument("--figures", required=True, type=Path, nargs="+", metavar="FILE", help="its figures, PNG and SVG")
    parser.add_argument("--environment", required=True, type=Path, help="environment.json, where there is one")
    parser.add_argument("--page", required=True, type=Path, help="file to write: report.html, in the folder of the tables")
    arguments = parser.parse_args()
    data = CampaignData(read_campaign(arguments.config), read(arguments.tables))
    drawn = charts([path for path in arguments.figures if path.suffix == ".svg"], arguments.page)
    write_whole(arguments.page, html(page_of(data, drawn, arguments.environment)))


if __name__ == "__main__":
    main()
