"""A query tree over a snapshot: which documents match, and with what score.

Every node is evaluated over all documents at once, so nothing is skipped by an estimate.
"""

from __future__ import annotations

import numpy as np
from attrs import frozen

from searchkit.engine.base import Contribution
from searchkit.engine.ranking import Floats, LeafScore, score_leaf
from searchkit.engine.schema import UNDATED
from searchkit.engine.snapshot import Bools
from searchkit.engine.spaces import Space
from searchkit.errors import QueryError
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
    Wildcard,
    Word,
)


@frozen
class Matches:
    """The answer of a node: one flag and one score for each document; no match scores 0."""

    flags: Bools
    scores: Floats
    cut: bool = False


class Evaluation:
    """A query over the rows of a space: over articles, or over claims."""

    def __init__(self, space: Space):
        self.space = space
        self._leaves: dict[Leaf, LeafScore] = {}

    def matches(self, node: Node) -> Matches:
        """Evaluate a tree.

        Raises:
            QueryError: a leaf without a word, or a node that has to be replaced first.
        """
        match node:
            case Word() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                leaf = self._leaf(node)
                return Matches(leaf.scores > 0, leaf.scores, leaf.cut)
            case And(children):
                parts = [self.matches(child) for child in children]
                flags = np.logical_and.reduce([p.flags for p in parts])
                return self._scored(flags, parts)
            case Or(children):
                parts = [self.matches(child) for child in children]
                flags = np.logical_or.reduce([p.flags for p in parts])
                return self._scored(flags, parts)
            case Not(child):
                inner = self.matches(child)
                return Matches(self.space.live & ~inner.flags, self._zeros(), inner.cut)
            case Boost(child, factor):
                inner = self.matches(child)
                return Matches(inner.flags, inner.scores * factor, inner.cut)
            case Review():
                message = f"{node.field}: has to be looked up before an engine can search"
                raise QueryError(message, position=node.position)
            case _:
                return Matches(self._chosen(node), self._zeros())

    def _leaf(self, leaf: Leaf) -> LeafScore:
        if leaf not in self._leaves:
            self._leaves[leaf] = score_leaf(self.space, leaf)
        return self._leaves[leaf]

    def _scored(self, flags: Bools, parts: list[Matches]) -> Matches:
        scores = self._zeros()
        for part in parts:
            scores += part.scores
        scores[~flags] = 0.0
        return Matches(flags, scores, any(part.cut for part in parts))

    def _zeros(self) -> Floats:
        return np.zeros(self.space.size)

    def _chosen(self, node: DateRange | Id | IdSet | Everything) -> Bools:
        """The documents that a node without words selects."""
        space = self.space
        if isinstance(node, Everything):
            return space.live.copy()
        if isinstance(node, DateRange):
            dates = space.numbers("date")
            flags: Bools = space.live & (dates != UNDATED)
            if node.start:
                flags &= dates >= node.start.toordinal()
            if node.end:
                flags &= dates <= node.end.toordinal()
            return flags
        held: Bools = np.zeros(space.size, dtype=bool)
        if isinstance(node, Id):
            held[space.rows_with_prefix(node.prefix.lower())] = True
            return held
        if node.key == "article":
            held[space.rows_of_articles(space.snapshot.documents("id", node.ids))] = True
        else:
            held[space.rows(node.ids)] = True
        return space.live & ~held if node.complement else held

    def contributions(self, node: Node, document: int, factor: float = 1.0) -> list[Contribution]:
        """How the score of one document comes about; the parts sum up to it."""
        match node:
            case And(children) | Or(children):
                if not self.matches(node).flags[document]:
                    return []
                return [
                    c for child in children for c in self.contributions(child, document, factor)
                ]
            case Boost(child, weight):
                return self.contributions(child, document, factor * weight)
            case Word() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                return self._parts(node, document, factor)
            case _:
                return []

    def _parts(self, leaf: Leaf, document: int, factor: float) -> list[Contribution]:
        scored = self._leaf(leaf)
        found = []
        for part in scored.parts:
            at = int(np.searchsorted(part.found.documents, document))
            if at < len(part.found.documents) and part.found.documents[at] == document:
                found.append((part, at))
        whole = sum(float(part.weighed[at]) for part, at in found)
        return [
            Contribution(
                field=part.name,
                term=leaf.pattern if isinstance(leaf, Wildcard) else leaf.text,
                frequency=int(part.found.frequencies[at]),
                length=int(self.space.numbers(f"{part.name}_length")[document]),
                idf=scored.idf,
                score=factor * float(scored.scores[document]) * float(part.weighed[at]) / whole,
            )
            for part, at in found
        ]
