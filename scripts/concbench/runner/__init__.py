"""Measure one run or one micro-benchmark: start server and measured process, enforce the time limit, account for CPU time.

Clean up everything, however a run ends. Nothing that reads results imports this room.
"""
