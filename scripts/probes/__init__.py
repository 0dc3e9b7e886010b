"""One file per micro-benchmark: a module with ``measure() -> list[Metric]``, whose result is not a makespan.

A micro-benchmark (``probes`` in the config) is measured once in each block, alone on the machine like a run, in a fresh
process of each interpreter. It prints nothing, takes a few seconds at most, and runs on any Python from 3.9 on. Return
``skipped(metric, unit, reason)`` for a metric that the interpreter can't measure, or has no package for. Name other
files of ours that it reads in ``READS``, so that an edit of these has it measured again.
"""
