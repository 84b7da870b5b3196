"""What a query is evaluated over: articles, or their claims, each as a row of arrays."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Protocol

import numpy as np

from searchkit.engine import schema
from searchkit.engine.base import Kind
from searchkit.engine.occurrences import SHIFT, Occurrences, Places, occurrences, places
from searchkit.engine.segments import Ints
from searchkit.engine.snapshot import Bools, Snapshot
from searchkit.model import Claim
from searchkit.query.tree import Leaf, TextField


class Space(Protocol):
    """Rows that a query selects and scores; those of deleted documents are there but not live."""

    kind: Kind
    snapshot: Snapshot
    size: int
    live: Bools

    def numbers(self, name: str) -> Ints:
        """A number of every row: date, order, number, or the length of a field."""

    def find(self, leaf: Leaf, field: TextField) -> Occurrences:
        """Where a leaf occurs in a field."""

    def rows(self, ids: Iterable[str]) -> Ints:
        """The live rows with these ids."""

    def rows_with_prefix(self, prefix: str) -> Ints:
        """The live rows whose ids begin so."""

    def rows_of_articles(self, documents: Ints) -> Ints:
        """The rows that belong to documents of the snapshot."""

    def per_document(self, rows: Ints) -> Ints:
        """How many of the rows belong to each document of the snapshot."""

    def id(self, row: int) -> str:
        """The id of a row."""


class Articles:
    """Every document is a row."""

    kind: Kind = "articles"

    def __init__(self, snapshot: Snapshot):
        self.snapshot = snapshot
        self.size = snapshot.size
        self.live = snapshot.live

    def numbers(self, name: str) -> Ints:
        """See `Space`."""
        if name == "number":
            return np.zeros(self.size, dtype=np.int64)
        return self.snapshot.numbers(name)

    def find(self, leaf: Leaf, field: TextField) -> Occurrences:
        """See `Space`."""
        return occurrences(self.snapshot, leaf, field)

    def rows(self, ids: Iterable[str]) -> Ints:
        """See `Space`."""
        return self.snapshot.documents("id", ids)

    def rows_with_prefix(self, prefix: str) -> Ints:
        """See `Space`."""
        return self.rows(self.snapshot.terms("id", prefix))

    def rows_of_articles(self, documents: Ints) -> Ints:
        """See `Space`."""
        return documents

    def per_document(self, rows: Ints) -> Ints:
        """See `Space`."""
        return np.bincount(rows, minlength=self.snapshot.size)

    def id(self, row: int) -> str:
        """See `Space`."""
        return self.snapshot.id(row)


class Claims:
    """Every claim is a row: a range of positions in the title or the body of its article."""

    kind: Kind = "claims"

    def __init__(self, snapshot: Snapshot):
        self.snapshot = snapshot
        counts, self._table = snapshot.claims()
        self.size = len(self._table)
        self._article = np.repeat(np.arange(snapshot.size), counts)
        self._first = np.cumsum(counts) - counts
        self.live: Bools = snapshot.live[self._article]
        self._read: dict[int, list[Claim]] = {}

    @cached_property
    def _starts(self) -> Ints:
        starts: Ints = (self._article << SHIFT) + self._table["start"]
        return starts

    @cached_property
    def _ends(self) -> Ints:
        ends: Ints = (self._article << SHIFT) + self._table["end"]
        return ends

    @cached_property
    def _is_title(self) -> Bools:
        is_title: Bools = self._table["title"] != 0
        return is_title

    def numbers(self, name: str) -> Ints:
        """See `Space`."""
        if name == "number":
            return self._table["number"].astype(np.int64)
        if name == "body_length":
            return self._ends - self._starts
        return self.snapshot.numbers(name)[self._article]

    def find(self, leaf: Leaf, field: TextField) -> Occurrences:
        """See `Space`. The body of a claim is its own words; the rest is its article's."""
        if field == "body":
            body, cut = places(self.snapshot, leaf, "body")
            title, cut_too = places(self.snapshot, leaf, "title")
            frequencies = np.where(self._is_title, self._within(title), self._within(body))
            rows = np.flatnonzero(frequencies)
            return Occurrences(rows, frequencies[rows], cut or cut_too)
        found = occurrences(self.snapshot, leaf, field)
        dense = np.zeros(self.snapshot.size, dtype=np.int64)
        dense[found.documents] = found.frequencies
        rows = np.flatnonzero(dense[self._article])
        return Occurrences(rows, dense[self._article[rows]], found.cut)

    def _within(self, found: Places) -> Ints:
        """How many occurrences lie within each claim as a whole."""
        ended = np.searchsorted(found.lasts, self._ends - found.extent, side="right")
        before = np.searchsorted(found.firsts, self._starts, side="left")
        within: Ints = np.maximum(ended - before, 0)
        return within

    def rows(self, ids: Iterable[str]) -> Ints:
        """See `Space`."""
        found = [p for id in ids if (p := self.snapshot.postings("claims", id))]
        if not found:
            return np.zeros(0, dtype=np.int64)
        return np.unique(np.concatenate([self._first[p.documents] + p.positions for p in found]))

    def rows_with_prefix(self, prefix: str) -> Ints:
        """See `Space`."""
        return self.rows(self.snapshot.terms("claims", prefix))

    def rows_of_articles(self, documents: Ints) -> Ints:
        """See `Space`."""
        chosen = np.zeros(self.snapshot.size, dtype=bool)
        chosen[documents] = True
        return np.flatnonzero(chosen[self._article])

    def per_document(self, rows: Ints) -> Ints:
        """See `Space`."""
        return np.bincount(self._article[rows], minlength=self.snapshot.size)

    def id(self, row: int) -> str:
        """See `Space`."""
        return self.claim(row).id

    def claim(self, row: int) -> Claim:
        """The claim of a row."""
        document = int(self._article[row])
        if document not in self._read:
            with self.snapshot.reading():
                self._read[document] = schema.read_claims(self.snapshot.data(document))
        return self._read[document][row - int(self._first[document])]
