"""Collect the items of each configuration's representative run into items.csv, for the timing diagrams."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from concbench.measured.status import Status
from concbench.records.request_times import Requests
from concbench.records.rows import ItemRow
from concbench.records.run_record import ItemTimes, RunRecord


def representative(runs: pd.DataFrame) -> pd.DataFrame:
    """Select each configuration's run with the makespan closest to the median; in a tie, that of the earlier block."""
    ok = runs[runs["status"] == Status.OK]
    away = (ok["makespan_s"] - ok.groupby("configuration")["makespan_s"].transform("median")).abs().round(9)
    nearest = ok.assign(away=away).sort_values(["away", "block"]).groupby("configuration", sort=False).head(1)
    return nearest.sort_values("order")


def item_rows(configuration: str, block: int, items: ItemTimes, requests: Requests | None) -> Iterator[ItemRow]:
    """Make a row for each item of a run; the last of several requests for an item counts."""
    of_item = {item: place for place, item in enumerate(requests.item)} if requests else {}
    for number, (start_s, end_s, cpu_s, thread) in enumerate(zip(items.start_s, items.end_s, items.cpu_s, items.thread)):
        row = ItemRow(
            configuration=configuration, block=block, item=number, thread=thread, start_s=start_s, end_s=end_s, cpu_s=cpu_s
        )
        if requests and number in of_item:
            place = of_item[number]
            row.connection, row.received_s = requests.connection[place], requests.received_s[place]
            row.served_s, row.released_s = requests.served_s[place], requests.released_s[place]
        yield row


def collect(runs: pd.DataFrame, records: Path) -> Iterator[ItemRow]:
    """Make the rows of all configurations with a run that counts. A record that cannot be read gives none."""
    for _, run in representative(runs).iterrows():
        try:
            record = RunRecord.read(records / f"{run['record']}.json")
        except ValueError as error:
            print(error, file=sys.stderr)
            continue
        if record.items and not any(record.problems()):
            yield from item_rows(run["configuration"], int(run["block"]), record.items, record.requests)
