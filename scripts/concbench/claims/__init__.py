"""Answer claims: read them, take their quantities from the tables, and judge each by its kind of test.

``criteria`` decides the verdicts.
"""
