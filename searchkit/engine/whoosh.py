"""The embedded engine: columnar segments on disk, every node of a query evaluated as arrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from searchkit import analysis
from searchkit.engine import spelling
from searchkit.engine.base import Contribution, Facet, Found, Hit, Kind, Sort
from searchkit.engine.best import ordered
from searchkit.engine.columnar.layout import UNDATED
from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.columnar.store import Store, writing
from searchkit.engine.columnar.strings import decoded, encoded
from searchkit.engine.evaluate import Evaluation
from searchkit.engine.snapshot import Snapshot
from searchkit.engine.spaces import Articles, Claims, Space
from searchkit.installed import alone
from searchkit.model import Article, Claim
from searchkit.query.tree import Node

if TYPE_CHECKING:
    from whoosh.searching import Searcher

    from searchkit.engine.columnar.manifest import Manifest
    from searchkit.engine.columnar.writer import Writer

DISTRIBUTION = "whoosh3"

_VERSIONS = {"layout": "3", "analysis": analysis.VERSION}


class WhooshEngine:
    """Articles with their claims in columnar segments; see `Engine`."""

    def __init__(self, store: Store):
        self._store = store
        self._opened: Snapshot | None = None
        #: What was committed when it was opened, or what was committed before.
        self._state: Manifest | None = None
        self._spaces: dict[Kind, Articles | Claims] = {}

    @classmethod
    def open(cls, folder: Path, *, create: bool = False, lock_timeout: float = 20.0) -> Self:
        """Open the index in a folder.

        Args:
            folder: must exist.
            create: make what is missing.
            lock_timeout: seconds to wait for another writer.

        Raises:
            EngineError: there is none, it was made by another version, or it is damaged.
        """
        alone(DISTRIBUTION, ("whoosh", "whoosh-reloaded", "whoosh-ng"))
        store = Store(folder / "articles", _VERSIONS, timeout=lock_timeout)
        if create and not store.exists():
            with writing(folder):
                folder.chmod(0o700)
            store.create()
        store.committed()
        return cls(store)

    @property
    def snapshot(self) -> Snapshot:
        """What was committed when it was first asked for."""
        if self._opened is None:
            self._state = self._store.committed()
            self._opened = Snapshot(self._store.segments(), self._store.folder)
        return self._opened

    @contextmanager
    def batch(self) -> Iterator[WhooshBatch]:
        """See `Engine.batch`. What is put is held in memory until the block ends."""
        batch = WhooshBatch()
        yield batch
        if not batch.changes:
            return
        with self._store.writer() as writer:
            batch.write(writer)
        self._forget()

    def _space(self, kind: Kind) -> Articles | Claims:
        if kind not in self._spaces:
            snapshot = self.snapshot
            self._spaces[kind] = Articles(snapshot) if kind == "articles" else Claims(snapshot)
        return self._spaces[kind]

    def search(
        self,
        kind: Kind,
        query: Node,
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        facets: Iterable[Facet] = (),
    ) -> Found:
        """See `Engine.search`."""
        space = self._space(kind)
        found = Evaluation(space).matches(query)
        hits: list[Hit] = []
        if limit is None or limit > 0:
            end = len(found.rows) if limit is None else offset + limit
            rows, scores = ordered(space, found, sort, end)
            hits = list(map(Hit, space.ids(rows[offset:]), scores[offset:].tolist()))
        counted: dict[str, tuple[tuple[str, int], ...]] = {
            facet: _facet(space, found.rows, facet) for facet in facets
        }
        return Found(len(found.rows), tuple(hits), found.cut, counted)

    def count(self, kind: Kind, query: Node) -> int:
        """See `Engine.count`."""
        return len(Evaluation(self._space(kind)).matches(query).rows)

    def articles(self, ids: Iterable[str]) -> list[Article]:
        """See `Engine.articles`."""
        snapshot = self.snapshot
        return [
            snapshot.article(int(document)) for id in ids for document in snapshot.documents([id])
        ]

    def claims(self, ids: Iterable[str]) -> list[Claim]:
        """See `Engine.claims`."""
        space = self._space("claims")
        assert isinstance(space, Claims)
        wanted = list(ids)
        found: dict[str, list[Claim]] = {}
        # In the order in which they are stored, so that each article is unpacked once.
        for row in space.rows(set(wanted)).tolist():
            claim = space.claim(row)
            found.setdefault(claim.id, []).append(claim)
        return [claim for id in wanted for claim in found.get(id, ())]

    def ids(self, kind: Kind, prefix: str = "", limit: int | None = None) -> list[str]:
        """See `Engine.ids`."""
        space = self._space(kind)
        return sorted(set(space.ids(space.rows_beginning(prefix))))[:limit]

    def outlets(self) -> list[str]:
        """See `Engine.outlets`."""
        space = self._space("articles")
        return sorted(_outlets(space, space.live()))

    def suggest(self, word: str, limit: int = 3) -> list[str]:
        """See `Engine.suggest`."""
        snapshot = self.snapshot

        def near(known: str, distance: int) -> list[str]:
            return [decoded(word) for word in snapshot.words_like("text", known, distance)]

        def documents(known: str) -> int:
            terms = snapshot.words("text", [encoded(known)])
            return len(snapshot.occurrences("text", terms).documents)

        return spelling.candidates(word, near, documents, limit)

    def explain(self, kind: Kind, query: Node, id: str) -> list[Contribution]:
        """See `Engine.explain`."""
        space = self._space(kind)
        evaluation = Evaluation(space)
        found = [
            contribution
            for row in space.rows([id])
            for contribution in evaluation.contributions(query, int(row))
        ]
        return sorted(found, key=lambda c: (-c.score, c.field, c.term))

    def searcher(self) -> Searcher:
        """Whoosh's own searcher over the articles, for its query objects and its highlighter."""
        from searchkit.engine.whooshreader import searcher  # noqa: PLC0415 - heavy, seldom used

        return searcher(self.snapshot)

    def refresh(self) -> None:
        """See `Engine.refresh`. What is in memory stays there when nothing was committed."""
        if self._opened and self._store.committed() != self._state:
            self._forget()

    def _forget(self) -> None:
        self._spaces = {}
        self._opened = None

    def check(self, progress: Callable[[int, int], None] | None = None) -> list[str]:
        """See `Engine.check`."""
        from searchkit.engine.health import problems  # noqa: PLC0415 - few commands check

        return problems(self.snapshot, progress)

    def close(self) -> None:
        """See `Engine.close`."""
        self._forget()


class WhooshBatch:
    """See `Batch`."""

    def __init__(self) -> None:
        #: Article id -> what to store under it; None to delete it.
        self.changes: dict[str, tuple[Article, Sequence[Claim]] | None] = {}

    def put(self, article: Article, claims: Sequence[Claim]) -> None:
        """See `Batch.put`."""
        if not article.id or any(claim.article != article.id for claim in claims):
            raise ValueError("an article is stored under its id, with its own claims")
        self.changes[article.id] = (article, claims)

    def delete(self, article_id: str) -> None:
        """See `Batch.delete`."""
        self.changes[article_id] = None

    def write(self, writer: Writer) -> None:
        """Bring the changes into the index."""
        writer.delete(list(self.changes))
        for id in list(self.changes):
            # The writer lets go of what it has written.
            if change := self.changes.pop(id):
                writer.add(*change)


def _facet(space: Space, rows: Ints, facet: Facet) -> tuple[tuple[str, int], ...]:
    counts = _outlets(space, rows) if facet == "outlet" else _months(space, rows)
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _held(space: Space, rows: Ints) -> Ints:
    """How many of the rows each document has."""
    return np.bincount(space.documents(rows), minlength=space.snapshot.size)


def _outlets(space: Space, rows: Ints) -> dict[str, int]:
    """How many of the rows are of each outlet."""
    held = _held(space, rows)
    counts: dict[str, int] = {}
    with space.snapshot.reading():
        for segment in space.snapshot.segments:
            articles, outlets = segment.named()
            weights = held[articles + segment.base]
            each = np.bincount(outlets, weights=weights, minlength=len(segment.outlets))
            for name, number in zip(segment.outlets, each.tolist(), strict=True):
                if number:
                    counts[name] = counts.get(name, 0) + int(number)
    return counts


def _months(space: Space, rows: Ints) -> dict[str, int]:
    """How many of the rows are of each month."""
    held = _held(space, rows)
    documents = np.flatnonzero(held)
    counts: dict[str, int] = {}
    days, at = np.unique(space.snapshot.numbers("date")[documents], return_inverse=True)
    numbers = np.bincount(at, weights=held[documents])
    with space.snapshot.reading():
        for day, number in zip(days.tolist(), numbers.tolist(), strict=True):
            if day != UNDATED:
                month = dt.date.fromordinal(day).isoformat()[:7]
                counts[month] = counts.get(month, 0) + int(number)
    return counts
