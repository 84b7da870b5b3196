"""One state of an index: what had been committed when it was first asked, until it is let go of."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any

from searchkit.engine.base import Kind
from searchkit.engine.opensearch import faults
from searchkit.engine.opensearch.cluster import Cluster, Rejected
from searchkit.engine.opensearch.compile import (
    Query,
    Statistics,
    filtered,
    of_kind,
)
from searchkit.engine.opensearch.layout import length_of
from searchkit.engine.weights import idf
from searchkit.errors import SearchkitError
from searchkit.query.tree import Leaf, TextField

#: The longest that a state is kept without being asked.
_KEPT = "5m"
#: Hits of one request; OpenSearch gives at most 10,000.
PAGE = 10_000
#: Values of one request that are counted.
_BUCKETS = 1_000
_FIELDS: tuple[TextField, ...] = ("title", "body", "outlet")
#: For hits whose sort values say all: to read what is stored takes longer than to find it.
NOTHING_STORED = {"stored_fields": "_none_"}
_WHOLE = {"allow_partial_search_results": "false"}

Body = dict[str, Any]
Answer = Mapping[str, Any]


class LostError(Exception):
    """The state is not there any more: it grew too old, or a node that held it is gone.

    Args:
        error: what to tell when there is no other state to be had either.
    """

    def __init__(self, error: SearchkitError):
        super().__init__(str(error))
        self.error = error


class Snapshot:
    """All documents of an index, as a point in time of OpenSearch holds them."""

    def __init__(self, cluster: Cluster, index: str):
        self._cluster = cluster
        self._index = index
        self._sums: dict[Kind, tuple[int, Mapping[TextField, float]]] = {}
        self._holding: dict[tuple[Kind, Leaf], int] = {}

    @cached_property
    def _point(self) -> str:
        params = {"keep_alive": _KEPT, "allow_partial_pit_creation": "false"}
        path = f"/{self._index}/_search/point_in_time"
        try:
            return str(self._cluster.ask("POST", path, params=params)["pit_id"])
        except Rejected as rejected:
            raise self._told(rejected) from rejected

    def close(self) -> None:
        """Let the cluster forget it."""
        if point := self.__dict__.pop("_point", None):
            with suppress(Rejected, SearchkitError):
                path, body = "/_search/point_in_time", {"pit_id": [point]}
                self._cluster.ask("DELETE", path, body, patience=0.0)

    def search(self, body: Body) -> Answer:
        """Ask for one answer.

        Raises:
            LostError, SearchkitError: there is none that is whole.
        """
        try:
            told = self._cluster.ask("POST", "/_search", self._full(body), params=_WHOLE)
        except Rejected as rejected:
            raise self._told(rejected) from rejected
        return self._whole(told)

    def several(self, bodies: Sequence[Body]) -> list[Answer]:
        """Ask for several answers at once.

        Raises:
            LostError, SearchkitError: one of them is not whole.
        """
        if not bodies:
            return []
        lines = (line for body in bodies for line in ({}, self._full(body)))
        sent = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
        try:
            told = self._cluster.ask("POST", "/_msearch", sent)
        except Rejected as rejected:
            raise self._told(rejected) from rejected
        found = []
        for one in told["responses"]:
            if "error" in one:
                raise self._told(Rejected(int(one.get("status", 500)), one))
            found.append(self._whole(one))
        return found

    def pages(self, body: Body, most: int | None, step: int = PAGE) -> Iterator[Answer]:
        """The hits of answers, in their order, as deep as is asked for.

        Args:
            body: with a sort whose values no two documents share.
            most: how many hits are wanted; None for all. The first answer has the total.
            step: how many come at a time.
        """
        left = most
        while True:
            size = step if left is None else min(step, left)
            told = self.search({**body, "size": size})["hits"]
            yield told
            if left is not None:
                left -= size
            if len(told["hits"]) < size or left == 0:
                return
            body = {**body, "search_after": told["hits"][-1]["sort"], "track_total_hits": False}

    def values(self, query: Query, field: str) -> dict[str, int]:
        """How many of the documents found have each value of a field."""
        counts: dict[str, int] = {}
        after: Body = {}
        while True:
            source = [{"value": {"terms": {"field": field}}}]
            composite = {"size": _BUCKETS, "sources": source, **after}
            body = {"size": 0, "query": query, "aggs": {"values": {"composite": composite}}}
            told = self.search(body)["aggregations"]["values"]
            for bucket in told["buckets"]:
                counts[bucket["key"]["value"]] = bucket["doc_count"]
            if len(told["buckets"]) < _BUCKETS:
                return counts
            after = {"after": told["after_key"]}

    def counts(self, kind: Kind, queries: Sequence[Query]) -> list[int]:
        """How many documents of a kind each query finds."""
        bodies = [{"size": 0, "query": within(kind, query)} for query in queries]
        return [told["hits"]["total"]["value"] for told in self.several(bodies)]

    def statistics(self, kind: Kind, leaves: Iterable[Leaf]) -> Statistics:
        """What scoring some leaves needs to know of all documents."""
        asked = list(dict.fromkeys(leaf for leaf in leaves if (kind, leaf) not in self._holding))
        bodies: list[Body] = [
            {"size": 0, "query": within(kind, filtered(kind, leaf))} for leaf in asked
        ]
        if kind not in self._sums:
            means = {name: {"avg": {"field": length_of(kind, name)}} for name in _FIELDS}
            bodies.append({"size": 0, "query": of_kind(kind), "aggs": means})
        told = self.several(bodies)
        for leaf, answer in zip(asked, told, strict=False):
            self._holding[kind, leaf] = answer["hits"]["total"]["value"]
        if kind not in self._sums:
            found = told[-1]["aggregations"]
            self._sums[kind] = (
                told[-1]["hits"]["total"]["value"],
                {name: found[name]["value"] or 0.0 for name in _FIELDS},
            )
        count, lengths = self._sums[kind]
        return Statistics(lengths, lambda leaf: idf(count, self._holding[kind, leaf]))

    def _full(self, body: Body) -> Body:
        point = {"id": self._point, "keep_alive": _KEPT}
        return {"track_total_hits": True, **body, "pit": point}

    def _whole(self, told: Answer) -> Answer:
        if told["timed_out"] or told.get("terminated_early") or told["_shards"]["failed"]:
            raise LostError(faults.partial(self._cluster.access))
        return told

    def _told(self, rejected: Rejected) -> Exception:
        error = self._cluster.explained(rejected)
        return LostError(error) if rejected.status in (404, 500, 502, 503, 504) else error


def within(kind: Kind, query: Query) -> Query:
    """What a query finds among the documents of a kind."""
    return {"bool": {"must": query, "filter": of_kind(kind)}}
