"""Rows of different lengths, laid end to end in one array (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
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


#: Numbers of a row that is read by itself, and bytes of one that is copied by itself; shorter ones
#: are done together.
_LONG = 512
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


def _move(source: Bytes, starts: Ints, target: Bytes, to: Ints, sizes: Ints) -> None:
    """Copy rows of so many bytes from where they begin in one array to where they shall begin."""
    long = sizes >= _LONG
    rows = (starts[long].tolist(), to[long].tolist(), sizes[long].tolist())
    for start, end, size in zip(*rows, strict=True):
        target[end : end + size] = source[start : start + size]
    short = ~long
    sizes = sizes[short]
    target[places(to[short], sizes)] = source[places(starts[short], sizes)]


def scatter(out: Bytes, starts: Ints, counts: Ints, bits: Ints, values: Numbers) -> None:
    """Pack rows of numbers, little-endian, each row with a size of its own.

    Args:
        out: where to.
        starts: the byte at which each row begins.
        counts: numbers in each row.
        bits: size of a number in each row, one of `SIZES`.
        values: the numbers of all rows, end to end; of those that take 8 bits and more, what is
            above is left out.
    """
    for size, rows, chosen in _by_size(counts, bits):
        numbers = values[chosen].astype(f"<u{max(size // 8, 1)}")
        sizes = bytes_for(counts[rows], bits[rows])
        if size < 8:
            # Rows fill whole bytes, and what is over in their last is left free.
            together = 8 // size
            spare = sizes * together - counts[rows]
            own = np.ones(int(sizes.sum()) * together, dtype=bool)
            own[places(np.cumsum(sizes) * together - spare, spare)] = False
            spread = np.zeros(len(own), dtype=np.uint8)
            spread[own] = numbers
            numbers = spread[::together].copy()
            for phase in range(1, together):
                numbers |= spread[phase::together] << np.uint8(phase * size)
        _move(numbers.view(np.uint8), offsets(sizes)[:-1], out, starts[rows], sizes)


def gather(data: Bytes, starts: Ints, counts: Ints, bits: Ints) -> Numbers:
    """The numbers of rows that `scatter` packed, end to end; those of no bits are 0."""
    wide = bits.size and bits.max() > 16
    found: Numbers = np.zeros(int(counts.sum()), dtype=np.int64 if wide else np.int32)
    long = counts >= _LONG
    if long.any():
        ends = np.cumsum(counts)[long].tolist()
        each = (starts[long].tolist(), ends, counts[long].tolist(), bits[long].tolist())
        for start, end, count, size in zip(*each, strict=True):
            packed = data[start : start + (count * size + 7 >> 3)]
            found[end - count : end] = unpacked(packed, count, size)
        short = ~long
        others = gather(data, starts[short], counts[short], bits[short])
        found[np.repeat(short, counts)] = others
        return found
    for size, rows, chosen in _by_size(counts, bits):
        if size >= 8:
            at = places(starts[rows], counts[rows], size // 8)
            read = data[at].astype(found.dtype)
            for byte in range(1, size // 8):
                read |= data[at + byte].astype(found.dtype) << (8 * byte)
        else:
            nth = places(np.zeros(len(rows), dtype=np.int64), counts[rows])
            at = np.repeat(starts[rows], counts[rows]) + (nth * size >> 3)
            read = data[at].astype(found.dtype) >> (nth * size & 7) & ((1 << size) - 1)
        if len(rows) == len(bits):
            return read
        found[chosen] = read
    return found


def _by_size(counts: Ints, bits: Ints) -> Iterator[tuple[int, Ints, NDArray[np.bool_] | slice]]:
    """Each size that has numbers, with the rows of that size and which numbers are theirs."""
    narrow = bits.astype(np.uint8)
    each: Bytes | None = None
    for size in np.flatnonzero(np.bincount(bits)).tolist():
        rows = np.flatnonzero(narrow == size)
        if size and len(rows) == len(bits):
            yield size, rows, slice(None)
        elif size:
            each = np.repeat(narrow, counts) if each is None else each
            yield size, rows, each == size


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


with suppress(ImportError):
    from searchkit.engine.columnar._ragged import gather, places, scatter  # noqa: F401
