"""The embedded engine: Whoosh stores and finds the postings, ranking and sets are our own.

Stock Whoosh's optimised collectors miss better documents in nested queries; here every node of the
query is evaluated over all documents, as arrays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np

from searchkit import analysis
from searchkit.engine import schema, seal, spelling
from searchkit.engine.base import Contribution, Facet, Found, Hit, Kind, Sort
from searchkit.engine.evaluate import Evaluation
from searchkit.engine.health import problems
from searchkit.engine.ranking import Floats
from searchkit.engine.segments import Ints
from searchkit.engine.spaces import Articles, Claims, Space
from searchkit.engine.store import Store, StoreWriter, writing
from searchkit.installed import alone
from searchkit.model import Article, Claim
from searchkit.query.tree import Node

DISTRIBUTION = "whoosh3"

_VERSIONS = {"layout": schema.VERSION, "analysis": analysis.VERSION}
_LAST_DAY = dt.date.max.toordinal()


class WhooshEngine:
    """Articles with their claims in a Whoosh index; see `Engine`."""

    def __init__(self, store: Store):
        self._store = store
        self._spaces: dict[Kind, Articles | Claims] = {}

    @classmethod
    def open(cls, folder: Path, *, create: bool = False, lock_timeout: float = 20.0) -> Self:
        """Open the index in a folder.

        Args:
            folder: must exist, and belong to nobody else.
            create: make what is missing.
            lock_timeout: seconds to wait for another writer.

        Raises:
            EngineError: there is none, it was made elsewhere or by another version, or it is
                damaged.
        """
        alone(DISTRIBUTION, ("whoosh", "whoosh-reloaded", "whoosh-ng"))
        inner = folder / "articles"
        if create and not (folder / seal.FILE).exists():
            with writing(folder):
                folder.chmod(0o700)
            Store.create(inner)
            seal.write(folder, _VERSIONS)
        seal.check(folder, _VERSIONS)
        return cls(Store(inner, timeout=lock_timeout))

    @contextmanager
    def batch(self) -> Iterator[WhooshBatch]:
        """See `Engine.batch`. What is put is held in memory until the block ends."""
        batch = WhooshBatch()
        yield batch
        if not batch.changes:
            return
        self._spaces = {}
        with self._store.writer() as writer:
            batch.write(writer)

    def _space(self, kind: Kind) -> Articles | Claims:
        if kind not in self._spaces:
            snapshot = self._store.snapshot
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
        matched = np.flatnonzero(found.flags)
        hits: list[Hit] = []
        if limit is None or limit > 0:
            end = None if limit is None else offset + limit
            chosen = _sorted(space, matched, found.scores[matched], sort)[offset:end]
            hits = [Hit(space.id(int(row)), float(found.scores[row])) for row in chosen]
        counted: dict[str, tuple[tuple[str, int], ...]] = {
            facet: _facet(space, matched, facet) for facet in facets
        }
        return Found(len(matched), tuple(hits), found.cut, counted)

    def count(self, kind: Kind, query: Node) -> int:
        """See `Engine.count`."""
        return int(np.count_nonzero(Evaluation(self._space(kind)).matches(query).flags))

    def articles(self, ids: Iterable[str]) -> list[Article]:
        """See `Engine.articles`."""
        snapshot = self._store.snapshot
        with snapshot.reading():
            return [
                schema.read_article(snapshot.data(int(document)))
                for id in ids
                for document in snapshot.documents("id", [id])
            ]

    def claims(self, ids: Iterable[str]) -> list[Claim]:
        """See `Engine.claims`."""
        space = self._space("claims")
        assert isinstance(space, Claims)
        return [space.claim(int(row)) for id in ids for row in space.rows([id])]

    def ids(self, kind: Kind, prefix: str = "", limit: int | None = None) -> list[str]:
        """See `Engine.ids`."""
        snapshot = self._store.snapshot
        name = "id" if kind == "articles" else "claims"
        found: list[str] = []
        for id in sorted(snapshot.terms(name, prefix)):
            if limit is not None and len(found) >= limit:
                break
            if snapshot.postings(name, id):
                found.append(id)
        return found

    def outlets(self) -> list[str]:
        """See `Engine.outlets`."""
        snapshot = self._store.snapshot
        return sorted(n for n in snapshot.terms("outlets") if snapshot.postings("outlets", n))

    def suggest(self, word: str, limit: int = 3) -> list[str]:
        """See `Engine.suggest`."""
        snapshot = self._store.snapshot

        def documents(known: str) -> int:
            return sum(len(snapshot.documents(name, [known])) for name in ("title", "body"))

        words = set(snapshot.words("title")) | set(snapshot.words("body"))
        return spelling.candidates(word, words, documents, limit)

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

    def refresh(self) -> None:
        """See `Engine.refresh`."""
        self._spaces = {}
        self._store.forget()

    def check(self, progress: Callable[[int, int], None] | None = None) -> list[str]:
        """See `Engine.check`."""
        return problems(self._store.snapshot, progress)

    def close(self) -> None:
        """See `Engine.close`."""
        self.refresh()


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

    def write(self, writer: StoreWriter) -> None:
        """Bring the changes into the index."""
        for id, change in self.changes.items():
            writer.delete("id", id)
            if change:
                writer.add(schema.document(*change))


def _sorted(space: Space, matched: Ints, scores: Floats, sort: Sort) -> Ints:
    dates = space.numbers("date")[matched]
    ties = (space.numbers("number")[matched], space.numbers("order")[matched])
    if sort == "relevance":
        order = np.lexsort((*ties, -dates, -scores))
    elif sort == "newest":
        order = np.lexsort((*ties, -dates))
    else:
        order = np.lexsort((*ties, np.where(dates == schema.UNDATED, _LAST_DAY + 1, dates)))
    return matched[order]


def _facet(space: Space, matched: Ints, facet: Facet) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    snapshot = space.snapshot
    if facet == "outlet":
        held = space.per_document(matched)
        for name in snapshot.terms("outlets"):
            if number := int(held[snapshot.documents("outlets", [name])].sum()):
                counts[name] = number
    else:
        days, numbers = np.unique(space.numbers("date")[matched], return_counts=True)
        for day, number in zip(days.tolist(), numbers.tolist(), strict=True):
            if day != schema.UNDATED:
                with snapshot.reading():
                    month = dt.date.fromordinal(day).isoformat()[:7]
                counts[month] = counts.get(month, 0) + number
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
