"""Search log files with a regular expression: count the e-mail addresses of each domain.

``re`` holds the GIL while it searches, so expect threads to gain nothing. Processes use all CPUs, although each text has to be
sent to them.
"""

from __future__ import annotations

import re
from collections import Counter
from random import Random

ADDRESS = re.compile(r"[\w.+-]+@([\w-]+\.(?:com|net|org))\b")
DOMAINS = ("example.com", "example.net", "example.org")
LOGS, LINES = 8, 2000


def items(size: int, seed: int) -> list[str]:
    """Return ``size`` logs of 2000 lines, of which every fourth has an address: 8 different ones, in turn."""
    random = Random(seed)
    logs = ["\n".join(log_line(number, random) for number in range(LINES)) for _ in range(LOGS)]
    return [logs[number % LOGS] for number in range(size)]


def log_line(number: int, random: Random) -> str:
    """Return a line of a log, with an address if its number is divisible by 4."""
    to = f" to=<user.{random.randrange(1000)}@{random.choice(DOMAINS)}>" if number % 4 == 0 else ""
    return f"2026-11-26T12:00:{number % 60:02} mail[{random.randrange(9999)}]: message {number}{to} status=sent"


def do(log: str) -> dict[str, int]:
    """Return how many addresses of each domain a log has."""
    return dict(Counter(ADDRESS.findall(log)))
