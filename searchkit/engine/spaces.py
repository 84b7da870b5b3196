"""What a query is evaluated over: articles, or their claims, each as a row of arrays."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from functools import cached_property
from typing import NamedTuple, Protocol

import numpy as np
from attrs import evolve
from numpy.typing import NDArray

from searchkit.engine.base import Kind
from searchkit.engine.columnar.lookup import Occurrences, summed
from searchkit.engine.columnar.postinglist import BODY, SHIFT
from searchkit.engine.columnar.ragged import Ints, offsets, places
from searchkit.engine.occurrences import Places, occurrences
from searchkit.engine.occurrences import places as places_of
from searchkit.engine.snapshot import Snapshot
from searchkit.model import Claim
from searchkit.query.tree import Leaf

Floats = NDArray[np.float64]
#: Rows in which words were found that are kept, of 16 bytes each.
_MOST_FOUND = 2_000_000


class Space(Protocol):
    """Rows that a query selects and scores; those of deleted documents are there but not live."""

    kind: Kind
    snapshot: Snapshot
    size: int

    @property
    def count(self) -> int:
        """Rows that are live."""

    def live(self) -> Ints:
        """The live rows, ascending."""

    def numbers(self, name: str) -> Ints:
        """A number of every row: date, order, number, or the length of a field."""

    def mean(self, name: str) -> float:
        """The mean length of a field over the live rows."""

    def kept(self, key: Hashable, make: Callable[[], Floats]) -> Floats:
        """What is made once and then kept for as long as the space is."""

    def find(self, leaf: Leaf) -> tuple[Occurrences, bool]:
        """The live rows in which a leaf occurs, and whether an expansion was cut."""

    def rows(self, ids: Iterable[str]) -> Ints:
        """The live rows with these ids, ascending."""

    def rows_beginning(self, prefix: str) -> Ints:
        """The live rows whose ids begin so, ascending."""

    def rows_of_articles(self, ids: Iterable[str]) -> Ints:
        """The live rows that belong to articles, ascending."""

    def documents(self, rows: Ints) -> Ints:
        """The document of the snapshot that each row belongs to."""

    def ids(self, rows: Ints) -> list[str]:
        """The ids of rows."""


class _Kept:
    """Things that are made once."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Floats] = {}

    def kept(self, key: Hashable, make: Callable[[], Floats]) -> Floats:
        """See `Space`."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


class Articles(_Kept):
    """Every document is a row."""

    kind: Kind = "articles"

    def __init__(self, snapshot: Snapshot):
        super().__init__()
        self.snapshot = snapshot
        self.size = snapshot.size
        self.count = snapshot.count
        self._means: dict[str, float] = {}

    def live(self) -> Ints:
        """See `Space`."""
        return np.flatnonzero(self.snapshot.live)

    def numbers(self, name: str) -> Ints:
        """See `Space`."""
        if name == "number":
            return np.broadcast_to(np.int64(0), self.size)
        return self.snapshot.numbers(name)

    def mean(self, name: str) -> float:
        """See `Space`."""
        if name not in self._means:
            lengths = self.numbers(name)
            total = lengths.sum() if self.snapshot.whole else lengths[self.snapshot.live].sum()
            self._means[name] = float(total) / max(self.count, 1)
        return self._means[name]

    def find(self, leaf: Leaf) -> tuple[Occurrences, bool]:
        """See `Space`."""
        return occurrences(self.snapshot, leaf)

    def rows(self, ids: Iterable[str]) -> Ints:
        """See `Space`."""
        return self.snapshot.documents(ids)

    def rows_beginning(self, prefix: str) -> Ints:
        """See `Space`."""
        return self.snapshot.documents_beginning(prefix)

    rows_of_articles = rows

    def documents(self, rows: Ints) -> Ints:
        """See `Space`."""
        return rows

    def ids(self, rows: Ints) -> list[str]:
        """See `Space`."""
        return self.snapshot.ids(rows)


class _Ranges(NamedTuple):
    """Claims as ranges of keys, in the order of their beginnings."""

    rows: Ints
    starts: Ints
    ends: Ints


class Claims(_Kept):
    """Every claim is a row: a range of positions in the title or the body of its article."""

    kind: Kind = "claims"

    def __init__(self, snapshot: Snapshot):
        super().__init__()
        self.snapshot = snapshot
        self._first = offsets(snapshot.claim_counts)
        self.size = int(self._first[-1])
        self._numbers: dict[str, Ints] = {}
        self._means: dict[str, float] = {}
        #: What was found lately, the latest last, and how many rows that is.
        self._found: OrderedDict[Leaf, tuple[Occurrences, bool]] = OrderedDict()
        self._found_rows = 0

    @cached_property
    def _documents(self) -> Ints:
        return np.repeat(np.arange(self.snapshot.size), self.snapshot.claim_counts)

    @cached_property
    def count(self) -> int:
        """See `Space`."""
        if self.snapshot.whole:
            return self.size
        return int(self.snapshot.claim_counts[self.snapshot.live].sum())

    def live(self) -> Ints:
        """See `Space`."""
        if self.snapshot.whole:
            return np.arange(self.size)
        return np.flatnonzero(self.snapshot.live[self._documents])

    def numbers(self, name: str) -> Ints:
        """See `Space`."""
        if name not in self._numbers:
            if name == "number":
                found = self.snapshot.claim_column("number")
            elif name == "body_length":
                found = self.snapshot.claim_column("last") - self.snapshot.claim_column("first")
            else:
                found = self.snapshot.numbers(name)[self._documents]
            self._numbers[name] = found
        return self._numbers[name]

    def mean(self, name: str) -> float:
        """See `Space`."""
        if name not in self._means:
            lengths = self.numbers(name)
            total = lengths.sum() if self.snapshot.whole else lengths[self.live()].sum()
            self._means[name] = float(total) / max(self.count, 1)
        return self._means[name]

    def find(self, leaf: Leaf) -> tuple[Occurrences, bool]:
        """See `Space`. The body of a claim is its own words; the rest is its article's."""
        key = evolve(leaf, position=0)
        if key not in self._found:
            self._keep(key, self._look_for(leaf))
        self._found.move_to_end(key)
        return self._found[key]

    def _keep(self, leaf: Leaf, found: tuple[Occurrences, bool]) -> None:
        """Claims that ask for the same common words come one after the other."""
        self._found[leaf] = found
        self._found_rows += len(found[0].documents)
        while self._found_rows > _MOST_FOUND and len(self._found) > 1:
            _, (oldest, _) = self._found.popitem(last=False)
            self._found_rows -= len(oldest.documents)

    def _look_for(self, leaf: Leaf) -> tuple[Occurrences, bool]:
        context, cut = (None, False) if leaf.field == "body" else occurrences(self.snapshot, leaf)
        rows = [np.zeros(0, dtype=np.int64)]
        frequencies, titles = rows[:], rows[:]
        if context:
            named = leaf.field == "outlet"
            documents = context.documents if named else context.documents[context.titled]
            counted = context.frequencies if named else context.titles
            counts = self.snapshot.claim_counts[documents]
            rows.append(places(self._first[documents], counts))
            frequencies.append(np.repeat(counted, counts))
            titles.append(np.zeros(len(rows[-1]), dtype=np.int64) if named else frequencies[-1])
        if leaf.field in (None, "body"):
            where, cut = places_of(self.snapshot, leaf)
            own = self._claims_with(where)
            rows.append(own)
            frequencies.append(np.ones(len(own), dtype=np.int64))
            titles.append(np.zeros(len(own), dtype=np.int64))
        found = summed(
            np.concatenate(rows), np.concatenate(frequencies), np.concatenate(titles), self.size
        )
        return found, cut

    @cached_property
    def _ranges(self) -> tuple[_Ranges, _Ranges]:
        """Claims that lie one after the other, and those that lie over others."""
        base = (self._documents << SHIFT) + np.where(self.snapshot.claim_column("kind"), BODY, 0)
        starts = base + self.snapshot.claim_column("first")
        ends = base + self.snapshot.claim_column("last")
        rows = np.argsort(starts, kind="stable")
        starts, ends = starts[rows], ends[rows]
        furthest = np.maximum.accumulate(ends)
        apart = np.ones(len(rows), dtype=bool)
        apart[1:] = starts[1:] >= furthest[:-1]
        # The first of those that overlap is taken as one of the row.
        return (
            _Ranges(rows[apart], starts[apart], ends[apart]),
            _Ranges(rows[~apart], starts[~apart], ends[~apart]),
        )

    def _claims_with(self, found: Places) -> Ints:
        """The row of a live claim for every occurrence that lies within it as a whole."""
        apart, over = self._ranges
        firsts, lasts = found.firsts, found.lasts
        if not self.snapshot.whole:
            alive = self.snapshot.live[firsts >> SHIFT]
            firsts, lasts = firsts[alive], lasts[alive]
        at = np.searchsorted(apart.starts, firsts, side="right") - 1
        within = at >= 0
        within[within] = lasts[within] + found.extent <= apart.ends[at[within]]
        rows = apart.rows[at[within]]
        if not over.rows.size:
            return rows
        # With both ends ascending, those that begin early enough and end late enough.
        ended = np.searchsorted(lasts, over.ends - found.extent, side="right")
        before = np.searchsorted(firsts, over.starts, side="left")
        return np.concatenate((rows, np.repeat(over.rows, np.maximum(ended - before, 0))))

    def rows(self, ids: Iterable[str]) -> Ints:
        """See `Space`."""
        return self._alive(self.snapshot.claim_rows(ids))

    def rows_beginning(self, prefix: str) -> Ints:
        """See `Space`."""
        return self._alive(self.snapshot.claim_rows_beginning(prefix))

    def _alive(self, rows: Ints) -> Ints:
        if self.snapshot.whole:
            return rows
        return rows[self.snapshot.live[self._documents[rows]]]

    def rows_of_articles(self, ids: Iterable[str]) -> Ints:
        """See `Space`."""
        documents = self.snapshot.documents(ids)
        return places(self._first[documents], self.snapshot.claim_counts[documents])

    def documents(self, rows: Ints) -> Ints:
        """See `Space`."""
        return self._documents[rows]

    def ids(self, rows: Ints) -> list[str]:
        """See `Space`."""
        return self.snapshot.claim_ids(rows)

    def claim(self, row: int) -> Claim:
        """The claim of a row."""
        segment, own = self.snapshot.claim_row(row)
        article = self.snapshot.article(int(self._documents[row]))
        with self.snapshot.reading():
            return segment.claims.claim(own, segment.claim_ids[own], article)
