"""Compare two campaigns, such as before and after an upgrade, or on two machines. For use by hand and in CI.

Exit status 0: every configuration is faster or the same. 1: a configuration is slower, by more than chance explains among
all configurations (Holm, Scandinavian Journal of Statistics 6, 1979). 2: neither, such as an inconclusive configuration,
or a folder contains no results.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import pandas as pd

from concbench.analysis.changes import CANNOT_TELL, NotResults, Results, changed, status
from concbench.campaign.config_file import ConfigError
from concbench.common.atomic import CannotWrite
from concbench.drawing.changes_figure import draw
from concbench.drawing.files import save
from concbench.records.rows import ChangeRow
from concbench.records.tables import TableError, write_table
from concbench.report.changes_text import text


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path, help="a campaign's folder, such as results/article")
    parser.add_argument("after", type=Path, help="folder of the campaign to compare with it")
    parser.add_argument("--table", type=Path, metavar="CSV", help="file to write, with a row for each configuration")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="PNG or SVG file to write, with the speed-ups")
    arguments = parser.parse_args()
    try:
        before, after = Results.read(arguments.before), Results.read(arguments.after)
        rows = changed(before, after)
        if arguments.table:
            write_table(arguments.table, ChangeRow, rows)
        if arguments.figure:
            names = {**before.names, **after.names}
            save(draw(rows, before.campaign.name, after.campaign.name, names), arguments.figure)
    except (NotResults, ConfigError, TableError, CannotWrite, pd.errors.EmptyDataError, ValueError, OSError) as error:
        print(error, file=sys.stderr)
        sys.exit(CANNOT_TELL)  # not 1, which means slower
    print(text(rows, before, after))
    sys.exit(status(rows))


if __name__ == "__main__":
    main()
