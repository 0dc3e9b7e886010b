"""Select the runs that can be looked into: the representative run of each configuration, with its rows of items."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from concbench.analysis.dataset import CampaignData
from concbench.analysis.naming import experiment_name
from concbench.campaign import plugins
from concbench.campaign.campaign import OWN
from concbench.drawing.timeline import Doing, rows, spans
from concbench.records.rows import ItemRow, RunRow
from concbench.records.tables import rows_of


@dataclass(frozen=True)
class Phase:
    """A part of an item: its activities, each with its share of the part's time. Their order in time isn't known."""

    start_s: float
    end_s: float
    shares: Sequence[tuple[Doing, float]]


@dataclass(frozen=True)
class TimedRun:
    """One run whose items have times: its row of runs.csv, its names, and its rows of items."""

    run: RunRow
    experiment_title: str
    label: str  # ``asyncio, 160 workers``
    rows: Sequence[Sequence[ItemRow]]
    controlled: bool  # whether all waits of its items are known

    @property
    def name(self) -> str:
        """The run's name: ``160 downloads: asyncio, 160 workers``."""
        return f"{self.experiment_title}: {self.label}"

    @property
    def trace(self) -> str:
        """The file of its trace, in the campaign's folder."""
        return f"traces/{self.run.configuration}.json.gz"

    @cached_property
    def row_kind(self) -> str:
        """The kind of a row: ``thread``, ``process`` or ``task``."""
        return plugins.model(self.run.model).items_run_in

    @property
    def row_names(self) -> list[str]:
        """A name for each row: ``thread 3``; for tasks, which share threads, ``task 12`` or ``task 12 of thread 3``."""
        threads = Counter(row[0].thread for row in self.rows)
        seen: Counter[int] = Counter()
        names = []
        for row in self.rows:
            thread, place = row[0].thread, seen[row[0].thread]
            seen[thread] += 1
            if self.row_kind == "task":
                names.append(f"task {place}" + f" of thread {thread}" * (len(threads) > 1))
            else:
                names.append(f"{self.row_kind} {thread}" + f", row {place}" * (threads[thread] > 1))
        return names

    def phases(self, item: ItemRow) -> list[Phase]:
        """Cut an item into parts, in the order of time. None reaches beyond the item, whatever the server noted."""
        parts = []
        found = sorted(spans(item, self.controlled), key=lambda span: (span.start_s, span.end_s))
        for (start_s, end_s), same in groupby(found, key=lambda span: (span.start_s, span.end_s)):
            within = max(start_s, item.start_s), min(end_s, item.end_s)
            if within[0] < within[1]:
                parts.append(Phase(*within, [(span.doing, span.high - span.low) for span in same]))
        return parts


def timed_runs(data: CampaignData) -> Iterator[TimedRun]:
    """Yield the representative run of each configuration whose items were timed, in the config's order."""
    runs, names = data.tables["runs"], data.names
    items = dict(iter(data.tables["items"].groupby("configuration", sort=False)))
    for configuration in data.tables["summary"]["configuration"]:
        if configuration not in items:
            continue
        own = items[configuration]
        found = runs[(runs["configuration"] == configuration) & (runs["block"] == own["block"].iloc[0])]
        for run in rows_of(found, RunRow):
            experiment = data.campaign.experiments[run.experiment]
            title = experiment_name(data.campaign, run.experiment)
            computes = not experiment.servers and experiment.workload != OWN
            yield TimedRun(
                run=run,
                experiment_title=title,
                label=names[configuration].removeprefix(f"{title}: "),
                rows=rows(rows_of(own, ItemRow)),
                controlled=computes or bool(own["received_s"].notna().all()),
            )
