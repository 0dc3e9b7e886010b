"""Compute statistics from plain numbers: estimates, intervals, verdicts, ratios, scaling laws. Know no campaign.

Whether a comparison is faster, slower, same or inconclusive is decided in ``verdicts``.
"""
