"""Where the rows of an array begin: the size of each in a byte or less, and a start now and then.

A posting list, or the letters of a word, takes few bytes mostly; of the larger ones, which are few,
the sizes stand apart.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial

import numpy as np

from searchkit.engine.columnar.pages import Array, Held, Pages, narrow
from searchkit.engine.columnar.ragged import Ints, offsets
from searchkit.engine.damage import DamageError

#: Rows from one start that is kept to the next.
STEP = 16
#: Rows are read with those between them, when these are not so many times more.
_NEAR = 64
#: As many bits of a byte tell the size; a size that does not fit below all of them set is large.
_WHOLE = 8


def arrays(
    name: str, sizes: Ints, bits: int = _WHOLE, above: Ints | None = None
) -> dict[str, Held]:
    """The arrays of rows, to be written.

    Args:
        bits: of a byte that tell the size.
        above: what the others tell.
    """
    most = (1 << bits) - 1
    codes = np.minimum(sizes, most)
    if above is not None:
        codes |= above << bits
    starts = offsets(sizes)
    large = np.flatnonzero(sizes >= most)
    return {
        f"{name}.sizes": codes.astype(np.uint8),
        f"{name}.starts": narrow(np.append(starts[:-1:STEP], starts[-1])),
        f"{name}.large": narrow(np.concatenate((large, sizes[large]))),
    }


def later(name: str, sizes: Callable[[], Ints]) -> dict[str, Held]:
    """The same of rows that are not made yet.

    Args:
        sizes: tells them when it is their turn to be written.
    """

    @cache
    def made() -> dict[str, Held]:
        return arrays(name, sizes())

    def one(kind: str) -> Array:
        found = made()[kind]
        assert isinstance(found, np.ndarray)
        return found

    empty = arrays(name, np.zeros(0, dtype=np.int64))
    return {kind: partial(one, kind) for kind in empty}


class Rows:
    """The rows of an open file.

    Args:
        name: as they were written.
        total: what all of them take together.
        bits: as they were written.

    Raises:
        DamageError: they do not take so much.
    """

    def __init__(self, pages: Pages, name: str, total: int, bits: int = _WHOLE):
        self._codes = pages.array(f"{name}.sizes")
        self._starts = pages.array(f"{name}.starts")
        large = pages.array(f"{name}.large")
        blocks = -(-len(self._codes) // STEP)
        if len(self._starts) != blocks + 1 or self._starts[-1] != total or len(large) % 2:
            raise DamageError(f"{name}: rows without an end")
        self._bits = bits
        #: For each row its byte, and for each block of `STEP` rows where it begins; the rows that
        #: are large, and their sizes, which a byte tells by its bits below being `most`.
        self.codes = self._codes.data
        self.begins = self._starts.astype(np.int64).data
        self.large, self.large_sizes = (row.data for row in np.split(large.astype(np.int64), 2))
        self.most = (1 << bits) - 1

    def __len__(self) -> int:
        return len(self._codes)

    def few(self, first: int, last: int) -> list[int]:
        """The sizes of some rows."""
        most = self.most
        found: list[int] = self.codes[first:last].tolist()
        if self._bits < _WHOLE:
            found = [code & most for code in found]
        if most in found:
            nth = bisect_left(self.large, first)
            for at, size in enumerate(found):
                if size == most:
                    found[at] = self.large_sizes[nth]
                    nth += 1
        return found

    def span(self, row: int) -> tuple[int, int]:
        """Where a row begins and ends."""
        return _span(self, row)

    def sizes(self, first: int, last: int) -> Ints:
        """The sizes of many rows."""
        found = (self._codes[first:last] & self.most).astype(np.int64)
        large = np.asarray(self.large)
        low, high = large.searchsorted((first, last))
        found[large[low:high] - first] = self.large_sizes[low:high]
        return found

    def spans(self, rows: Ints) -> tuple[Ints, Ints]:
        """Where some rows begin and end."""
        first, last = int(rows.min()), int(rows.max()) + 1
        if last - first <= _NEAR * len(rows):
            known = self.starts(first, last)
            return known[rows - first], known[rows - first + 1]
        starts, ends = zip(*map(self.span, rows.tolist()), strict=True)
        return np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64)

    def above(self, first: int, last: int) -> Ints:
        """What else is told of many rows."""
        return (self._codes[first:last] >> self._bits).astype(np.int64)

    def starts(self, first: int, last: int) -> Ints:
        """Where many rows begin, with the end of the last."""
        block = first // STEP
        found = offsets(self.sizes(block * STEP, last))[first - block * STEP :]
        found += int(self._starts[block])
        return found


def _span(rows: Rows, row: int) -> tuple[int, int]:
    block = row // STEP
    sizes = rows.few(block * STEP, row + 1)
    end = rows.begins[block] + sum(sizes)
    return end - sizes[-1], end


with suppress(ImportError):
    from searchkit.engine.columnar._rows import _span
