"""Compute the tables, from records or from other tables, and find what a reader must be warned of.

Compute a quantity here, once; figures and report read it from a table. Verdicts on comparisons come from ``stats.verdicts``.
"""
