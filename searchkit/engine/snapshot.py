"""One state of an index: what was committed when it was opened, as arrays over all segments."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from heapq import merge
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from searchkit.engine.columnar.lookup import (
    Occurrences,
    Terms,
    alive,
    found_in,
    joined,
    keys_in,
)
from searchkit.engine.columnar.postinglist import SHIFT
from searchkit.engine.columnar.ragged import Ints, offsets
from searchkit.engine.columnar.segment import Inverted, Segment, Wanted
from searchkit.engine.columnar.strings import encoded
from searchkit.engine.damage import reading
from searchkit.model import Article

Bools = NDArray[np.bool_]
_NONE = np.zeros(0, dtype=np.int64)
#: Title and body are indexed together.
Index = Literal["text", "outlet"]


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

    def terms_beginning(self, index: Index, prefix: str, most: int) -> list[Terms] | None:
        """The words that begin so; None when there may be more than so many."""
        key = encoded(prefix)
        found = []
        with self.reading():
            for held in self._inverted(index):
                stems, words = held.stems.beginning(key), held.inflected.beginning(key)
                numbers = np.arange(stems.start, stems.stop)
                found.append(
                    Terms(numbers[held.plain[numbers]], np.arange(words.start, words.stop))
                )
        known = sum(len(some.stems) + len(some.words) for some in found)
        return found if known <= most else None

    def words_beginning(self, index: Index, prefix: str) -> Iterator[bytes]:
        """The words that begin so, sorted, each as often as segments have it."""
        key = encoded(prefix)
        with self.reading():
            yield from merge(*(held.words(key) for held in self._inverted(index)))

    def words_like(self, index: Index, word: str, distance: int) -> list[bytes]:
        """The words that so many edits make of another, sorted."""
        with self.reading():
            found = [held.like(word, distance) for held in self._inverted(index)]
        return sorted(set().union(*found))

    def words(self, index: Index, words: Sequence[bytes]) -> list[Terms]:
        """Some words, and no other forms of their stems.

        Args:
            words: sorted.
        """
        found = []
        with self.reading():
            for held in self._inverted(index):
                stems, inflected = [], []
                for word in words:
                    if (number := held.inflected.find(word)) is not None:
                        inflected.append(number)
                    elif (number := held.stems.find(word)) is not None and held.plain[number]:
                        stems.append(number)
                found.append(
                    Terms(np.array(stems, dtype=np.int64), np.array(inflected, dtype=np.int64))
                )
        return found

    # Where it is -----------------------------------------------------------------------------

    def occurrences(self, index: Index, terms: Sequence[Terms]) -> Occurrences:
        """Where any of the terms occurs, in the documents that are not deleted."""
        parts, bases = [], []
        with self.reading():
            for segment, held, some in zip(
                self.segments, self._inverted(index), terms, strict=True
            ):
                if some:
                    parts.append(alive(found_in(held, some, segment.size), segment))
                    bases.append(segment.base)
        return joined(parts, bases)

    def keys(self, index: Index, slots: Sequence[Sequence[Terms]]) -> list[Ints]:
        """Sorted keys of every occurrence of what fills each slot, in deleted documents too.

        Args:
            slots: for each its terms; only documents that have all of them are looked at.
        """
        parts: list[list[Ints]] = [[] for _ in slots]
        with self.reading():
            for segment, held, terms in zip(
                self.segments, self._inverted(index), zip(*slots, strict=True), strict=True
            ):
                for part, keys in zip(parts, keys_in(held, terms, segment.size), strict=True):
                    if keys.size:
                        part.append(keys + (segment.base << SHIFT) if segment.base else keys)
        return [part[0] if len(part) == 1 else np.concatenate([_NONE, *part]) for part in parts]

    # Articles and ids ------------------------------------------------------------------------

    def documents(self, ids: Iterable[str]) -> Ints:
        """The live documents with these ids."""
        wanted = Wanted.of(ids)
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
        wanted = Wanted.of(ids)
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
