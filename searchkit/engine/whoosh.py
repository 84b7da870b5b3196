"""The embedded engine: Whoosh stores and finds the postings, ranking and sets are our own.

Stock Whoosh's optimised collectors miss better documents in nested queries; here every node of the
query is evaluated over all documents, as arrays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import metadata
from pathlib import Path
from typing import Self

import numpy as np

from searchkit import analysis
from searchkit.analysis import fold, stem, tokens
from searchkit.engine import schema, seal
from searchkit.engine.base import Contribution, Facet, Found, Hit, Kind, Sort
from searchkit.engine.evaluate import Evaluation
from searchkit.engine.health import problems
from searchkit.engine.ranking import Floats
from searchkit.engine.segments import Ints, reading
from searchkit.engine.snapshot import Bools, Snapshot
from searchkit.engine.store import Store, StoreWriter, writing
from searchkit.errors import EngineError
from searchkit.model import Article, Claim
from searchkit.query.tree import Node

DISTRIBUTION = "whoosh3"
KINDS: tuple[Kind, ...] = ("articles", "claims")

_VERSIONS = {"layout": schema.VERSION, "analysis": analysis.VERSION}
_LAST_DAY = dt.date.max.toordinal()


class WhooshEngine:
    """Articles and claims in two Whoosh indexes under one folder; see `Engine`."""

    def __init__(self, folder: Path, stores: Mapping[Kind, Store]):
        self._folder = folder
        self._stores = stores

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
        _check_distribution()
        if create and not (folder / seal.FILE).exists():
            with writing(folder):
                folder.chmod(0o700)
            for kind in KINDS:
                Store.create(folder / kind, kind)
            seal.write(folder, _VERSIONS)
        seal.check(folder, _VERSIONS)
        return cls(folder, {k: Store(folder / k, k, timeout=lock_timeout) for k in KINDS})

    @contextmanager
    def batch(self) -> Iterator[WhooshBatch]:
        """See `Engine.batch`. What is put is held in memory until the block ends."""
        batch = WhooshBatch()
        yield batch
        if not batch.changes:
            return
        # Claims are committed first: a kill between the two leaves no article without claims
        # that anybody takes for stored.
        with (
            self._stores["articles"].writer() as articles,
            self._stores["claims"].writer() as claims,
        ):
            batch.write(articles, claims)

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
        snapshot = self._stores[kind].snapshot
        found = Evaluation(snapshot, kind).matches(query)
        matched = np.flatnonzero(found.flags)
        hits: list[Hit] = []
        if limit is None or limit > 0:
            end = None if limit is None else offset + limit
            chosen = _sorted(snapshot, matched, found.scores[matched], sort)[offset:end]
            hits = [Hit(snapshot.id(d), float(found.scores[d])) for d in chosen]
        counted: dict[str, tuple[tuple[str, int], ...]] = {
            facet: _facet(snapshot, found.flags, facet) for facet in facets
        }
        return Found(len(matched), tuple(hits), found.cut, counted)

    def count(self, kind: Kind, query: Node) -> int:
        """See `Engine.count`."""
        found = Evaluation(self._stores[kind].snapshot, kind).matches(query)
        return int(np.count_nonzero(found.flags))

    def articles(self, ids: Iterable[str]) -> list[Article]:
        """See `Engine.articles`."""
        return [schema.read_article(data) for data in self._data("articles", ids)]

    def claims(self, ids: Iterable[str]) -> list[Claim]:
        """See `Engine.claims`."""
        return [schema.read_claim(data) for data in self._data("claims", ids)]

    def _data(self, kind: Kind, ids: Iterable[str]) -> Iterator[str]:
        snapshot = self._stores[kind].snapshot
        for id in ids:
            for document in snapshot.documents("id", [id]):
                yield snapshot.data(document)

    def ids(self, kind: Kind, prefix: str = "", limit: int | None = None) -> list[str]:
        """See `Engine.ids`."""
        snapshot = self._stores[kind].snapshot
        found: list[str] = []
        for id in sorted(snapshot.terms("id", prefix)):
            if limit is not None and len(found) >= limit:
                break
            if snapshot.postings("id", id):
                found.append(id)
        return found

    def outlets(self) -> list[str]:
        """See `Engine.outlets`."""
        snapshot = self._stores["articles"].snapshot
        return sorted(n for n in snapshot.terms("outlets") if snapshot.postings("outlets", n))

    def suggest(self, word: str, limit: int = 3) -> list[str]:
        """See `Engine.suggest`."""
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - only when a search found nothing
        from rapidfuzz.process import extract  # noqa: PLC0415

        typed = [token.word for token in tokens(fold(word), query=True)]
        if len(typed) != 1 or analysis.is_unspaced(typed[0]) or typed[0][0].isdigit():
            return []
        snapshot = self._stores["articles"].snapshot
        known = set(snapshot.words("title")) | set(snapshot.words("body"))
        furthest = 1 if len(typed[0]) < 5 else 2
        near = extract(typed[0], known, scorer=OSA.distance, score_cutoff=furthest, limit=None)
        ranked = []
        for candidate, distance, _ in near:
            documents = len(snapshot.documents("body", [candidate]))
            documents += len(snapshot.documents("title", [candidate]))
            # What shares the stem was found already.
            if documents and stem(candidate) != stem(typed[0]):
                ranked.append((distance, candidate[0] != typed[0][0], -documents, candidate))
        best: dict[str, str] = {}
        for *_, candidate in sorted(ranked):
            best.setdefault(stem(candidate), candidate)
        return list(best.values())[:limit]

    def explain(self, kind: Kind, query: Node, id: str) -> list[Contribution]:
        """See `Engine.explain`."""
        snapshot = self._stores[kind].snapshot
        evaluation = Evaluation(snapshot, kind)
        found = [
            contribution
            for document in snapshot.documents("id", [id])
            for contribution in evaluation.contributions(query, int(document))
        ]
        return sorted(found, key=lambda c: (-c.score, c.field, c.term))

    def refresh(self) -> None:
        """See `Engine.refresh`."""
        for store in self._stores.values():
            store.forget()

    def check(self, progress: Callable[[int, int], None] | None = None) -> list[str]:
        """See `Engine.check`."""
        snapshots = {kind: store.snapshot for kind, store in self._stores.items()}
        return problems(snapshots, progress)

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

    def write(self, articles: StoreWriter, claims: StoreWriter) -> None:
        """Bring the changes into both indexes."""
        for id, change in self.changes.items():
            articles.delete("id", id)
            claims.delete("article", id)
            if change:
                articles.add(schema.article_document(change[0]))
                for document in schema.claim_documents(*change):
                    claims.add(document)


def _check_distribution() -> None:
    """Two distributions that provide the module `whoosh` write over each other's files."""
    for other in ("whoosh", "whoosh-reloaded", "whoosh-ng"):
        try:
            metadata.version(other)
        except metadata.PackageNotFoundError:
            continue
        raise EngineError(
            f"the distribution {other} stands in the way of {DISTRIBUTION}",
            remedy=f"run `pip uninstall {other}`, then `pip install --force-reinstall"
            f" {DISTRIBUTION}=={metadata.version(DISTRIBUTION)}`",
        )


def _sorted(snapshot: Snapshot, matched: Ints, scores: Floats, sort: Sort) -> Ints:
    dates = snapshot.numbers("date")[matched]
    ties = (snapshot.numbers("number")[matched], snapshot.numbers("order")[matched])
    if sort == "relevance":
        order = np.lexsort((*ties, -dates, -scores))
    elif sort == "newest":
        order = np.lexsort((*ties, -dates))
    else:
        order = np.lexsort((*ties, np.where(dates == schema.UNDATED, _LAST_DAY + 1, dates)))
    return matched[order]


def _facet(snapshot: Snapshot, flags: Bools, facet: Facet) -> tuple[tuple[str, int], ...]:
    counts: dict[str, int] = {}
    if facet == "outlet":
        for name in snapshot.terms("outlets"):
            if held := int(np.count_nonzero(flags[snapshot.documents("outlets", [name])])):
                counts[name] = held
    else:
        days, numbers = np.unique(snapshot.numbers("date")[flags], return_counts=True)
        for day, number in zip(days.tolist(), numbers.tolist(), strict=True):
            if day != schema.UNDATED:
                with reading(snapshot.place):
                    month = dt.date.fromordinal(day).isoformat()[:7]
                counts[month] = counts.get(month, 0) + number
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))
