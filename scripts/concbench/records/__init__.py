"""Define everything on disk that outlives a process: records of runs and micro-benchmarks, and the rows of every table.

A column is an interface: users load it into pandas, and results/README.md documents it from here.
"""
