"""Draw the order of the runs in each block, and record it when a campaign begins.

Each block takes a row of a Williams design (*Australian Journal of Scientific Research A* 2, 1949), whose configurations and
rows are drawn. As many blocks as there are configurations, or twice as many for an odd number, make a square: in it every
configuration takes every place equally often, and directly follows every other one equally often. So a run that slows down
the next one slows down all configurations alike.

``order.json`` in the campaign's folder has the seed, which is drawn anew for each campaign, and the order of each block. A
block that has begun keeps its order: configurations added later come last. Blocks after a look, which hold only some of the
configurations, have a design of these.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random

from concbench.campaign.config_file import ConfigError
from concbench.common.atomic import write_whole

FILE = "order.json"
SEEDS = 2**32


@dataclass(frozen=True)
class Order:
    """Describe the order of a campaign's runs: a seed, and the configurations of blocks whose order is known already."""

    seed: int
    blocks: Mapping[int, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def drawn(cls) -> Order:
        """Draw the order of a new campaign."""
        return cls(secrets.randbelow(SEEDS))

    def of(self, block: int, configurations: Sequence[str]) -> list[str]:
        """Return the configurations in the order in which a block measures them."""
        if block not in self.blocks:
            return williams(self.seed, block, configurations)
        planned, known = set(configurations), set(self.blocks[block])
        added = [name for name in configurations if name not in known]
        return [*(name for name in self.blocks[block] if name in planned), *williams(self.seed, block, added)]

    def recorded(self, planned: Mapping[int, Sequence[str]]) -> Order:
        """Return the order with these blocks' configurations, in order. Those no longer planned keep their places."""
        found = {block: list(names) for block, names in self.blocks.items()}
        for block, names in planned.items():
            known = found.setdefault(block, [])
            known += [name for name in names if name not in known]
        return replace(self, blocks=found)

    def since(self, folder: Path) -> Order:
        """Return the order without blocks of which nothing has been measured in the campaign's folder."""
        begun = {path.name.split(".")[0] for path in (folder / "runs").glob("*/*/block-*.json")} if self.blocks else set()
        return replace(self, blocks={block: names for block, names in self.blocks.items() if f"block-{block}" in begun})


def williams(seed: int, block: int, configurations: Sequence[str]) -> list[str]:
    """Return one row of a Williams design of these configurations: that of a block, counted from 1."""
    size = len(configurations)
    rows = size * (1 + size % 2) or 1
    square, place = divmod(block - 1, rows)
    random = Random(f"{seed}/{square}")
    names = random.sample(configurations, size)
    row = random.sample(range(rows), rows)[place]
    found = [names[(step + row) % size] for step in zigzag(size)]
    return found if row < size else found[::-1]


def zigzag(size: int) -> list[int]:
    """Return 0, 1, size - 1, 2, size - 2, …: numbers whose differences to the next one all differ, for an even size."""
    return [(place + 1) // 2 if place % 2 else -(place // 2) % size for place in range(size)]


def read_order(folder: Path) -> Order | None:
    """Read the order of a campaign from its folder; None if none is recorded. Raise ConfigError if it can't be read."""
    path = folder / FILE
    try:
        found = json.loads(path.read_bytes())
        blocks = {int(block): [str(name) for name in names] for block, names in found["blocks"].items()}
        return Order(int(found["seed"]), blocks)
    except FileNotFoundError:
        return None
    except (AttributeError, KeyError, OSError, TypeError, ValueError) as error:
        expected = "Delete it: the order of blocks that have not begun is then drawn anew."
        raise ConfigError(str(path), [f"this file cannot be read ({error}). {expected}"]) from None


def write_order(folder: Path, order: Order) -> None:
    """Write the order of a campaign to its folder."""
    blocks = {str(block): list(names) for block, names in order.blocks.items()}
    write_whole(folder / FILE, json.dumps({"seed": order.seed, "blocks": blocks}) + "\n")
