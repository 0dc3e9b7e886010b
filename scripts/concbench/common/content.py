"""Recognize files by their content."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def short_hash(contents: Iterable[bytes]) -> str:
    """Return a short hash of the contents of files, in their order."""
    import hashlib  # slow to import, and a runner needs it only for the user's own file

    found = hashlib.sha256()
    for content in contents:
        found.update(b"%d " % len(content) + content)
    return found.hexdigest()[:12]


def have_content(paths: Iterable[Path], expected: str) -> bool:
    """Check that files still have the contents with this hash."""
    try:
        return short_hash(path.read_bytes() for path in paths) == expected
    except OSError:
        return False
