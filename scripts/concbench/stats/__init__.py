"""Compute statistics from plain numbers: estimates, confidence intervals, verdicts, ratios, scaling laws.

This room knows no campaign. ``verdicts`` decides whether a comparison is faster, slower, same or inconclusive.
"""
