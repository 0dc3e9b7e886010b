"""Measure what this project promises of itself, and print each figure beside its bar. Takes a quarter of an hour.

The campaigns are measured anew, under names of their own; exit status 1 if a bar is missed.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from time import perf_counter

import pandas as pd

from config_file import ROOT
from tables import RunRow, read_table

LATENCY_S, DOWNLOADS, THREADS = 0.0893, 160, 5


@dataclass(frozen=True)
class Check:
    """One promise: a figure and the most that it may be."""

    promise: str
    figure: float
    bar: float
    unit: str

    @property
    def kept(self) -> bool:
        return self.figure <= self.bar

    def __str__(self) -> str:
        return f"{'kept  ' if self.kept else 'MISSED'}  {self.figure:8.3f} of {self.bar:g} {self.unit:<9} {self.promise}"


def seconds_for(*command: str) -> float:
    """How long a command takes; ends this one with its output if it fails."""
    start = perf_counter()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return perf_counter() - start


def measure_anew(campaign: str, *arguments: str) -> float:
    """Seconds for a whole campaign, from nothing to its figures."""
    shutil.rmtree(ROOT / "results" / campaign, ignore_errors=True)
    return seconds_for("snakemake", "--cores", "all", *arguments, "--config", f"campaign={campaign}")


def runs_of(campaign: str) -> pd.DataFrame:
    return read_table(ROOT / "results" / campaign / "runs.csv", RunRow)


def median_makespan_s(runs: pd.DataFrame, contender: str) -> float:
    chosen = runs[(runs["experiment"] == "io") & (runs["contender"] == contender)]
    return float(chosen["makespan_s"].median())


def article_checks() -> Iterator[Check]:
    """The campaign as published: its duration, what a run costs besides its makespan, and whether waits add up."""
    yield Check("the article's campaign, from nothing to its figures", measure_anew("validation") / 60, 8, "minutes")
    runs = runs_of("validation")
    yield Check("overhead of a run, median", float(runs["overhead_s"].median()), 0.8, "s")
    for contender, workers, bar in (("sync", 1, 0.05), ("threading", THREADS, 0.08)):
        ideal_s = DOWNLOADS / workers * LATENCY_S
        off = abs(median_makespan_s(runs, contender) / ideal_s - 1)
        yield Check(f"{contender}, 160 downloads at {LATENCY_S} s: off {ideal_s:.2f} s by", off, bar, "of it")
    shutil.rmtree(ROOT / "results" / "validation" / "figures")
    arguments = ("--config", "campaign=validation")
    yield Check("figures from finished runs", seconds_for("snakemake", "--cores", "all", "figures", *arguments), 20, "s")


def quick_checks() -> Iterator[Check]:
    yield Check("the quick campaign", measure_anew("validation-quick", "--configfile", "config/quick.yaml"), 60, "s")


def test_checks() -> Iterator[Check]:
    """How long the tests take."""
    durations = {part: seconds_for("make", part) for part in ("check", "unit", "processes", "pipeline")}
    yield Check("make unit", durations["unit"], 30, "s")
    yield Check("make test", sum(durations.values()) / 60, 5, "minutes")


PARTS = {"article": article_checks, "quick": quick_checks, "tests": test_checks}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"which of {', '.join(PARTS)}; all unless named")
    arguments = parser.parse_args()
    kept = True
    for part in arguments.parts or PARTS:
        for check in PARTS[part]():
            print(check, flush=True)
            kept &= check.kept
    sys.exit(not kept)


if __name__ == "__main__":
    main()
