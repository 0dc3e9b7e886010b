"""Compare two campaigns, such as before and after an upgrade, or of two machines; for use by hand and in CI.

Exit status 0: nothing is slower, and every configuration is decided; 1: something is slower, by more than chance would
explain among all configurations (Holm, Scandinavian Journal of Statistics 6, 1979); 2: nothing is known to be slower, but
not every configuration is decided, or the campaigns couldn't be compared, whatever the reason.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # PYTHONSAFEPATH leaves it out

NOT_COMPARED = 2  # the same as for what can't be told


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path, help="the folder of a campaign, such as results/article")
    parser.add_argument("after", type=Path, help="the folder of the one that is compared with it")
    parser.add_argument("--table", type=Path, metavar="CSV", help="file to write: a row for each configuration")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="file to write, PNG or SVG: how many times as fast")
    return parser.parse_args()


def compare(arguments: argparse.Namespace) -> int:
    """Write and print the comparison, and return the exit status. Raises whatever went wrong."""
    # imported here, so that an import that fails doesn't end with 1 either
    from concbench.analysis.changes import NotResults, Results, changed, status
    from concbench.campaign.config_file import ConfigError
    from concbench.records.rows import ChangeRow
    from concbench.records.tables import write_table
    from concbench.report.changes_text import text

    try:
        before, after = Results.read(arguments.before), Results.read(arguments.after)
        rows = changed(before, after)
        printed = text(rows, before, after)
    except (NotResults, ConfigError) as error:
        raise SystemExit(str(error)) from error
    if arguments.table:
        write_table(arguments.table, ChangeRow, rows)
    if arguments.figure:
        from concbench.drawing.changes_figure import draw
        from concbench.drawing.files import save

        save(draw(rows, before.campaign.name, after.campaign.name), arguments.figure)
    say(printed)
    return status(rows)


def say(text: str) -> None:
    """Print to the end, or raise."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        print(text, flush=True)
    except OSError:  # Python would try the rest again when it ends, fail, and change the exit status
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def explain(error: BaseException) -> None:
    """Say on stderr why nothing was compared: in a line where the reason is known, else with the traceback."""
    if isinstance(error, ImportError):
        print(f"{error}. Activate the environment first: source .venv/bin/activate", file=sys.stderr)
    elif isinstance(error, (SystemExit, OSError, ValueError)):
        print(error, file=sys.stderr)
    else:
        traceback.print_exc()


def main() -> None:
    arguments = parsed()
    try:
        found = compare(arguments)
    except KeyboardInterrupt:
        found = 130  # as shells have it
    except BaseException as error:  # 1 would say that something is slower
        found = NOT_COMPARED
        with suppress(Exception):  # stderr may be closed too
            if not isinstance(error, BrokenPipeError):
                explain(error)
    sys.exit(found)


if __name__ == "__main__":
    main()
