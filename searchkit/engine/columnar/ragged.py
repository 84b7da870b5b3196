"""Rows of different lengths, laid end to end in one array (pure)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]


def offsets(counts: Ints) -> Ints:
    """Where each row begins, and at the end where the last one ends: one more than the rows."""
    found = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, out=found[1:])
    return found


def places(starts: Ints, counts: Ints, step: int = 1) -> Ints:
    """Row after row, the places of its items: start, start + step, … as many as it counts."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    found = np.arange(total, dtype=np.int64)
    if step != 1:
        found *= step
    found += np.repeat(starts - (ends - counts) * step, counts)
    return found


def widths(largest: Ints) -> Ints:
    """Bytes that a number takes: 1, 2 or 4.

    Args:
        largest: below 2**32.
    """
    return np.where(largest < 1 << 8, 1, np.where(largest < 1 << 16, 2, 4))


def scatter(out: Bytes, starts: Ints, counts: Ints, width: Ints, values: Ints) -> None:
    """Write rows of numbers, little-endian, each row with a width of its own.

    Args:
        out: where to.
        starts: the byte at which each row begins.
        counts: numbers in each row.
        width: bytes of a number in each row: 0 (nothing is written), 1, 2 or 4.
        values: the numbers of all rows, end to end.
    """
    each = np.repeat(width, counts)
    for size in (1, 2, 4):
        rows = np.flatnonzero(width == size)
        if not rows.size:
            continue
        chosen = values if len(rows) == len(width) else values[each == size]
        at = places(starts[rows], counts[rows], size)
        for byte in range(size):
            out[at + byte] = (chosen >> (8 * byte)) & 0xFF


def gather(data: Bytes, starts: Ints, counts: Ints, width: Ints, *, empty: int) -> Ints:
    """Read rows that `scatter` wrote.

    Args:
        empty: what the numbers of a row of width 0 are.

    Returns:
        The numbers of all rows, end to end.
    """
    found = np.full(int(counts.sum()), empty, dtype=np.int64)
    each = np.repeat(width, counts)
    for size in (1, 2, 4):
        rows = np.flatnonzero(width == size)
        if not rows.size:
            continue
        at = places(starts[rows], counts[rows], size)
        read = data[at].astype(np.int64)
        for byte in range(1, size):
            read |= data[at + byte].astype(np.int64) << (8 * byte)
        if len(rows) == len(width):
            return read
        found[each == size] = read
    return found
