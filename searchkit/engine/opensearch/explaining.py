"""How the score of one document comes about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from searchkit.engine.base import Contribution, Kind
from searchkit.engine.opensearch.compile import Query, Statistics, filtered, scored
from searchkit.engine.opensearch.documents import article_of, claim_of
from searchkit.engine.opensearch.layout import length_of, sendable
from searchkit.engine.opensearch.snapshot import Snapshot, within
from searchkit.engine.weights import B, fields_of
from searchkit.query import positive_leaves
from searchkit.query.slots import frequency
from searchkit.query.tree import (
    And,
    Boost,
    Fuzzy,
    Leaf,
    Node,
    Or,
    Phrase,
    Prefix,
    TextField,
    Wildcard,
    Word,
)

_FIELDS: tuple[TextField, ...] = ("title", "body", "outlet")
#: The texts of each field of a document, and how many words they have.
_Document = Mapping[TextField, tuple[Sequence[str], int]]


def contributions(snapshot: Snapshot, kind: Kind, query: Node, id: str) -> list[Contribution]:
    """See `Engine.explain`; each leaf's score is the cluster's own."""
    own: Query = {"term": {"id": id}}
    filtered(kind, query)
    document = _document(snapshot, kind, own) if sendable([id]) else None
    if document is None:
        return []
    nodes = list(dict.fromkeys(_deciding(query)))
    asked: list[Query] = [{"bool": {"must": filtered(kind, one), "filter": own}} for one in nodes]
    counts = snapshot.counts(kind, asked)
    held = {node for node, count in zip(nodes, counts, strict=True) if count}
    factors = list(_counting(query, held, 1.0))
    statistics = snapshot.statistics(kind, positive_leaves(query))
    scores = snapshot.several(
        [
            {"query": {"bool": {"must": scored(kind, leaf, statistics), "filter": own}}}
            for leaf, _ in factors
        ]
    )
    found = [
        part
        for (leaf, factor), told in zip(factors, scores, strict=True)
        for part in _parts(
            leaf, factor * told["hits"]["hits"][0]["_score"], (kind, document, statistics)
        )
    ]
    return sorted(found, key=lambda c: (-c.score, c.field, c.term))


def _document(snapshot: Snapshot, kind: Kind, own: Query) -> _Document | None:
    lengths = {name: length_of(kind, name) for name in _FIELDS}
    fields = list(lengths.values())
    body = {"size": 1, "query": within(kind, own), "docvalue_fields": fields}
    hits = snapshot.search(body)["hits"]["hits"]
    if not hits:
        return None
    source = hits[0]["_source"]
    if kind == "claims":
        body = {"size": 1, "query": within("articles", {"term": {"id": source["article"]}})}
        whole = snapshot.search(body)["hits"]["hits"][0]["_source"]
        article, text = article_of(whole["id"], whole["stored"]), claim_of(source).text
    else:
        article = article_of(source["id"], source["stored"])
        text = article.text
    texts: dict[TextField, Sequence[str]] = {
        "title": [article.title],
        "body": [text],
        "outlet": article.outlets,
    }
    held: Mapping[str, Any] = hits[0]["fields"]
    return {name: (some, held[lengths[name]][0]) for name, some in texts.items()}


def _deciding(node: Node) -> Iterator[Node]:
    """The nodes whose parts count only where they match."""
    match node:
        case And(children) | Or(children):
            yield node
            for child in children:
                yield from _deciding(child)
        case Boost(child, _):
            yield from _deciding(child)
        case Word() | Phrase() | Prefix() | Wildcard() | Fuzzy():
            yield node


def _counting(node: Node, held: set[Node], factor: float) -> Iterator[tuple[Leaf, float]]:
    """The leaves that add to the score, and what it is multiplied by."""
    match node:
        case And(children) | Or(children) if node in held:
            for child in children:
                yield from _counting(child, held, factor)
        case Boost(child, weight):
            yield from _counting(child, held, factor * weight)
        case Word() | Phrase() | Prefix() | Wildcard() | Fuzzy() if node in held:
            yield node, factor


def _parts(
    leaf: Leaf, score: float, known: tuple[Kind, _Document, Statistics]
) -> Iterator[Contribution]:
    kind, document, statistics = known
    weighed: dict[TextField, tuple[int, int, float]] = {}
    for name, weight in fields_of(leaf, kind).items():
        texts, length = document[name]
        if count := sum(frequency(leaf, text) for text in texts):
            share = weight * count / (1 - B + B * length / statistics.means[name])
            weighed[name] = (count, length, share)
    whole = sum(share for _, _, share in weighed.values())
    for name, (count, length, share) in weighed.items():
        yield Contribution(
            field=name,
            term=leaf.pattern if isinstance(leaf, Wildcard) else leaf.text,
            frequency=count,
            length=length,
            idf=statistics.idf(leaf),
            score=score * share / whole,
        )
