"""Plan simulated campaigns, and run a simulation of several kinds on all CPUs and as a command."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from concbench.campaign.campaign import Campaign
from concbench.campaign.order import SEEDS, Order
from concbench.campaign.plan import Run, plan

Kind = TypeVar("Kind")
Outcome = TypeVar("Outcome")


def repeated(campaign: Campaign, times: int) -> Campaign:
    """Return a campaign that has its only experiment many times, as ``e0``, ``e1`` and so on."""
    (one,) = campaign.experiments.values()
    return replace(campaign, experiments={f"e{number}": replace(one, name=f"e{number}") for number in range(times)})


def planned_anew(campaign: Campaign, random: np.random.Generator) -> list[Run]:
    """Return all runs in the order of measurement, which is drawn anew, as when a campaign begins."""
    return plan(replace(campaign, order=Order(int(random.integers(SEEDS)))))


def planned_apart(campaign: Campaign, random: np.random.Generator) -> list[Run]:
    """Return all runs of each experiment, planned as if it were a campaign of its own, one experiment after the other."""
    alone = [replace(campaign, experiments={name: one}) for name, one in campaign.experiments.items()]
    return [run for one in alone for run in planned_anew(one, random)]


def on_all_cpus(simulate: Callable[[Kind, int, int], Outcome], kinds: Iterable[Kind], number: int, seed: int) -> list[Outcome]:
    """Simulate each kind ``number`` times, each from its own seed."""
    tasks = [(kind, number, seed + place) for place, kind in enumerate(kinds)]
    with multiprocessing.get_context("forkserver").Pool() as pool:
        return pool.starmap(simulate, tasks, chunksize=1)


def run_command(
    description: str | None,
    simulated: str,
    usual: int,
    simulate_all: Callable[[int, int], Sequence[Outcome]],
    table: Callable[[list[Outcome]], str],
    missed: Callable[[Outcome], str],
) -> None:
    """Simulate as the command line asks, print the table, and exit with 1 if a target is missed.

    Args:
        description: The command's help.
        simulated: What is simulated, as the option's name, such as ``campaigns``.
        usual: The usual number of each kind.
        simulate_all: Simulates every kind, given their number and the seed.
        table: Writes the outcomes.
        missed: Returns the target that an outcome misses, or an empty text.
    """
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        f"--{simulated}", dest="number", type=int, default=usual, help="number of each kind (default: %(default)s)"
    )
    parser.add_argument("--seed", type=int, default=1, help="seed of the simulation (default: %(default)s)")
    arguments = parser.parse_args()
    outcomes = list(simulate_all(arguments.number, arguments.seed))
    print(table(outcomes))
    sys.exit(any(missed(outcome) for outcome in outcomes))
