"""Compare two campaigns, such as before and after an upgrade, or the two interpreters of one. For use by hand and in CI.

Exit status 0: every configuration is faster or the same or, with --allow, not slower by more than that. 1: a configuration is
slower, by more than chance explains among all configurations (max-T: Westfall and Young, Resampling-Based Multiple Testing,
1993). 2: neither, such as an inconclusive configuration, or nothing can be compared, for any reason.
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

NOT_COMPARED = 2  # the same as for inconclusive


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path, help="a campaign's folder, such as results/article")
    parser.add_argument(
        "after",
        type=Path,
        nargs="?",
        help="folder of the campaign to compare with it; without it, the first campaign's two interpreters are compared",
    )
    parser.add_argument("--allow", type=share, metavar="SHARE", help="how much slower anything may be, such as 10%% or 0.1")
    parser.add_argument("--table", type=Path, metavar="CSV", help="file to write, with a row for each configuration")
    parser.add_argument("--figure", type=Path, metavar="FILE", help="PNG or SVG file to write, with the speed-ups")
    return parser.parse_args()


def share(text: str) -> float:
    """Read a share: ``10%`` or ``0.1``."""
    try:
        value = float(text.rstrip("% ")) / (100 if text.endswith("%") else 1)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a share. Expected one from 0 to 1, such as 10% or 0.1.")
    return value


def compare(arguments: argparse.Namespace) -> int:
    """Write and print the comparison, and return the exit status. Raise whatever goes wrong."""
    # imports are here because one that fails must not end with 1 either
    from concbench.analysis.changes import NotResults, Results, changed, interpreters_of, status
    from concbench.campaign.config_file import ConfigError
    from concbench.records.rows import ChangeRow
    from concbench.records.tables import write_table
    from concbench.report.changes_text import text

    try:
        before = Results.read(arguments.before)
        before, after = (before, Results.read(arguments.after)) if arguments.after else interpreters_of(before)
        rows = changed(before, after)
        printed = text(rows, before, after, arguments.allow)
    except (NotResults, ConfigError) as error:
        raise SystemExit(str(error)) from error
    if arguments.table:
        write_table(arguments.table, ChangeRow, rows)
    if arguments.figure:
        from concbench.drawing.changes_figure import draw
        from concbench.drawing.files import save

        names = {**before.names, **after.names}
        save(draw(rows, before.title or before.campaign.name, after.title or after.campaign.name, names), arguments.figure)
    say(printed)
    return status(rows, arguments.allow)


def say(text: str) -> None:
    """Print all of a text, or raise."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    try:
        print(text, flush=True)
    except OSError:  # at its end Python would try again, fail, and change the exit status
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise


def explain(error: BaseException) -> None:
    """Print on stderr why nothing was compared: in one line if the reason is known, otherwise with the traceback."""
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
    except BaseException as error:  # not 1, which means slower
        found = NOT_COMPARED
        with suppress(Exception):  # stderr may be closed too
            if not isinstance(error, BrokenPipeError):
                explain(error)
    sys.exit(found)


if __name__ == "__main__":
    main()
