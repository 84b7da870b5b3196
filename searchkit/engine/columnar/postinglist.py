"""One posting list, of which only what is asked for is read; its bytes are told in `postings`."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchkit.engine.columnar.ragged import SIZES, Bytes, Ints, places, unpacked
from searchkit.engine.damage import DamageError

_FLAGS = 2
_BITS: tuple[int, ...] = tuple(SIZES.tolist())
_NO_EXCEPTIONS = 0, 0, 0
_ONE = np.uint8(1)
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
        "_above",
        "_at",
        "_bits",
        "_data",
        "_documents",
        "_exceptions",
        "_frequencies",
        "_titled",
        "_words",
        "occurrence_count",
        "size",
        "words",
    )

    def __init__(self, data: Bytes):
        try:
            flags = int(data[0]) | int(data[1]) << 8
            gaps, further, high, width, in_titles = (
                _BITS[flags >> shift & 7] for shift in (0, 3, 6, 9, 12)
            )
            at0 = _FLAGS
            exceptions = above = _NO_EXCEPTIONS
            counts = [1, 0, 0, 0]
            if flags >> 15:
                codes = int(data[2]) | int(data[3]) << 8
                above = _BITS[codes & 7], _BITS[codes >> 3 & 7], _BITS[codes >> 6 & 7]
                *counts, one, two, three = np.frombuffer(data, f"<u{width // 8}", 7, 4).tolist()
                exceptions = one, two, three
                at0 = 4 + 7 * width // 8
            elif width:
                at0 += width // 2
                counts = unpacked(data[_FLAGS:at0], 4, width).tolist()
        except (IndexError, ValueError, TypeError) as error:
            raise DamageError("no posting list") from error
        size, more, titled, forms = counts
        self.size = size
        self.occurrence_count = occurrences = size + more
        #: The words that have this stem: one, or as many as are told apart.
        self.words = forms or 1
        self._titled = titled
        self._words = forms
        self._data = data
        self._bits = gaps, further, high, in_titles
        self._exceptions = exceptions
        self._above = above
        apart = _NO_EXCEPTIONS
        if flags >> 15:
            rows = zip(exceptions, above, (size, size, occurrences), strict=True)
            one, two, three = (
                (number * _HOLDING[count.bit_length()] + 7 >> 3) + (number * bits + 7 >> 3)
                for number, bits, count in rows
            )
            apart = one, two, three
        # Where the rows begin: gaps, further occurrences, places with a title, how often there,
        # low bytes of positions, what is above, forms, words.
        at1 = at0 + (size * gaps + 7 >> 3) + apart[0]
        at2 = at1 + (size * further + 7 >> 3) + apart[1]
        at3 = at2 + (titled * _HOLDING[size.bit_length()] + 7 >> 3)
        at4 = at3 + (titled * in_titles + 7 >> 3)
        at5 = at4 + occurrences
        at6 = at5 + (occurrences * high + 7 >> 3) + apart[2]
        at7 = at6 + (occurrences * _HOLDING[forms.bit_length()] + 7 >> 3)
        self._at = at0, at1, at2, at3, at4, at5, at6, at7
        self._documents: Ints | None = None
        self._frequencies: Numbers | None = None
        if at7 + 4 * forms != len(data):
            raise DamageError("a posting list of another length")

    def _read(self, row: int, count: int, bits: int) -> Numbers:
        return self._packed(self._at[row], count, bits)

    def _packed(self, start: int, count: int, bits: int) -> Numbers:
        return unpacked(self._data[start : start + (count * bits + 7 >> 3)], count, bits)

    def _whole(self, row: int, count: int, nth: int) -> Numbers:
        """A row with its exceptions."""
        bits = self._bits[nth]
        values = self._read(row, count, bits)
        number = self._exceptions[nth]
        if not number:
            return values
        start = self._at[row] + (count * bits + 7 >> 3)
        width, above_bits = _HOLDING[count.bit_length()], self._above[nth]
        at = self._packed(start, number, width)
        above = self._packed(start + (number * width + 7 >> 3), number, above_bits)
        found: Numbers = values.astype(np.uint8 if bits + above_bits <= 8 else np.int64)
        found[at] |= above.astype(found.dtype) << bits
        return found

    @property
    def documents(self) -> Ints:
        """The documents, ascending."""
        found = self._documents
        if found is None:
            found = self._whole(0, self.size, 0).cumsum(dtype=np.int64)
            found += np.arange(self.size)
            self._documents = found
        return found

    @property
    def frequencies(self) -> Numbers:
        """Occurrences in each document."""
        found = self._frequencies
        if found is None:
            further = self._whole(1, self.size, 1)
            # In a byte as long as it cannot overflow.
            found = further + (_ONE if self._bits[1] + self._above[1] < 8 else np.int64(1))
            self._frequencies = found
        return found

    @property
    def titles(self) -> tuple[Ints, Ints]:
        """Which postings have it in the title, and how often there."""
        titled = self._titled
        if not titled:
            return _NONE, _NONE
        at = self._read(2, titled, _HOLDING[self.size.bit_length()]).astype(np.int64)
        return at, self._read(3, titled, self._bits[3]) + np.int64(1)

    def occurrences(self, at: Ints | None = None) -> tuple[Ints, Ints, NDArray[np.bool_]]:
        """Every occurrence: its place in the list, its position, and whether it is in the title.

        Args:
            at: in these postings only; in all by default.
        """
        counts: Ints = self.frequencies.astype(np.int64)
        starts = counts.cumsum() - counts
        positions = self._read(4, self.occurrence_count, 8)
        if self._bits[2] or self._exceptions[2]:
            high = self._whole(5, self.occurrence_count, 2)
            positions = positions | high.astype(np.int64) << 8
        in_title = np.zeros(self.occurrence_count, dtype=bool)
        if self._titled:
            titled, titles = self.titles
            in_title[places(starts[titled], titles)] = True
        if at is None:
            return np.arange(self.occurrence_count), positions.astype(np.int64), in_title
        places_of = places(starts[at], counts[at])
        return places_of, positions[places_of].astype(np.int64), in_title[places_of]

    def forms(self) -> tuple[Numbers, Ints]:
        """For every occurrence its form, and the words that these are, where there are several."""
        words = self._read(7, self._words, 32).astype(np.int64)
        return self._read(6, self.occurrence_count, _HOLDING[self._words.bit_length()]), words
