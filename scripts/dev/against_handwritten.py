"""Compare this project's runner with a handwritten asyncio program of 20 lines, on 160 downloads.

Each turn runs both once, in fresh processes and in alternating order, each against a fresh server with the same delays. The
result is the ratio of the elapsed times, this project's over the handwritten program's.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from math import log
from pathlib import Path
from time import perf_counter
from typing import IO

import yaml

from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.plan import plan, spec
from concbench.common.formatting import with_interval
from concbench.common.paths import ROOT, SCRIPTS
from concbench.environment.measured_environment import measured_environment
from concbench.records.run_record import RunSpec
from concbench.runner.run import START_UP_S, Certificates, Limits, attempt, start_server
from concbench.server import certificate
from concbench.stats.intervals import Interval, signed_rank_interval

TURNS, TIMEOUT_S = 20, 60


def asked(turn: int) -> RunSpec:
    """Return a run of config/models.yaml with all downloads in flight at a time, and the delays of its own block."""
    campaign = campaign_of(yaml.safe_load((ROOT / "config" / "models.yaml").read_text(encoding="utf-8")))
    runs = (run for run in plan(campaign) if run.configuration.contender == "asyncio" and run.configuration.experiment == "io")
    return RunSpec(**{**vars(spec(campaign, next(runs))), "block": turn})


def ours_s(run: RunSpec, made: Certificates, output: IO[bytes]) -> float:
    """Time the downloads with this project's runner, in seconds. Raise RuntimeError if the run fails."""
    measured = attempt(run, Limits(TIMEOUT_S), made, output).measured
    if measured.makespan_s is None:
        raise RuntimeError(f"a run failed: {measured.reason}")
    return measured.makespan_s


def handwritten_s(run: RunSpec, made: Certificates, output: IO[bytes]) -> float:
    """Time the downloads with the handwritten program, in seconds. Raise RuntimeError if it misses some."""
    assert run.server is not None
    with ExitStack() as stack:
        delays_s = run.server.delays_s(run.size, run.seed, run.block, run.configuration)
        server, sites = start_server(run.server, delays_s, made.server, output, stack)
        server.answer(perf_counter() + START_UP_S)
        urls = [f"{sites[i % len(sites)]['url']}/{i}" for i in range(run.size)]
        done = subprocess.run(
            [sys.executable, str(SCRIPTS / "dev" / "handwritten_asyncio.py")],
            input="\n".join(urls),
            env=measured_environment(os.environ, made.bundle),
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=True,
        )
    seconds, received = done.stdout.split()
    if int(received) != sum(sites[i % len(sites)]["bytes"] for i in range(run.size)):
        raise RuntimeError(f"the handwritten program received {received} bytes")
    return float(seconds)


def measured_ratio(turns: int = TURNS) -> Interval:
    """Return this project's time ÷ the handwritten program's, in alternating order. Raise RuntimeError if one fails."""
    logs = []
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("wb") as nowhere:
        made = Certificates(Path(folder))
        certificate.make(made.server, made.bundle)
        for turn in range(1, turns + 1):
            run, seconds = asked(turn), {}
            for measure in (ours_s, handwritten_s)[:: (-1) ** turn]:
                seconds[measure] = measure(run, made, nowhere)
            logs.append(log(seconds[ours_s] / seconds[handwritten_s]))
    ratio = signed_rank_interval(logs)
    assert ratio is not None
    return ratio.exp()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--turns", type=int, default=TURNS, help="number of turns (default: %(default)s)")
    ratio = measured_ratio(parser.parse_args().turns)
    print(f"ours ÷ handwritten  {with_interval(ratio.estimate, ratio.low, ratio.high)} ({ratio.level:.1%})")


if __name__ == "__main__":
    main()
