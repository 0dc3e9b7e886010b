"""Provide a config for tests to change."""

from __future__ import annotations

from typing import Any

import yaml

TEXT = """
campaign: tiny
servers:
  near: {sites: {one: {bytes: 10, latency_s: 0.001, tls: true}, two: {bytes: 20, latency_s: 0.002}}}
  capped: {extends: near, max_concurrent: 6}
experiments:
  io:
    workload: download
    sizes: [4]
    servers: [near, capped]
    baseline: sync
    contenders:
      sync: {model: sync}
      threading: {model: thread_pool, workers: [2, cpus]}
      asyncio: {model: asyncio, workers: [all], connection_limit: 0}
  cpu:
    workload: sum_squares
    options: {first: 1000}
    sizes: [4]
    baseline: sync
    control: threading
    contenders:
      sync: {model: sync}
      threading: {model: thread_pool, workers: [2]}
"""


def config(change: str = "", value: Any = None) -> dict[str, Any]:
    """Return the config above with the key ``change`` (``a.b.c`` or ``a.b.0``) set to ``value``; "delete" deletes it."""
    loaded: dict[str, Any] = yaml.safe_load(TEXT)
    if change:
        *parents, last = [int(key) if key.isdigit() else key for key in change.split(".")]
        where: Any = loaded
        for key in parents:
            where = where[key]
        if value == "delete":
            del where[last]
        else:
            where[last] = value
    return loaded
