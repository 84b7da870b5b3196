"""Rows of packed numbers in fewer bits than the next size: in two rows, or with exceptions."""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from attrs import frozen

from searchkit.engine.columnar.ragged import (
    SIZES,
    Ints,
    Numbers,
    bits_for,
    bytes_for,
    offsets,
    places,
)

#: Shorter rows take as many bits as their largest number, and so do those that would gain no more
#: bytes than that.
_SHORT = 16
_GAIN = 8
#: By a number, up to one that is too large for 16 bits, the place in `SIZES` of the bits it needs.
_NEEDED = np.searchsorted(np.int64(1) << SIZES, np.arange((1 << 16) + 1), side="right").astype(
    np.uint8
)

#: Longer rows are not put together from two: they are asked for most, and gain least.
_LONG = 1 << 10
_POWERS = np.int64(1) << np.arange(32)
#: By how many binary digits the largest has: together, what is above, and the low ones. So 3, 5, 6,
#: 9, 10, 12 and some more bits can be had, too.
_HALVES = np.array(
    [
        min(
            (low + above, above, low)
            for low in SIZES.tolist()
            for above in (0, 1, 2, 4)
            if low + above >= digits and (above < low or not above)
        )
        for digits in range(33)
    ]
)

#: Rows to be packed: numbers in each, bits of a number, and the numbers.
Section = tuple[Ints, Ints, Numbers]


@frozen
class Parted:
    """Rows of numbers, and their exceptions."""

    counts: Ints
    bits: Ints
    #: What fits in these bits of all the numbers, row after row.
    values: Ints
    #: How many exceptions each row has; at which places of the row, and what they have above.
    exceptions: Ints
    at: Ints
    above_bits: Ints
    above: Ints

    def sections(self) -> tuple[Section, Section, Section]:
        """What is packed, in this order."""
        return (
            (self.counts, self.bits, self.values),
            (self.exceptions, bits_for(self.counts), self.at),
            (self.exceptions, self.above_bits, self.above),
        )


def halves(largest: Ints, counts: Ints) -> tuple[Ints, Ints]:
    """The sizes of the low bits of rows, and of what is above them.

    Args:
        largest: number of each row, below 2**32.
        counts: numbers in each row.
    """
    whole = bits_for(largest)
    _, above, low = _HALVES[np.searchsorted(_POWERS, largest, side="right")].T
    gains = bytes_for(counts, low) + bytes_for(counts, above) < bytes_for(counts, whole)
    gains &= counts <= _LONG
    return np.where(gains, low, whole), np.where(gains, above, 0)


def parted(values: Ints, counts: Ints) -> Parted:
    """Rows in the sizes that make them smallest, with the places of their exceptions.

    This is patched frame-of-reference coding (Zukowski, Heman, Nes and Boncz, "Super-scalar RAM-CPU
    cache compression", 2006).

    Args:
        values: the numbers of all rows, end to end.
        counts: numbers in each row, none without.
    """
    first = offsets(counts)[:-1]
    largest = np.maximum.reduceat(values, first)
    bits = bits_for(largest)
    long = np.flatnonzero((counts >= _SHORT) & (bits > 0))
    none = np.zeros(0, dtype=np.int64)
    if not long.size:
        return Parted(counts, bits, values, np.zeros_like(counts), none, np.zeros_like(bits), none)
    chosen = values
    if len(long) < len(counts):
        is_long = np.zeros(len(counts), dtype=bool)
        is_long[long] = True
        chosen = values[np.repeat(is_long, counts)]
    bits[long] = _bits(chosen, counts[long], largest[long])
    above_bits = bits_for(largest >> bits)
    rows = np.flatnonzero(above_bits)
    places_of = places(first[rows], counts[rows])
    row = np.repeat(rows, counts[rows])
    over = np.flatnonzero(values[places_of] >> bits[row])
    row, where = row[over], places_of[over]
    large = values[where]
    values = values.copy()
    values[where] = large & (np.int64(1) << bits[row]) - 1
    exceptions = np.bincount(row, minlength=len(counts))
    return Parted(
        counts, bits, values, exceptions, where - first[row], above_bits, large >> bits[row]
    )


def _bits(values: Ints, counts: Ints, largest: Ints) -> Ints:
    """The size of the numbers of each row."""
    sizes = len(SIZES)
    needed = _NEEDED[np.minimum(values, 1 << 16)]
    cells = np.repeat(np.arange(len(counts)) * sizes, counts)
    cells += needed
    cumulated = np.bincount(cells, minlength=len(counts) * sizes).reshape(-1, sizes).cumsum(axis=1)
    over = counts[:, None] - cumulated
    bits = np.broadcast_to(SIZES, over.shape)
    cost = bytes_for(counts[:, None], bits)
    apart = bytes_for(over, bits_for(counts)[:, None])
    apart += bytes_for(over, bits_for(largest[:, None] >> bits))
    cost = cost + apart + _GAIN * (over > 0)
    found: Ints = SIZES[np.argmin(cost, axis=1)]
    return found


with suppress(ImportError):
    from searchkit.engine.columnar._exceptions import parted  # noqa: F401
