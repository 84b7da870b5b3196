"""Where terms stand in one segment: documents with frequencies, or keys of every occurrence."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import reduce
from typing import NamedTuple

import numpy as np

from searchkit.engine.columnar.postinglist import BODY, SHIFT, Numbers, PostingList
from searchkit.engine.columnar.ragged import Ints, offsets
from searchkit.engine.columnar.segment import Inverted, Segment

_NONE = np.zeros(0, dtype=np.int64)
#: More lists than these are read together.
_MANY = 12
#: A table has to be filled: it pays from so many numbers on, of which one more costs so many times
#: as much to look up by bisection as to put into the table.
_START, _DEARER = 8_000, 24
#: What a thread keeps from one query to the next.
_kept = threading.local()


class Occurrences(NamedTuple):
    """In which documents something occurs, ascending, and how often in each."""

    documents: Ints
    #: In the title and in the body together.
    frequencies: Numbers
    #: Which of the documents have it in the title (places in the arrays above), and how often.
    titled: Ints
    titles: Ints


#: The columns of occurrences.
Columns = tuple[Ints, Numbers, Ints, Ints]
NOWHERE = Occurrences(_NONE, _NONE, _NONE, _NONE)


class Terms(NamedTuple):
    """What is looked for in one segment, by ascending numbers."""

    #: Stems with all their words.
    stems: Ints
    #: Inflected words, without the others of their stems.
    words: Ints = _NONE

    def __bool__(self) -> bool:
        return bool(self.stems.size or self.words.size)


def joined(parts: Sequence[Occurrences], bases: Sequence[int]) -> Occurrences:
    """The occurrences in segments of which each begins at a base, as those in one."""
    if not parts:
        return NOWHERE
    if len(parts) == 1 and not bases[0]:
        return parts[0]
    return Occurrences(*_joined(parts, bases))


def _joined(parts: Sequence[Occurrences], bases: Sequence[int]) -> Columns:
    first = offsets(np.array([len(part.documents) for part in parts]))
    return (
        np.concatenate([part.documents + base for part, base in zip(parts, bases, strict=True)]),
        np.concatenate([part.frequencies for part in parts]),
        np.concatenate([part.titled + at for part, at in zip(parts, first, strict=False)]),
        np.concatenate([part.titles for part in parts]),
    )


def summed(documents: Ints, frequencies: Numbers, titles: Numbers, size: int) -> Occurrences:
    """Occurrences that are told in any order, and documents more than once.

    Args:
        titles: how many of the frequencies are in titles.
        size: documents are below it.
    """
    return Occurrences(*_summed(documents, frequencies, titles, size))


def _summed(documents: Ints, frequencies: Numbers, titles: Numbers, size: int) -> Columns:
    if len(documents) * 8 < size:
        unique, at = np.unique(documents, return_inverse=True)
        all_of, in_title = _sums(at, frequencies, titles, len(unique))
    else:
        all_of, in_title = _sums(documents, frequencies, titles, size)
        unique = np.flatnonzero(all_of)
        all_of, in_title = all_of[unique], in_title[unique]
    titled = np.flatnonzero(in_title)
    return unique, all_of, titled, in_title[titled]


def _sums(at: Ints, frequencies: Numbers, titles: Numbers, size: int) -> tuple[Ints, Ints]:
    all_of = np.bincount(at, weights=frequencies, minlength=size).astype(np.int64)
    if not titles.any():
        return all_of, np.zeros(size, dtype=np.int64)
    return all_of, np.bincount(at, weights=titles, minlength=size).astype(np.int64)


def lists_of(held: Inverted, terms: Terms) -> Iterator[tuple[PostingList, Ints | None]]:
    """The posting lists of terms, and the words that are looked for where these are not all."""
    whole, parts = _split(held, terms)
    for stem in whole.tolist():
        yield held.posting_list(stem), None
    for stem, words in parts:
        yield held.posting_list(stem), words


def _split(held: Inverted, terms: Terms) -> tuple[Ints, list[tuple[int, Ints]]]:
    """The stems that are looked for with all their words, and those with some of them."""
    if not terms.words.size:
        return terms.stems, []
    stem_of = held.stem_of[terms.words]
    if len(stem_of) == 1:
        (stem,) = stem_of.tolist()
        if held.forms[stem] > 1:
            return terms.stems, [(stem, terms.words)]
        return np.append(terms.stems, stem), []
    stems, counts = np.unique(stem_of, return_counts=True)
    every = counts == held.forms[stems]
    parts = [(stem, terms.words[stem_of == stem]) for stem in stems[~every].tolist()]
    return np.concatenate((terms.stems, stems[every])), parts


def found_in(held: Inverted, terms: Terms, size: int) -> Occurrences:
    """Where terms occur in a segment."""
    whole, parts = _split(held, terms)
    if len(whole) == 1 and not parts:
        return _whole(held.posting_list(int(whole[0])))
    if len(whole) > _MANY:
        found = [summed(*held.postings(whole), size)]
    else:
        found = [_whole(held.posting_list(stem)) for stem in whole.tolist()]
    found += [occurrences_at(keys_of(held.posting_list(n), words, size)) for n, words in parts]
    return found[0] if len(found) == 1 else _united(found, size)


def _united(parts: Sequence[Occurrences], size: int) -> Occurrences:
    """Occurrences in documents of one segment, of which several parts may have one."""
    titles = [np.zeros(len(part.documents), dtype=np.int64) for part in parts]
    for part, of_part in zip(parts, titles, strict=True):
        of_part[part.titled] = part.titles
    return summed(
        np.concatenate([part.documents for part in parts]),
        np.concatenate([part.frequencies for part in parts]),
        np.concatenate(titles),
        size,
    )


def _whole(posting: PostingList) -> Occurrences:
    return Occurrences(posting.documents, posting.frequencies, *posting.titles)


def keys_in(held: Inverted, slots: Sequence[Terms], size: int) -> Sequence[Ints]:
    """Sorted keys of the occurrences of what fills each slot, in documents that have all slots.

    Args:
        size: documents are below it.
    """
    lists = [list(lists_of(held, terms)) for terms in slots]
    if not all(lists):
        return [_NONE] * len(slots)
    common = None
    if len(slots) > 1:
        least, *others = sorted((_documents(some, size) for some in lists), key=len)
        common = reduce(lambda some, more: some[rows_in(some, more, size)[1]], others, least)
    return [
        _merged([keys_of(posting, words, size, common) for posting, words in some])
        for some in lists
    ]


def _documents(lists: Sequence[tuple[PostingList, Ints | None]], size: int) -> Ints:
    """The documents that are in any of the lists."""
    found = [posting.documents for posting, _ in lists]
    return found[0] if len(found) == 1 else in_any(found, size)[0]


def _merged(keys: Sequence[Ints]) -> Ints:
    return keys[0] if len(keys) == 1 else np.sort(np.concatenate(keys), kind="stable")


def keys_of(
    posting: PostingList, words: Ints | None, size: int, documents: Ints | None = None
) -> Ints:
    """Sorted keys of the occurrences of a stem, or of some of its words.

    Args:
        size: documents are below it.
        documents: look in these only.
    """
    at = None
    if documents is not None and len(documents) < posting.size:
        at = rows_in(documents, posting.documents, size)[0]
    return posting.keys(at, words)


def where_in(some: Ints, among: Ints) -> tuple[Ints, Ints]:
    """Of ascending numbers those that are among others: where there, and where in their own row."""
    if not len(among):
        return among[:0], among[:0]
    at = among.searchsorted(some)
    at[at == len(among)] = 0
    hit = np.flatnonzero(among[at] == some)
    return at[hit], hit


def rows_in(some: Ints, among: Ints, size: int) -> tuple[Ints, Ints]:
    """As `where_in`, of numbers below a size; many are looked up in a table.

    The table is never cleared: what it tells is held against what it was told (Briggs and Torczon,
    "An efficient representation for sparse sets", 1993).
    """
    if not len(among) or len(some) * _DEARER < len(among) + _START:
        return where_in(some, among)
    table = getattr(_kept, "table", _NONE)
    if len(table) < size:
        table = _kept.table = np.zeros(size, dtype=np.int64)
    table[among] = np.arange(len(among))
    at = table[some]
    at[at >= len(among)] = 0
    hit = np.flatnonzero(among[at] == some)
    return at[hit], hit


def in_both(some: Ints, others: Ints) -> Ints:
    """What is in both of two sorted rows, in each of which a number stands once."""
    # Two sorted rows are merged by a stable sort, without a comparison too many.
    both = np.concatenate((some, others))
    both.sort(kind="stable")
    found: Ints = both[:-1][both[1:] == both[:-1]]
    return found


def in_any(parts: Sequence[Ints], size: int) -> tuple[Ints, list[Ints]]:
    """The numbers below a size that are in any of several rows, and where there those of each."""
    table = np.zeros(size, dtype=np.int64)
    for part in parts:
        table[part] = 1
    rows = np.flatnonzero(table)
    table[rows] = np.arange(len(rows))
    return rows, [table[part] for part in parts]


def occurrences_at(keys: Ints) -> Occurrences:
    """The documents that sorted keys are of, and how many are of each."""
    return Occurrences(*_counted(keys)) if keys.size else NOWHERE


def _counted(keys: Ints) -> Columns:
    documents = keys >> SHIFT
    others = np.flatnonzero(documents[1:] != documents[:-1]) + 1
    first = np.concatenate(([0], others))
    frequencies = np.concatenate((others, [len(keys)])) - first
    in_title = (keys & BODY) == 0
    if not in_title.any():
        return documents[first], frequencies, _NONE, _NONE
    titles = np.add.reduceat(in_title, first, dtype=np.int64)
    titled = np.flatnonzero(titles)
    return documents[first], frequencies, titled, titles[titled]


def alive(found: Occurrences, segment: Segment) -> Occurrences:
    """The same without deleted documents."""
    if not segment.deleted.size:
        return found
    kept = np.ones(segment.size, dtype=bool)
    kept[segment.deleted] = False
    there = kept[found.documents]
    place = np.cumsum(there) - 1
    of_titles = there[found.titled]
    return Occurrences(
        found.documents[there],
        found.frequencies[there],
        place[found.titled[of_titles]],
        found.titles[of_titles],
    )


with suppress(ImportError):
    from searchkit.engine.columnar._lookup import (
        _counted,
        _joined,
        _summed,
        in_any,
        in_both,  # noqa: F401 - takes the place of the one above
        rows_in,
    )
