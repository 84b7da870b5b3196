"""A list of strings as two arrays: all of them end to end, and where each begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from searchkit.engine.columnar.pages import Array, Pages, narrow
from searchkit.engine.columnar.ragged import offsets
from searchkit.engine.damage import DamageError


def encoded(text: str) -> bytes:
    """The bytes that a string is kept and sorted as."""
    return text.encode("utf-8", "surrogatepass")


def decoded(data: bytes) -> str:
    """The string that was kept."""
    return data.decode("utf-8", "surrogatepass")


def arrays(name: str, strings: Sequence[bytes]) -> dict[str, Array | bytes]:
    """The arrays of a list of strings, to be written."""
    sizes = np.fromiter(map(len, strings), dtype=np.int64, count=len(strings))
    return {f"{name}.text": b"".join(strings), f"{name}.at": narrow(offsets(sizes))}


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
