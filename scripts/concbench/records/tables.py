"""Write and read tables of rows as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from concbench.common.atomic import whole_file

if TYPE_CHECKING:
    import pandas as pd
from concbench.records.rows import column_meanings

Row = TypeVar("Row")


def write_table(path: Path, row: type, rows: Iterable[Any]) -> None:
    """Write a CSV of ``row``s, complete or not at all; an unknown value is an empty field."""
    with whole_file(path) as file:
        writer = csv.DictWriter(file, list(column_meanings(row)))
        writer.writeheader()
        writer.writerows(asdict(one) for one in rows)


class TableError(SystemExit):
    """Say that a CSV isn't the table it should be; ends a command with what is wrong and nothing else."""


def text_columns(row: type) -> dict[str, type[str]]:
    """Return the columns that hold text, each with its type: ``str``, or an enum whose values are text."""
    return {
        name: kind
        for name, hint in get_type_hints(row).items()
        for kind in (hint, *get_args(hint))
        if isinstance(kind, type) and issubclass(kind, str)
    }


def read_table(path: Path, row: type) -> pd.DataFrame:
    """Read a CSV of ``row``s; text columns stay text. Raises TableError, naming the columns that are missing."""
    import pandas as pd  # here, because the runner's side of this module needs none

    text = dict.fromkeys(text_columns(row), "string")
    table = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
    missing = [name for name in column_meanings(row) if name not in table.columns]
    if missing:
        raise TableError(
            f"{path}: no column {', '.join(missing)}; scripts/concbench/records/rows.py says what each table holds"
        )
    return table


def rows_of(table: pd.DataFrame, row: type[Row]) -> list[Row]:
    """Return the rows of a table as data classes: words as their enums, and None where pandas has no value."""
    words = {name: kind for name, kind in text_columns(row).items() if issubclass(kind, Enum)}
    found = []
    for one in table.to_dict("records"):
        values = {str(name): known(value) for name, value in one.items()}
        for name, kind in words.items():
            values[name] = None if values[name] is None else kind(values[name])
        found.append(row(**values))
    return found


def known(value: Any) -> Any:
    """Return the value, or None where pandas has none."""
    import pandas as pd

    return None if pd.isna(value) else value
