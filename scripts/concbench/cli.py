"""The arguments that commands share which read a campaign's config and tables."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from concbench.campaign.campaign import Campaign
from concbench.campaign.reader import read_campaign
from concbench.records.rows import TABLES
from concbench.records.tables import read_table

if TYPE_CHECKING:
    import pandas as pd


def table_parser(description: str | None, *tables: str) -> argparse.ArgumentParser:
    """A parser that asks for the config and for these tables."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--config", required=True, type=Path, help="the campaign's config, as JSON")
    for name in tables:
        parser.add_argument(f"--{name}", required=True, type=Path, help=f"{name}.csv")
    return parser


def campaign_and_tables(arguments: argparse.Namespace, *tables: str) -> tuple[Campaign, list[pd.DataFrame]]:
    """What the arguments name. Raises TableError where a table lacks a column."""
    campaign = read_campaign(arguments.config)
    return campaign, [read_table(getattr(arguments, name), TABLES[name]) for name in tables]
