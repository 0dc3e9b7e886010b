"""Say what a campaign's runs and micro-benchmarks cost beside the work itself, for plans and forecasts."""

from __future__ import annotations

OVERHEAD_S = 0.4  # of a run, in addition to its elapsed time: starting runner, server and measured process
PROBE_S = 1.5  # of a micro-benchmark, with the start of its Python
