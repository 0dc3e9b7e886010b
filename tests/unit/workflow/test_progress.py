"""Test what a user sees while a campaign is measured: known records give known lines."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from support import factories, looked_at
from support.terminal import FakeTerminal

from concbench.campaign.campaign_reader import campaign_of
from concbench.campaign.plan import spec
from concbench.measured.api import Metric
from concbench.measured.status import Status
from concbench.records.probe_record import ProbeRecord
from concbench.records.run_record import RunRecord
from concbench.workflow.forecast import Forecast, Step
from concbench.workflow.graph import Graph
from concbench.workflow.medians import RunningMedians
from concbench.workflow.progress import Progress
from concbench.workflow.terminal import Output, Screen

pytestmark = pytest.mark.usefixtures("in_empty_folder")

RUN_S = 4.0  # for each run, by the fake clock
LIVE, LINES, SPARSE = Output.LIVE, Output.LINES, Output.SPARSE


@dataclass
class Watched:
    """Measures runs of known times by a fake clock, and shows what a user sees."""

    output: Output
    runs: Sequence[tuple[str, int]]  # contender and block, in order
    terminal: FakeTerminal = field(default_factory=FakeTerminal)
    config: dict[str, Any] = field(default_factory=looked_at.campaign_config)
    now: float = 100.0

    def __post_init__(self) -> None:
        self.graph = Graph(campaign_of(self.config), looked_at.FOLDER)
        paths = [self.path(*run) for run in self.runs]
        total_s = 2.0 * len(paths)
        self.steps = {
            path: Step(place, len(paths), 2.0 * place, total_s - 2.0 * place, f"block {block}  cpu: {contender}", "a look")
            for place, (path, (contender, block)) in enumerate(zip(paths, self.runs), start=1)
        }
        self.ahead = Forecast(self.graph.campaign, len(paths), {1: total_s}, self.steps, [], [], 1)
        self.progress = Progress(
            self.graph,
            lambda: self.ahead,
            RunningMedians.of(self.graph.campaign),
            self.output,
            Screen(self.terminal, lambda: os.terminal_size((self.terminal.columns, self.terminal.height))),
            lambda: self.now,
        )

    def path(self, contender: str, block: int) -> str:
        return next(
            f"runs/{path}"
            for path, run in self.graph.runs.items()
            if (run.configuration.contender, run.block) == (contender, block)
        )

    def write(self, path: str, took: float | str) -> None:
        run = self.graph.runs[path.removeprefix("runs/")]
        RunRecord(spec(self.graph.campaign, run), factories.measured(took, 1)).write(self.graph.folder / f"{path}.json")

    def measure(self, count: int, *took: float | str) -> Watched:
        """Measure the next runs; the last one's time counts for the rest."""
        for number, path in enumerate(list(self.steps)[self.begun : self.begun + count]):
            self.progress.begin(path)
            self.now += RUN_S
            self.write(path, took[min(number, len(took) - 1)])
            self.progress.end(path)
        return self

    @property
    def begun(self) -> int:
        return sum((self.graph.folder / f"{path}.json").exists() for path in self.steps)


FOUR = [(contender, 1) for contender in ("sync", "threading", "asyncio", "wavering")]


def wide() -> FakeTerminal:
    """Return a terminal on which no line wraps, as in a file."""
    return FakeTerminal(columns=500)


def test_the_line_of_a_run_is_the_forecast_at_the_pace_so_far() -> None:
    step = Step(place=10, steps=40, until_s=50, after_s=150, title="sync")
    assert step.line("1.0 s", step.pace(elapsed_s=100)) == "[10 of 40, 5 min left]  sync  1.0 s"
    assert Step(40, 40, 200, 0).line("1.0 s", 0.5) == "[40 of 40, tables and figures next]  1.0 s"


def test_a_terminal_shows_the_run_that_has_begun_and_what_is_known_so_far() -> None:
    watched = Watched(LIVE, FOUR)
    watched.progress.begin(watched.path("sync", 1))
    assert watched.terminal.seen == ["[1 of 4, 6 s left]  block 1  cpu: sync  ..."]
    watched.measure(2, 2.0, 1.0)
    watched.progress.begin(watched.path("asyncio", 1))
    assert watched.terminal.seen == [
        "[1 of 4, 12 s left]  block 1  cpu: sync  2.000 s",
        "[2 of 4, 8 s left]  block 1  cpu: threading  1.000 s",
        "[3 of 4, 4 s left]  block 1  cpu: asyncio  ...",
        "",
        "cpu so far              median  speed-up over sync",
        "  threading, 2 workers     1 s  2×",
        "  sync                     2 s",
        "Preliminary: verdicts come with a look.",
    ]


def test_only_the_lines_of_runs_stay() -> None:
    watched = Watched(LIVE, FOUR).measure(4, 2.0, 1.0, 0.25, 3.0)
    lines = [
        "[1 of 4, 12 s left]  block 1  cpu: sync  2.000 s",
        "[2 of 4, 8 s left]  block 1  cpu: threading  1.000 s",
        "[3 of 4, 4 s left]  block 1  cpu: asyncio  0.250 s",
        "[4 of 4, a look next]  block 1  cpu: wavering  3.000 s",
    ]
    assert watched.terminal.seen == lines
    watched.progress.pause()
    assert watched.terminal.seen == lines


def test_the_state_goes_before_a_command_that_may_print() -> None:
    watched = Watched(LIVE, FOUR).measure(2, 2.0)
    assert len(watched.terminal.seen) > 2
    watched.progress.pause()
    assert len(watched.terminal.seen) == 2


def test_a_terminal_of_40_columns_shows_numbers_rather_than_names() -> None:
    watched = Watched(LIVE, FOUR, FakeTerminal(columns=40, height=24)).measure(3, 2.0, 1.0, 0.5)
    assert watched.terminal.seen[-6:] == [
        "",
        "cpu so far              median  speed-…",
        "  asyncio, 4 workers     0.5 s  4×",
        "  threading, 2 workers     1 s  2×",
        "  sync                     2 s",
        "Preliminary: verdicts come with a look.",
    ]


def test_a_low_terminal_shows_no_medians() -> None:
    watched = Watched(LIVE, FOUR, FakeTerminal(height=8)).measure(2, 2.0)
    watched.progress.begin(watched.path("asyncio", 1))
    assert [line.partition("  ")[0] for line in watched.terminal.seen] == [
        "[1 of 4, 12 s left]", "[2 of 4, 8 s left]", "[3 of 4, 4 s left]",
    ]  # fmt: skip


def test_a_terminal_that_cannot_move_its_cursor_shows_a_line_for_each_run() -> None:
    watched = Watched(LINES, FOUR).measure(2, 2.0)
    assert watched.terminal.seen == [
        "[1 of 4, 12 s left]  block 1  cpu: sync  2.000 s",
        "[2 of 4, 8 s left]  block 1  cpu: threading  2.000 s",
    ]
    longer = Watched(LINES, [(contender, block) for block in (2, 3) for contender, _ in FOUR], wide()).measure(8, 2.0)
    last, known = longer.terminal.seen[7:]
    assert last == "[8 of 8, a look next]  block 3  cpu: wavering  2.000 s"
    assert known == (
        "[8 of 8, a look next]  cpu so far: threading, 2 workers 2 s (1×); asyncio, 4 workers 2 s (1×);"
        " wavering, 4 workers 2 s (1×); sync 2 s. Preliminary medians, and speed-ups over sync."
    )


def test_a_log_has_a_line_every_30_s_with_what_is_known_so_far() -> None:
    runs = [(contender, block) for block in range(1, 6) for contender, _ in FOUR]
    watched = Watched(SPARSE, runs, wide()).measure(7, 2.0, 1.0, 0.25, 3.0, 2.0, 1.0, 0.25)
    assert watched.terminal.seen == []  # 28 s
    watched.measure(1, 3.0)
    known = (
        "cpu so far: asyncio, 4 workers 0.25 s (8×); threading, 2 workers 1 s (2×); wavering, 4 workers 3 s (0.667×); sync 2 s."
        " Preliminary medians, and speed-ups over sync."
    )
    assert watched.terminal.seen == [f"[8 of 20, 48 s left]  {known}"]
    watched.measure(7, 2.0, 1.0, 0.25, 3.0, 2.0, 1.0, 0.25)
    assert len(watched.terminal.seen) == 1  # 28 s after that line
    watched.measure(1, 3.0)
    assert watched.terminal.seen[1:] == [f"[16 of 20, 16 s left]  {known}"]


def test_runs_that_do_not_count_are_named_with_the_reason_and_counted() -> None:
    watched = Watched(LIVE, FOUR).measure(3, 2.0, "failed", 1.0)
    assert watched.terminal.seen[1] == "[2 of 4, 8 s left]  block 1  cpu: threading  failed: it is failed"
    assert watched.terminal.seen[-1] == "Preliminary: verdicts come with a look. 1 run doesn't count."
    sparse = Watched(SPARSE, [(contender, block) for block in (2, 3) for contender, _ in FOUR], wide())
    sparse.measure(8, 2.0, "failed", 1.0, "timeout", 2.0, "failed", 1.0, 1.0)
    assert sparse.terminal.seen[0].endswith("speed-ups over sync. 3 runs don't count.")


def test_what_the_command_of_a_failed_micro_benchmark_printed_stays() -> None:
    watched = Watched(LIVE, FOUR).measure(1, 2.0)
    (path, probe), *_ = watched.graph.probes.items()
    watched.progress.begin(f"probes/{path}")
    watched.terminal.write("its log, of\nseveral\nlines\n")
    metric = Metric("effective_parallelism", None, "cpus", Status.FAILED, "why")
    ProbeRecord(probe.probe, None, "python", probe.block, "one", [metric]).write(watched.graph.folder / f"probes/{path}.json")
    watched.progress.end(f"probes/{path}")
    assert watched.terminal.seen[-4:] == [
        "its log, of", "several", "lines", "[1 of 1, tables and figures next]  failed: why",
    ]  # fmt: skip


def test_where_no_run_counts_there_are_no_medians() -> None:
    watched = Watched(LIVE, FOUR).measure(3, "failed")
    assert [line.partition("  cpu: ")[2] for line in watched.terminal.seen] == [
        f"{contender}  failed: it is failed" for contender in ("sync", "threading", "asyncio")
    ]
    sparse = Watched(SPARSE, [(contender, block) for block in (2, 3) for contender, _ in FOUR], wide()).measure(8, "failed")
    assert sparse.terminal.seen == ["[8 of 8, a look next]  block 3  cpu: wavering  failed: it is failed"]


def test_runs_of_earlier_invocations_count() -> None:
    watched = Watched(LIVE, [("threading", 2), ("asyncio", 2)])
    for contender, took in (("sync", 2.0), ("threading", 1.0), ("asyncio", "failed")):
        watched.write(watched.path(contender, 1), took)
    watched.progress.take_in(watched.path(contender, 1).removeprefix("runs/") for contender in ("sync", "threading", "asyncio"))
    watched.progress.begin(watched.path("threading", 2))
    assert watched.terminal.seen == [
        "[1 of 2, 2 s left]  block 2  cpu: threading  ...",
        "",
        "cpu so far              median  speed-up over sync",
        "  threading, 2 workers     1 s  2×",
        "  sync                     2 s",
        "Preliminary: verdicts come with a look. 1 run doesn't count.",
    ]


def test_a_damaged_record_is_named_and_ends_nothing() -> None:
    watched = Watched(LIVE, FOUR).measure(1, 2.0)
    path = watched.path("threading", 1)
    (watched.graph.folder / f"{path}.json").parent.mkdir(parents=True)
    (watched.graph.folder / f"{path}.json").write_text("{}\n")
    watched.progress.end(path)
    assert f"{path}.json: this is not a run record" in "".join(watched.terminal.seen)
    watched.measure(1, 2.0)
    assert watched.terminal.seen[-1] == "Preliminary: verdicts come with a look."


def test_a_micro_benchmark_has_a_line_too() -> None:
    watched = Watched(LIVE, FOUR)
    (path, probe), *_ = watched.graph.probes.items()
    metrics = [Metric(name, value, "1") for name, value in {"a": 2.02, "b": 2.0, "c": 38_300_000.0, "d": 1.0}.items()]
    record = ProbeRecord(probe.probe, probe.interpreter, probe.command, probe.block, "one", metrics)
    record.write(watched.graph.folder / f"probes/{path}.json")
    watched.progress.begin(f"probes/{path}")
    watched.progress.end(f"probes/{path}")
    assert watched.terminal.seen == ["[1 of 1, tables and figures next]  a 2.02, b 2, c 3.83e+07 and 1 more"]


def test_of_many_conditions_one_is_shown_for_some_seconds() -> None:
    sizes = list(range(1, 9))
    watched = Watched(LIVE, [], config=factories.config(1, sizes=sizes), terminal=FakeTerminal(height=24))
    paths = [f"runs/{path}" for size in sizes for path, run in watched.graph.runs.items() if run.configuration.size == size]
    shown = []
    for place, path in enumerate(paths, start=1):
        watched.steps[path] = Step(place, len(paths) + 1, place, 1)
        watched.progress.begin(path)
        watched.now += 1
        watched.write(path, 1.0)
        watched.progress.end(path)
        shown.append([line for line in watched.terminal.seen if line.startswith("cpu, ")])
    assert [line.split(" so far")[0] for line in shown[5]] == [f"cpu, {size} item{'s' * (size > 1)}" for size in (1, 2, 3)]
    later = [[line.split(" so far")[0] for line in lines] for lines in shown[8:]]  # three lines for each no longer fit
    assert later == [*[["cpu, 5 items"]] * 5, *[["cpu, 7 items"]] * 3]  # a second each


def test_a_block_that_a_node_has_measured_has_a_line() -> None:
    watched = Watched(LINES, FOUR, wide())
    watched.ahead = Forecast(watched.graph.campaign, 8, {1: 8.0, 2: 8.0}, watched.steps, [], [], 2)
    for contender, took in (("sync", 2.0), ("threading", 1.0), ("asyncio", "failed"), ("wavering", 4.0)):
        watched.write(watched.path(contender, 2), took)
    marker = Path(watched.graph.marker(2))
    marker.parent.mkdir(parents=True)
    marker.touch()
    watched.now += 90
    watched.progress.end_block(2)
    block, known = watched.terminal.seen
    assert block == "[1 of 2 blocks, 2 min left]  block 2  4 runs, 1 run doesn't count"
    assert known == (
        "[1 of 2 blocks, 2 min left]  cpu so far: threading, 2 workers 1 s (2×); wavering, 4 workers 4 s (0.5×); sync 2 s."
        " Preliminary medians, and speed-ups over sync. 1 run doesn't count."
    )


@pytest.mark.parametrize("title", ["\x1b[2J", "\u202eabc", "a'b\"<script>", "\x9b31m", "שלום"])
def test_no_title_does_anything_to_a_terminal(title: str) -> None:
    watched = Watched(LIVE, FOUR, config={**looked_at.campaign_config(title="plain")})
    for times in watched.progress.medians.conditions.values():
        times.title = title
    watched.steps = {path: Step(1, 4, 1, 1, title, "a look") for path in watched.steps}
    watched.ahead = Forecast(watched.graph.campaign, 4, {}, watched.steps, [], [], 1)
    watched.measure(3, 2.0)  # the terminal refuses what isn't printable
    assert len(watched.terminal.seen) == 3 + 6
