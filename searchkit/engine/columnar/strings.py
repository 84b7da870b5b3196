"""A sorted list of strings as two arrays: all of them end to end, and where each begins."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

import numpy as np

from searchkit.engine.columnar.pages import Array, Pages, narrow
from searchkit.engine.columnar.ragged import Bytes, Ints, offsets
from searchkit.engine.damage import DamageError

#: Every so-manieth string of a sorted list is at hand, so that few are looked at to find one.
_STEP = 128


def encoded(text: str) -> bytes:
    """The bytes that a string is kept and sorted as."""
    return text.encode("utf-8", "surrogatepass")


def decoded(data: bytes) -> str:
    """The string that was kept."""
    return data.decode("utf-8", "surrogatepass")


def arrays(name: str, strings: Sequence[bytes]) -> dict[str, Array]:
    """The arrays of a list of strings, to be written."""
    sizes = np.fromiter(map(len, strings), dtype=np.int64, count=len(strings))
    return joined(name, np.frombuffer(b"".join(strings), np.uint8), sizes)


def joined(name: str, text: Bytes, sizes: Ints) -> dict[str, Array]:
    """The same of strings that are joined already.

    Args:
        sizes: bytes of each.
    """
    return {f"{name}.text": text, f"{name}.at": narrow(offsets(sizes))}


class Strings:
    """Strings of an open file.

    Args:
        name: as they were written.
    """

    def __init__(self, pages: Pages, name: str):
        text, at = pages.array(f"{name}.text"), pages.array(f"{name}.at")
        if not len(at) or at[-1] != len(text):
            raise DamageError(f"{name}: strings without an end")
        # Views that give Python's own numbers and bytes, item by item faster than arrays do.
        self._text = text.data
        self._at = at.data

    def __len__(self) -> int:
        return len(self._at) - 1

    def __getitem__(self, number: int) -> bytes:
        return self._text[self._at[number] : self._at[number + 1]].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        return self.between(0, len(self))

    def between(self, first: int, last: int) -> Iterator[bytes]:
        """The strings with these numbers."""
        ends = self._at[first : last + 1].tolist()
        for start, end in pairwise(ends):
            yield self._text[start:end].tobytes()

    @cached_property
    def _sample(self) -> list[bytes]:
        return [self[number] for number in range(0, len(self), _STEP)]

    def first(self, wanted: bytes) -> int:
        """The number of the first string that is not smaller, of strings that are sorted."""
        above = bisect_left(self._sample, wanted) * _STEP
        low, high = max(above - _STEP, 0), min(above, len(self))
        return bisect_left(range(high), wanted, low, key=self.__getitem__)

    def find(self, wanted: bytes) -> int | None:
        """The number of a string, of strings that are sorted."""
        number = self.first(wanted)
        return number if number < len(self) and self[number] == wanted else None

    def beginning(self, prefix: bytes) -> range:
        """The numbers of the strings that begin so, of strings that are sorted."""
        first = self.first(prefix)
        above = prefix.rstrip(b"\xff")
        if not above:
            return range(first, len(self))
        return range(first, self.first(above[:-1] + bytes([above[-1] + 1])))
