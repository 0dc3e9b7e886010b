"""Serve the Snakefile: which files a campaign consists of, what this invocation still has to measure, and the console.

Repairing, splitting and handing out campaigns belongs here too. Imports any room but ``cli``; commands import it.
"""
