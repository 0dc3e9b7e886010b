"""Measure one run or one micro-benchmark: start the processes, enforce the time limits, account for CPU time, clean up.

Everything is cleaned up however a run ends. Nothing that reads results imports this room.
"""
