"""Divide time into the columns of a picture, find each activity's share of every column, and paint it. Pure functions.

A bar narrower than a pixel is drawn or left out by chance. Shares leave nothing out: over all columns they add up to the times,
and so does the colour of all pixels.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from matplotlib.colors import to_rgba
from numpy.typing import NDArray

from concbench.drawing.timeline import Doing, Span

Numbers = NDArray[np.float64]
DECIMALS = 9  # of a share; columns that are equal but for rounding then make one box


def mean_heights(boxes: Sequence[tuple[float, float, float]], edges_s: Numbers) -> Numbers:
    """Return the mean height of piled boxes in each column. A box has a start, an end and a height.

    ``edges_s`` are where the columns begin, and where the last one ends.
    """
    starts_s, ends_s, heights = np.array(boxes, dtype=float).T
    changes = np.concatenate([starts_s, ends_s])
    order = np.argsort(changes, kind="stable")
    moments = changes[order]
    level = np.cumsum(np.concatenate([heights, -heights])[order])
    area = np.concatenate([[0.0], np.cumsum(level[:-1] * np.diff(moments))])
    found: Numbers = np.diff(np.interp(edges_s, moments, area)) / np.diff(edges_s)
    return found.round(DECIMALS).clip(min=0.0)


def column_shares(spans: Iterable[Span], edges_s: Numbers) -> dict[Doing, Numbers]:
    """Return the mean height of each activity's spans in each column: in a single row, its share of the column."""
    by_doing: dict[Doing, list[tuple[float, float, float]]] = {}
    for span in spans:
        by_doing.setdefault(span.doing, []).append((span.start_s, span.end_s, span.high - span.low))
    return {doing: mean_heights(own, edges_s) for doing, own in by_doing.items()}


def paint(pixels: Numbers, shares: Mapping[Doing, Numbers], floor: float, height: float, edges: Numbers) -> None:
    """Add the colours of a band's activities to the pixels, piled up from its floor, by how much of each pixel they cover.

    ``height`` is that of a share of 1, and ``edges`` are where the rows of pixels begin, and where the last one ends.
    """
    low = np.full(pixels.shape[1], floor)
    for doing in Doing:
        if doing in shares:
            high = low - height * shares[doing]  # rows are counted from the top
            first, end = max(0, np.searchsorted(edges, high.min(), "right") - 1), np.searchsorted(edges, floor)
            above, below = edges[first:end, None], edges[first + 1 : end + 1, None]
            covered = (np.minimum(below, low) - np.maximum(above, high)).clip(min=0) / (below - above)
            pixels[first:end] += covered[..., None] * np.array(to_rgba(doing.colour))
            low = high


def image(pixels: Numbers) -> NDArray[np.uint8]:
    """Make an image of painted pixels; where nothing covers them, it is transparent."""
    opacity = pixels[..., 3:]
    colours = np.divide(pixels, opacity, out=np.zeros_like(pixels), where=opacity > 0)
    found: NDArray[np.uint8] = (255 * np.concatenate([colours[..., :3], opacity.clip(max=1)], axis=-1)).round().astype(np.uint8)
    return found


def outline(heights: Numbers, edges_s: Numbers) -> Numbers:
    """Return the corners of the area under the columns, left to right; neighbours of one height share a box."""
    changes = np.flatnonzero(np.diff(heights)) + 1
    begins = np.concatenate([[0], changes])
    across = np.repeat(edges_s[np.concatenate([begins, [len(heights)]])], 2)
    up = np.concatenate([[0.0], np.repeat(heights[begins], 2), [0.0]])
    return np.column_stack([across, up])
