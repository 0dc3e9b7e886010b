"""Find how many items ``Pool.map`` sends to one of 4 processes at a time: the median run of neighbours done by one process.

Metrics:
    chunk_20_items: Chunk size for 20 items (items).
    chunk_160_items: Chunk size for 160 items (items).
    chunk_20_items_of_1: Chunk size for 20 items with ``chunksize=1`` (items).
"""

from __future__ import annotations

import multiprocessing
import os
import time
from itertools import groupby
from statistics import median

from concbench.measured.api import Metric

PROCESSES, ITEM_S = 4, 0.005  # long enough for every process to get a chunk


def process_of(item: int) -> int:
    time.sleep(ITEM_S)
    return os.getpid()


def chunk(items: int, chunk_size: int | None = None) -> float:
    with multiprocessing.Pool(PROCESSES) as pool:
        pool.map(process_of, range(PROCESSES), 1)  # start all processes
        done_by = pool.map(process_of, range(items), chunk_size)
    return median(len(list(run)) for _, run in groupby(done_by))


def measure() -> list[Metric]:
    return [
        Metric("chunk_20_items", chunk(20), "items"),
        Metric("chunk_160_items", chunk(160), "items"),
        Metric("chunk_20_items_of_1", chunk(20, 1), "items"),
    ]
