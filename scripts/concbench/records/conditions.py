"""Describe conditions: what is the same for all configurations that are compared with each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from concbench.records.tables import known

if TYPE_CHECKING:
    import pandas as pd

    from concbench.records.rows import ConfigurationColumns


@dataclass(frozen=True)
class Condition:
    """Describe the experiment, server, interpreter and size that compared configurations share."""

    experiment: str
    server: str | None
    interpreter: str
    size: int

    @classmethod
    def of(cls, row: pd.Series) -> Condition:
        """Read the condition from a row of a table."""
        return cls(**{name: known(row[name]) for name in CONDITION})


def condition_of(row: ConfigurationColumns) -> Condition:
    """Return the condition of a row."""
    return Condition(row.experiment, row.server, row.interpreter, row.size)


CONDITION = tuple(item.name for item in fields(Condition))  # the columns


def by_condition(table: pd.DataFrame) -> Iterator[tuple[Condition, pd.DataFrame]]:
    """Yield each condition of a table with its rows, in the order of the table."""
    for _, rows in table.groupby(list(CONDITION), sort=False, dropna=False):
        yield Condition.of(rows.iloc[0]), rows


def conditions_that_vary(summary: pd.DataFrame) -> frozenset[str]:
    """Return the columns of a condition that have more than one value among these configurations."""
    return frozenset(name for name in CONDITION if summary[name].nunique() > 1)
