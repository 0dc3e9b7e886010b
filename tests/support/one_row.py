"""Rows of tables made from made-up runs."""

from __future__ import annotations

import pandas as pd

from support import factories

TIMES: factories.Times = {"sync": [4.0, 6.0, 5.0], "threading": [2.0, 2.0, 10.0]}


def row(table: pd.DataFrame, contender: str) -> pd.Series:
    return table[table["contender"] == contender].iloc[0]
