"""Rows of different lengths, laid end to end in one array (pure)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
#: Numbers of which there are many: of 32 bits where these do.
Numbers = NDArray[np.signedinteger]
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


#: Bits that a packed number may take.
SIZES = np.array([0, 1, 2, 4, 8, 16, 32])


def bits_for(largest: Ints) -> Ints:
    """The least of the sizes that a number fits in, in bits.

    Args:
        largest: below 2**32.
    """
    found: Ints = SIZES[np.searchsorted(np.int64(1) << SIZES, largest, side="right")]
    return found


def bytes_for(counts: Ints, bits: Ints) -> Ints:
    """Bytes that rows of packed numbers take."""
    found: Ints = counts * bits + 7 >> 3
    return found


def scatter(out: Bytes, starts: Ints, counts: Ints, bits: Ints, values: Ints) -> None:
    """Pack rows of numbers, little-endian, each row with a size of its own.

    Args:
        out: where to, all zeros.
        starts: the byte at which each row begins.
        counts: numbers in each row.
        bits: size of a number in each row, one of `SIZES`.
        values: the numbers of all rows, end to end.
    """
    each = np.repeat(bits, counts)
    for size in SIZES[1:].tolist():
        rows = np.flatnonzero(bits == size)
        if not rows.size:
            continue
        chosen = values if len(rows) == len(bits) else values[each == size]
        if size >= 8:
            at = places(starts[rows], counts[rows], size // 8)
            for byte in range(size // 8):
                out[at + byte] = (chosen >> (8 * byte)) & 0xFF
            continue
        together = 8 // size
        filled = bytes_for(counts[rows], bits[rows])
        # Rows fill whole bytes: all numbers that stand at one place in their bytes go in together.
        spread = np.zeros(int(filled.sum()) * together, dtype=np.uint8)
        spread[places(offsets(filled)[:-1] * together, counts[rows])] = chosen
        packed = spread[::together].copy()
        for phase in range(1, together):
            packed |= spread[phase::together] << np.uint8(phase * size)
        out[places(starts[rows], filled)] = packed


def gather(data: Bytes, starts: Ints, counts: Ints, bits: Ints) -> Ints:
    """The numbers of rows that `scatter` packed, end to end; those of no bits are 0."""
    found = np.zeros(int(counts.sum()), dtype=np.int64)
    each = np.repeat(bits, counts)
    for size in sorted({*bits.tolist()} - {0}):
        rows = np.flatnonzero(bits == size)
        if size >= 8:
            at = places(starts[rows], counts[rows], size // 8)
            read = data[at].astype(np.int64)
            for byte in range(1, size // 8):
                read |= data[at + byte].astype(np.int64) << (8 * byte)
        else:
            nth = places(np.zeros(len(rows), dtype=np.int64), counts[rows])
            at = np.repeat(starts[rows], counts[rows]) + (nth * size >> 3)
            read = data[at].astype(np.int64) >> (nth * size & 7) & ((1 << size) - 1)
        if len(rows) == len(bits):
            return read
        found[each == size] = read
    return found


def _spread(bits: int) -> NDArray[Any]:
    """For every byte the numbers of so many bits in it, a byte each, as one number."""
    together = 8 // bits
    phases = np.arange(256)[:, None] >> np.arange(together) * bits & ((1 << bits) - 1)
    return phases.astype(np.uint8).view(f"<u{together}").ravel()


_SPREAD = {bits: _spread(bits) for bits in (1, 2, 4)}


def unpacked(data: Bytes, count: int, bits: int) -> NDArray[Any]:
    """The numbers of one row."""
    if bits >= 8:
        return np.frombuffer(data, f"<u{bits // 8}", count)
    if bits == 0:
        return np.zeros(count, dtype=np.uint8)
    return _SPREAD[bits].take(data).view(np.uint8)[:count]
