"""One file per probe: a module with ``measure() -> list[Metric]``, a small measurement whose figure is not a makespan.

A probe is measured once in each block, alone on the machine like a run, in a fresh process of the interpreter
that it is of. It prints nothing, takes a few seconds at most, and runs on any Python from 3.9 on; what the
interpreter can't do, or has no package for, is a metric that was skipped, with the reason. A probe that reads
other files of ours names them in ``READS``, so that an edit of these has it measured again.
"""
