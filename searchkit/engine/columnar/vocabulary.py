"""The different words of texts, and the different short pieces of text that they stand in."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np

from searchkit.analysis import is_unspaced, terms
from searchkit.engine.columnar.pairs import FIRST, Words, pair
from searchkit.engine.columnar.pieces import Pieces
from searchkit.engine.columnar.ragged import Ints, Numbers
from searchkit.engine.columnar.strings import decoded


class Vocabulary:
    """The different words met so far, numbered, and the different pieces of text they stand in.

    Pairs of characters are not kept: they are numbers by themselves.
    """

    def __init__(self) -> None:
        self._pieces = Pieces(self._add)
        self._numbers: dict[str, int] = {}
        # For each piece, after one without words, where its words are, and how many; for each word
        # of a piece its number, and where it begins and ends.
        self._first = array("I", [0])
        self._count = array("B", [0])
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

    def short(self, text: bytes, starts: Ints, ends: Ints) -> Ints:
        """The numbers of the short pieces among those of a text; see `Pieces.numbers`."""
        return self._pieces.numbers(text, starts, ends)

    def _add(self, pieces: Sequence[bytes]) -> None:
        """The pieces that follow, new ones, in lower case as far as they are ASCII."""
        numbers = self._numbers
        for piece in pieces:
            self._first.append(len(self._word))
            # `bytes.isalpha` and `isdigit` know ASCII only: such a piece is one word.
            if piece.isalpha() or piece.isdigit():
                self._count.append(1)
                self._word.append(numbers.setdefault(piece.decode(), len(numbers)))
                self._start.append(0)
                self._end.append(len(piece))
            else:
                words, starts, ends = self.spelt(decoded(piece))
                self._count.append(len(words))
                self._word.extend(words)
                self._start.extend(starts)
                self._end.extend(ends)

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
        counts = np.frombuffer(self._count, np.uint8)[pieces]
        first = np.frombuffer(self._first, np.uint32)[pieces]
        return counts.astype(np.int64), first.astype(np.int64)

    def columns(self) -> tuple[Words, Numbers, Numbers]:
        """The words of all pieces, and where in its piece each begins and ends.

        The vocabulary cannot grow as long as any of these is held.
        """
        return (
            np.frombuffer(self._word, np.uint32),
            np.frombuffer(self._start, np.int32),
            np.frombuffer(self._end, np.int32),
        )
