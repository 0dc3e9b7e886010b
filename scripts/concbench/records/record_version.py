"""Number the form of records, of runs and of probes alike."""

from __future__ import annotations

VERSION = 3  # older ones are left where they are: it is part of what a record's path stands for
