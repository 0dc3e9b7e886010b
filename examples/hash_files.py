"""Hash files of 2 MB with SHA-256.

Reading and hashing release the GIL, so expect threads to use all CPUs. Processes can do the same, but start more slowly.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from random import Random

FOLDER = Path(tempfile.gettempdir(), f"files-to-hash-{os.getuid()}")
FILES, BYTES = 8, 2_000_000


def items(size: int, seed: int) -> list[str]:
    """Return the paths of ``size`` files: 8 different ones of random bytes, one after the other in turn.

    They are written anew each time: Linux reads files faster that have just been written.
    """
    random = Random(seed)
    FOLDER.mkdir(exist_ok=True)
    paths = [FOLDER / f"{seed}-{number}.bin" for number in range(FILES)]
    for path in paths:
        path.write_bytes(random.randbytes(BYTES))
    return [str(paths[number % FILES]) for number in range(size)]


def do(path: str) -> str:
    """Return a file's SHA-256."""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()
