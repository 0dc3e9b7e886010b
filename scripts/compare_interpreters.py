"""Compare every point with the same on the campaign's first interpreter: other tables in, interpreters.csv out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from campaign import CONTROL, Campaign
from compare import Comparer, log_makespans
from table_arguments import campaign_and_tables, table_parser
from tables import InterpreterRow, known, write_table

SAME = ["experiment", "contender", "origin", "workers_asked", "size"]  # what a point has in common with itself elsewhere


def compare_interpreters(
    campaign: Campaign, runs: pd.DataFrame, summary: pd.DataFrame, comparisons: pd.DataFrame
) -> list[InterpreterRow]:
    """A row for each point of another interpreter than the first, in the order of the summary.

    The noise floor is the larger of those of the two settings, each from the control's two measurements there.
    """
    first, comparer = next(iter(campaign.interpreters)), Comparer(campaign, log_makespans(runs))
    own = summary[summary["contender"] != CONTROL]
    at_home = own["interpreter"] == first
    pairs = own[~at_home].merge(own[at_home][[*SAME, "point"]], on=SAME, suffixes=("", "_at_home"))
    points, floors = own.set_index("point", drop=False), comparisons.set_index("point")["noise_floor"]
    rows = []
    for here, home in zip(pairs["point"], pairs["point_at_home"]):
        row = comparer.compared(points.loc[here], points.loc[home], known(floors[[here, home]].max()))
        rows.append(InterpreterRow(**asdict(row), baseline_interpreter=first))
    return rows


def main() -> None:
    tables = ("runs", "summary", "comparisons")
    parser = table_parser(__doc__, *tables)
    parser.add_argument("--table", required=True, type=Path, help="file to write: interpreters.csv")
    arguments = parser.parse_args()
    campaign, read = campaign_and_tables(arguments, *tables)
    write_table(arguments.table, InterpreterRow, compare_interpreters(campaign, *read))


if __name__ == "__main__":
    main()
