"""Say what a campaign's runs and micro-benchmarks cost beside the work itself, for plans and forecasts."""

from __future__ import annotations

OVERHEAD_S = 0.4  # of a run, in addition to its elapsed time: starting runner, server and measured process
PROBE_S = 2.0  # of a micro-benchmark; most take about 1 s
