"""The different short pieces of texts, numbered as they are met.

Long ones hardly ever come twice, and Chinese ones are cheaper to read than to look up.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count

import numpy as np
from numpy.typing import NDArray

from searchkit.engine.columnar.ragged import Bytes, Ints

#: Bytes of the longest.
SHORT = 16
#: Of the eight bytes read at a place, those that belong to a piece of that many bytes.
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_SLOTS = 19
#: Makes the slot of a piece out of its hash of 64 bits.
_SHIFT = np.uint64(64 - _SLOTS)


def is_han(data: Bytes) -> NDArray[np.bool_]:
    """Which bytes begin a character of U+4000 to U+9FFF; each takes three."""
    return (data >= 0xE4) & (data <= 0xE9)


class Pieces:
    """The different pieces met so far.

    Args:
        met: is told of new ones, each once, in the order of their numbers.
    """

    def __init__(self, met: Callable[[Sequence[bytes]], object]):
        self._met = met
        self._numbers: dict[bytes, int] = {}
        # Of those met lately, one in each slot: the first and last eight bytes, and the number.
        self._low = np.zeros(1 << _SLOTS, dtype=np.uint64)
        self._high = np.zeros(1 << _SLOTS, dtype=np.uint64)
        self._number = np.zeros(1 << _SLOTS, dtype=np.int64)

    def numbers(self, text: bytes, starts: Ints, ends: Ints) -> Ints:
        """The numbers of pieces of a text, from 1; 0 for long and Chinese ones.

        Args:
            text: has `SHORT` bytes after the last of them. None has a NUL.
            starts: where each begins.
            ends: where it ends.
        """

        def some(places: Ints) -> list[bytes]:
            spans = zip(starts[places].tolist(), ends[places].tolist(), strict=True)
            return [text[start:end] for start, end in spans]

        sizes = ends - starts
        found = np.zeros(len(starts), dtype=np.int64)
        data = np.frombuffer(text, dtype=np.uint8)
        left = np.flatnonzero((sizes <= SHORT) & ~is_han(data[starts]))
        eights = np.ndarray((len(text) - 7,), dtype="<u8", buffer=text, strides=(1,))
        low = eights[starts] & _MASKS[np.minimum(sizes, 8)]
        high = eights[starts + 8] & _MASKS[np.clip(sizes - 8, 0, 8)]
        slots = ((low ^ high * _MIX[1]) * _MIX[0] >> _SHIFT).astype(np.int64)
        while left.size:
            at = slots[left]
            hit = (self._low[at] == low[left]) & (self._high[at] == high[left])
            found[left[hit]] = self._number[at[hit]]
            left = left[~hit]
            # In each slot one of the pieces that are not known there takes the place.
            at = slots[left]
            self._number[at] = left
            new = left[self._number[at] == left]
            at = slots[new]
            self._low[at], self._high[at] = low[new], high[new]
            self._number[at] = self._known(some(new))
        return found

    def _known(self, pieces: Sequence[bytes]) -> list[int]:
        """The numbers of different pieces."""
        known = self._numbers
        fresh = [piece for piece in pieces if piece not in known]
        known.update(zip(fresh, count(len(known) + 1), strict=False))
        self._met(fresh)
        return [known[piece] for piece in pieces]


with suppress(ImportError):
    from searchkit.engine.columnar._pieces import Pieces  # type: ignore[assignment]  # noqa: F401
