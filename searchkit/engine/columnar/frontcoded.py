"""A sorted list of strings, of which every sixteenth is whole and the others begin as it does.

Front coding by the head of a block, not by the string before (as in Witten, Moffat and Bell,
"Managing Gigabytes", 1999, 4.1): a little larger, but each string is read by itself, and all of
them at once as arrays.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from searchkit.engine.columnar import rows
from searchkit.engine.columnar.pages import Held, Pages
from searchkit.engine.columnar.ragged import Bytes, Ints, offsets, places
from searchkit.engine.columnar.rows import STEP, Rows

#: Bits for the bytes that a string has of its own; the others of a byte say how many it shares.
_BITS = 4
_MOST = 15
#: Strings that are worked on together.
_SOME = 1 << 15
_EIGHT = 8


def arrays(name: str, text: Bytes, sizes: Ints) -> dict[str, Held]:
    """The arrays of a sorted list of strings, to be written.

    Args:
        text: all of them end to end.
        sizes: bytes of each.
    """
    starts = offsets(sizes)
    parts, shared = [text[:0]], [sizes[:0]]
    for first in range(0, len(sizes), _SOME):
        last = min(first + _SOME, len(sizes))
        own = text[int(starts[first]) : int(starts[last])]
        begin, size = starts[first:last] - starts[first], sizes[first:last]
        common = _common(own, begin, size)
        parts.append(own[places(begin + common, size - common)])
        shared.append(common)
    above = np.concatenate(shared)
    return {
        f"{name}.text": np.concatenate(parts),
        **rows.arrays(name, sizes - above, _BITS, above),
    }


def _common(text: Bytes, starts: Ints, sizes: Ints) -> Ints:
    """How many bytes each string begins with as the head of its block does."""
    padded = np.concatenate((text, np.zeros(2 * _EIGHT, dtype=np.uint8)))
    eights = np.ndarray((len(padded) - _EIGHT + 1,), dtype="<u8", buffer=padded.data, strides=(1,))
    head = np.arange(len(starts)) // STEP * STEP
    low = _equal(eights[starts] ^ eights[starts[head]])
    more = _equal(eights[starts + _EIGHT] ^ eights[starts[head] + _EIGHT])
    common = np.where(low < _EIGHT, low, low + more)
    common = np.minimum(np.minimum(common, _MOST), np.minimum(sizes, sizes[head]))
    common[::STEP] = 0
    return common


def _equal(different: NDArray[np.uint64]) -> Ints:
    """How many bytes are 0 before the first that is not."""
    below = (different & -different) - np.uint64(1)
    found: Ints = np.bitwise_count(below).astype(np.int64) >> 3
    return found


class FrontCoded:
    """Strings of an open file.

    Args:
        name: as they were written.
    """

    def __init__(self, pages: Pages, name: str):
        self._bytes = pages.array(f"{name}.text")
        self._rows = Rows(pages, name, len(self._bytes), _BITS)
        # A view that gives Python's own bytes, string by string faster than an array does.
        self._text = self._bytes.data

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, number: int) -> bytes:
        return self._block(number // STEP)[number % STEP]

    def __iter__(self) -> Iterator[bytes]:
        return self.between(0, len(self))

    def between(self, first: int, last: int) -> Iterator[bytes]:
        """The strings with these numbers."""
        for block in range(first // STEP, -(-last // STEP)):
            base = block * STEP
            yield from self._block(block)[max(first - base, 0) : last - base]

    def whole(self) -> tuple[Bytes, Ints]:
        """All strings end to end, and where each begins, with the end of the last."""
        texts, sizes = [self._bytes[:0]], [np.zeros(0, dtype=np.int64)]
        for first in range(0, len(self), _SOME):
            last = min(first + _SOME, len(self))
            starts = self._rows.starts(first, last)
            own, shared = np.diff(starts), self._rows.above(first, last)
            at = offsets(own + shared)
            text = np.empty(int(at[-1]), dtype=np.uint8)
            heads = np.repeat(starts[:-1:STEP], STEP)[: last - first]
            text[places(at[:-1], shared)] = self._bytes[places(heads, shared)]
            text[places(at[:-1] + shared, own)] = self._bytes[int(starts[0]) : int(starts[-1])]
            texts.append(text)
            sizes.append(own + shared)
        return np.concatenate(texts), offsets(np.concatenate(sizes))

    def _block(self, block: int) -> list[bytes]:
        return _strings(self._text, self._rows, block)

    def first(self, wanted: bytes) -> int:
        """The number of the first string that is not smaller."""
        return _first(self._text, self._rows, wanted)

    def find(self, wanted: bytes) -> int | None:
        """The number of a string."""
        return _find(self._text, self._rows, wanted)

    def beginning(self, prefix: bytes) -> range:
        """The numbers of the strings that begin so."""
        first = self.first(prefix)
        above = prefix.rstrip(b"\xff")
        if not above:
            return range(first, len(self))
        return range(first, self.first(above[:-1] + bytes([above[-1] + 1])))


def _strings(text: memoryview, rows: Rows, block: int) -> list[bytes]:
    """The strings from one head to the next."""
    codes, sizes, own = _parts(text, rows, block)
    head = own[: sizes[0]]
    found = []
    at = 0
    for code, size in zip(codes, sizes, strict=True):
        found.append(head[: code >> _BITS] + own[at : at + size])
        at += size
    return found


def _parts(text: memoryview, rows: Rows, block: int) -> tuple[bytes, list[int], bytes]:
    """Of a block the byte and the size of each string, and what they have of their own."""
    first = block * STEP
    sizes = rows.few(first, first + STEP)
    start, end = rows.begins[block : block + 2]
    return rows.codes[first : first + STEP].tobytes(), sizes, text[start:end].tobytes()


def _find(text: memoryview, rows: Rows, wanted: bytes) -> int | None:
    """The number of a string.

    Args:
        text: of all strings, as far as it is kept.
    """
    number = _first(text, rows, wanted)
    block, place = divmod(number, STEP)
    known = number < len(rows) and _strings(text, rows, block)[place] == wanted
    return number if known else None


def _first(text: memoryview, rows: Rows, wanted: bytes) -> int:
    """The number of the first string that is not smaller; see `_find`."""

    def head(block: int) -> bytes:
        (size,) = rows.few(block * STEP, block * STEP + 1)
        return text[rows.begins[block] :][:size].tobytes()

    blocks = len(rows.begins) - 1
    block = bisect_right(range(blocks), wanted, key=head) - 1
    return 0 if block < 0 else block * STEP + bisect_left(_strings(text, rows, block), wanted)


with suppress(ImportError):
    from searchkit.engine.columnar._rows import _find, _first
