"""Compute the tables from records or from other tables, and find warnings.

A quantity is computed here, once; figures and report read it from a table. ``stats.verdicts`` decides comparisons.
"""
