"""Words that differ from another by few letters, out of a whole vocabulary."""

from __future__ import annotations

import numpy as np

from searchkit.engine.columnar.ragged import Bytes, Ints
from searchkit.engine.columnar.strings import decoded, encoded

#: Longer words are none of a language.
_LONGEST = 1_000


class Likeness:
    """A vocabulary that is searched for words like another.

    Most words are ruled out by their letters alone: an edit brings at most one letter in and takes
    at most one out.

    Args:
        text: all words, end to end.
        at: where each begins, and the end of the last.
    """

    def __init__(self, text: Bytes, at: Ints):
        self._text = np.ascontiguousarray(text).data
        self._at = at
        starts = at[:-1]
        bits = np.uint32(1) << (text & 31).astype(np.uint32)
        following = (text & 0xC0) == 0x80
        if len(starts):
            self._letters = np.bitwise_or.reduceat(bits, starts)
            continued = np.add.reduceat(following, starts, dtype=np.int64)
        else:
            self._letters = np.zeros(0, dtype=np.uint32)
            continued = np.zeros(0, dtype=np.int64)
        self._plain = continued == 0
        #: In code points.
        self._lengths = np.minimum(np.diff(at) - continued, _LONGEST).astype(np.int16)

    def within(self, word: str, distance: int) -> list[bytes]:
        """The words that so many edits make of another, in their order.

        An edit puts a letter in, leaves one out, replaces one, or swaps two neighbours.
        """
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - few queries need it

        shortest, longest = len(word) - distance, len(word) + distance
        near = np.flatnonzero((self._lengths >= shortest) & (self._lengths <= longest))
        if word.isascii():
            letters = np.bitwise_or.reduce(
                np.uint32(1) << (np.frombuffer(encoded(word), np.uint8) & 31).astype(np.uint32)
            )
            few = np.bitwise_count(self._letters[near] ^ letters) <= 2 * distance
            near = near[few | ~self._plain[near]]
        found = []
        for number in near.tolist():
            candidate = self._text[self._at[number] : self._at[number + 1]].tobytes()
            if OSA.distance(word, decoded(candidate), score_cutoff=distance) <= distance:
                found.append(candidate)
        return found
