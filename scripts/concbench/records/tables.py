"""Write and read tables of rows as CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import asdict
from enum import Enum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from concbench.common.atomic import whole_file
from concbench.records.rows import column_meanings

if TYPE_CHECKING:
    import pandas as pd

Row = TypeVar("Row")
REMEDY = "Delete it, then repeat the campaign's command."


def write_table(path: Path, row: type, rows: Iterable[Any]) -> None:
    """Write a CSV of rows, completely or not at all. An unknown value is an empty field."""
    with whole_file(path) as file:
        writer = csv.DictWriter(file, list(column_meanings(row)))
        writer.writeheader()
        writer.writerows(with_counts(row, asdict(one)) for one in rows)


def with_counts(row: type, values: dict[str, Any]) -> dict[str, Any]:
    """Return a row's values with counts as whole numbers: where one is unknown, pandas makes all of its column floats."""
    counts = {name for name, kind in column_kinds(row).items() if kind is int}
    return {name: int(value) if name in counts and value is not None else value for name, value in values.items()}


class TableError(SystemExit):
    """End a command whose input isn't the table it should be, with a message instead of a traceback."""


def text_columns(row: type) -> dict[str, type[str]]:
    """Return the text columns of a row class, each with its type: ``str``, or an enum of texts."""
    return {
        name: kind
        for name, hint in get_type_hints(row).items()
        for kind in (hint, *get_args(hint))
        if isinstance(kind, type) and issubclass(kind, str)
    }


def read_table(path: Path, row: type) -> pd.DataFrame:
    """Read a CSV of rows; text columns stay text. Raise TableError, which names what is missing or wrong."""
    import pandas as pd  # slow to import, and the runner doesn't need it

    text = dict.fromkeys(text_columns(row), "string")
    try:
        table = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
    except (OSError, OverflowError, ValueError, pd.errors.ParserError) as error:
        why = " ".join(str(getattr(error, "strerror", None) or error).split())
        raise TableError(f"{path}: cannot read this table ({why}). {REMEDY}") from None
    missing = [name for name in column_meanings(row) if name not in table.columns]
    if missing:
        raise TableError(f"{path}: this table has no column {', '.join(missing)}. {REMEDY}")
    for name, kind in column_kinds(row).items():
        if bad := wrong_words(table[name], kind):
            raise TableError(f"{path}: the column {name} has {bad[0]!r}. {REMEDY}")
    return table


@cache
def column_kinds(row: type) -> dict[str, type]:
    """Return the columns of a row class that aren't plain text, each with its type: a number, bool or an enum."""
    hints = {name: (hint, *get_args(hint)) for name, hint in get_type_hints(row).items()}
    kinds = {name: [one for one in hint if isinstance(one, type) and one is not type(None)] for name, hint in hints.items()}
    return {name: one[0] for name, one in kinds.items() if one and one[0] is not str}


def wrong_words(column: pd.Series, kind: type) -> list[str]:
    """Return the values of a column that aren't of its type, as written in the table."""
    import pandas as pd

    known = column.dropna()
    if issubclass(kind, Enum):
        return sorted({str(value) for value in known} - {str(one.value) for one in kind})
    if kind is bool:
        return sorted({str(value) for value in known} - {"True", "False"})
    if kind in (int, float) and not (pd.api.types.is_numeric_dtype(known) and known.dtype != bool):
        return [str(value) for value in known[pd.to_numeric(known, errors="coerce").isna()]] or [str(value) for value in known]
    return []


def rows_of(table: pd.DataFrame, row: type[Row]) -> list[Row]:
    """Return the rows of a table as data classes, with enums for words, and None if pandas has no value."""
    words = {name: kind for name, kind in text_columns(row).items() if issubclass(kind, Enum)}
    found = []
    for one in table.to_dict("records"):
        values = with_counts(row, {str(name): known(value) for name, value in one.items()})
        for name, kind in words.items():
            values[name] = None if values[name] is None else kind(values[name])
        found.append(row(**values))
    return found


def known(value: Any) -> Any:
    """Return the value, or None if pandas has none."""
    import pandas as pd

    return None if pd.isna(value) else value
