"""List all kinds of warning, each with its meaning and its remedy; the reference of results is generated from here."""

from __future__ import annotations

from enum import Enum

RETRY = "run `python scripts/retry_runs.py results/{campaign} --pairs`, then the campaign's command again"
MEASURE = (
    "Set `until: decided` under `repetitions` in the config, and repeat the campaign's command. It then measures what is"
    " inconclusive until it is decided, and its verdicts hold however often they are looked at. Measured blocks are kept."
)
ALIKE = (
    "Rely on speed-ups between contenders that all compute, or that all wait: the machine's speed cancels out there. Other"
    " speed-ups hold only for the speed that the machine had, since waiting takes no longer on a slow machine"
)


class Kind(Enum):
    """A kind of warning: its name in the tables, its meaning, and a remedy, in which ``{campaign}`` is replaced."""

    def __init__(self, title: str, meaning: str, remedy: str) -> None:
        self.title, self.meaning, self.remedy = title, meaning, remedy

    NOT_COUNTED = (
        "not-counted",
        "Some runs failed, timed out or returned wrong results. They are excluded.",
        f"Fix the cause, which the logs name. Then {RETRY}.",
    )
    SKIPPED = (
        "skipped",
        "Some runs were skipped: the interpreter or a package is not installed.",
        (
            "Install what is missing. Then run `python scripts/retry_runs.py results/{campaign}`, the same command with"
            " `--pairs`, and the campaign's command again."
        ),
    )
    SERVER_BOUND = (
        "server-bound",
        "The test server was the bottleneck in some runs. They are excluded.",
        f"If only one or two runs are affected, {RETRY}. Otherwise use fewer workers, smaller pages or longer delays.",
    )
    PROBE_FAILED = (
        "probe-failed",
        "A micro-benchmark failed in some blocks. Results that rest on it have no value there.",
        (
            "Fix the cause, which the finding names. Then run `python scripts/retry_runs.py results/{campaign}` and the"
            " campaign's command again."
        ),
    )
    GIL_SWITCHED_ON = (
        "gil-switched-on",
        "The interpreter started without the GIL, and an imported extension switched it on.",
        (
            "Treat these figures as those of a Python with the GIL. To keep it off, at your own risk, add `PYTHON_GIL=0` to the"
            " interpreter's command in the config."
        ),
    )
    SHORT_ITEMS = (
        "short-items",
        "Timing an item takes more than a tenth of the time that the item itself takes.",
        (
            "Put more work into each item. Now much of the elapsed time is spent on handing items out, by the model and by"
            " concbench. Each process times only its first few items."
        ),
    )
    INTERFERED = (
        "interfered",
        "Other programs used the CPUs during these runs, in every attempt. The runs are excluded.",
        (
            "Close other programs; on a shared machine, choose a quieter time. Or raise `background_cpu_limit` in the config."
            f" Then {RETRY}."
        ),
    )
    THROTTLED = (
        "throttled",
        (
            "A CPU quota, such as a container's, stopped these runs for more than 5 % of their time, in every attempt."
            " The runs are excluded."
        ),
        (
            "Start the container with a larger quota, or with `--cpuset-cpus` instead of `--cpus`. Or use fewer workers."
            f" Then {RETRY}."
        ),
    )
    NUMERIC_THREADS = (
        "numeric-threads",
        "A numeric library starts threads of its own in each worker, together more than there are CPUs.",
        (
            "Add a contender with `numeric_threads` as the finding says, and compare the two: threads that wait for a CPU often"
            " make the work slower."
        ),
    )
    SLOW_FIRST_BLOCK = (
        "slow-first-block",
        "The first block was clearly slower than all others.",
        f"{ALIKE}. For absolute times, measure more blocks.",
    )
    DRIFT = (
        "drift",
        "Elapsed times rose or fell steadily from block to block.",
        f"{ALIKE}. For absolute times, use a machine with a steady clock speed.",
    )
    UNSTEADY_MACHINE = (
        "unsteady-machine",
        "The machine's speed varied by more than a quarter between runs, and elapsed times by more than the margin.",
        f"{ALIKE}. More and shorter blocks help.",
    )
    ORDER_EFFECT = (
        "order-effect",
        "Runs directly after one configuration took longer, or shorter, than runs after others.",
        (
            "Find what it leaves behind: heat, a CPU quota that is used up, or programs that go on. Distrust speed-ups over it"
            " that are no larger than the error that the finding names. Comparisons among the others stay right, because each"
            " follows it equally often."
        ),
    )
    NODES_DIFFER = (
        "nodes-differ",
        "The nodes of a cluster differ in speed by more than the margin.",
        (
            f"{ALIKE}. Report elapsed times with nodes.csv beside them, or those of one node:"
            " run `python scripts/split_by_node.py results/{campaign}`."
        ),
    )
    SERVER_NEAR_LIMIT = (
        "server-near-limit",
        "The test server was at more than two thirds of its load limit.",
        (
            "Use fewer workers, smaller pages or longer delays. To see the server's capacity, run"
            " `python scripts/calibrate_server.py results/{campaign}`."
        ),
    )
    FEWER_IN_FLIGHT = (
        "fewer-in-flight",
        "Fewer requests were in flight than there were workers.",
        (
            "Read this as a result for the requests that were in flight. The client may limit its connections: aiohttp opens"
            " 100 unless `connection_limit` says otherwise. Or items may end before all workers have started."
        ),
    )
    BELOW_LOWER_BOUND = (
        "below-lower-bound",
        "The median elapsed time is more than 10 % below the estimated lower bound.",
        (
            "Do not treat this lower bound as a limit: the machine was probably slower when it was estimated. More blocks, or a"
            " quieter machine, improve the estimate."
        ),
    )
    TWO_CLUSTERS = (
        "two-clusters",
        "The elapsed times of 20 runs or more fall into two clusters (Hartigan's dip test).",
        "Look at the single runs in the figures and find what differs. A median between two clusters describes neither.",
    )
    TOO_FEW_BLOCKS = ("too-few-blocks", "A comparison is inconclusive, and more blocks would probably decide it.", MEASURE)
    SPREAD_WIDER_THAN_EFFECT = (
        "spread-wider-than-effect",
        "From block to block, the difference between two contenders varies by more than its size.",
        (
            "Quote the speed-up with its confidence interval: a single run, or the best of a few, can show the opposite. Larger"
            " sizes or a quieter machine narrow it. If `budget_minutes` ended the campaign, raise it and repeat the command."
        ),
    )
    SKEWED_RATIOS = (
        "skewed-ratios",
        "Some blocks differ strongly from the others, all in one direction: the ratios within blocks are skewed.",
        (
            "Beside the speed-up, quote the median ratio, which the warning names. The unusual blocks shift the speed-up, and"
            " more blocks don't change that. Find what slows their runs: the figures show single runs."
        ),
    )
    UNPAIRED = (
        "unpaired",
        "Two configurations were measured in different invocations, so that some or all of their runs cannot be paired.",
        f"To measure those blocks again as wholes, {RETRY}.",
    )
    POOR_FIT = (
        "poor-fit",
        "A scaling law misses a sweep's medians by more than 10 %, or by more than the scatter of the blocks explains.",
        "Go by the measured sweep; the law's optimum isn't shown. Measure more numbers of workers near the turning point.",
    )
    RANKS_DISAGREE = (
        "ranks-disagree",
        "Best-of-N ranks two contenders the other way round than the median and the ratios within blocks.",
        "Go by the ratios within blocks: best-of-N rests on each contender's luckiest runs.",
    )
    CONTROL_DIFFERS = (
        "control-differs",
        "The same program, measured twice, gave different results (A/A control). Chance does that in at most 7 cases of 100.",
        "Distrust differences of this size in this experiment. If it happens again, look for effects of the order of runs.",
    )


CONCERN_ALL_RUNS = (Kind.NODES_DIFFER, Kind.SLOW_FIRST_BLOCK, Kind.DRIFT, Kind.UNSTEADY_MACHINE)  # of an experiment
