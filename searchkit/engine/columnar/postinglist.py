"""One posting list, of which only what is asked for is read; its bytes are told in `postings`."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchkit.engine.columnar.ragged import SIZES, Bytes, Ints, places, unpacked
from searchkit.engine.damage import DamageError

_FLAGS = 2
_BITS: tuple[int, ...] = tuple(SIZES.tolist())
#: By the bits below: one of what is above, in the type that holds both.
_ABOVE = {
    bits: np.dtype(f"<u{bytes_}").type(1 << bits)
    for bits, bytes_ in ((2, 1), (4, 1), (8, 2), (16, 4))
}
_ONE = np.uint8(1)
#: Keys of occurrences hold the document above, whether it is the body, and the position below.
SHIFT = 32
BODY = 1 << 31
_NONE = np.zeros(0, dtype=np.int64)
#: Whole numbers of any width; small ones are kept narrow until they are reckoned with.
Numbers = NDArray[np.integer[Any]]


#: By the length of a number in binary digits what `bits_for` gives for it.
_HOLDING = [next(bits for bits in _BITS if length <= bits) for length in range(33)]


class PostingList:
    """One posting list.

    A query makes several of them, so nothing is done that could be left out: rows are found by
    adding up their lengths, and read once.

    Args:
        data: its bytes.

    Raises:
        DamageError: that is no posting list.
    """

    __slots__ = (
        "_at",
        "_bits",
        "_data",
        "_documents",
        "_exceptions",
        "_forms",
        "_frequencies",
        "_occurrences",
        "_titled",
        "size",
    )

    def __init__(self, data: Bytes):
        try:
            flags = int(data[0]) | int(data[1]) << 8
            gaps, further, high, width = (_BITS[flags >> shift & 7] for shift in (0, 5, 8, 11))
            gaps_above = _BITS[flags >> 3 & 3]
            exceptions = above = 0
            counts = [1, 0, 0, 0]
            at0 = _FLAGS
            if flags >> 14:
                at0 += 6 * width >> 3
                *counts, exceptions, above = unpacked(data[_FLAGS:at0], 6, width).tolist()
            elif width:
                at0 += width >> 1
                counts = unpacked(data[_FLAGS:at0], 4, width).tolist()
        except (IndexError, ValueError, TypeError) as error:
            raise DamageError("no posting list") from error
        size, more, titled, forms = counts
        #: In so many documents.
        self.size = size
        self._occurrences = occurrences = size + more
        self._titled = titled
        self._forms = forms
        self._data = data
        self._bits = gaps, gaps_above, further, high
        self._exceptions = exceptions, above
        # Where the rows begin: gaps, what is above, further occurrences, places with a title, how
        # often there, low bytes of positions, what is above, its exceptions, what is above in
        # these, forms, words.
        at1 = at0 + (size * gaps + 7 >> 3)
        at2 = at1 + (size * gaps_above + 7 >> 3)
        at3 = at2 + (size * further + 7 >> 3)
        at4 = at3 + (titled * _HOLDING[size.bit_length()] + 7 >> 3)
        at5 = at4 + (titled * further + 7 >> 3)
        at6 = at5 + occurrences
        at7 = at6 + (occurrences * high + 7 >> 3)
        at8 = at9 = at7
        if exceptions:
            at8 += exceptions * _HOLDING[occurrences.bit_length()] + 7 >> 3
            at9 = at8 + (exceptions * above + 7 >> 3)
        at10 = at9 + (occurrences * _HOLDING[forms.bit_length()] + 7 >> 3)
        self._at = at0, at1, at2, at3, at4, at5, at6, at7, at8, at9, at10
        self._documents: Ints | None = None
        self._frequencies: Numbers | None = None
        if at10 + 4 * forms != len(data):
            raise DamageError("a posting list of another length")

    def _read(self, row: int, count: int, bits: int) -> Numbers:
        start = self._at[row]
        return unpacked(self._data[start : start + (count * bits + 7 >> 3)], count, bits)

    @property
    def documents(self) -> Ints:
        """The documents, ascending."""
        found = self._documents
        if found is None:
            gaps = self._read(0, self.size, self._bits[0])
            if above := self._bits[1]:
                gaps = gaps + self._read(1, self.size, above) * _ABOVE[self._bits[0]]
            found = gaps.cumsum(dtype=np.int64)
            found += np.arange(self.size)
            self._documents = found
        return found

    @property
    def frequencies(self) -> Numbers:
        """Occurrences in each document."""
        found = self._frequencies
        if found is None:
            further = self._read(2, self.size, self._bits[2])
            # In a byte as long as it cannot overflow.
            found = further + (_ONE if self._bits[2] < 8 else np.int64(1))
            self._frequencies = found
        return found

    @property
    def titles(self) -> tuple[Ints, Ints]:
        """Which postings have it in the title, and how often there."""
        titled = self._titled
        if not titled:
            return _NONE, _NONE
        at = self._read(3, titled, _HOLDING[self.size.bit_length()]).astype(np.int64)
        return at, self._read(4, titled, self._bits[2]) + np.int64(1)

    @property
    def words(self) -> Ints:
        """The words of this stem, where several are told apart."""
        return self._read(10, self._forms, 32).astype(np.int64)

    def keys(self, at: Ints | None = None, words: Ints | None = None) -> Ints:
        """The keys of occurrences, ascending.

        Args:
            at: in these postings only, ascending; in all by default.
            words: of these words only.
        """
        documents, counts = self.documents, self.frequencies.astype(np.int64)
        starts = counts.cumsum() - counts
        positions = self._positions()
        in_title = np.zeros(self._occurrences, dtype=bool)
        if self._titled:
            titled, titles = self.titles
            in_title[places(starts[titled], titles)] = True
        if at is not None:
            chosen = places(starts[at], counts[at])
            documents, counts = documents[at], counts[at]
            positions, in_title = positions[chosen], in_title[chosen]
        keys: Ints = ((documents << SHIFT) + BODY).repeat(counts)
        keys += positions
        keys[in_title] -= BODY
        if words is None:
            return keys
        forms = self._read(9, self._occurrences, _HOLDING[self._forms.bit_length()])
        wanted = np.isin(self.words, words)[forms]
        return keys[wanted if at is None else wanted[chosen]]

    def _positions(self) -> Numbers:
        positions = self._read(5, self._occurrences, 8)
        number, above = self._exceptions
        if self._bits[3] or number:
            high = self._read(6, self._occurrences, self._bits[3]).astype(np.int64)
            if number:
                at_these = self._read(7, number, _HOLDING[self._occurrences.bit_length()])
                high[at_these] += self._read(8, number, above).astype(np.int64) << self._bits[3]
            positions = positions | high << 8
        return positions


def postings(
    data: Bytes,
    starts: Ints,
    ends: Ints,  # noqa: ARG001 - the compiled one needs them
) -> tuple[Ints, Numbers, Numbers]:
    """Of many posting lists the documents, the frequencies and those in titles, list after list.

    Args:
        data: the bytes of the lists.
        starts, ends: where each begins and ends in them.
    """
    from searchkit.engine.columnar import postings as many  # noqa: PLC0415 - few ask for many

    return many.postings(data, starts)


with suppress(ImportError):
    # They take the place of those above.
    from searchkit.engine.columnar._postinglist import PostingList, postings  # noqa: F401
