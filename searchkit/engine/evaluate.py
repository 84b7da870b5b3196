"""A query tree over a space: which rows match, and with what score.

Every row that a leaf occurs in is looked at, so nothing is skipped by an estimate. Nodes that hold
for most rows (dates, negations, sets of ids) are asked about the rows that other nodes found.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np

from searchkit.engine.base import Contribution
from searchkit.engine.columnar.layout import UNDATED
from searchkit.engine.columnar.lookup import in_any, rows_in
from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.ranking import LeafScore
from searchkit.engine.snapshot import Bools
from searchkit.engine.spaces import Floats, Space
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


class Matches(NamedTuple):
    """Rows that match, ascending, with their scores."""

    rows: Ints
    #: The scores of those at some places among the rows, or of all.
    scores: Callable[[Ints | None], Floats]
    cut: bool = False


class Filter(NamedTuple):
    """Rows that match with score 0, told by asking."""

    #: Which of some live rows match.
    keeps: Callable[[Ints], Bools]
    #: All that match, ascending.
    rows: Callable[[], Ints]
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
        found = self._found(node)
        return found if isinstance(found, Matches) else _unscored(found)

    def _found(self, node: Node) -> Matches | Filter:
        match node:
            case Word() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                leaf = self._leaf(node)
                return Matches(leaf.rows, leaf.scores, leaf.cut)
            case And(children):
                return _all_of([self._found(child) for child in children], self.space.size)
            case Or(children):
                return self._any_of([self._found(child) for child in children])
            case Not(child):
                return self._others(self._found(child))
            case Boost(child, factor):
                return _boosted(self._found(child), factor)
            case Review():
                message = f"{node.field}: has to be looked up before an engine can search"
                raise QueryError(message, position=node.position)
            case _:
                return self._chosen(node)

    def _leaf(self, leaf: Leaf) -> LeafScore:
        if leaf not in self._leaves:
            self._leaves[leaf] = LeafScore(self.space, leaf)
        return self._leaves[leaf]

    def _any_of(self, parts: Sequence[Matches | Filter]) -> Matches | Filter:
        cut = any(part.cut for part in parts)
        scored = [part for part in parts if isinstance(part, Matches)]
        filters = [part for part in parts if isinstance(part, Filter)]
        if not scored:
            return Filter(
                lambda rows: np.logical_or.reduce([f.keeps(rows) for f in filters]),
                lambda: _union([f.rows() for f in filters]),
                cut,
            )
        held = [part.rows() if isinstance(part, Filter) else part.rows for part in parts]
        rows, places = in_any(held, self.space.size)

        def scores(at: Ints | None) -> Floats:
            sums = np.zeros(len(rows))
            for part, place in zip(parts, places, strict=True):
                if isinstance(part, Matches):
                    sums[place] += part.scores(None)
            return sums if at is None else sums[at]

        return Matches(rows, scores, cut)

    def _others(self, inner: Matches | Filter) -> Filter:
        if isinstance(inner, Filter):
            return Filter(
                lambda rows: ~inner.keeps(rows), lambda: _rest(self.space, inner.rows()), inner.cut
            )
        return self._none_of(inner.rows, cut=inner.cut)

    def _none_of(self, rows: Ints, *, cut: bool = False) -> Filter:
        return Filter(
            lambda asked: ~_is_in(asked, rows, self.space.size),
            lambda: _rest(self.space, rows),
            cut,
        )

    def _one_of(self, rows: Ints) -> Filter:
        return Filter(lambda asked: _is_in(asked, rows, self.space.size), lambda: rows)

    def _chosen(self, node: DateRange | Id | IdSet | Everything) -> Filter:
        """The rows that a node without words selects."""
        space = self.space
        if isinstance(node, Everything):
            return Filter(lambda rows: np.ones(len(rows), dtype=bool), space.live)
        if isinstance(node, DateRange):
            first = node.start.toordinal() if node.start else UNDATED + 1
            last = node.end.toordinal() if node.end else np.iinfo(np.int64).max

            def dated(rows: Ints) -> Bools:
                dates = space.numbers("date")[rows]
                within: Bools = (dates >= first) & (dates <= last)
                return within

            def every() -> Ints:
                rows = space.live()
                return rows[dated(rows)]

            return Filter(dated, every)
        if isinstance(node, Id):
            return self._one_of(space.rows_beginning(node.prefix.lower()))
        named = space.rows_of_articles if node.key == "article" else space.rows
        rows = named(node.ids)
        return self._none_of(rows) if node.complement else self._one_of(rows)

    def contributions(self, node: Node, row: int, factor: float = 1.0) -> list[Contribution]:
        """How the score of one row comes about; the parts sum up to it."""
        match node:
            case And(children) | Or(children):
                if not len(_at(self.matches(node).rows, row)):
                    return []
                return [c for child in children for c in self.contributions(child, row, factor)]
            case Boost(child, weight):
                return self.contributions(child, row, factor * weight)
            case Word() | Phrase() | Prefix() | Wildcard() | Fuzzy():
                return self._parts(node, row, factor)
            case _:
                return []

    def _parts(self, leaf: Leaf, row: int, factor: float) -> list[Contribution]:
        scored = self._leaf(leaf)
        found = _at(scored.rows, row)
        if not len(found):
            return []
        parts = scored.parts(int(found[0]))
        score = factor * float(scored.scores(found)[0])
        whole = sum(weight for _, _, weight in parts)
        return [
            Contribution(
                field=name,
                term=leaf.pattern if isinstance(leaf, Wildcard) else leaf.text,
                frequency=frequency,
                length=int(self.space.numbers(f"{name}_length")[row]),
                idf=scored.idf,
                score=score * weight / whole,
            )
            for name, frequency, weight in parts
        ]


def _boosted(inner: Matches | Filter, factor: float) -> Matches | Filter:
    if isinstance(inner, Filter):
        return inner
    return inner._replace(scores=lambda at: inner.scores(at) * factor)


def _unscored(found: Filter) -> Matches:
    rows = found.rows()
    return Matches(rows, lambda at: np.zeros(len(rows) if at is None else len(at)), found.cut)


def _all_of(parts: Sequence[Matches | Filter], size: int) -> Matches | Filter:
    """What is in all of the parts, beginning with what is in the smallest.

    Args:
        size: rows are below it.
    """
    cut = any(part.cut for part in parts)
    filters = [part for part in parts if isinstance(part, Filter)]
    scored = sorted(
        (part for part in parts if isinstance(part, Matches)), key=lambda part: len(part.rows)
    )
    if not scored:
        first, *others = filters
        return Filter(
            lambda rows: np.logical_and.reduce([f.keeps(rows) for f in filters]),
            lambda: reduce(lambda rows, f: rows[f.keeps(rows)], others, first.rows()),
            cut,
        )
    rows = scored[0].rows
    # For each of the parts, where the rows that are left stand in it.
    places: list[Ints | None] = [None]
    for part in scored[1:]:
        at, hit = rows_in(rows, part.rows, size)
        rows = rows[hit]
        places = [hit if place is None else place[hit] for place in places]
        places.append(at)
    for keeps in (part.keeps for part in filters):
        kept = np.flatnonzero(keeps(rows))
        if len(kept) < len(rows):
            rows = rows[kept]
            places = [kept if place is None else place[kept] for place in places]

    def scores(at: Ints | None) -> Floats:
        chosen = (place if at is None else at if place is None else place[at] for place in places)
        return sum(  # type: ignore[return-value]
            part.scores(place) for part, place in zip(scored, chosen, strict=True)
        )

    return Matches(rows, scores, cut)


def _is_in(rows: Ints, among: Ints, size: int) -> Bools:
    """Which of the rows are among others."""
    if len(rows) * 8 < size:
        found = np.zeros(len(rows), dtype=bool)
        found[rows_in(rows, among, size)[1]] = True
        return found
    held = np.zeros(size, dtype=bool)
    held[among] = True
    return held[rows]


def _union(parts: Sequence[Ints]) -> Ints:
    return np.unique(np.concatenate(parts))


def _rest(space: Space, rows: Ints) -> Ints:
    """The live rows but for these."""
    live = space.live()
    return live[~_is_in(live, rows, space.size)]


def _at(rows: Ints, row: int) -> Ints:
    """Where a row stands among others."""
    return np.flatnonzero(rows == row)
