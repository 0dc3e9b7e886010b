"""Measure one small cost per file: micro-benchmarks, listed as ``probes`` in the config.

A micro-benchmark is a module with ``measure() -> list[Metric]``. It is measured once per block and interpreter, in a fresh
process, alone on the machine like a run. It must print nothing, take a few seconds at most, and run on Python 3.9 or newer.
Return ``skipped(metric, unit, reason)`` for a metric that the interpreter can't measure. List the project's files that it
reads in ``READS``: an edit of one of them has it measured again.

Describe the metrics in the module's docstring, under ``Metrics:``, one ``name: meaning (unit).`` a line.
"""
