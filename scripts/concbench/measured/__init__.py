"""Run inside the measured process: the timed region, its accounting, and the interfaces that plug-ins implement.

Import only the standard library and this room, on Python 3.9 or newer. The fingerprint of a run covers this code: after an
edit here, every campaign is measured again.
"""
