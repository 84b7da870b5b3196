"""The engine on a cluster against brute force: the same documents, and the same scores.

Of some leaves a cluster cannot count the occurrences; there the scores differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cluster import Cluster
from engine_corpora import Held, fill
from engine_opensearch import fresh_access
from engine_oracle import Oracle
from engine_trees import trees
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.engine.base import Engine, Facet, Kind, Sort
from searchkit.engine.opensearch.engine import OpenSearchEngine
from searchkit.query import positive_leaves
from searchkit.query.slots import Beginning, slop_of, slots_of
from searchkit.query.tree import Fuzzy, Leaf, Node

KINDS: tuple[Kind, ...] = ("articles", "claims")
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")
FACETS: tuple[Facet, ...] = ("outlet", "month")
SEEDS = 3

Corpus = tuple[Engine, Held]


@pytest.fixture(scope="module")
def corpus(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[int], Corpus]]:
    """Makes the corpus of a seed, once."""
    made: dict[int, Corpus] = {}
    with ExitStack() as stack:

        def opened(folder: Path, seed: int) -> Callable[[], Engine]:
            access = stack.enter_context(fresh_access(cluster, shards=1 + seed))

            def open_it() -> Engine:
                engine = OpenSearchEngine.open(folder, access, create=True)
                stack.callback(engine.close)
                return engine

            return open_it

        def make(seed: int) -> Corpus:
            if seed not in made:
                made[seed] = fill(seed, opened(tmp_path_factory.mktemp("engine"), seed))
            return made[seed]

        yield make


def _counted(leaf: Leaf) -> bool:
    """Whether the engine counts how often a leaf occurs.

    Of patterns it counts 512 words in all, more than the corpora and the trees have together.
    """
    slots = slots_of(leaf)
    if slop_of(leaf) and len(slots) > 1:
        # Where the last word stands within a row as well, it counts once more.
        return len(slots) == 2 and slots[0].filler != slots[1].filler
    if len(slots) > 1:
        return not isinstance(slots[-1].filler, Beginning)
    # Of a word that has nothing in common with the one asked for, OpenSearch counts nothing.
    return not (isinstance(leaf, Fuzzy) and leaf.distance == 2 and len(leaf.text) <= 3)


def _exact(tree: Node) -> bool:
    return all(map(_counted, positive_leaves(tree)))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=250, deadline=None)
@given(data=st.data(), seed=st.integers(0, SEEDS - 1))
def test_every_tree_is_answered_as_by_brute_force(
    corpus: Callable[[int], Corpus], kind: Kind, data: st.DataObject, seed: int
) -> None:
    engine, held = corpus(seed)
    oracle = Oracle(kind, held.values())
    ids = [document.id for document in oracle.documents]
    tree = data.draw(trees(ids + [document.article for document in oracle.documents]))
    right = oracle.scores(tree)

    found = engine.search(kind, tree, limit=None, facets=FACETS)
    scores = {hit.id: hit.score for hit in found.hits}
    assert set(scores) == set(right)
    assert found.total == len(found.hits) == engine.count(kind, tree)
    assert dict(found.facets) == {facet: oracle.facet(right, facet) for facet in FACETS}
    if _exact(tree):
        assert scores == pytest.approx(right, rel=1e-5, abs=1e-6)
    else:
        assert all(score > 0 for id, score in scores.items() if right[id] > 0)

    sort = data.draw(st.sampled_from(SORTS))
    limit, offset = data.draw(st.tuples(st.integers(0, 20), st.integers(0, 30)))
    page = engine.search(kind, tree, limit=limit, offset=offset, sort=sort)
    order = oracle.order(scores, sort)
    assert [hit.id for hit in page.hits] == order[offset : offset + limit]
    assert page.total == len(right)
    assert all(hit.score == scores[hit.id] for hit in page.hits)

    for id in data.draw(st.lists(st.sampled_from(ids), max_size=2)):
        parts = engine.explain(kind, tree, id)
        assert sum(part.score for part in parts) == pytest.approx(scores.get(id, 0.0), rel=1e-5)
        assert [part.score for part in parts] == sorted((p.score for p in parts), reverse=True)
