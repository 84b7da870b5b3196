"""Posting lists as bytes: where each stem occurs, and in which of its forms.

The list of a stem, one after the other in one array of bytes::

    2 bytes  sizes of the numbers below: gaps (three bits), what they have above these (two),
             frequencies, high positions, counts (three each); one bit if there are exceptions
    counts       documents; occurrences beyond one in each; documents with it in the title; forms;
                 left out when they are 1, 0, 0, 0; with exceptions also their number and size
    gaps         from each document number to the next, less one; the first from -1; the low bits of
                 all, then what is above these
    frequencies  occurrences in each document, less one
    in titles    which of the documents have it in the title (places in the list), how often there
    positions    of every occurrence: in the title first, then in the body, each counted from 0;
                 the low bytes of all, then what is above these
    exceptions   at which occurrences what is above does not fit, and what is above that
    forms        of every occurrence, its place among the words below
    words        the words that have this stem, by their numbers; none if it is only one

The numbers of a row take as many bits each, of 0, 1, 2, 4, 8, 16 and 32, so that a list is read by
a handful of vectorised operations and never item by item.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from searchkit.engine.columnar.exceptions import Section, halves, parted
from searchkit.engine.columnar.ragged import (
    SIZES,
    Bytes,
    Ints,
    Numbers,
    bits_for,
    bytes_for,
    gather,
    offsets,
    places,
    scatter,
)

_NONE = np.zeros(0, dtype=np.int64)
#: By so many bits, their place in `SIZES`.
_PLACES = np.searchsorted(SIZES, np.arange(SIZES[-1] + 1))


@frozen
class Lists:
    """The posting lists of consecutive stems."""

    #: Postings of each stem.
    counts: Ints
    #: For each posting its document, ascending within a stem; how often the stem occurs there, and
    #: how many of these occurrences are in the title.
    documents: Numbers
    frequencies: Numbers
    titles: Numbers
    #: For each occurrence its position, and the number of its word; any where a stem has only one.
    positions: Numbers
    words: Numbers


class Encoder:
    """Turns posting lists into bytes.

    Args:
        stem_of: for each inflected word its stem, counted from 0.
        stems: how many stems there are.
    """

    def __init__(self, stem_of: Numbers, stems: int):
        self._by_stem = np.argsort(stem_of, kind="stable")
        self._forms = np.bincount(stem_of, minlength=stems)
        self._first_form = offsets(self._forms)[:-1]
        #: For each word its place among the words of its stem.
        self._form_of = np.zeros(max(len(stem_of), 1), dtype=np.int32)
        self._form_of[self._by_stem] = places(np.zeros_like(self._forms), self._forms)
        self._stems = 0
        self._sizes: list[Ints] = [_NONE]

    def sizes(self) -> Ints:
        """The bytes of each list so far."""
        return np.concatenate(self._sizes)

    def encode(self, lists: Lists) -> bytes:
        """The lists of the stems that follow; every stem has at least one posting."""
        counts = lists.counts
        stems = slice(self._stems, self._stems + len(counts))
        self._stems = stems.stop
        forms = np.where(self._forms[stems] > 1, self._forms[stems], 0)
        first = offsets(counts)[:-1]
        occurrences = np.add.reduceat(lists.frequencies, first, dtype=np.int64)
        gaps = lists.documents.copy()
        gaps[1:] -= lists.documents[:-1] + 1
        gaps[first] = lists.documents[first]
        in_title = np.flatnonzero(lists.titles != 0)
        stem_of_title = np.searchsorted(first, in_title, side="right") - 1
        titled = np.bincount(stem_of_title, minlength=len(counts))
        title_at = in_title - first[stem_of_title]

        low_bits, above_bits = halves(np.maximum.reduceat(gaps, first), counts)
        shifts = np.repeat(low_bits, counts)
        low: Ints = gaps & (np.int64(1) << shifts) - 1
        above: Ints = np.right_shift(gaps, shifts)
        further = lists.frequencies - 1
        further_bits = bits_for(np.maximum.reduceat(further, first))
        high = parted(lists.positions >> 8, occurrences)
        some: NDArray[np.bool_] = high.exceptions > 0
        head = np.stack([counts, occurrences - counts, titled, forms])
        apart = np.stack([high.exceptions, high.above_bits])
        head_bits = np.maximum(bits_for(np.maximum(head.max(axis=0), apart.max(axis=0))), 4)
        head_bits[~some & (occurrences == 1) & (titled == 0) & (forms == 0)] = 0
        flags = some.astype(np.int64) << 14
        for shift, bits in (
            (0, low_bits),
            (3, above_bits),
            (5, further_bits),
            (8, high.bits),
            (11, head_bits),
        ):
            flags |= _PLACES[bits] << shift
        eight = np.full_like(counts, 8)
        sections: tuple[Section, ...] = (
            (np.ones_like(counts), eight * 2, flags),
            (np.full_like(counts, 4), head_bits, head.T.ravel()),
            (2 * some.astype(np.int64), head_bits, apart.T[some].ravel()),
            (counts, low_bits, low),
            (counts, above_bits, above),
            (counts, further_bits, further),
            (titled, bits_for(counts), title_at),
            (titled, further_bits, lists.titles[in_title] - 1),
            (occurrences, eight, lists.positions),
            *high.sections(),
            (occurrences, bits_for(forms), self._form_of[lists.words]),
            (forms, eight * 4, self._by_stem[places(self._first_form[stems], forms)]),
        )
        taken = [bytes_for(number, bits) for number, bits, _ in sections]
        sizes = sum(taken, np.zeros_like(counts))
        starts = offsets(sizes)
        out = np.zeros(int(starts[-1]), dtype=np.uint8)
        at = starts[:-1]
        for (number, bits, values), more in zip(sections, taken, strict=True):
            scatter(out, at, number, bits, values)
            at = at + more
        self._sizes.append(sizes)
        return out.tobytes()


class _Sections:
    """The rows of many posting lists, read one kind after the other.

    Args:
        data: the bytes of the lists.
        starts: where each begins in them.
    """

    def __init__(self, data: Bytes, starts: Ints):
        self._data = data
        self._at = starts
        ones = np.ones(len(starts), dtype=np.int64)
        flags = self.read(ones, ones * 16)
        self.gaps, self.further, self.high, self._head_bits = (
            SIZES[np.minimum(flags >> shift & 7, len(SIZES) - 1)] for shift in (0, 5, 8, 11)
        )
        self.gaps_above = SIZES[flags >> 3 & 3]
        counts, more, self.titled, self.forms = (
            self.read(ones * 4, self._head_bits).reshape(-1, 4).T
        )
        self.counts: Ints = np.where(self._head_bits == 0, 1, counts)
        self.occurrences: Ints = self.counts + more
        self._exceptions_at = self._at
        self._exceptional = flags >> 14 & 1
        self._at = self._at + bytes_for(2 * self._exceptional, self._head_bits)

    def read(self, number: Ints, bits: Ints) -> Ints:
        """The rows that follow."""
        values = gather(self._data, self._at, number, bits)
        self._at = self._at + bytes_for(number, bits)
        return values

    def postings(self) -> tuple[Ints, Ints, Ints]:
        """Documents, frequencies, and frequencies in titles: the rows that come first."""
        gaps = self.read(self.counts, self.gaps)
        if self.gaps_above.any():
            gaps |= self.read(self.counts, self.gaps_above) << np.repeat(self.gaps, self.counts)
        frequencies = self.read(self.counts, self.further) + 1
        title_at = self.read(self.titled, bits_for(self.counts))
        title_frequencies = self.read(self.titled, self.further) + 1
        first = offsets(self.counts)[:-1]
        summed = np.cumsum(gaps + 1)
        documents = summed - np.repeat(summed[first] - gaps[first], self.counts)
        titles = np.zeros(len(documents), dtype=title_frequencies.dtype)
        titles[title_at + np.repeat(first, self.titled)] = title_frequencies
        return documents, frequencies, titles

    def positions(self) -> Ints:
        """Positions: the rows that follow those."""
        number = self.occurrences
        positions = self.read(number, np.full_like(number, 8))
        high = self.read(number, self.high)
        told = gather(self._data, self._exceptions_at, 2 * self._exceptional, self._head_bits)
        exceptions, above_bits = np.zeros((2, len(number)), dtype=np.int64)
        exceptions[self._exceptional > 0], above_bits[self._exceptional > 0] = told.reshape(-1, 2).T
        at = self.read(exceptions, bits_for(number))
        above = self.read(exceptions, above_bits)
        if at.size:
            at += np.repeat(offsets(number)[:-1], exceptions)
            high[at] |= above << np.repeat(self.high, exceptions)
        return positions | high << 8


def postings(data: Bytes, starts: Ints) -> tuple[Ints, Ints, Ints]:
    """Of many posting lists the documents, the frequencies and those in titles, list after list.

    Args:
        data: the bytes of the lists.
        starts: where each begins in them.
    """
    return _Sections(data, starts).postings()


def decode(data: Bytes, starts: Ints, single: Numbers, numbers: Numbers, bases: Ints) -> Lists:
    """Posting lists from bytes.

    Args:
        data: the bytes of all lists.
        starts: where each begins in them.
        single: for each list its only word, where it has one.
        numbers: what the words that are told apart shall be called instead of by their numbers.
        bases: for each list what is added to its words' numbers to look them up there.

    Raises:
        IndexError, ValueError: that are no posting lists.
    """
    sections = _Sections(data, starts)
    documents, frequencies, titles = sections.postings()
    occurrences, forms = sections.occurrences, sections.forms
    positions = sections.positions()
    form = sections.read(occurrences, bits_for(forms))
    words = sections.read(forms, np.full(len(starts), 32))
    # The words of each list, one after the other: those it tells apart, or its only one.
    first = offsets(np.maximum(forms, 1))
    known = np.empty(int(first[-1]), dtype=single.dtype)
    known[first[:-1][forms == 0]] = single[forms == 0]
    known[places(first[:-1], forms)] = numbers[words + np.repeat(bases, forms)]
    word = known[form + np.repeat(first[:-1], occurrences)]
    return Lists(sections.counts, documents, frequencies, titles, positions, word)
