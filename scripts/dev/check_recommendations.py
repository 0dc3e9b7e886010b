"""Compare what `make own` recommends for each example with the fastest of `make own-exhaustive`.

With --measure, first measure each example anew as `make own` does, and time that. Then run the recommended program. Exit status
1 if more than one example in ten misses: what is recommended takes over 10 % longer than the fastest, the answer took over 2
minutes, or the program's time differs from that of a run by more than 5 % and its confidence interval.
"""

from __future__ import annotations

import argparse
import math
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd

from concbench.analysis.dataset import CampaignData
from concbench.analysis.recommendation import recommendations
from concbench.campaign.campaign import Campaign
from concbench.campaign.campaign_reader import read_campaign
from concbench.campaign.plan import plan, spec
from concbench.common.paths import ROOT
from concbench.records.rows import TABLES
from concbench.records.tables import read_table
from dev.program_times import program_of, ratio_in_turns
from dev.recommendation_outcome import Outcome, is_enough, outcomes_table
from dev.seconds_for import seconds_for

SWEEP = ROOT / "results" / "own_exhaustive"
PYTHON, BUDGET = ".venv-examples/bin/python", "2m"
SERVERS = {"json_over_http": "json", "postgres_pool": "postgres", "postgres_rows": "postgres"}
NEAR = 1.5  # factor up to which another number of workers, or size of a chunk, may stand for the recommended one
ALL = math.inf  # number of workers if each item has one


@dataclass(frozen=True)
class Setup:
    """Describe how items are done: the model, its options, and the numbers that are compared by their ratio."""

    model: str
    options: frozenset[tuple[str, Any]]
    workers: float
    chunk_size: int

    @classmethod
    def of(cls, row: pd.Series, campaign: Campaign) -> Setup:
        """Describe that of a row of ``comparisons.csv``."""
        contender = campaign.experiments[row["experiment"]].contenders[row["contender"]]
        own = {name: value for name, value in contender.workload_options.items() if name != "file"}
        options = {name: value for name, value in {**contender.model_options, **own}.items() if value is not None}
        chunk_size = options.pop("chunk_size", 1)
        workers = ALL if contender.model != "sync" and row["workers"] >= row["size"] else float(row["workers"])
        return cls(contender.model, frozenset(options.items()), workers, chunk_size)

    def distance(self, other: Setup) -> float:
        """Return the largest factor between the two's numbers; infinite if anything else differs."""
        if (self.model, self.options) != (other.model, other.options):
            return math.inf
        pairs = ((self.workers, other.workers), (self.chunk_size, other.chunk_size))
        return max(1.0 if one == two else max(one, two) / min(one, two) for one, two in pairs)

    def __str__(self) -> str:
        options = [f"{name} {value}" for name, value in sorted(self.options)]
        chunk = [f"chunk_size {self.chunk_size}"] if self.chunk_size > 1 else []
        workers = [] if self.model == "sync" else ["all" if self.workers == ALL else f"{self.workers:.0f}"]
        return ", ".join([self.model, *workers, *options, *chunk])


def outcome(example: str, own: CampaignData, sweep: CampaignData, answered_s: float | None = None) -> Outcome:
    """Compare what an example's campaign recommends with the fastest of the sweep."""
    return replace(beside_sweep(example, own, sweep), answered_s=answered_s)


def beside_sweep(example: str, own: CampaignData, sweep: CampaignData) -> Outcome:
    swept = sweep.experiment(example).comparisons.dropna(subset=["vs_fastest"])
    rows = [(Setup.of(row, sweep.campaign), row) for _, row in swept.iterrows()]
    fastest = str(rows[swept["vs_fastest"].to_numpy().argmin()][0]) if rows else ""
    wanted = recommended(own)
    if wanted is None or not rows:
        return Outcome(example, str(wanted or "nothing"), "", fastest)
    setup, row = min(rows, key=lambda one: wanted.distance(one[0]))
    if wanted.distance(setup) > NEAR:
        return Outcome(example, str(wanted), "nothing like it", fastest)
    ratio, low, high = (float(row[name]) for name in ("vs_fastest", "vs_fastest_low", "vs_fastest_high"))
    return Outcome(example, str(wanted), str(setup), fastest, ratio, low, high)


def chosen_row(own: CampaignData) -> pd.Series | None:
    """Return the row of ``comparisons.csv`` that a campaign recommends at its largest size; None if it recommends nothing."""
    (experiment,) = own.campaign.experiments
    return next(recommendations(own.experiment(experiment))).chosen


def recommended(own: CampaignData) -> Setup | None:
    """Return the setup that a campaign recommends; None if it recommends nothing."""
    chosen = chosen_row(own)
    return None if chosen is None else Setup.of(chosen, own.campaign)


def with_program(found: Outcome, own: CampaignData) -> Outcome:
    """Run the program that a campaign recommends, if there is one, and add its time ÷ that of a run."""
    chosen, program = chosen_row(own), program_of(own)
    if chosen is None or program is None:
        return found
    run = next(run for run in plan(own.campaign) if run.configuration.name == chosen["configuration"])
    ratio = ratio_in_turns(program, spec(own.campaign, run), ROOT / "examples", server_of(found.example))
    return replace(found, program_ratio=ratio.estimate, program_ratio_low=ratio.low, program_ratio_high=ratio.high)


def read(folder: Path) -> CampaignData:
    """Read a campaign's tables. Exit if there are none."""
    if not (folder / "comparisons.csv").exists():
        command = "make own-exhaustive" if folder == SWEEP else "give --measure"
        sys.exit(f"{folder.relative_to(ROOT)} has no tables. Measure it first: {command}.")
    names = ("runs", "summary", "comparisons")
    return CampaignData(
        read_campaign(folder / "config.json"), {name: read_table(folder / f"{name}.csv", TABLES[name]) for name in names}
    )


def measure_s(example: str) -> float:
    """Measure an example anew, as ``make own`` does, and return the seconds from the command to its end."""
    shutil.rmtree(ROOT / "results" / f"own-{example}", ignore_errors=True)
    config = (f"own=examples/{example}.py", f"budget={BUDGET}", f"python={PYTHON}")
    return seconds_for(*server_of(example), "snakemake", "--cores", "all", "--config", *config)


def server_of(example: str) -> tuple[str, ...]:
    """Return the command that starts an example's server, to stand before another one."""
    return (sys.executable, "examples/with_server.py", SERVERS[example]) if example in SERVERS else ()


def outcomes(examples: Iterable[str], sweep: CampaignData, *, measure: bool, programs: bool) -> Iterator[Outcome]:
    for example in examples:
        answered_s = measure_s(example) if measure else None
        own = read(ROOT / "results" / f"own-{example}")
        found = outcome(example, own, sweep, answered_s)
        yield with_program(found, own) if measure or programs else found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("examples", nargs="*", help="their names, such as hash_files (default: all)")
    parser.add_argument("--measure", action="store_true", help="measure them anew first, 2 minutes each")
    parser.add_argument("--programs", action="store_true", help="run the recommended programs, also without --measure")
    parser.add_argument("--table", type=Path, metavar="FILE", help="CSV file to write the outcomes to")
    arguments = parser.parse_args()
    sweep = read(SWEEP)
    unknown = [name for name in arguments.examples if name not in sweep.campaign.experiments]
    if unknown:
        parser.error(f"{SWEEP.relative_to(ROOT)} has no example {unknown[0]}, only {', '.join(sweep.campaign.experiments)}")
    compared = list(
        outcomes(
            arguments.examples or sweep.campaign.experiments, sweep, measure=arguments.measure, programs=arguments.programs
        )
    )
    print(outcomes_table(compared), end="")
    if arguments.table:
        pd.DataFrame(compared).to_csv(arguments.table, index=False)
    sys.exit(0 if is_enough(compared) else 1)


if __name__ == "__main__":
    main()
