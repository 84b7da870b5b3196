"""The engine on a cluster against brute force: the same documents, and the same scores.

Of some leaves a cluster cannot count the occurrences; there the scores differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cluster import Cluster
from engine_answers import Trial
from engine_corpora import Held, fill
from engine_opensearch import fresh_access
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.engine.base import Engine, Kind
from searchkit.engine.opensearch.engine import OpenSearchEngine
from searchkit.query import positive_leaves
from searchkit.query.slots import Beginning, slop_of, slots_of
from searchkit.query.tree import Fuzzy, Leaf, Node

KINDS: tuple[Kind, ...] = ("articles", "claims")
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
    trial = Trial(corpus(seed), kind, data, 1e-5)
    trial.finds_the_right_documents()
    if _exact(trial.tree):
        trial.scores_them_right()
    else:
        assert all(score > 0 for id, score in trial.scores.items() if trial.right[id] > 0)
    trial.orders_them_by_what_it_says()
    trial.explains_its_scores()
