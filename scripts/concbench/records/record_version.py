"""Number the form of records."""

from __future__ import annotations

VERSION = 3  # part of the fingerprint in a record's path: records of older versions are ignored
