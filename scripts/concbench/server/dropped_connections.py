"""Count connections that the kernel dropped because the queue of those not yet accepted was full.

The client's kernel tries again after a second, then after two, so the client waits for what isn't the server's delay. The
queue's length is limited by net.core.somaxconn, which is 128 on Linux before 5.4.
"""

from __future__ import annotations

from pathlib import Path

NETSTAT = Path("/proc/net/netstat")  # of this network namespace; pairs of lines, names and then numbers
COUNT = "ListenOverflows"


def dropped_connections(netstat: Path = NETSTAT) -> int:
    """Return how many connections have been dropped so far on this machine; 0 if the kernel doesn't say."""
    try:
        lines = netstat.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    counts = (dict(zip(names.split(), numbers.split())) for names, numbers in zip(lines[::2], lines[1::2]))
    return sum(int(one.get(COUNT, 0)) for one in counts)
