"""Posting lists as bytes: where each stem occurs, and in which of its forms.

The list of a stem, one after the other in one array of bytes::

    1 byte   sizes of the numbers below: gaps, frequencies, positions, counts (two bits each)
    4 counts documents; occurrences beyond one in each; documents with it in the title; forms
    gaps         from each document number to the next, the first from 0
    frequencies  occurrences in each document; left out when all are 1
    in titles    which of the documents have it in the title (places in the list), how often there
    positions    of every occurrence: in the title first, then in the body, each counted from 0
    forms        of every occurrence, its place among the words below; left out when all are alike
    words        the words that have this stem, as numbers of the vocabulary (four bytes each)

Every number of a list takes one, two or four bytes, whatever its largest needs, so that a list is
read by a handful of vectorised operations and never item by item.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from searchkit.engine.columnar.ragged import Bytes, Ints, gather, offsets, places, scatter, widths
from searchkit.engine.damage import DamageError

_SIZES = np.array([0, 1, 2, 4])
_CODES = np.array([0, 1, 2, 0, 3])
_NONE = np.zeros(0, dtype=np.int64)


@frozen
class Lists:
    """The posting lists of consecutive stems."""

    #: Postings of each stem.
    counts: Ints
    #: For each posting its document, ascending within a stem; how often the stem occurs there, and
    #: how many of these occurrences are in the title.
    documents: Ints
    frequencies: Ints
    titles: Ints
    #: For each occurrence its position, and the number of its word in the vocabulary.
    positions: Ints
    words: Ints


class Encoder:
    """Turns posting lists into bytes.

    Args:
        stem_of: for each word of the vocabulary its stem, counted from 0.
    """

    def __init__(self, stem_of: Ints):
        self._by_stem = np.argsort(stem_of, kind="stable")
        self._forms = np.bincount(stem_of)
        self._first_form = offsets(self._forms)[:-1]
        #: For each word its place among the words of its stem.
        self._form_of = np.empty(len(stem_of), dtype=np.int64)
        self._form_of[self._by_stem] = places(np.zeros_like(self._forms), self._forms)
        self._stems = 0
        self._sizes: list[Ints] = [_NONE]

    def starts(self) -> Ints:
        """Where each list begins in the bytes of all, with the end of the last."""
        return offsets(np.concatenate(self._sizes))

    def encode(self, lists: Lists) -> bytes:
        """The lists of the stems that follow; every stem has at least one posting."""
        counts = lists.counts
        stems = slice(self._stems, self._stems + len(counts))
        self._stems = stems.stop
        forms = np.where(self._forms[stems] > 1, self._forms[stems], 0)
        first = offsets(counts)[:-1]
        occurrences = np.add.reduceat(lists.frequencies, first)
        gaps = np.diff(lists.documents, prepend=0)
        gaps[first] = lists.documents[first]
        in_title = np.flatnonzero(lists.titles)
        stem_of_title = np.searchsorted(first, in_title, side="right") - 1
        titled = np.bincount(stem_of_title, minlength=len(counts))
        title_at = in_title - first[stem_of_title]

        head = np.stack([counts, occurrences - counts, titled, forms], axis=1)
        count_size = widths(head.max(axis=1))
        gap_size = widths(np.maximum.reduceat(gaps, first))
        most = np.maximum.reduceat(lists.frequencies, first)
        frequency_size = np.where(most == 1, 0, widths(most))
        position_size = widths(np.maximum.reduceat(lists.positions, offsets(occurrences)[:-1]))
        form_size = np.where(forms > 0, widths(forms), 0)
        four = np.full(len(counts), 4)

        sections = (
            (four, count_size, head.ravel()),
            (counts, gap_size, gaps),
            (counts, frequency_size, lists.frequencies),
            (titled, widths(counts), title_at),
            (titled, frequency_size, lists.titles[in_title]),
            (occurrences, position_size, lists.positions),
            (occurrences, form_size, self._form_of[lists.words]),
            (forms, four, self._by_stem[places(self._first_form[stems], forms)]),
        )
        sizes: Ints = np.add.reduce([number * size for number, size, _ in sections]) + 1
        starts = offsets(sizes)
        out = np.empty(int(starts[-1]), dtype=np.uint8)
        flags = _CODES[gap_size] | _CODES[frequency_size] << 2 | _CODES[position_size] << 4
        out[starts[:-1]] = flags | _CODES[count_size] << 6
        at = starts[:-1] + 1
        for number, size, values in sections:
            scatter(out, at, number, size, values)
            at = at + number * size
        self._sizes.append(sizes)
        return out.tobytes()


def decode(data: Bytes, starts: Ints, single: Ints) -> Lists:
    """Posting lists from bytes.

    Args:
        data: the bytes of all lists.
        starts: where each begins in them.
        single: for each stem its only word, where it has one.

    Raises:
        IndexError, ValueError: that are no posting lists.
    """
    flags = data[starts].astype(np.int64)
    gap_size, frequency_size, position_size, count_size = (
        _SIZES[flags >> shift & 3] for shift in (0, 2, 4, 6)
    )
    four = np.full(len(starts), 4)
    head = gather(data, starts + 1, four, count_size, empty=0).reshape(-1, 4)
    counts, further, titled, forms = head.T
    occurrences = counts + further
    title_size = widths(counts)
    form_size = np.where(forms > 0, widths(forms), 0)
    at = starts + 1 + 4 * count_size

    def section(number: Ints, size: Ints, empty: int = 0) -> Ints:
        nonlocal at
        values = gather(data, at, number, size, empty=empty)
        at = at + number * size
        return values

    gaps = section(counts, gap_size)
    frequencies = section(counts, frequency_size, 1)
    title_at = section(titled, title_size)
    title_frequencies = section(titled, frequency_size, 1)
    positions = section(occurrences, position_size)
    form = section(occurrences, form_size)
    words = section(forms, four)

    first = offsets(counts)[:-1]
    summed = np.cumsum(gaps)
    documents = summed - np.repeat(summed[first] - gaps[first], counts)
    titles = np.zeros(len(documents), dtype=np.int64)
    titles[title_at + np.repeat(first, titled)] = title_frequencies
    base = np.where(forms > 0, offsets(forms)[:-1], 0)
    several = np.repeat(forms > 0, occurrences)
    word = np.repeat(single, occurrences)
    if words.size:
        word[several] = words[(form + np.repeat(base, occurrences))[several]]
    return Lists(counts, documents, frequencies, titles, positions, word)


def _width(largest: int) -> int:
    return 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4


class PostingList:
    """One posting list, of which only what is asked for is read.

    Args:
        data: its bytes.

    Raises:
        DamageError: that is no posting list.
    """

    def __init__(self, data: NDArray[np.uint8]):
        try:
            flags = int(data[0])
            width = (0, 1, 2, 4)[flags >> 6]
            counts = [int(n) for n in np.frombuffer(data, f"<u{width}", 4, 1)]
        except (IndexError, ValueError, TypeError) as error:
            raise DamageError("no posting list") from error
        self.size, further, self._titled, self._forms = counts
        #: The words that have this stem: one, or as many as are told apart.
        self.words = self._forms or 1
        self.occurrence_count = self.size + further
        gaps, frequencies, positions = ((0, 1, 2, 4)[flags >> shift & 3] for shift in (0, 2, 4))
        self._data = data
        self._gaps = (1 + 4 * width, gaps, self.size)
        self._frequencies = self._after(self._gaps, frequencies, self.size)
        self._title_at = self._after(self._frequencies, _width(self.size), self._titled)
        self._title_frequencies = self._after(self._title_at, frequencies, self._titled)
        self._positions = self._after(self._title_frequencies, positions, self.occurrence_count)
        form = _width(self._forms) if self._forms else 0
        self._form = self._after(self._positions, form, self.occurrence_count)
        self._words = self._after(self._form, 4, self._forms)

    @staticmethod
    def _after(section: tuple[int, int, int], width: int, count: int) -> tuple[int, int, int]:
        at, size, number = section
        return at + size * number, width, count

    def _read(self, section: tuple[int, int, int]) -> NDArray[np.unsignedinteger]:
        at, width, count = section
        try:
            return np.frombuffer(self._data, f"<u{width}", count, at)
        except (ValueError, TypeError) as error:
            raise DamageError("a posting list that is too short") from error

    @cached_property
    def documents(self) -> Ints:
        """The documents, ascending."""
        found: Ints = self._read(self._gaps).cumsum(dtype=np.int64)
        return found

    @cached_property
    def frequencies(self) -> Ints:
        """Occurrences in each document."""
        if not self._frequencies[1]:
            return np.ones(self.size, dtype=np.int64)
        return self._read(self._frequencies).astype(np.int64)

    @cached_property
    def titles(self) -> tuple[Ints, Ints]:
        """Which postings have it in the title, and how often there."""
        if not self._titled:
            return _NONE, _NONE
        at = self._read(self._title_at).astype(np.int64)
        if not self._title_frequencies[1]:
            return at, np.ones(len(at), dtype=np.int64)
        return at, self._read(self._title_frequencies).astype(np.int64)

    def occurrences(self, at: Ints | None = None) -> tuple[Ints, Ints, NDArray[np.bool_]]:
        """Every occurrence: its place in the list, its position, and whether it is in the title.

        Args:
            at: in these postings only; in all by default.
        """
        counts = self.frequencies
        in_title = np.zeros(self.size, dtype=np.int64)
        titled, titles = self.titles
        in_title[titled] = titles
        positions = self._read(self._positions)
        if at is None:
            places_of = np.arange(self.occurrence_count)
            own = positions
        else:
            places_of = places(offsets(counts)[at], counts[at])
            own = positions[places_of]
            counts, in_title = counts[at], in_title[at]
        if not titled.size:
            return places_of, own.astype(np.int64), np.zeros(len(own), dtype=bool)
        nth = places(np.zeros_like(counts), counts)
        return places_of, own.astype(np.int64), nth < np.repeat(in_title, counts)

    def forms(self) -> tuple[Ints, Ints]:
        """For every occurrence its form, and the words that these are, where there are several."""
        words = self._read(self._words).astype(np.int64)
        return self._read(self._form).astype(np.int64), words
