"""Make the pages that the test server serves and the download workload expects, on Python 3.9 or newer."""

from __future__ import annotations

FILLER = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n"


def page(item: int, size_bytes: int) -> bytes:
    """Return the body of download ``item``, in ``size_bytes`` bytes. It starts with the item's number, so a mix-up shows."""
    head = b"%d " % item
    return (head + FILLER * (size_bytes // len(FILLER) + 1))[:size_bytes]
