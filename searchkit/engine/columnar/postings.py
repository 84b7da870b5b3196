"""Posting lists as bytes: where each stem occurs, and in which of its forms.

The list of a stem, one after the other in one array of bytes::

    2 bytes  sizes of the numbers below: gaps, frequencies, high positions, counts (three bits each)
    4 counts     documents; occurrences beyond one in each; documents with it in the title; forms;
                 left out when they are 1, 0, 0, 0
    gaps         from each document number to the next, less one; the first from -1
    frequencies  occurrences in each document, less one
    in titles    which of the documents have it in the title (places in the list), how often there
    positions    of every occurrence: in the title first, then in the body, each counted from 0;
                 the low bytes of all, then what is above these
    forms        of every occurrence, its place among the words below
    words        the words that have this stem, by their numbers; none if it is only one

The numbers of a row take as many bits as its largest needs, of 0, 1, 2, 4, 8, 16 and 32, so that a
list is read by a handful of vectorised operations and never item by item.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

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

_FLAGS = 2
_NONE = np.zeros(0, dtype=np.int64)


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
        in_title = np.flatnonzero(lists.titles)
        stem_of_title = np.searchsorted(first, in_title, side="right") - 1
        titled = np.bincount(stem_of_title, minlength=len(counts))
        title_at = in_title - first[stem_of_title]

        head = np.stack([counts, occurrences - counts, titled, forms], axis=1)
        further = lists.frequencies - 1
        high = lists.positions >> 8
        simple = (head == (1, 0, 0, 0)).all(axis=1)
        count_bits = np.where(simple, 0, np.maximum(bits_for(head.max(axis=1)), 8))
        gap_bits = bits_for(np.maximum.reduceat(gaps, first))
        further_bits = bits_for(np.maximum.reduceat(further, first))
        high_bits = bits_for(np.maximum.reduceat(high, offsets(occurrences)[:-1]))
        four, eight = np.full(len(counts), 4), np.full(len(counts), 8)
        sections = (
            (four, count_bits, head.ravel()),
            (counts, gap_bits, gaps),
            (counts, further_bits, further),
            (titled, bits_for(counts), title_at),
            (titled, further_bits, lists.titles[in_title] - 1),
            (occurrences, eight, lists.positions & 0xFF),
            (occurrences, high_bits, high),
            (occurrences, bits_for(forms), self._form_of[lists.words]),
            (forms, four * 8, self._by_stem[places(self._first_form[stems], forms)]),
        )
        sizes: Ints = np.add.reduce([bytes_for(n, bits) for n, bits, _ in sections]) + _FLAGS
        starts = offsets(sizes)
        out = np.zeros(int(starts[-1]), dtype=np.uint8)
        codes = (
            np.searchsorted(SIZES, bits) for bits in (gap_bits, further_bits, high_bits, count_bits)
        )
        flags = np.bitwise_or.reduce([code << 3 * nth for nth, code in enumerate(codes)])
        at = starts[:-1]
        scatter(out, at, np.ones_like(counts), eight * 2, flags)
        at = at + _FLAGS
        for number, bits, values in sections:
            scatter(out, at, number, bits, values)
            at = at + bytes_for(number, bits)
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
        ones = np.ones(len(starts), dtype=np.int64)
        flags = gather(data, starts, ones, ones * 16)
        self.gaps, self.further, self.high, head_bits = (
            SIZES[np.minimum(flags >> shift & 7, len(SIZES) - 1)] for shift in (0, 3, 6, 9)
        )
        head = gather(data, starts + _FLAGS, ones * 4, head_bits).reshape(-1, 4)
        counts, more, self.titled, self.forms = head.T
        self.counts: Ints = np.where(head_bits == 0, 1, counts)
        self.occurrences: Ints = self.counts + more
        self._at = starts + _FLAGS + bytes_for(ones * 4, head_bits)

    def read(self, number: Ints, bits: Ints) -> Ints:
        """The rows that follow."""
        values = gather(self._data, self._at, number, bits)
        self._at = self._at + bytes_for(number, bits)
        return values

    def postings(self) -> tuple[Ints, Ints, Ints]:
        """Documents, frequencies, and frequencies in titles: the rows that come first."""
        gaps = self.read(self.counts, self.gaps)
        frequencies = self.read(self.counts, self.further) + 1
        title_at = self.read(self.titled, bits_for(self.counts))
        title_frequencies = self.read(self.titled, self.further) + 1
        first = offsets(self.counts)[:-1]
        summed = np.cumsum(gaps + 1)
        documents = summed - np.repeat(summed[first] - gaps[first], self.counts)
        titles = np.zeros(len(documents), dtype=title_frequencies.dtype)
        titles[title_at + np.repeat(first, self.titled)] = title_frequencies
        return documents, frequencies, titles


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
    positions = sections.read(occurrences, np.full(len(starts), 8))
    positions = positions | sections.read(occurrences, sections.high) << 8
    form = sections.read(occurrences, bits_for(forms))
    words = sections.read(forms, np.full(len(starts), 32))
    # The words of each list, one after the other: those it tells apart, or its only one.
    first = offsets(np.maximum(forms, 1))
    known = np.empty(int(first[-1]), dtype=single.dtype)
    known[first[:-1][forms == 0]] = single[forms == 0]
    known[places(first[:-1], forms)] = numbers[words + np.repeat(bases, forms)]
    word = known[form + np.repeat(first[:-1], occurrences)]
    return Lists(sections.counts, documents, frequencies, titles, positions, word)
