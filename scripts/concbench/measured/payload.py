"""The pages that the server serves and the download workload expects; shared by the two, for any Python from 3.9 on."""

from __future__ import annotations

FILLER = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-\n"


def page(item: int, size_bytes: int) -> bytes:
    """The body of download number ``item``: it starts with that number, so that answers mixed up are found out."""
    head = b"%d " % item
    return (head + FILLER * (size_bytes // len(FILLER) + 1))[:size_bytes]
