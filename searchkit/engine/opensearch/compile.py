"""A query tree as a query of OpenSearch's own language.

Which documents match follows from the terms of `layout`. The score is that of docs/ranking.md: the
similarity of the index gives how often a leaf occurs in a field, scripts weigh that by the field's
length and saturate it. What the formula needs to know of the whole index is given to the scripts,
so that the shards of an index, and their copies, score alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import frozen

from searchkit.engine.base import Kind
from searchkit.engine.opensearch.layout import (
    BETWEEN,
    GAP,
    character_term,
    field_of,
    length_of,
    sendable,
    stem_term,
    word_term,
)
from searchkit.engine.weights import K1, B, fields_of
from searchkit.errors import QueryError
from searchkit.query import positive_leaves
from searchkit.query.slots import (
    Beginning,
    Character,
    Exactly,
    Pattern,
    Slot,
    Stem,
    Within,
    slop_of,
    slots_of,
)
from searchkit.query.tree import (
    And,
    Boost,
    DateRange,
    Everything,
    Fuzzy,
    Id,
    IdSet,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Review,
    TextField,
    Wildcard,
    Word,
)

Query = dict[str, Any]

#: Ids in one list; OpenSearch takes 65,536.
MOST_IDS = 65_536
#: Of the words of patterns so many are counted one by one; in a document with others alone a
#: pattern counts once. All words of a query in all fields must stay below 1,024.
_COUNTED = 512
#: A row of words scores once for each of them.
_WEIGHED = (
    "params.weight * Math.max(1.0, _score / params.words)"
    " / (params.flat + params.slope * doc[params.length].value)"
)
_SATURATED = "params.idf * (params.k1 + 1.0) * _score / (params.k1 + _score)"

#: Nodes that select documents and score none.
_Choosing = Not | DateRange | Id | IdSet | Everything

NOTHING: Query = {"match_none": {}}


@frozen
class Statistics:
    """What the ranking has to know of all documents of a kind."""

    #: Mean length of a field, in words.
    means: Mapping[TextField, float]
    #: How much a leaf tells documents apart.
    idf: Callable[[Leaf], float]


def scored(kind: Kind, node: Node, statistics: Statistics) -> Query:
    """A query that finds the documents of a kind and scores them.

    Raises:
        QueryError: a leaf without a word, or a node that has to be replaced first.
    """
    patterns = sum(
        len(fields_of(leaf, kind))
        for leaf in positive_leaves(node)
        if isinstance(leaf, Prefix | Wildcard | Fuzzy)
    )
    return _Compiled(kind, statistics, _COUNTED // max(patterns, 1)).query(node)


def filtered(kind: Kind, node: Node) -> Query:
    """A query that finds the documents of a kind and does not score them.

    Raises:
        QueryError: as `scored`.
    """
    return _Compiled(kind).query(node)


def of_kind(kind: Kind) -> Query:
    """All documents of a kind."""
    return {"term": {"kind": kind}}


def any_id(field: str, ids: Sequence[str]) -> Query:
    """The documents whose field has one of some ids, however many."""
    lists = [ids[at : at + MOST_IDS] for at in range(0, len(ids), MOST_IDS)]
    return any_of([{"terms": {field: some}} for some in lists])


class _Compiled:
    """One kind of documents, and what scoring them needs."""

    def __init__(self, kind: Kind, statistics: Statistics | None = None, counted: int = 0):
        self._kind: Kind = kind
        self._statistics = statistics
        #: How many words of a pattern are counted in a field.
        self._counted = counted

    def query(self, node: Node) -> Query:
        match node:
            case Word() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                return self._leaf(node)
            case And(children):
                return self._all_of(children)
            case Or(children):
                return any_of([self.query(child) for child in children])
            case Boost(child, factor):
                inner = self.query(child)
                return {"bool": {"must": inner, "boost": factor}} if self._statistics else inner
            case Review():
                message = f"{node.field}: has to be looked up before an engine can search"
                raise QueryError(message, position=node.position)
            case _:
                return _unscored(self._chosen(node))

    def _all_of(self, children: Sequence[Node]) -> Query:
        choosing = [child for child in children if isinstance(child, _Choosing)]
        others = [self.query(child) for child in children if not isinstance(child, _Choosing)]
        return {"bool": {"must": others, "filter": list(map(self._chosen, choosing))}}

    def _chosen(self, node: _Choosing) -> Query:
        """What selects documents and adds nothing to their score."""
        match node:
            case Not(child):
                inner = filtered(self._kind, child)
                return {"bool": {"filter": of_kind(self._kind), "must_not": inner}}
            case DateRange(start, end):
                bounds = {"gte": start, "lte": end}
                given = {name: day.isoformat() for name, day in bounds.items() if day}
                return {"range": {"date": given}} if given else {"exists": {"field": "date"}}
            case Id(prefix):
                return {"prefix": {"id": prefix.lower()}} if sendable([prefix]) else NOTHING
            case IdSet(ids, complement, key):
                inner = any_id(key, sendable(ids))
                return {"bool": {"must_not": inner}} if complement else inner
            case Everything():
                return of_kind(self._kind)

    def _leaf(self, leaf: Leaf) -> Query:
        slots = slots_of(leaf)
        weights = fields_of(leaf, self._kind)
        parts = {name: _Part(field_of(self._kind, name), slots, leaf) for name in weights}
        if self._statistics is None:
            return any_of([part.filtered() for part in parts.values()])
        fields = [self._weighed(part, name, weights[name]) for name, part in parts.items()]
        params = {"idf": self._statistics.idf(leaf), "k1": K1}
        return _script(any_of(fields), _SATURATED, params)

    def _weighed(self, part: _Part, name: TextField, weight: float) -> Query:
        assert self._statistics
        mean = self._statistics.means[name]
        params = {
            "weight": weight,
            "flat": 1 - B if mean else 1.0,
            "slope": B / mean if mean else 0.0,
            "length": length_of(self._kind, name),
            "words": part.words,
        }
        return _script(part.counted(self._counted), _WEIGHED, params)


@frozen
class _Part:
    """A leaf in one field."""

    field: str
    slots: Sequence[Slot]
    leaf: Leaf

    @property
    def words(self) -> int:
        """How often one occurrence is counted: once for each word, and near words once for all
        that are the same."""
        row = [_term_of(slot) for slot in self.slots]
        return len(set(row) if slop_of(self.leaf) else row)

    def filtered(self) -> Query:
        """The documents that it occurs in."""
        if len(self.slots) > 1:
            return self._row()
        return self._expanded({"rewrite": "constant_score"}) or self._term(self.slots[0])

    def counted(self, most: int) -> Query:
        """The same, with the number of occurrences as the score.

        Args:
            most: words of a pattern that are counted.
        """
        if len(self.slots) > 1:
            return self._row()
        every = self._expanded({"rewrite": "constant_score"})
        if every is None:
            return self._term(self.slots[0])
        some = self._expanded({"rewrite": f"top_terms_{most}"})
        return {"bool": {"filter": every, "should": some}} if most else every

    def _term(self, slot: Slot) -> Query:
        return {"term": {self.field: _term_of(slot)}}

    def _expanded(self, how: Mapping[str, Any]) -> Query | None:
        """All words of a pattern; None where the slot names one term."""
        match self.slots[0].filler:
            case Beginning(prefix):
                return {"prefix": {self.field: {"value": word_term(prefix), **how}}}
            case Pattern(pattern):
                return {"wildcard": {self.field: {"value": word_term(pattern), **how}}}
            case Within(word, distance):
                # What tells a word from a stem is no letter of it, and so must not be edited.
                near = {"value": word_term(word), "fuzziness": distance, "prefix_length": 1}
                return {"fuzzy": {self.field: {**near, **how}}}
        return None

    def _row(self) -> Query:
        """Words that stand one behind the other."""
        if slop_of(self.leaf):
            return self._near()
        row: list[str] = []
        for slot in self.slots:
            row += [GAP] * (slot.offset - len(row))
            row.append(_term_of(slot))
        words = BETWEEN.join(row)
        if isinstance(self.slots[-1].filler, Beginning):
            # Without a bound, since OpenSearch does not tell when it has cut an expansion.
            every = {"query": words, "max_expansions": 2**31 - 1}
            return _constant({"match_phrase_prefix": {self.field: every}}, 0)
        return {"match_phrase": {self.field: words}}

    def _near(self) -> Query:
        """Words that stand in a row, with others between them."""
        clauses: list[Query] = []
        after = 0
        for slot in self.slots:
            if slot.offset > after:
                clauses.append({"span_gap": {self.field: slot.offset - after}})
            clauses.append({"span_term": {self.field: _term_of(slot)}})
            after = slot.offset + 1
        slop = slop_of(self.leaf)
        rows = {"span_near": {"clauses": clauses, "slop": slop, "in_order": True}}
        # A row would count the less the longer it is; its last word counts as one.
        return {"span_within": {"big": rows, "little": clauses[-1]}}


def _term_of(slot: Slot) -> str:
    match slot.filler:
        case Stem(root):
            return stem_term(root)
        case Character(character):
            return character_term(character)
        case Exactly(word) | Within(word):
            return word_term(word)
        case Beginning(beginning) | Pattern(beginning):
            return word_term(beginning)


def any_of(queries: Sequence[Query]) -> Query:
    """What at least one of some queries finds."""
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": queries, "minimum_should_match": 1}} if queries else NOTHING


def _script(query: Query, source: str, params: Mapping[str, Any]) -> Query:
    return {"script_score": {"query": query, "script": {"source": source, "params": params}}}


def _unscored(query: Query) -> Query:
    return _constant(query, 0)


def _constant(query: Query, score: float) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}
