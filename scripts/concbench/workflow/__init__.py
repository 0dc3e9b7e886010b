"""Serve the Snakefile: list a campaign's files, find what this invocation has to measure, and write to the console.

Repairing, splitting and handing out campaigns belong here, too. This room may import any but ``cli``; commands import it.
"""
