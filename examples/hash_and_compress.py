"""Hash and compress files: the modules of Python's standard library, one after the other in turn.

Hashing and compression run in C and release the GIL, so threads may help.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from pathlib import Path


def items(size: int, seed: int) -> list[str]:
    """Return the paths of ``size`` files of at least 20 kB; the seed says where in the list to start."""
    files = sorted(str(path) for path in Path(os.__file__).parent.glob("*.py") if path.stat().st_size >= 20_000)
    return [files[(seed + number) % len(files)] for number in range(size)]


def do(path: str) -> tuple[str, int]:
    """Return a file's SHA-256 and its compressed size in bytes."""
    content = Path(path).read_bytes()
    return hashlib.sha256(content).hexdigest(), len(zlib.compress(content, 9))
