"""Run a program for each item: compress texts with ``gzip``.

The programs do the work, in processes of their own, so threads or asyncio are enough to wait for them. Expect as many workers
as CPUs to be fastest, or a few more.
"""

from __future__ import annotations

import asyncio
import subprocess
from random import Random

COMMAND = ("gzip", "-9", "-n")
TEXTS = 4
WORDS = ("thread", "process", "task", "queue", "lock", "pool", "loop", "worker")


def items(size: int, seed: int) -> list[bytes]:
    """Return ``size`` texts of 30,000 words, at random from the seed: 4 different ones, in turn."""
    random = Random(seed)
    texts = [" ".join(random.choices(WORDS, k=30_000)).encode() for _ in range(TEXTS)]
    return [texts[number % TEXTS] for number in range(size)]


def do(text: bytes) -> int:
    """Return the number of bytes of a compressed text."""
    return len(subprocess.run(COMMAND, input=text, stdout=subprocess.PIPE, check=True).stdout)


async def do_async(text: bytes) -> int:
    """Return the number of bytes of a compressed text."""
    program = await asyncio.create_subprocess_exec(*COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    compressed, _ = await program.communicate(text)
    if program.returncode:
        raise subprocess.CalledProcessError(program.returncode, COMMAND)
    return len(compressed)
