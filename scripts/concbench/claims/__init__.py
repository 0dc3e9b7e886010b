"""Answer claims: read them, take their quantities from the tables, and judge each by its kind of test.

A verdict on a claim is decided in ``criteria``.
"""
