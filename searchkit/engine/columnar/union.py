"""Several sorted lists of strings as one, without an object for each string."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Self

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from searchkit.engine.columnar.ragged import Bytes, Ints, Numbers, offsets, places
from searchkit.engine.columnar.strings import encoded

_KEY = 8
_SOME = 1 << 16
#: Bytes of each list between two places where the alphabet may be cut.
_STEP = 1 << 16
#: Of eight bytes, the first ones that belong to a string of that many.
_MASKS = np.array([(1 << 64) - (1 << 8 * (_KEY - size)) for size in range(9)], dtype=np.uint64)


@frozen
class Strings:
    """Strings: all of them end to end, and where each begins, with the end."""

    text: Bytes
    at: NDArray[np.integer]

    @classmethod
    def of(cls, words: Sequence[str]) -> Self:
        """Words without line breaks."""
        # One call for all is faster than one for each.
        data = np.frombuffer(encoded("\n".join([*words, ""])), dtype=np.uint8)
        breaks = np.flatnonzero(data == 0x0A)
        return cls(data[data != 0x0A], np.append(0, breaks - np.arange(len(breaks))))

    def __len__(self) -> int:
        return len(self.at) - 1

    def __getitem__(self, number: int) -> bytes:
        return self.text[self.at[number] : self.at[number + 1]].tobytes()

    def chosen(self, which: Ints) -> Strings:
        """Some of them, by their ascending numbers."""
        starts = self.at[which].astype(np.int64)
        return _taken(self.text, starts, self.at[which + 1] - starts)

    def between(self, first: int, last: int) -> Strings:
        """The strings with these numbers."""
        at = self.at[first : last + 1].astype(np.int64)
        return Strings(self.text[int(at[0]) : int(at[-1])], at - at[0])


def union(lists: Sequence[Strings]) -> tuple[Strings, list[Numbers]]:
    """All strings of several lists, and for each list the new numbers of its strings.

    The alphabet is cut into ranges that hold little of each list, and the lists are united range by
    range, so that memory is taken for what comes out, and for one range.

    Args:
        lists: of different strings without NUL, sorted.
    """
    numbers = [np.empty(len(one), dtype=np.int32) for one in lists]
    texts: list[Bytes] = []
    sizes: list[Ints] = []
    known = 0
    first = [0] * len(lists)
    for cut in [*_cuts(lists), None]:
        last = [
            len(one) if cut is None else bisect_left(range(len(one)), cut, key=one.__getitem__)
            for one in lists
        ]
        spans = list(zip(first, last, strict=True))
        found, own = united([one.between(*span) for one, span in zip(lists, spans, strict=True)])
        for number, (start, end), some in zip(numbers, spans, own, strict=True):
            number[start:end] = some + known
        texts.append(found.text)
        sizes.append(np.diff(found.at))
        known += len(found)
        first = last
    return Strings(np.concatenate(texts), offsets(np.concatenate(sizes))), numbers


def _cuts(lists: Sequence[Strings]) -> list[bytes]:
    """Strings at which the alphabet is cut."""
    found: set[bytes] = set()
    for one in lists:
        at = np.searchsorted(one.at[:-1], np.arange(_STEP, len(one.text), _STEP))
        found.update(one[number] for number in at.tolist() if number < len(one))
    return sorted(found)[len(lists) // 2 :: len(lists)]


def united(lists: Sequence[Strings]) -> tuple[Strings, list[Ints]]:
    """As `union`, all at once; the lists need not be sorted, and may have a string more than once.

    They are compared by their first sixteen bytes as two numbers, and longer ones, which are few,
    by their order among one another.
    """
    text = np.concatenate([*(one.text for one in lists), np.zeros(2 * _KEY, dtype=np.uint8)])
    bases = offsets(np.array([len(one.text) for one in lists], dtype=np.int64))
    starts = np.concatenate(
        [one.at[:-1] + base for one, base in zip(lists, bases.tolist(), strict=False)]
    )
    sizes = np.concatenate([np.diff(one.at) for one in lists])
    eights = np.ndarray((len(text) - _KEY + 1,), dtype=">u8", buffer=text.data, strides=(1,))
    high = _masked(eights, starts, sizes)
    low = _masked(eights, np.minimum(starts + _KEY, len(eights) - 1), sizes - _KEY)
    rank = np.zeros(len(starts), dtype=np.int32)
    long = np.flatnonzero(sizes > 2 * _KEY)
    spelt = [text[starts[at] : starts[at] + sizes[at]].tobytes() for at in long.tolist()]
    known = {one: at for at, one in enumerate(sorted(set(spelt)), 1)}
    rank[long] = [known[one] for one in spelt]

    order = np.lexsort((rank, low, high))
    new = np.ones(len(order), dtype=bool)
    new[1:] = False
    for key in (high, low, rank):
        ordered = key[order]
        new[1:] |= ordered[1:] != ordered[:-1]
    numbers = np.empty(len(order), dtype=np.int64)
    numbers[order] = np.cumsum(new) - 1
    first = order[new]
    found = _taken(text, starts[first], sizes[first])
    ends = np.cumsum([len(one) for one in lists])[:-1]
    return found, np.split(numbers, ends)


def _taken(text: Bytes, starts: Ints, sizes: Ints) -> Strings:
    """Strings that stand in a text, end to end; some at a time, since a place takes eight bytes."""
    at = offsets(sizes)
    found = np.empty(int(at[-1]), dtype=np.uint8)
    for first in range(0, len(starts), _SOME):
        some = slice(first, first + _SOME)
        end = int(at[min(first + _SOME, len(starts))])
        found[int(at[first]) : end] = text[places(starts[some], sizes[some])]
    return Strings(found, at)


def _masked(eights: NDArray[np.uint64], starts: Ints, sizes: Ints) -> NDArray[np.uint64]:
    found: NDArray[np.uint64] = eights[starts].astype(np.uint64)
    found &= _MASKS[np.clip(sizes, 0, _KEY)]
    return found
