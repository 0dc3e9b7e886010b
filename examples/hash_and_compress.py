"""Files hashed and compressed: the sources of Python's own standard library, taken in turns.

Both happen in C and let go of the interpreter's lock meanwhile, so that threads may help.
"""

from __future__ import annotations

import hashlib
import os
import zlib
from pathlib import Path


def items(size: int, seed: int) -> list[str]:
    """Paths of files of at least 20 kB, from a place that the seed gives."""
    files = sorted(str(path) for path in Path(os.__file__).parent.glob("*.py") if path.stat().st_size >= 20_000)
    return [files[(seed + number) % len(files)] for number in range(size)]


def do(path: str) -> tuple[str, int]:
    """The file's SHA-256, and its size once compressed."""
    content = Path(path).read_bytes()
    return hashlib.sha256(content).hexdigest(), len(zlib.compress(content, 9))
