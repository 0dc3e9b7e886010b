"""Time a sum of squares with this project's runner and with pyperf, and check that the two agree.

Each turn runs both once, in fresh processes and in alternating order, for a few sums on one CPU: the CPUs of a shared
machine may differ in speed. pyperf's process is watched ten times a second as a run is, because on some virtual machines a
process takes longer if nothing else ever wakes up on its CPU. The time of a turn is the median of its sums. The time of a
tool is the median of its turns, with the confidence interval of the inverted sign test. Exit status 1 if the confidence
intervals don't overlap.
"""

from __future__ import annotations

import argparse
import os
import select
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from math import log
from pathlib import Path
from statistics import median

import pyperf

from concbench.common.paths import SCRIPTS
from concbench.measured.cgroups import memory_bytes
from concbench.records.run_record import RunSpec
from concbench.runner.process_pipe import LOOK_S
from concbench.runner.run import Certificates, Limits, attempt
from concbench.runner.watch import Watch
from concbench.stats.intervals import Interval, median_interval, signed_rank_interval

NUMBER, SUMS, TURNS = 5_000_000, 4, 30
TIMEOUT_S = 60


@dataclass(frozen=True)
class Agreement:
    """Record the time of one sum with each tool, and the ratio of this project's to pyperf's within the turns."""

    ours_s: Interval
    pyperf_s: Interval
    ratio: Interval

    @property
    def gap(self) -> float:
        """Return the relative gap between the two confidence intervals; 0 if they overlap."""
        low, high = sorted((self.ours_s, self.pyperf_s), key=lambda one: one.estimate)
        return max(0.0, high.low / low.high - 1)

    @property
    def reach(self) -> float:
        """Return how far from 1 the ratio's confidence interval reaches: a larger bias is unlikely."""
        return max(self.ratio.high, 1 / self.ratio.low) - 1


def ours_s(number: int = NUMBER, sums: int = SUMS) -> float:
    """Return the median time of the sums of one run, in seconds."""
    spec = RunSpec("sum", 1, 1, sys.executable, "sync", {}, "sum_squares", {"first": number}, 1, sums, None)
    with Path(os.devnull).open("wb") as log:
        record = attempt(spec, Limits(TIMEOUT_S), Certificates(Path()), log)
    if record.items is None:
        raise RuntimeError(f"a run failed: {record.measured.reason}")
    return median(end - start for start, end in zip(record.items.start_s, record.items.end_s))


def pyperf_s(number: int = NUMBER, sums: int = SUMS) -> float:
    """Return the median time of the sums with pyperf, in one process, in seconds."""
    setup = f"import sys; sys.path.insert(0, {str(SCRIPTS)!r}); from workloads.sum_squares import sum_squares"
    options = ["--processes", "1", "--values", str(sums), "--warmups", "0", "--loops", "1", "--quiet"]
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "pyperf.json"
        command = [sys.executable, "-m", "pyperf", "timeit", *options, "--output", str(result), "--setup", setup]
        with Path(folder, "log").open("wb") as log:
            process = subprocess.Popen([*command, f"sum_squares({number})"], stdout=log, stderr=log)
            wait_watching(process, Watch(process.pid, memory_bytes(), log, ()))
        return float(median(pyperf.Benchmark.load(str(result)).get_values()))


def wait_watching(process: subprocess.Popen[bytes], watch: Watch) -> None:
    """Wait for a process as the runner waits for a run. Raise CalledProcessError if it fails."""
    with os.fdopen(os.pidfd_open(process.pid)) as ended:
        while not select.select([ended], [], [], LOOK_S)[0]:
            watch.look()
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, process.args)


def agreement(turns: list[tuple[float, float]]) -> Agreement:
    """Compute the agreement from the times of each turn, this project's and pyperf's."""
    ours, theirs = (median_interval(times) for times in zip(*turns))
    ratio = signed_rank_interval([log(one / other) for one, other in turns])
    assert ours is not None
    assert theirs is not None
    assert ratio is not None
    return Agreement(ours, theirs, ratio.exp())


def measured_agreement(turns: int = TURNS) -> Agreement:
    """Measure the turns, with this project first in every second one."""
    usual = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(usual)})
    times = []
    for turn in range(turns):
        first = ours_s() if turn % 2 else None
        theirs = pyperf_s()
        times.append((first if first is not None else ours_s(), theirs))
    os.sched_setaffinity(0, usual)
    return agreement(times)


def shown(interval: Interval, unit: str) -> str:
    """Write an estimate with its confidence interval and level."""
    return f"{interval.estimate:.4f} {unit} [{interval.low:.4f}, {interval.high:.4f}] ({interval.level:.1%})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS, help="number of turns (default: %(default)s)")
    found = measured_agreement(parser.parse_args().turns)
    print(f"ours    {shown(found.ours_s, 's')}\npyperf  {shown(found.pyperf_s, 's')}\nratio   {shown(found.ratio, '')}")
    sys.exit(found.gap > 0)


if __name__ == "__main__":
    main()
