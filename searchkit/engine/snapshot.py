"""One state of an index: what was committed when it was opened, as arrays over all segments."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from searchkit.engine.columnar.postings import PostingList
from searchkit.engine.columnar.ragged import Ints, offsets
from searchkit.engine.columnar.segment import Inverted, Segment
from searchkit.engine.columnar.strings import encoded
from searchkit.engine.damage import reading
from searchkit.model import Article

Bools = NDArray[np.bool_]
#: Title and body are indexed together.
Index = Literal["text", "outlet"]

#: Keys hold the document above, whether it is the body, and the position below.
SHIFT = 32
BODY = 1 << 31
_NONE = np.zeros(0, dtype=np.int64)


@frozen
class Occurrences:
    """In which documents something occurs, ascending, and how often in each."""

    documents: Ints
    #: In the title and in the body together.
    frequencies: Ints
    #: Which of the documents have it in the title (places in the arrays above), and how often.
    titled: Ints
    titles: Ints


NOWHERE = Occurrences(_NONE, _NONE, _NONE, _NONE)


@frozen
class Terms:
    """What is looked for in one segment: stems, or some of their words only."""

    #: Numbers of stems, ascending.
    stems: Ints
    #: Numbers of words, ascending; None for all words of the stems.
    words: Ints | None = None


class Snapshot:
    """All articles of an index; document numbers run over its segments.

    Args:
        folder: named in errors.
    """

    def __init__(self, segments: Sequence[Segment], folder: Path):
        self.place = str(folder)
        self.segments = segments
        self.size = sum(segment.size for segment in segments)
        self._bases = [segment.base for segment in segments]
        self._numbers: dict[str, Ints] = {}

    def reading(self) -> AbstractContextManager[None]:
        """Turn whatever a damaged index leads to into one clear error."""
        return reading(self.place)

    @cached_property
    def whole(self) -> bool:
        """No document is deleted."""
        return not any(segment.deleted.size for segment in self.segments)

    @cached_property
    def live(self) -> Bools:
        """Which documents are not deleted."""
        live = np.ones(self.size, dtype=bool)
        for segment in self.segments:
            live[segment.deleted + segment.base] = False
        return live

    @cached_property
    def count(self) -> int:
        """Documents that are not deleted."""
        return self.size - sum(len(segment.deleted) for segment in self.segments)

    def numbers(self, name: str) -> Ints:
        """A number of every document, deleted ones included."""
        if name not in self._numbers:
            with self.reading():
                parts = [segment.column(name) for segment in self.segments]
            self._numbers[name] = np.concatenate([_NONE, *parts], dtype=np.int64)
        return self._numbers[name]

    @cached_property
    def order(self) -> NDArray[np.uint64]:
        """Numbers that sort documents by their ids."""
        with self.reading():
            parts = [segment.ids.keys() for segment in self.segments]
        return np.concatenate([np.zeros(0, dtype=np.uint64), *parts])

    @cached_property
    def claim_counts(self) -> Ints:
        """How many claims each document has."""
        with self.reading():
            return np.concatenate([_NONE, *(segment.claims.counts for segment in self.segments)])

    def claim_column(self, name: str) -> Ints:
        """A number of every claim, document after document."""
        with self.reading():
            parts = [segment.claims[name] for segment in self.segments]
        return np.concatenate([_NONE, *parts], dtype=np.int64)

    @cached_property
    def claim_bases(self) -> Ints:
        """How many claims are in the segments before each, and in all."""
        return offsets(np.array([segment.claim_count for segment in self.segments], dtype=np.int64))

    # What is looked for ----------------------------------------------------------------------

    def _inverted(self, index: Index) -> list[Inverted]:
        return [segment.text if index == "text" else segment.outlet for segment in self.segments]

    def stem(self, index: Index, stem: str) -> list[Terms]:
        """One stem."""
        key = encoded(stem)
        with self.reading():
            found = [held.stems.find(key) for held in self._inverted(index)]
        return [Terms(_NONE if n is None else np.array([n], dtype=np.int64)) for n in found]

    def stems_beginning(self, index: Index, prefix: str) -> list[Terms]:
        """The stems that begin so."""
        key = encoded(prefix)
        with self.reading():
            ranges = [held.stems.beginning(key) for held in self._inverted(index)]
        return [Terms(np.arange(found.start, found.stop)) for found in ranges]

    def words_beginning(self, index: Index, prefix: str) -> list[tuple[bytes, ...]]:
        """The words of each segment that begin so."""
        key = encoded(prefix)
        with self.reading():
            return [
                tuple(held.words.between(found.start, found.stop))
                for held in self._inverted(index)
                for found in (held.words.beginning(key),)
            ]

    def words_like(self, index: Index, word: str, distance: int) -> list[bytes]:
        """The words that so many edits make of another, sorted."""
        with self.reading():
            found = [held.likeness.within(word, distance) for held in self._inverted(index)]
        return sorted(set().union(*found))

    def words(self, index: Index, words: Sequence[bytes]) -> list[Terms]:
        """Some words, and no other forms of their stems.

        Args:
            words: sorted.
        """
        found = []
        with self.reading():
            for held in self._inverted(index):
                known = [n for word in words if (n := held.words.find(word)) is not None]
                numbers = np.array(known, dtype=np.int64)
                found.append(Terms(np.unique(held.stem_of[numbers]).astype(np.int64), numbers))
        return found

    # Where it is -----------------------------------------------------------------------------

    def occurrences(self, index: Index, terms: Sequence[Terms]) -> Occurrences:
        """Where any of the terms occurs, in the documents that are not deleted."""
        parts = []
        with self.reading():
            for segment, held, some in zip(
                self.segments, self._inverted(index), terms, strict=True
            ):
                if some.stems.size:
                    parts.append(_alive(_found(held, some, segment.size), segment))
        if len(parts) == 1:
            return parts[0]
        return joined(parts)

    def any_of(self, index: Index, terms: Sequence[Terms]) -> Ints:
        """The documents in which any of the terms occurs, deleted ones included."""
        parts = [_NONE]
        with self.reading():
            for segment, held, some in zip(
                self.segments, self._inverted(index), terms, strict=True
            ):
                found = [posting.documents for posting, _ in _lists(held, some)]
                if found:
                    one = found[0] if len(found) == 1 else np.unique(np.concatenate(found))
                    parts.append(one + segment.base)
        return parts[1] if len(parts) == 2 else np.concatenate(parts)

    def keys(self, index: Index, terms: Sequence[Terms], documents: Ints | None = None) -> Ints:
        """Sorted keys of every occurrence, in deleted documents too.

        Args:
            documents: look in these only.
        """
        parts = [_NONE]
        with self.reading():
            for segment, held, some in zip(
                self.segments, self._inverted(index), terms, strict=True
            ):
                where = None
                if documents is not None:
                    low, high = documents.searchsorted((segment.base, segment.base + segment.size))
                    where = documents[low:high] - segment.base
                keys = [_keys(posting, words, where) for posting, words in _lists(held, some)]
                if len(keys) > 1:
                    parts.append(np.sort(np.concatenate(keys)) + (segment.base << SHIFT))
                elif keys:
                    parts.append(keys[0] + (segment.base << SHIFT))
        return parts[1] if len(parts) == 2 else np.concatenate(parts)

    # Articles and ids ------------------------------------------------------------------------

    def documents(self, ids: Iterable[str]) -> Ints:
        """The live documents with these ids."""
        wanted = [encoded(id) for id in ids]
        with self.reading():
            found = [segment.ids.find(wanted) + segment.base for segment in self.segments]
        return self._alive(np.sort(np.concatenate([_NONE, *found])))

    def documents_beginning(self, prefix: str) -> Ints:
        """The live documents whose ids begin so."""
        key = encoded(prefix)
        with self.reading():
            found = [segment.ids.beginning(key) + segment.base for segment in self.segments]
        return self._alive(np.sort(np.concatenate([_NONE, *found])))

    def claim_rows(self, ids: Iterable[str]) -> Ints:
        """The rows of claims with these ids, those of deleted documents included."""
        wanted = [encoded(id) for id in ids]
        with self.reading():
            found = [
                segment.claim_ids.find(wanted) + base
                for segment, base in zip(self.segments, self.claim_bases.tolist(), strict=False)
            ]
        return np.sort(np.concatenate([_NONE, *found]))

    def claim_rows_beginning(self, prefix: str) -> Ints:
        """The rows of claims whose ids begin so, those of deleted documents included."""
        key = encoded(prefix)
        with self.reading():
            found = [
                segment.claim_ids.beginning(key) + base
                for segment, base in zip(self.segments, self.claim_bases.tolist(), strict=False)
            ]
        return np.sort(np.concatenate([_NONE, *found]))

    def claim_ids(self, rows: Ints) -> list[str]:
        """The ids of claims."""
        with self.reading():
            found = [self.claim_row(row) for row in rows.tolist()]
            return [segment.claim_ids[own] for segment, own in found]

    def claim_row(self, row: int) -> tuple[Segment, int]:
        """The segment of a claim, and its row there."""
        at = int(np.searchsorted(self.claim_bases, row, side="right")) - 1
        return self.segments[at], row - int(self.claim_bases[at])

    def _alive(self, documents: Ints) -> Ints:
        return documents if self.whole else documents[self.live[documents]]

    def ids(self, documents: Ints) -> list[str]:
        """The ids of documents."""
        with self.reading():
            if len(self.segments) == 1:
                ids = self.segments[0].ids
                return [ids[document] for document in documents.tolist()]
            found = ((self._segment(document), document) for document in documents.tolist())
            return [segment.ids[document - segment.base] for segment, document in found]

    def article(self, document: int) -> Article:
        """A document as it was stored."""
        segment = self._segment(document)
        with self.reading():
            return segment.stored[document - segment.base]

    def _segment(self, document: int) -> Segment:
        return self.segments[bisect.bisect_right(self._bases, document) - 1]


def joined(parts: Sequence[Occurrences]) -> Occurrences:
    """Occurrences in documents of which those of a part stand before those of the next."""
    if not parts:
        return NOWHERE
    before = offsets(np.array([len(part.documents) for part in parts]))
    return Occurrences(
        np.concatenate([part.documents for part in parts]),
        np.concatenate([part.frequencies for part in parts]),
        np.concatenate([p.titled + b for p, b in zip(parts, before.tolist(), strict=False)]),
        np.concatenate([part.titles for part in parts]),
    )


def summed(documents: Ints, frequencies: Ints, titles: Ints, size: int) -> Occurrences:
    """Occurrences that are told in any order, and documents more than once.

    Args:
        titles: how many of the frequencies are in titles.
        size: documents are below it.
    """
    if len(documents) * 8 < size:
        unique, at = np.unique(documents, return_inverse=True)
        all_of, in_title = _sums(at, frequencies, titles, len(unique))
    else:
        all_of, in_title = _sums(documents, frequencies, titles, size)
        unique = np.flatnonzero(all_of)
        all_of, in_title = all_of[unique], in_title[unique]
    titled = np.flatnonzero(in_title)
    return Occurrences(unique, all_of, titled, in_title[titled])


def _sums(at: Ints, frequencies: Ints, titles: Ints, size: int) -> tuple[Ints, Ints]:
    all_of = np.bincount(at, weights=frequencies, minlength=size).astype(np.int64)
    if not titles.any():
        return all_of, np.zeros(size, dtype=np.int64)
    return all_of, np.bincount(at, weights=titles, minlength=size).astype(np.int64)


def _lists(held: Inverted, terms: Terms) -> Iterator[tuple[PostingList, Ints | None]]:
    """The posting lists of terms, and the words that are looked for where these are not all."""
    if terms.words is None:
        for stem in terms.stems.tolist():
            yield held.posting_list(stem), None
        return
    stem_of = held.stem_of[terms.words]
    for stem in terms.stems.tolist():
        posting = held.posting_list(stem)
        words = terms.words[stem_of == stem]
        yield posting, None if len(words) == posting.words else words


def _found(held: Inverted, terms: Terms, size: int) -> Occurrences:
    """Where terms occur in a segment."""
    parts = [
        _whole(posting) if words is None else _of_words(posting, words, size)
        for posting, words in _lists(held, terms)
    ]
    if len(parts) == 1:
        return parts[0]
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


def _keys(posting: PostingList, words: Ints | None, documents: Ints | None = None) -> Ints:
    """Sorted keys of the occurrences of a stem, or of some of its words.

    Args:
        documents: look in these only.
    """
    at = None
    held, counts = posting.documents, posting.frequencies
    if documents is not None and len(documents) < len(held):
        at = where_in(documents, held)[0]
        held, counts = held[at], counts[at]
    place, position, in_title = posting.occurrences(at)
    keys = np.repeat((held << SHIFT) + BODY, counts)
    keys += position
    keys[in_title] -= BODY
    if words is not None:
        form, numbers = posting.forms()
        keys = keys[np.isin(numbers, words)[form[place]]]
    return keys


def where_in(some: Ints, among: Ints) -> tuple[Ints, Ints]:
    """Of ascending numbers those that are among others: where there, and where in their own row."""
    if not len(among):
        return among[:0], among[:0]
    at = among.searchsorted(some)
    at[at == len(among)] = 0
    hit = np.flatnonzero(among[at] == some)
    return at[hit], hit


def _of_words(posting: PostingList, words: Ints, size: int) -> Occurrences:
    return occurrences_at(_keys(posting, words), size)


def occurrences_at(keys: Ints, size: int) -> Occurrences:
    """The documents that keys are of, and how many are of each."""
    in_title = (keys & BODY) == 0
    return summed(
        keys >> SHIFT, np.ones(len(keys), dtype=np.int64), in_title.astype(np.int64), size
    )


def _alive(found: Occurrences, segment: Segment) -> Occurrences:
    """The same in documents of the whole index, without deleted ones."""
    if segment.deleted.size:
        kept = np.ones(segment.size, dtype=bool)
        kept[segment.deleted] = False
        alive = kept[found.documents]
        place = np.cumsum(alive) - 1
        of_titles = alive[found.titled]
        found = Occurrences(
            found.documents[alive],
            found.frequencies[alive],
            place[found.titled[of_titles]],
            found.titles[of_titles],
        )
    if not segment.base:
        return found
    return Occurrences(
        found.documents + segment.base, found.frequencies, found.titled, found.titles
    )
