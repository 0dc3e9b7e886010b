"""The closed set of warnings, each with its meaning and its remedy; results/README.md lists them from here."""

from __future__ import annotations

from enum import Enum


class Kind(Enum):
    """A kind of warning: its name in the tables, its meaning, and a remedy, whose ``{…}`` are filled in later."""

    def __init__(self, title: str, meaning: str, remedy: str) -> None:
        self.title, self.meaning, self.remedy = title, meaning, remedy

    NOT_COUNTED = (
        "not-counted",
        "runs failed, took too long or gave wrong results; they are left out",
        (
            "read their reasons and logs (conclusion.txt); once the cause is gone,"
            " python scripts/retry_runs.py results/{campaign}"
            " --pairs and the same command again"
        ),
    )
    SKIPPED = (
        "skipped",
        "runs could not be tried, since the interpreter or a package is not there",
        "install what is missing; then python scripts/retry_runs.py results/{campaign} and the same command again",
    )
    SERVER_BOUND = (
        "server-bound",
        "the server was the limit in some runs; they are left out",
        (
            "if it is a run or two, python scripts/retry_runs.py results/{campaign} --pairs and the same command again;"
            " if most, ask"
            " less of the server: fewer workers, smaller pages or longer delays"
        ),
    )
    GIL_SWITCHED_ON = (
        "gil-switched-on",
        "the interpreter began without a global interpreter lock, and something that the contender imports switched it on",
        (
            "its figures are those of threads with a lock; to measure it without, at the extension's own risk, add"
            " PYTHON_GIL=0 to the interpreter's command in the config"
        ),
    )
    SHORT_ITEMS = (
        "short-items",
        "an item takes less than ten times as long as timing it does",
        (
            "the elapsed time is in good part what the model and concbench spend on handing out items; only the first items of"
            " each process are timed, so that timing adds little: to measure the work, put more of it into each item"
        ),
    )
    INTERFERED = (
        "interfered",
        "other programs used the machine during runs, each time they were tried; they are left out",
        (
            "end what else runs here, or allow more by background_cpu_limit in the config; then python scripts/retry_runs.py"
            " results/{campaign} --pairs and the same command again"
        ),
    )
    THROTTLED = (
        "throttled",
        "a CPU quota, such as a container's, stopped runs for more than a twentieth of their time; they are left out",
        (
            "a container that owns its CPUs isn't stopped: start it with --cpuset-cpus instead of --cpus, or with a larger"
            " quota; or ask for fewer workers; then python scripts/retry_runs.py results/{campaign} --pairs and the same"
            " command again"
        ),
    )
    SLOW_FIRST_BLOCK = (
        "slow-first-block",
        "the first block was slower than all others, by more than they differ among each other",
        "caches were cold, or the machine was still busy: paired speed-ups hold; for absolute times measure more blocks",
    )
    DRIFT = (
        "drift",
        "makespans rose or fell from block to block",
        "paired speed-ups hold, since they are taken within blocks; for absolute times use a machine that keeps its speed",
    )
    UNSTEADY_MACHINE = (
        "unsteady-machine",
        "the machine's own speed, measured beside each run, changed by more than a quarter from run to run",
        "CPU-bound makespans vary as much: trust speed-ups, which are taken within blocks, before times; more blocks help",
    )
    NODES_DIFFER = (
        "nodes-differ",
        "the nodes of a cluster took differently long for the same runs, by more than the margin",
        (
            "speed-ups hold, since they are taken within blocks, and a block is one node's; quote absolute times with nodes.csv"
            " beside them, or those of a node: python scripts/split_by_node.py results/{campaign}"
        ),
    )
    SERVER_NEAR_LIMIT = (
        "server-near-limit",
        "the server used more than two thirds of what makes a run `server-bound`",
        (
            "ask less of it: fewer workers, smaller pages or longer delays;"
            " python scripts/calibrate_server.py results/{campaign} says"
            " what it can do"
        ),
    )
    FEWER_IN_FLIGHT = (
        "fewer-in-flight",
        "the server saw fewer requests in flight than workers were asked for",
        (
            "a client may have a limit of its own (aiohttp's is connection_limit, 100 unless set), or items end before all"
            " workers have started: don't read the result as one for so many workers"
        ),
    )
    BELOW_LOWER_BOUND = (
        "below-lower-bound",
        "the makespans of a configuration are a tenth or more below what was thought to be lower bound",
        (
            "the lower bound comes from the baseline's runs and the probe of the machine's effective parallelism, which met a"
            " slower machine than"
            " this configuration's runs: take it for no limit; more blocks, or a quieter machine, bring the two together"
        ),
    )
    TWO_CLUSTERS = (
        "two-clusters",
        "the makespans of a configuration, 20 or more, are of two kinds (Hartigan's dip test)",
        "look at the runs in the figures: a median between two clusters is the time of none; find out what differs",
    )
    TOO_FEW_BLOCKS = (
        "too-few-blocks",
        "a comparison is inconclusive that more blocks would probably decide",
        (
            "measure {blocks} blocks, by repetitions in the config, or the same snakemake command with --config"
            " repetitions={blocks}; those measured so far are kept"
        ),
    )
    WITHIN_NOISE_FLOOR = (
        "within-noise-floor",
        "a comparison's difference is no larger than the control's from itself",
        (
            "measure {blocks} blocks, by repetitions in the config, or the same snakemake command with --config"
            " repetitions={blocks}; if the control differs as much again, look for what disturbs them"
        ),
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
        "blocks of a comparison are left out, or all of it is undecided, since the two were measured in different invocations",
        (
            "measure those blocks again as wholes:"
            " python scripts/retry_runs.py results/{campaign} --pairs, and the same command"
            " again"
        ),
    )
    POOR_FIT = (
        "poor-fit",
        "the scaling law misses a sweep's medians by more than a tenth",
        "don't rely on what it predicts: look at the sweep itself, and measure more numbers of workers near its bend",
    )
    RANKS_DISAGREE = (
        "ranks-disagree",
        "best-of-N and the median put two contenders in a different order",
        "believe neither order: measure more blocks, or call the two alike",
    )
    CONTROL_DIFFERS = (
        "control-differs",
        "the control's second measurement differs from its first by more than noise would have it, but for one time in 16",
        "if it is so in the next campaign too, look for what runs before what; until then distrust differences of this size",
    )


CONCERN_ALL_RUNS = (Kind.NODES_DIFFER, Kind.SLOW_FIRST_BLOCK, Kind.DRIFT, Kind.UNSTEADY_MACHINE)  # of an experiment
