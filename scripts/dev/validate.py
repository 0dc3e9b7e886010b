"""Check this project's own performance targets, and print each measured value beside its target. Takes two hours.

Campaigns are measured again under names of their own. Exit status 1 if a target is missed.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median
from tempfile import NamedTemporaryFile, TemporaryDirectory
from time import perf_counter
from types import ModuleType
from typing import Any

import pandas as pd
import yaml

from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.plan import plan, probe_plan, spec
from concbench.claims.claim import numbered
from concbench.common.paths import ROOT, SCRIPTS
from concbench.records.rows import ClaimRow, ComparisonRow, RunRow
from concbench.records.run_record import Measured, RunRecord
from concbench.records.tables import read_table, rows_of
from concbench.stats.verdicts import ClaimVerdict, Verdict
from dev import simulate, simulate_best, simulate_changes, simulate_looks, simulate_order_effects, simulate_scaling
from dev.against_handwritten import measured_ratio
from dev.against_pyperf import measured_agreement, shown
from dev.seconds_for import seconds_for
from dev.timing_overhead import WORKERS, cost_s

LATENCY_S, DOWNLOADS, THREADS = 0.0893, 160, 5
TOOL = (sys.executable, "-P", "-m")
CAMPAIGNS, CHOICES, SWEEPS, COMPARISONS, ORDERS = 4000, 1000, 200, 1000, 1000  # simulated of each kind
DECIDED = [("io", "threading"), ("io", "asyncio"), ("io", "multiprocessing"), ("cpu", "multiprocessing")]


@dataclass(frozen=True)
class Check:
    """Compare one measured value with its target, the largest value allowed."""

    promise: str
    figure: float
    bar: float
    unit: str

    @property
    def kept(self) -> bool:
        return self.figure <= self.bar

    def __str__(self) -> str:
        return f"{'met   ' if self.kept else 'MISSED'}  {self.figure:8.3f} of {self.bar:g} {self.unit:<9} {self.promise}"


def measure_anew(campaign: str, *arguments: str) -> float:
    """Return the seconds for a whole campaign, from nothing to its figures."""
    shutil.rmtree(ROOT / "results" / campaign, ignore_errors=True)
    return seconds_for("snakemake", "--cores", "all", *arguments, "--config", f"campaign={campaign}")


def runs_of(campaign: str) -> pd.DataFrame:
    return read_table(ROOT / "results" / campaign / "runs.csv", RunRow)


def verdicts_of(campaign: str) -> dict[tuple[str, str], str | None]:
    """Return the verdict on each contender of each experiment."""
    rows = rows_of(read_table(ROOT / "results" / campaign / "comparisons.csv", ComparisonRow), ComparisonRow)
    return {(row.experiment, row.contender): row.verdict for row in rows}


def median_makespan_s(runs: pd.DataFrame, contender: str) -> float:
    chosen = runs[(runs["experiment"] == "io") & (runs["contender"] == contender)]
    return float(chosen["makespan_s"].median())


def claims_of(campaign: str) -> dict[tuple[str, str | None], str]:
    """Return the verdict on each part of each claim, by interpreter."""
    rows = rows_of(read_table(ROOT / "results" / campaign / "claims.csv", ClaimRow), ClaimRow)
    return {(row.claim, row.interpreter): row.verdict for row in rows}


def article_checks() -> Iterator[Check]:
    """Check the article's campaign: its duration, the overhead of a run, and its elapsed times against the lower bound."""
    yield Check("the article's campaign, from nothing to its figures", measure_anew("validation") / 60, 8, "minutes")
    runs = runs_of("validation")
    yield Check("overhead of a run, median", float(runs["overhead_s"].median()), 0.5, "s")
    for contender, workers, bar in (("sync", 1, 0.05), ("threading", THREADS, 0.08)):
        lower_bound_s = DOWNLOADS / workers * LATENCY_S
        off = abs(median_makespan_s(runs, contender) / lower_bound_s - 1)
        yield Check(f"{contender}, 160 downloads at {LATENCY_S} s: deviation from {lower_bound_s:.2f} s", off, bar, "of it")
    shutil.rmtree(ROOT / "results" / "validation" / "figures")
    arguments = ("--config", "campaign=validation")
    yield Check("figures from finished runs", seconds_for("snakemake", "--cores", "all", "figures", *arguments), 20, "s")


def repeat_checks() -> Iterator[Check]:
    """Measure the article's campaign again, and check that its verdicts are the same."""
    measure_anew("validation-again")
    first, again = verdicts_of("validation"), verdicts_of("validation-again")
    undecided = sum(verdicts[one] not in (Verdict.FASTER, Verdict.SLOWER) for verdicts in (first, again) for one in DECIDED)
    yield Check("inconclusive verdicts in two campaigns", undecided, 0, "of 8")
    reversed_ = sum({first[one], again[one]} == {Verdict.FASTER, Verdict.SLOWER} for one in first)
    yield Check("comparisons faster in one campaign and slower in the next", reversed_, 0, f"of {len(first)}")


def verdicts_checks() -> Iterator[Check]:
    """Measure the campaign of claims twice, and check that its verdicts are the same."""
    names = ("validation-verdicts", "validation-verdicts-again")
    minutes = [measure_anew(name, "--configfile", "config/verdicts.yaml") / 60 for name in names]
    yield Check("the campaign of claims", max(minutes), 25, "minutes")
    first, again = (claims_of(name) for name in names)
    yield Check("claims without a row", 43 - len({numbered(claim) for claim, _ in first}), 0, "of 43")
    reversed_ = sum({first[one], again[one]} == {ClaimVerdict.REPRODUCED, ClaimVerdict.CONTRADICTED} for one in first)
    yield Check("claims reproduced in one campaign and contradicted in the next", reversed_, 0, f"of {len(first)}")


def simulated(promise: str, simulation: ModuleType, number: int) -> Check:
    """Run all kinds of a simulation, print their table, and count those that miss a target."""
    outcomes = simulation.simulate_all(number, seed=1)
    print(simulation.table(outcomes), flush=True)
    return Check(promise, sum(bool(simulation.missed(one)) for one in outcomes), 0, f"of {len(outcomes)}")


def coverage_checks() -> Iterator[Check]:
    """Simulate campaigns with known effects."""
    yield simulated("kinds of simulation that miss a target", simulate, CAMPAIGNS)
    yield simulated("kinds of choice among several that miss a target", simulate_best, CHOICES)
    yield simulated("kinds of sweep that miss a target", simulate_scaling, SWEEPS)
    yield simulated("kinds of campaigns until decided that miss a target", simulate_looks, CAMPAIGNS)
    yield simulated("kinds of order effects that miss a target", simulate_order_effects, ORDERS)


def changes_checks() -> Iterator[Check]:
    """Simulate comparisons of campaigns with known changes, and time a large one."""
    yield simulated("kinds of comparison that miss a target", simulate_changes, COMPARISONS)
    start_s = perf_counter()
    simulate_changes.simulate(simulate_changes.Truth(50, 1000), 1, seed=1)
    yield Check("comparing 50 configurations in 1,000 blocks each", perf_counter() - start_s, 10, "s")


def pyperf_checks() -> Iterator[Check]:
    found = measured_agreement()
    print(f"        a sum: ours {shown(found.ours_s, 's')}, pyperf {shown(found.pyperf_s, 's')}, {shown(found.ratio, '×')}")
    yield Check("gap between the confidence intervals of ours and pyperf", found.gap, 0, "of it")
    yield Check("largest deviation of ours ÷ pyperf from 1 in its confidence interval", found.reach, 0.1, "of it")


def handwritten_checks() -> Iterator[Check]:
    ratio = measured_ratio()
    print(f"        asyncio, 160 downloads at once: {shown(ratio, '× handwritten')}")
    yield Check("time above the handwritten program's, upper confidence limit", ratio.high - 1, 0.15, "of it")


def models_checks() -> Iterator[Check]:
    took_s = measure_anew("validation-models", "--configfile", "config/models.yaml")
    yield Check("the campaign of all models", took_s / 60, 20, "minutes")


def item_checks() -> Iterator[Check]:
    for model in WORKERS:
        yield Check(f"timing 10,000 items, {model}", cost_s(model) * 1e3, 20, "ms")


def quick_checks() -> Iterator[Check]:
    yield Check("the quick campaign", measure_anew("validation-quick", "--configfile", "config/quick.yaml"), 90, "s")


def synthetic_config(campaign: str, workers: int, blocks: int) -> dict[str, Any]:
    """Return two experiments with a baseline and a worker sweep, which make 2 × (workers + 1) × blocks runs."""
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": list(range(2, workers + 2))}}
    common = {"sizes": [160], "baseline": "sync", "contenders": contenders}
    return {
        "campaign": campaign,
        "repetitions": blocks,
        "best_of": 3,
        "servers": {"near": {"sites": {"page": {"bytes": 276, "latency_s": 0.1}}}},
        "experiments": {
            "io": {"workload": "download", "servers": ["near"], **common},
            "cpu": {"workload": "sum_squares", **common},
        },
    }


def report_checks() -> Iterator[Check]:
    """Make the tables, figures and report of campaigns with synthetic records."""
    for runs, workers, blocks, bar_s in ((200, 19, 5, 25), (5000, 49, 50, 90)):
        name = f"synthetic-{runs}"
        shutil.rmtree(ROOT / "results" / name, ignore_errors=True)
        with NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
            yaml.safe_dump(synthetic_config(name, workers, blocks), file)
            file.flush()
            seconds_for(*TOOL, "dev.synthetic_records", file.name)
            snakemake, config = ("snakemake", "--cores", "2"), ("--configfile", file.name)
            took_s = seconds_for(*snakemake, f"results/{name}/warnings.csv", *config)
            yield Check(f"tables of {runs} runs", took_s, bar_s, "s")
            yield Check(f"figures and report of {runs} runs", seconds_for(*snakemake, *config), bar_s, "s")
        yield Check(f"report of {runs} runs", (ROOT / "results" / name / "report.html").stat().st_size / 1e6, 5, "MB")
    most_bytes = getrusage(RUSAGE_CHILDREN).ru_maxrss * 1024
    yield Check("memory of the largest process among these", most_bytes / 1e9, 1, "GB")


def collecting_s(runs: int, workers: int, blocks: int) -> float:
    """Return the seconds that collecting synthetic records into runs.csv takes."""
    folder = ROOT / "results" / f"synthetic-{runs}"
    shutil.rmtree(folder, ignore_errors=True)
    config = synthetic_config(folder.name, workers, blocks)
    with NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        yaml.safe_dump(config, file)
        file.flush()
        seconds_for(*TOOL, "dev.synthetic_records", file.name)
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    about = ("--config", str(folder / "config.json"), "--output", str(folder / "runs.csv"))
    return seconds_for(sys.executable, str(SCRIPTS / "collect_runs.py"), *about)


def collect_checks() -> Iterator[Check]:
    """Collect 20,000 records, and check that the time grows in proportion to their number."""
    few_s, many_s = collecting_s(5000, 49, 50), collecting_s(20_000, 49, 200)
    yield Check("collecting 20,000 records", many_s, 15, "s")
    yield Check("time to collect 20,000 records ÷ time for 5,000", many_s / few_s, 5, "times")


def sweep_config() -> dict[str, Any]:
    """Return a campaign of 5,000 runs without any work."""
    contenders = {"sync": {"model": "sync"}, "threading": {"model": "thread_pool", "workers": list(range(1, 50))}}
    many = {"workload": "instant", "sizes": [10], "baseline": "sync", "contenders": contenders}
    return {"campaign": "validation-sweep", "repetitions": 100, "experiments": {"many": many}}


def by_hand_s(config: dict[str, Any]) -> tuple[float, float]:
    """Run the processes of a run and of a micro-benchmark by hand, and return their median times in seconds.

    Of the run's process it is the time that its record doesn't count.
    """
    campaign = campaign_of(config)
    run, probe = spec(campaign, plan(campaign)[0]).to_json(), json.dumps(asdict(probe_plan(campaign)[0]))
    with TemporaryDirectory() as folder:
        record = Path(folder) / "record"
        files = [f"--{name}={folder}/{name}" for name in ("certificates", "log")]
        limits = ("--background-cpu=1", "--attempts=1", f"--record={record}")
        measure = [sys.executable, str(SCRIPTS / "measure_run.py"), "--spec", run, "--timeout=30", *limits, *files]
        uncounted_s = [seconds_for(*measure) - counted_s(RunRecord.read(record).measured) for _ in range(41)]
        measure_probe = [sys.executable, str(SCRIPTS / "measure_probe.py"), "--probe", probe, *limits]
        return median(uncounted_s), median(seconds_for(*measure_probe) for _ in range(5))


def counted_s(measured: Measured) -> float:
    """Return the seconds of the runner's process that a record counts: all but the start and end of its interpreter."""
    return (measured.overhead_s or 0) + (measured.makespan_s or 0)


def sweep_checks() -> Iterator[Check]:
    """Measure the pipeline's time for each of 5,000 runs, without the processes of runs and micro-benchmarks."""
    config = sweep_config()
    name = str(config["campaign"])
    shutil.rmtree(ROOT / "results" / name, ignore_errors=True)
    with NamedTemporaryFile("w", suffix=".yaml", encoding="utf-8") as file:
        yaml.safe_dump(config, file)
        file.flush()
        command = ("snakemake", "--cores", "all", "--configfile", file.name)
        yield Check("a dry run of 5,000 runs", seconds_for(*command, "--dry-run"), 15, "s")
        seconds_for(*command)
    runs = runs_of(name)
    apart_s = pd.to_datetime(runs["started_at"]).sort_values().diff().dt.total_seconds().mean()
    own_s = (runs["overhead_s"] + runs["makespan_s"]).mean()
    uncounted_s, probe_s = by_hand_s(config)
    more_s = apart_s - own_s - uncounted_s - probe_s * runs["block"].nunique() / len(runs)
    yield Check("mean time of the pipeline for each of 5,000 runs", more_s * 1e3, 25, "ms")
    yield Check("memory of the pipeline", getrusage(RUSAGE_CHILDREN).ru_maxrss * 1024 / 1e9, 1, "GB")


def test_checks() -> Iterator[Check]:
    """Time the tests."""
    durations = {part: seconds_for("make", part) for part in ("check", "unit", "pages", "processes", "pipeline")}
    yield Check("make unit", durations["unit"], 60, "s")
    yield Check("make test", sum(durations.values()) / 60, 4, "minutes")


PARTS = {
    "items": item_checks,
    "pyperf": pyperf_checks,
    "handwritten": handwritten_checks,
    "models": models_checks,
    "article": article_checks,
    "repeat": repeat_checks,
    "quick": quick_checks,
    "verdicts": verdicts_checks,
    "coverage": coverage_checks,
    "changes": changes_checks,
    "report": report_checks,
    "collect": collect_checks,
    "sweep": sweep_checks,
    "tests": test_checks,
}


def add(check: Check, table: Path) -> None:
    """Add a value to a table of earlier ones; it takes the place of one of the same name."""
    rows = pd.read_csv(table) if table.exists() else pd.DataFrame()
    others = rows[rows["promise"] != check.promise] if len(rows) else rows
    pd.concat([others, pd.DataFrame([asdict(check)])]).to_csv(table, index=False)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"parts to check, some of {', '.join(PARTS)} (default: all)")
    parser.add_argument("--table", type=Path, metavar="FILE", help="CSV file to write the values to, after those it has")
    arguments = parser.parse_args()
    kept = True
    for part in arguments.parts or PARTS:
        for check in PARTS[part]():
            print(check, flush=True)
            kept &= check.kept
            if arguments.table:
                add(check, arguments.table)
    sys.exit(not kept)


if __name__ == "__main__":
    main()
