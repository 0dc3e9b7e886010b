"""Run the program that a campaign of ``make own`` recommends, as its user would, and time its work."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from math import log
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory

from concbench.analysis.dataset import CampaignData
from concbench.common.paths import ROOT, SCRIPTS
from concbench.records.run_record import RunRecord, RunSpec
from concbench.report.advice import advice, facts_of
from concbench.stats.intervals import Interval, signed_rank_interval

TURNS = 11  # each of a run and the program
LIMITS = ("--timeout=60", "--background-cpu=1", "--attempts=1")
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


def ratio_in_turns(program: str, spec: RunSpec, folder: Path, server: Sequence[str]) -> Interval:
    """Return the time of a program ÷ that of a run as a campaign measures it: both in turns, within which they are paired.

    Args:
        program: The program.
        spec: The run that does the same.
        folder: Where the program finds the user's file.
        server: The command that starts a server for both; nothing if they need none.
    """
    with NamedTemporaryFile("w", dir=folder, prefix="recommended_", suffix=".py") as file, TemporaryDirectory() as records:
        file.write(timed(program))
        file.flush()
        measure = [sys.executable, str(SCRIPTS / "measure_run.py"), "--spec", spec.to_json(), *LIMITS]
        files = [f"--{name}={records}/{name}" for name in ("certificates", "log")]
        turn = [shlex.join([*measure, *files]) + f' --record="{records}/$turn" > {records}/said']
        turn += [f"{spec.interpreter} {shlex.quote(file.name)}"]
        script = f"for turn in $(seq {TURNS}); do {turn[0]} && {turn[1]} || exit; done"
        done = subprocess.run([*server, "sh", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{spec.configuration}: the program or the run failed:\n{done.stderr}")
        runs = [RunRecord.read(Path(records, str(turn))).measured for turn in range(1, TURNS + 1)]
    programs_s = [float(seconds) for seconds in re.findall(r"^seconds (\S+) ", done.stdout, re.MULTILINE)]
    ratios = [log(one / run.makespan_s) for one, run in zip(programs_s, runs, strict=True) if run.makespan_s]
    found = signed_rank_interval(ratios)
    assert found, f"{spec.configuration}: no run counts ({runs[0].reason})"
    return found.exp()
