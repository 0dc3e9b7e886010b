"""Write and read tables of rows as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from concbench.common.atomic import whole_file

if TYPE_CHECKING:
    import pandas as pd
from concbench.records.rows import CONDITION, column_meanings

Row = TypeVar("Row")


def write_table(path: Path, row: type, rows: Iterable[Any]) -> None:
    """Write a CSV of ``row``s, complete or not at all; an unknown value is an empty field."""
    with whole_file(path) as file:
        writer = csv.DictWriter(file, list(column_meanings(row)))
        writer.writeheader()
        writer.writerows(asdict(one) for one in rows)


class TableError(SystemExit):
    """Say that a CSV isn't the table it should be; ends a command with what is wrong and nothing else."""


def read_table(path: Path, row: type) -> pd.DataFrame:
    """Read a CSV of ``row``s; text columns stay text. Raises TableError naming the columns that are missing."""
    import pandas as pd  # here, because the runner's side of this module needs none

    text = {item.name: "string" for item in fields(row) if "str" in str(item.type) or item.type == "Status"}
    table = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
    missing = [name for name in column_meanings(row) if name not in table.columns]
    if missing:
        raise TableError(
            f"{path}: no column {', '.join(missing)}; scripts/concbench/records/rows.py says what each table holds"
        )
    return table


def rows_of(table: pd.DataFrame, row: type[Row]) -> list[Row]:
    """Make data classes of a table's rows; None where pandas has no value."""
    return [row(**{str(name): known(value) for name, value in one.items()}) for one in table.to_dict("records")]


def conditions_that_vary(summary: pd.DataFrame) -> list[str]:
    """Find which of ``CONDITION`` has more than one value among these configurations."""
    return [name for name in CONDITION if summary[name].nunique() > 1]


def known(value: Any) -> Any:
    """Return the value, or None where pandas has none."""
    import pandas as pd

    return None if pd.isna(value) else value
