"""What an engine answers to a random query, held against brute force."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from engine_corpora import Held
from engine_oracle import Oracle
from engine_trees import trees
from hypothesis import strategies as st

from searchkit.engine.base import Engine, Facet, Kind, Sort
from searchkit.query.tree import Node

SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
FACETS: tuple[Facet, ...] = ("outlet", "month")


class Trial:
    """One random tree, put to an engine and to brute force.

    Args:
        rel: by how much of it a score may be wrong.
    """

    def __init__(self, corpus: tuple[Engine, Held], kind: Kind, data: st.DataObject, rel: float):
        self.engine, held = corpus
        self.kind: Kind = kind
        self._data = data
        self._rel = rel
        self._oracle = Oracle(kind, held.values())
        self._ids = [document.id for document in self._oracle.documents]
        owners = [document.article for document in self._oracle.documents]
        self.tree: Node = data.draw(trees(self._ids + owners))
        #: What is right, and what the engine says.
        self.right: Mapping[str, float] = self._oracle.scores(self.tree)
        self.found = self.engine.search(kind, self.tree, limit=None, facets=FACETS)
        self.scores = {hit.id: hit.score for hit in self.found.hits}

    def finds_the_right_documents(self) -> None:
        """All of them, counted in every way."""
        assert set(self.scores) == set(self.right)
        total = self.engine.count(self.kind, self.tree)
        assert self.found.total == len(self.found.hits) == len(self.right) == total
        assert not self.found.cut
        facets = {facet: self._oracle.facet(self.right, facet) for facet in FACETS}
        assert dict(self.found.facets) == facets

    def scores_them_right(self) -> None:
        """By the formula of docs/ranking.md."""
        assert self.scores == pytest.approx(self.right, rel=self._rel, abs=self._rel)

    def orders_them_by_what_it_says(self) -> None:
        """A page of any order, by the scores that it gave."""
        sort = self._data.draw(st.sampled_from(SORTS))
        limit, offset = self._data.draw(st.tuples(st.integers(0, 20), st.integers(0, 30)))
        page = self.engine.search(self.kind, self.tree, limit=limit, offset=offset, sort=sort)
        order = self._oracle.order(self.scores, sort)
        assert [hit.id for hit in page.hits] == order[offset : offset + limit]
        assert page.total == len(self.right)
        assert all(hit.score == self.scores[hit.id] for hit in page.hits)

    def explains_its_scores(self) -> None:
        """The parts sum up, the weightiest first."""
        for id in self._data.draw(st.lists(st.sampled_from(self._ids), max_size=2)):
            parts = [part.score for part in self.engine.explain(self.kind, self.tree, id)]
            assert sum(parts) == pytest.approx(self.scores.get(id, 0.0), rel=self._rel)
            assert parts == sorted(parts, reverse=True)
