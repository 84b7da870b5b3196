"""The engine of a cluster: the contract of `base`, carried out by requests."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from searchkit.engine import spelling
from searchkit.engine.base import Contribution, Facet, Found, Hit, Kind, Sort
from searchkit.engine.opensearch import explaining, indexes
from searchkit.engine.opensearch.access import Access
from searchkit.engine.opensearch.checking import problems
from searchkit.engine.opensearch.cluster import READING, Cluster
from searchkit.engine.opensearch.compile import Query, any_id, filtered, of_kind, scored
from searchkit.engine.opensearch.documents import article_of, claim_of
from searchkit.engine.opensearch.indexes import State
from searchkit.engine.opensearch.journal import Journal, Unfinished
from searchkit.engine.opensearch.layout import name_of, sendable
from searchkit.engine.opensearch.sending import send
from searchkit.engine.opensearch.snapshot import NOTHING_STORED, LostError, Snapshot, within
from searchkit.engine.opensearch.words import Words
from searchkit.errors import EngineError
from searchkit.files import locked
from searchkit.model import Article, Claim
from searchkit.query import positive_leaves
from searchkit.query.tree import Node

T = TypeVar("T")

#: Articles or claims that are fetched together.
_TOGETHER = {"articles": 100, "claims": 1_000}
_COUNTED: dict[Facet, str] = {"outlet": "outlets", "month": "month"}
_PAUSE = 0.5

_TIES: list[dict[str, Any]] = [{"article": "asc"}, {"number": "asc"}, {"id": "asc"}]
_NEWEST = {"date": {"order": "desc", "missing": "_last"}}
_ORDERS: dict[Sort, list[dict[str, Any]]] = {
    "relevance": [{"_score": "desc"}, _NEWEST, *_TIES],
    "newest": [_NEWEST, *_TIES],
    "oldest": [{"date": {"order": "asc", "missing": "_last"}}, *_TIES],
}


class OpenSearchEngine:
    """Articles with their claims in an index of a cluster; see `Engine`."""

    def __init__(self, cluster: Cluster, folder: Path, *, lock_timeout: float):
        self._cluster = cluster
        self._folder = folder
        self._lock_timeout = lock_timeout
        self._opened: Snapshot | None = None

    @classmethod
    def open(
        cls,
        folder: Path,
        access: Access,
        *,
        create: bool = False,
        beside: Path | None = None,
        lock_timeout: float = 20.0,
    ) -> Self:
        """Open the index that belongs to a folder.

        Args:
            folder: where what is known of it is kept; must exist.
            access: of the cluster.
            create: make what is missing, and send what a killed writer left.
            beside: the folder of the index that this one shall take the place of, when it is
                opened with `create` alone.
            lock_timeout: seconds to wait for another writer.

        Raises:
            SearchkitError: there is none, it was made by another version, or the cluster does not
                answer.
        """
        own = folder / "opensearch"
        if not create and State.read(own) is None:
            raise EngineError(
                "nothing is indexed on the cluster yet",
                place=access.place,
                remedy="run `searchkit index`",
            )
        cluster = Cluster(access)
        try:
            cluster.check()
            engine = cls(cluster, own, lock_timeout=lock_timeout)
            if create:
                own.mkdir(mode=0o700, exist_ok=True)
                with engine._writing():
                    state = indexes.made(cluster, own, beside and beside / "opensearch")
                    indexes.verify(cluster, state)
                    if beside is None:
                        indexes.publish(cluster, state)
                    engine._send_pending()
            else:
                indexes.verify(cluster, engine._state())
        except BaseException:
            cluster.close()
            raise
        return engine

    def _state(self) -> State:
        state = State.read(self._folder)
        if state is None:
            remedy = "run `searchkit index --rebuild`"
            raise EngineError("the index is gone", place=str(self._folder), remedy=remedy)
        return state

    # Writing ---------------------------------------------------------------------------------

    @contextmanager
    def batch(self) -> Iterator[Unfinished]:
        """See `Engine.batch`. What is put is kept in a file until the block ends."""
        with self._writing():
            self._send_pending()
            journal = Journal(self._folder)
            unfinished = journal.begin()
            try:
                yield unfinished
            except BaseException:
                unfinished.drop()
                raise
            if unfinished.empty:
                unfinished.drop()
                return
            journal.complete(unfinished)
            self._send_pending()
            self.refresh()

    @contextmanager
    def _writing(self) -> Iterator[None]:
        path = self._folder / ".lock"
        with locked(path, timeout=self._lock_timeout, what="writing to the index"):
            yield

    def _send_pending(self) -> None:
        journal = Journal(self._folder)
        if journal.pending.exists():
            send(self._cluster, self._state().index, journal.changes())
            journal.done()

    # Reading ---------------------------------------------------------------------------------

    def _asked(self, answer: Callable[[Snapshot], T]) -> T:
        """An answer from one state of the index, if need be from another than the answers before.

        The cluster forgets a state when nobody asks it for minutes or a node of it dies.
        """
        until = time.monotonic() + READING
        while True:
            if self._opened is None:
                self._opened = Snapshot(self._cluster, self._state().index)
            try:
                return answer(self._opened)
            except LostError as lost:
                self._opened = None
                if time.monotonic() > until:
                    raise lost.error from lost
            time.sleep(_PAUSE)

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
        found = within(kind, filtered(kind, query))
        asked = tuple(facets)

        def answer(snapshot: Snapshot) -> Found:
            total, hits = _hits(snapshot, kind, query, found, (limit, offset, sort))
            counts: dict[str, tuple[tuple[str, int], ...]] = {
                facet: _counted(snapshot.values(found, _COUNTED[facet])) for facet in asked
            }
            return Found(total, tuple(hits), facets=counts)

        return self._asked(answer)

    def count(self, kind: Kind, query: Node) -> int:
        """See `Engine.count`."""
        found = filtered(kind, query)
        return self._asked(lambda snapshot: snapshot.counts(kind, [found])[0])

    def articles(self, ids: Iterable[str]) -> list[Article]:
        """See `Engine.articles`."""
        wanted = list(ids)
        sources = self._asked(lambda snapshot: _stored(snapshot, "articles", wanted))
        with self._reading():
            held = {one["id"]: article_of(one["id"], one["stored"]) for one in sources}
        return [held[id] for id in wanted if id in held]

    def claims(self, ids: Iterable[str]) -> list[Claim]:
        """See `Engine.claims`."""
        wanted = list(ids)
        sources = self._asked(lambda snapshot: _stored(snapshot, "claims", wanted))
        held: dict[str, list[Claim]] = {}
        with self._reading():
            for one in sources:
                held.setdefault(one["id"], []).append(claim_of(one))
        return [claim for id in wanted for claim in held.get(id, ())]

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except (LookupError, TypeError, ValueError) as error:
            raise EngineError(
                "a document of the index is not as searchkit stored it",
                place=self._cluster.access.place,
                remedy="run `searchkit index --rebuild`",
            ) from error

    def ids(self, kind: Kind, prefix: str = "", limit: int | None = None) -> list[str]:
        """See `Engine.ids`."""
        if not sendable([prefix]):
            return []
        query = {"bool": {"filter": [of_kind(kind), {"prefix": {"id": prefix}}]}}
        body = {"query": query, "sort": [{"id": "asc"}], **NOTHING_STORED}

        def answer(snapshot: Snapshot) -> list[str]:
            pages = snapshot.pages(body, limit)
            return list(dict.fromkeys(hit["sort"][0] for page in pages for hit in page["hits"]))

        return self._asked(answer)

    def outlets(self) -> list[str]:
        """See `Engine.outlets`."""
        counts = self._asked(lambda snapshot: snapshot.values(of_kind("articles"), "outlets"))
        return sorted(map(name_of, counts))

    def suggest(self, word: str, limit: int = 3) -> list[str]:
        """See `Engine.suggest`."""

        def answer(snapshot: Snapshot) -> list[str]:
            words = Words(snapshot)
            return spelling.candidates(word, words.near, words.documents, limit)

        return self._asked(answer)

    def explain(self, kind: Kind, query: Node, id: str) -> list[Contribution]:
        """See `Engine.explain`."""
        return self._asked(lambda snapshot: explaining.contributions(snapshot, kind, query, id))

    def refresh(self) -> None:
        """See `Engine.refresh`."""
        if self._opened:
            self._opened.close()
        self._opened = None

    def check(self, progress: Callable[[int, int], None] | None = None) -> list[str]:
        """See `Engine.check`."""
        return self._asked(lambda snapshot: problems(snapshot, self._cluster.access, progress))

    def close(self) -> None:
        """See `Engine.close`."""
        self.refresh()
        self._cluster.close()


def _hits(
    snapshot: Snapshot,
    kind: Kind,
    query: Node,
    found: Query,
    chosen: tuple[int | None, int, Sort],
) -> tuple[int, list[Hit]]:
    limit, offset, sort = chosen
    if limit == 0:
        return int(snapshot.search({"size": 0, "query": found})["hits"]["total"]["value"]), []
    statistics = snapshot.statistics(kind, positive_leaves(query))
    body = {
        "query": within(kind, scored(kind, query, statistics)),
        "sort": _ORDERS[sort],
        "track_scores": True,
        **NOTHING_STORED,
    }
    total = 0
    hits: list[Hit] = []
    for page in snapshot.pages(body, None if limit is None else offset + limit):
        total = total or page["total"]["value"]
        hits += [Hit(hit["sort"][-1], hit["_score"]) for hit in page["hits"]]
    return total, hits[offset:]


def _counted(counts: dict[str, int]) -> tuple[tuple[str, int], ...]:
    named = [(name_of(term), number) for term, number in counts.items()]
    return tuple(sorted(named, key=lambda pair: (-pair[1], pair[0])))


def _stored(snapshot: Snapshot, kind: Kind, ids: Sequence[str]) -> list[dict[str, Any]]:
    """What is stored of the documents with some ids."""
    wanted = sendable(ids)
    step = _TOGETHER[kind]
    found: list[dict[str, Any]] = []
    for at in range(0, len(wanted), step):
        body = {
            "query": within(kind, any_id("id", wanted[at : at + step])),
            "sort": [{"id": "asc"}, {"article": "asc"}],
            "_source": ["id", "article", "number", "stored"],
        }
        pages = snapshot.pages(body, None)
        found += [hit["_source"] for page in pages for hit in page["hits"]]
    return found
