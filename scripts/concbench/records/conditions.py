"""Describe conditions: what is the same for all configurations that are compared with each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from concbench.records.tables import known

if TYPE_CHECKING:
    import pandas as pd


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

    def parts(self, vary: Collection[str]) -> list[str]:
        """Return the columns in ``vary`` with their values: ``["server near", "size 40"]``."""
        return [f"{name} {getattr(self, name)}" for name in CONDITION if name in vary]

    def described(self, vary: Collection[str]) -> str:
        """Return the columns in ``vary`` with their values in one line: ``server near, size 40``."""
        return ", ".join(self.parts(vary))

    def appended_to(self, text: str, vary: Collection[str]) -> str:
        """Append the columns in ``vary`` with their values to a text: ``io, server near, size 40``."""
        return ", ".join([text, *self.parts(vary)])


CONDITION = tuple(item.name for item in fields(Condition))  # the columns


def by_condition(table: pd.DataFrame) -> Iterator[tuple[Condition, pd.DataFrame]]:
    """Yield each condition of a table with its rows, in the order of the table."""
    for _, rows in table.groupby(list(CONDITION), sort=False, dropna=False):
        yield Condition.of(rows.iloc[0]), rows


def conditions_that_vary(summary: pd.DataFrame) -> frozenset[str]:
    """Return the columns of a condition that have more than one value among these configurations."""
    return frozenset(name for name in CONDITION if summary[name].nunique() > 1)
