"""The different words of texts, and the different short pieces of text that they stand in."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import count, repeat

import numpy as np

from searchkit.analysis import is_unspaced, terms
from searchkit.engine.columnar.pairs import FIRST, Words, pair
from searchkit.engine.columnar.ragged import Ints, Numbers
from searchkit.engine.columnar.strings import decoded

_SLOTS = 19
#: Makes the slot of a piece out of its hash of 64 bits.
SHIFT = np.uint64(64 - _SLOTS)


class _Recent:
    """Short pieces met lately by their first and last eight bytes, one in each slot."""

    def __init__(self) -> None:
        self.low = np.zeros(1 << _SLOTS, dtype=np.uint64)
        self.high = np.zeros(1 << _SLOTS, dtype=np.uint64)
        self.number = np.zeros(1 << _SLOTS, dtype=np.int64)


class Vocabulary:
    """The different words met so far, numbered, and the different pieces of text they stand in.

    Pairs of characters are not kept: they are numbers by themselves.
    """

    def __init__(self) -> None:
        self.recent = _Recent()
        self._numbers: dict[str, int] = {}
        self._pieces: dict[bytes, int] = {}
        # For each piece where its words are, and how many; for each word of a piece its number,
        # and where it begins and ends.
        self._first = array("q")
        self._count = array("q")
        self._word = array("I")
        self._start = array("i")
        self._end = array("i")

    @property
    def words(self) -> list[str]:
        """The words in the order of their numbers."""
        return list(self._numbers)

    def number(self, word: str) -> int:
        """The number of a word: a pair's own, or the next for a new one."""
        found = pair(word) if word >= FIRST else None
        return self._numbers.setdefault(word, len(self._numbers)) if found is None else found

    def short(self, pieces: Sequence[bytes]) -> list[int]:
        """The numbers of short pieces of text, all different."""
        known = self._pieces
        fresh = [piece for piece in pieces if piece not in known]
        # `bytes.isalpha` and `isdigit` know ASCII only: such a piece is one word.
        plain = [piece for piece in fresh if piece.isalpha() or piece.isdigit()]
        known.update(zip(plain, count(len(self._first)), strict=False))
        numbers = self._numbers
        self._first.extend(range(len(self._word), len(self._word) + len(plain)))
        self._count.extend(repeat(1, len(plain)))
        self._word.extend([numbers.setdefault(p.decode(), len(numbers)) for p in plain])
        self._start.extend(repeat(0, len(plain)))
        self._end.extend(map(len, plain))
        for piece in fresh:
            if piece not in known:
                known[piece] = self._piece(piece)
        return [known[piece] for piece in pieces]

    def _piece(self, piece: bytes) -> int:
        """A number for a new piece of text, in lower case as far as it is ASCII."""
        number = len(self._first)
        self._first.append(len(self._word))
        words, starts, ends = self.spelt(decoded(piece))
        self._word.extend(words)
        self._start.extend(starts)
        self._end.extend(ends)
        self._count.append(len(words))
        return number

    def spelt(self, text: str) -> tuple[list[int], list[int], list[int]]:
        """The words of a text: their numbers, and where each begins and ends.

        A pair of characters ends after its first.
        """
        words, starts, ends = terms(text)
        for at, word in enumerate(words):
            if len(word) == 2 and is_unspaced(word):
                ends[at] = starts[at] + 1
        return list(map(self.number, words)), starts, ends

    def words_of(self, pieces: Ints) -> tuple[Ints, Ints]:
        """How many words each piece has, and where in the columns they begin."""
        counts = np.frombuffer(self._count, np.int64)[pieces]
        return counts, np.frombuffer(self._first, np.int64)[pieces]

    def columns(self) -> tuple[Words, Numbers, Numbers]:
        """The words of all pieces, and where in its piece each begins and ends.

        The vocabulary cannot grow as long as any of these is held.
        """
        return (
            np.frombuffer(self._word, np.uint32),
            np.frombuffer(self._start, np.int32),
            np.frombuffer(self._end, np.int32),
        )
