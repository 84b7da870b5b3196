"""One state of one Whoosh index: what was committed when it was opened, as arrays."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader

from searchkit.analysis import is_unspaced, stem
from searchkit.engine.schema import CLAIM
from searchkit.engine.segments import Ints, Postings, Segment, joined, merged_terms, reading
from searchkit.errors import LockedError

Bools = NDArray[np.bool_]

#: Stems that do not begin as their inflected forms do: dying, lying, tying.
_IRREGULAR = {"die", "lie", "tie"}
_TRIES = 20


class Snapshot:
    """All documents of an index; document numbers run over its segments.

    Args:
        folder: named in errors.
    """

    def __init__(self, index: FileIndex, folder: Path):
        self.place = str(folder)
        self.segments: list[Segment] = []
        self.size = 0
        self._stems: dict[tuple[str, str], dict[str, list[str]]] = {}
        self._postings: dict[tuple[str, str], Postings | None] = {}
        self._numbers: dict[str, Ints] = {}
        self._words: dict[str, list[str]] = {}
        with reading(self.place):
            self._open(index)
        self._bases = [segment.base for segment in self.segments]

    def _open(self, index: FileIndex) -> None:
        """Open every file of one generation; a commit meanwhile may have removed some of them."""
        for _ in range(_TRIES):
            generation = index.latest_generation()
            try:
                for reader in _leaves(index):
                    self.segments.append(Segment(reader, self.size))
                    self.size += self.segments[-1].size
            except OSError:
                if index.latest_generation() == generation:
                    raise
            else:
                if index.latest_generation() == generation:
                    return
            self.close()
        remedy = "try again when that is done"
        raise LockedError("somebody else writes to the index", place=self.place, remedy=remedy)

    def close(self) -> None:
        """Let go of files."""
        for segment in self.segments:
            segment.reader.close()
        self.segments = []
        self.size = 0

    @cached_property
    def live(self) -> Bools:
        """Which documents are not deleted."""
        live = np.ones(self.size, dtype=bool)
        with reading(self.place):
            for segment in self.segments:
                if deleted := segment.deleted():
                    live[np.array(deleted) + segment.base] = False
        return live

    def numbers(self, name: str) -> Ints:
        """A column of numbers, deleted documents included."""
        if name not in self._numbers:
            with reading(self.place):
                parts = [segment.numbers(name) for segment in self.segments]
            self._numbers[name] = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        return self._numbers[name]

    def claims(self) -> tuple[Ints, NDArray[np.void]]:
        """How many claims each document has, and the table of all claims."""
        with reading(self.place):
            parts = [segment.claims() for segment in self.segments]
            counts = [np.zeros(0, dtype=np.int64), *(part[0] for part in parts)]
            tables = [np.zeros(0, dtype=CLAIM), *(part[1] for part in parts)]
            return np.concatenate(counts), np.concatenate(tables)

    def reading(self) -> AbstractContextManager[None]:
        """Turn whatever a damaged index makes a reader raise into one clear error."""
        return reading(self.place)

    def postings(self, name: str, term: str) -> Postings | None:
        """Where a term occurs among the live documents; None when nowhere."""
        key = (name, term)
        if key not in self._postings:
            with reading(self.place):
                parts = [p for s in self.segments if (p := s.postings(name, term))]
            found = self._alive(joined(parts)) if parts else None
            self._postings[key] = found
        return self._postings[key]

    def _alive(self, found: Postings) -> Postings | None:
        alive = self.live[found.documents]
        if alive.all():
            return found
        if not alive.any():
            return None
        positions = found.positions
        if positions.size:
            positions = positions[np.repeat(alive, found.frequencies)]
        return Postings(found.documents[alive], found.frequencies[alive], positions)

    def terms(self, name: str, prefix: str = "") -> Iterator[str]:
        """The terms of a field that begin with the prefix, those of deleted documents included."""
        with reading(self.place):
            yield from merged_terms(self.segments, name, prefix)

    def words(self, name: str) -> list[str]:
        """The whole vocabulary of a field."""
        if name not in self._words:
            self._words[name] = list(self.terms(name))
        return self._words[name]

    def same_words(self, name: str, word: str) -> Sequence[str]:
        """The terms of a field that count as the word: it and its inflected forms.

        A single Chinese or Japanese character stands for every pair that begins with it.
        """
        if is_unspaced(word):
            return [word] if len(word) > 1 else list(self.terms(name, word))
        root = stem(word)
        if len(word) < 2 or not (word.isascii() and word.isalpha()):
            return [word]
        beginning = root[:1] if root in _IRREGULAR else root[:2]
        known = self._stems.get((name, beginning))
        if known is None:
            known = {}
            for term in self.terms(name, beginning):
                known.setdefault(stem(term), []).append(term)
            self._stems[name, beginning] = known
        return known.get(root, [])

    def documents(self, name: str, terms: Iterable[str]) -> Ints:
        """The live documents that hold any of the terms of a field."""
        found = [p.documents for term in terms if (p := self.postings(name, term))]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)

    def id(self, document: int) -> str:
        """The id of a document."""
        segment = self._segment(document)
        with reading(self.place):
            return segment.id(document - segment.base)

    def data(self, document: int) -> str:
        """The stored value of a document."""
        segment = self._segment(document)
        with reading(self.place):
            return segment.data(document - segment.base)

    def _segment(self, document: int) -> Segment:
        return self.segments[bisect.bisect_right(self._bases, document) - 1]


def _leaves(index: FileIndex) -> Iterator[SegmentReader]:
    reader = index.reader()
    for leaf, _ in reader.leaf_readers():
        if isinstance(leaf, SegmentReader):
            yield leaf
