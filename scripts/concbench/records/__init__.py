"""Define everything on disk that outlives a process: records of runs and micro-benchmarks, and the rows of every table.

Columns are an interface: users load them into pandas. docs/reference/results.md is made from the definitions here.
"""
