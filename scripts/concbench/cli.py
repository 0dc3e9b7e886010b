"""Provide the command line of every command that makes one table or text: ``--config --tables --output``."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import campaign_or_exit
from concbench.common.atomic import write_whole
from concbench.records.rows import TABLES
from concbench.records.tables import TableError, read_table, write_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Inputs:
    """Collect the inputs of a command: the campaign, the folder of its results, and its tables."""

    campaign: Campaign
    folder: Path
    tables: Sequence[pd.DataFrame]


def parser_for(about: str | None, tables: Sequence[str], output: str = "file to write") -> argparse.ArgumentParser:
    """Return a parser for the config, some tables and the output, whose help is ``output``."""
    files = " ".join(f"{name}.csv" for name in tables)
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--config", required=True, type=Path, help="config.json in the campaign's folder of results")
    parser.add_argument("--tables", type=Path, nargs="*", default=[], metavar="CSV", help=f"tables to read: {files or 'none'}")
    parser.add_argument("--output", required=True, type=Path, metavar="FILE", help=output)
    return parser


def read_tables(paths: Sequence[Path], names: Sequence[str]) -> list[pd.DataFrame]:
    """Read the named tables among some paths. Raise TableError if one is missing or lacks a column."""
    given = {path.stem: path for path in paths}
    missing = [f"{name}.csv" for name in names if name not in given]
    if missing:
        raise TableError(f"--tables: {' and '.join(missing)} is missing. Name it after --tables, too.")
    return [read_table(given[name], TABLES[name]) for name in names]


def inputs(arguments: argparse.Namespace, tables: Sequence[str]) -> Inputs:
    """Read what the arguments name. Raise TableError."""
    return Inputs(campaign_or_exit(arguments.config), arguments.config.parent, read_tables(arguments.tables, tables))


def make_table(about: str | None, row: type, rows: Callable[[Inputs], Iterable[Any]], tables: Sequence[str] = ()) -> None:
    """Run a command that writes a table, whose rows ``rows`` makes from the campaign and the named tables."""
    arguments = parser_for(about, tables).parse_args()
    write_table(arguments.output, row, rows(inputs(arguments, tables)))


def make_text(about: str | None, text: Callable[[Inputs], str], tables: Sequence[str] = ()) -> None:
    """Run a command that writes a text, which ``text`` makes from the campaign and the named tables."""
    arguments = parser_for(about, tables).parse_args()
    write_whole(arguments.output, text(inputs(arguments, tables)))
