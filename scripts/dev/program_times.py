"""Run the program that a campaign of ``make own`` recommends, as its user would, and time its work."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import NamedTemporaryFile

from concbench.analysis.dataset import CampaignData
from concbench.report.advice import advice, facts_of

TIMES = 7  # the program runs this often
CLOCK = """\
from time import perf_counter


def begun(items):
    global begin_s
    begin_s = perf_counter()
    return items


"""
END = """

if __name__ == "__main__":
    print("seconds", perf_counter() - begin_s, len(results))
"""


def program_of(campaign: CampaignData) -> str | None:
    """Return the program that a campaign of one experiment recommends for its largest size; None if there is none."""
    (experiment,) = campaign.campaign.experiments
    return next(advice(campaign.experiment(experiment), facts_of(campaign.campaign))).program


def timed(program: str) -> str:
    """Make a recommended program print the seconds from when it has its items to when it has all results."""
    docstring, code = re.fullmatch(r'(""".*?"""\n)(.*)', program, re.DOTALL).groups()  # type: ignore[union-attr]
    timed_code, count = re.subn(r"\w+\.(?:items\(\d+, \d+\)|ITEMS\[:\d+\])", r"begun(\g<0>)", code)
    assert count == 1, program
    return docstring + CLOCK + timed_code + END


def program_s(program: str, python: str, folder: Path, server: Sequence[str]) -> float:
    """Run a program several times in a folder, beside a server if there is one, and return its median time in seconds."""
    with NamedTemporaryFile("w", dir=folder, prefix="recommended_", suffix=".py") as file:
        file.write(timed(program))
        file.flush()
        runs = f"for run in $(seq {TIMES}); do '{python}' '{file.name}' || exit; done"
        done = subprocess.run([*server, "sh", "-c", runs], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{folder.name}: the recommended program failed:\n{done.stderr}")
    return median(float(seconds) for seconds in re.findall(r"^seconds (\S+) ", done.stdout, re.MULTILINE))
