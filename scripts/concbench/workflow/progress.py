"""Show how far a campaign is and what is known so far, between runs and never during one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from concbench.common.formatting import printable
from concbench.measured.status import Status
from concbench.records.conditions import Condition
from concbench.records.probe_record import ProbeRecord
from concbench.records.run_record import read_measured
from concbench.workflow.forecast import Forecast, Step, count
from concbench.workflow.graph import Graph
from concbench.workflow.medians import ConditionSoFar, RunningMedians, condition_for
from concbench.workflow.medians_text import in_short, not_counted, preliminary, table
from concbench.workflow.terminal import Output, Screen

EVERY_S = 30.0  # between lines with the medians, where nothing can be written anew
STAYS_S = 5.0  # that the medians of a condition stay on the screen, if not all fit
LEAST_ROOM = 4  # lines for medians; a terminal with less room shows none


@dataclass
class Progress:
    """Shows the progress of one invocation."""

    graph: Graph
    ahead: Callable[[], Forecast]  # of what has to be measured before the next look
    medians: RunningMedians
    output: Output
    screen: Screen
    clock: Callable[[], float] = monotonic
    pace: float = 1.0  # time taken so far, as a multiple of the forecast
    blocks: int = 0  # that nodes have measured
    current: Condition | None = None  # of the last run
    shown: Condition | None = None  # whose medians are on the screen, since ``shown_at``
    shown_at: float = 0.0
    begun_at: float = field(init=False)
    written_at: float = field(init=False)  # when the medians were, where nothing can be written anew

    def __post_init__(self) -> None:
        self.begun_at = self.written_at = self.clock()

    def take_in(self, runs: Iterable[str]) -> None:
        """Add runs that an earlier invocation has measured, given the paths of their records."""
        for path in runs:
            self.result_of(f"runs/{path}")

    def result_of(self, path: str) -> str:
        """Return a result in words. If it is a run's, the medians take it in."""
        kind, _, record = path.partition("/")
        file = self.graph.folder / f"{path}.json"
        try:
            if kind == "probes":
                return self.result_of_probe(ProbeRecord.read(file))
            measured = read_measured(file)
        except ValueError as error:
            return str(error)
        self.medians.add(self.graph.runs[record], measured)
        return measured.result

    def result_of_probe(self, record: ProbeRecord) -> str:
        """Return a micro-benchmark's result in words. If it failed, what its command printed below the state stays."""
        if any(one.status in (Status.FAILED, Status.TIMEOUT) for one in record.metrics):
            self.screen.leave()
        return record.result

    def begin(self, path: str) -> None:
        """Show that a run or a micro-benchmark begins."""
        kind, _, record = path.partition("/")
        if kind == "runs":
            self.current = condition_for(self.graph.runs[record].configuration)
        if self.output is Output.LIVE:
            step = self.ahead().step(path)
            self.screen.write("", self.state(step, [step.line("...", self.pace)]))

    def end(self, path: str) -> None:
        """Show that a run or a micro-benchmark has ended, and its result."""
        result = self.result_of(path)
        self.report(self.ahead().step(path), result)

    def end_block(self, block: int) -> None:
        """Show that a node has measured a block."""
        ahead, before = self.ahead(), self.medians.not_counted
        paths = [record.removesuffix(".json") for record in self.graph.records[block]]
        for path in paths:
            self.result_of(path)
        runs = [path.removeprefix("runs/") for path in paths if path.startswith("runs/")]
        if runs:  # one after the other, since a block holds runs of all conditions
            self.current = condition_for(self.graph.runs[runs[self.blocks % len(runs)]].configuration)
        self.blocks += 1
        there = sum(Path(self.graph.marker(one)).exists() for one in ahead.by_block_s)
        lost = not_counted(self.medians.not_counted - before)
        self.report(ahead.block_step(block, there, self.blocks), ", ".join([count(len(runs), "run"), *lost]))

    def report(self, step: Step, result: str) -> None:
        """Write what has ended, and what is known so far: below it, or on a line of its own if it is time for one."""
        now = self.clock()
        self.pace = step.pace(now - self.begun_at)
        line = printable(step.line(result, self.pace))
        if self.output is Output.LIVE:
            self.screen.write(line, self.state(step) if step.place < step.steps else [])
            return
        is_due = now - self.written_at >= EVERY_S
        found = self.medians.of_condition(self.current) if is_due else None
        if self.output is Output.LINES or (is_due and not found):
            self.screen.write(line)
        if found:
            self.screen.write(printable(f"{step.head(self.pace)}  {in_short(found, self.medians.not_counted)}"))
        if is_due:
            self.written_at = now

    def pause(self) -> None:
        """Erase the state, because no run comes next."""
        if self.screen.lines:
            self.screen.write("")

    def state(self, step: Step, begun: Sequence[str] = ()) -> list[str]:
        """Return the lines below those of the runs: the run that has begun, if one has, and what is known so far."""
        size = self.screen.size()
        room = size.lines * 2 // 3 - 3  # for tables; the other lines are the run, an empty one and the last one
        if room < LEAST_ROOM:
            return [printable(line) for line in begun]
        found = self.medians.of_all() if self.medians.lines <= room else self.chosen()
        tables = [line for one in found for line in table(one, room - 1, size.columns - 1)]
        below = ["", *tables, preliminary(step.then, self.medians.not_counted)] if tables else []
        return [printable(line) for line in [*begun, *below]]

    def chosen(self) -> list[ConditionSoFar]:
        """Return the condition to show if not all fit: that of the last run, unless another one has just been shown."""
        now, found = self.clock(), self.medians.of_condition(self.current)
        if found and (self.shown is None or now - self.shown_at >= STAYS_S):
            self.shown, self.shown_at = self.current, now
        if self.shown != self.current:
            found = self.medians.of_condition(self.shown)
        return [found] if found else []
