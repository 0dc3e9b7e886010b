"""Run a simulation of several kinds on all CPUs, and as a command."""

from __future__ import annotations

import argparse
import multiprocessing
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

Kind = TypeVar("Kind")
Outcome = TypeVar("Outcome")


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
