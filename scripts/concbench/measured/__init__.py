"""Run inside the measured process: the timed region, its accounting, and the interfaces that plug-ins implement.

Imports the standard library and itself, for any Python from 3.9 on. Runs depend on it by fingerprint: an edit here has every
campaign measured again.
"""
