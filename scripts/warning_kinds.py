"""The closed set of warnings: what each means and what its reader can do. results/README.md lists them from here."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """A kind of warning: its name in the tables, what it means, and the remedy; ``{…}`` are filled in where it is given."""

    def __init__(self, title: str, meaning: str, remedy: str) -> None:
        self.title, self.meaning, self.remedy = title, meaning, remedy

    NOT_COUNTED = (
        "not-counted",
        "runs failed, or gave wrong results, or the origin was the limit; they are left out",
        "read their reasons, below, and their logs; then python scripts/retry.py results/{campaign} and the same command again",
    )
    DISTURBED = (
        "disturbed",
        "other programs used the machine during runs, each time they were tried; they are left out",
        (
            "end what else runs here, or allow more by foreign_cpu_limit in the config; then python scripts/retry.py "
            "results/{campaign} and the same command again"
        ),
    )
    SLOW_FIRST_BLOCK = (
        "slow-first-block",
        "the first block was slower than all others, by more than they differ among each other",
        (
            "caches were cold, or the machine was still busy: speed-ups hold, since they are taken within blocks; for absolute "
            "times add a block and leave the first out"
        ),
    )
    DRIFT = (
        "drift",
        "makespans rose or fell from block to block",
        "speed-ups hold, since they are taken within blocks; for absolute times use a machine that keeps its speed",
    )
    ORIGIN_NEAR_LIMIT = (
        "origin-near-limit",
        "the origin used more than two thirds of what makes a run `origin-bound`",
        (
            "ask less of it: fewer workers, smaller pages or longer delays; python scripts/calibrate.py results/{campaign} says"
            " what it can do"
        ),
    )
    FEWER_IN_FLIGHT = (
        "fewer-in-flight",
        "the origin saw fewer requests in flight than workers were asked for",
        (
            "a client may have a limit of its own (aiohttp's is connection_limit, 100 unless set), or items end before all"
            " workers have started: don't read the result as one for so many workers"
        ),
    )
    TWO_CLUSTERS = (
        "two-clusters",
        "the makespans of a point, 20 or more, are of two kinds (Hartigan's dip test)",
        "look at the runs in the figures: a median between two clusters is the time of none; find out what differs",
    )
    TOO_FEW_BLOCKS = (
        "too-few-blocks",
        "a comparison is unclear that more blocks would probably decide",
        "measure {blocks} blocks: repetitions: {blocks} in the config; those measured so far are kept",
    )
    WITHIN_NOISE_FLOOR = (
        "within-noise-floor",
        "a comparison's difference is no larger than the control's from itself",
        "more blocks won't settle it as long as two equal contenders differ as much: look for what disturbs them",
    )
    SPREAD_WIDER_THAN_EFFECT = (
        "spread-wider-than-effect",
        "single blocks differ by more than the two contenders of a comparison do",
        (
            "a single run, or the best of a few, may well say the opposite: quote the speed-up with its interval; a larger size"
            " or a quieter machine narrows the spread"
        ),
    )
    UNPAIRED = (
        "unpaired",
        "the runs of a comparison are of different sessions, so that what changed in between counts as a difference",
        (
            "measure both anew, together: python scripts/retry.py results/{campaign} --points {point} {baseline_point}, and the"
            " same command again"
        ),
    )
    RANKS_DISAGREE = (
        "ranks-disagree",
        "best-of-N and the median put two contenders in a different order",
        "believe neither order: measure more blocks, or call the two alike",
    )
    CONTROL_DIFFERS = (
        "control-differs",
        "the control's second measurement differs from its first by more than noise",
        "something other than noise is at work, such as what runs before what: don't trust differences of this size here",
    )
