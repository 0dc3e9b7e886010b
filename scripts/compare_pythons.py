"""Measure the same work with two Pythons in the same blocks, and compare them in pairs. For use by hand and in CI.

Each may be the Python of a virtual environment in which a version of your package is installed. If interrupted, the same
command continues. The exit status is that of compare_campaigns.py.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # PYTHONSAFEPATH leaves it out

NOT_COMPARED = 2
COMPARE = Path(__file__).with_name("compare_campaigns.py")
PASSED_ON = ("allow", "table", "figure")  # options of that command


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", help="a Python: a path, a command such as python3.14, or PYTHON_JIT=1 python3.15")
    parser.add_argument("after", help="the Python to compare with it")
    parser.add_argument(
        "--config",
        type=Path,
        default=Path("config/quick.yaml"),
        help="the campaign to measure with both; its own interpreters and claims are left out (default: %(default)s)",
    )
    parser.add_argument("--blocks", type=int, default=10, help="number of blocks, at least 6 (default: %(default)s)")
    parser.add_argument("--allow", metavar="SHARE", help="how much slower anything may be, such as 10%% or 0.1")
    parser.add_argument("--table", metavar="CSV", help="file to write, with a row for each configuration")
    parser.add_argument("--figure", metavar="FILE", help="PNG or SVG file to write, with the speed-ups")
    return parser.parse_args()


def status_of(*command: str | Path, out: int | None = None) -> int:
    """Run a Python command, with ``out`` as its standard output; return its exit status, or 2 if a signal ended it."""
    done = subprocess.run([sys.executable, *command], stdout=out, check=False)
    return done.returncode if done.returncode >= 0 else NOT_COMPARED


def options(arguments: argparse.Namespace) -> Sequence[str]:
    given = {name: getattr(arguments, name) for name in PASSED_ON}
    return [f"--{name}={value}" for name, value in given.items() if value is not None]


def main() -> None:
    arguments = parsed()
    signal.signal(signal.SIGINT, lambda *_: None)  # the pipeline gets it too, and ends the campaign
    try:
        from concbench.workflow.two_pythons import write_campaign

        config = write_campaign(arguments.config, arguments.before, arguments.after, arguments.blocks)
    except (Exception, SystemExit) as error:  # not 1, which means slower
        print(error, file=sys.stderr)
        sys.exit(NOT_COMPARED)
    measure = ("-m", "snakemake", "--cores", "all", "--configfile", os.path.relpath(config))
    if status_of(*measure, out=sys.stderr.fileno()):  # the comparison alone goes to the standard output
        sys.exit(NOT_COMPARED)
    sys.exit(status_of(COMPARE, os.path.relpath(config.parent), *options(arguments)))


if __name__ == "__main__":
    main()
