"""The engine against brute force: what matches, with what score, in what order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from engine_answers import Trial
from engine_corpora import Held, fill
from engine_oracle import Oracle
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.engine.base import Engine, Kind
from searchkit.engine.columnar import lookup
from searchkit.engine.whoosh import WhooshEngine
from searchkit.query import parse

KINDS: tuple[Kind, ...] = ("articles", "claims")
SEEDS = 16

Corpus = tuple[Engine, Held]


@pytest.fixture(scope="module", params=["as it is", "as with many rows"])
def ways(request: pytest.FixtureRequest) -> Iterator[None]:
    """Corpora are small here: the ways of large ones have to be asked for."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param != "as it is":
            patch.setattr(lookup, "_MANY", 0)
            patch.setattr(lookup, "_START", 0)
        yield


@pytest.fixture(scope="module")
def corpus(ways: None, tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], Corpus]:
    """Makes the corpus of a seed, once."""
    made: dict[int, Corpus] = {}

    def make(seed: int) -> Corpus:
        if seed not in made:
            folder = tmp_path_factory.mktemp("engine")
            WhooshEngine.open(folder, create=True).close()
            made[seed] = fill(seed, lambda: WhooshEngine.open(folder))
        return made[seed]

    return make


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=400, deadline=None)
@given(data=st.data(), seed=st.integers(0, SEEDS - 1))
def test_every_tree_is_answered_as_by_brute_force(
    corpus: Callable[[int], Corpus], kind: Kind, data: st.DataObject, seed: int
) -> None:
    trial = Trial(corpus(seed), kind, data, 1e-9)
    trial.finds_the_right_documents()
    trial.scores_them_right()
    trial.orders_them_by_what_it_says()
    trial.explains_its_scores()


# What stock Whoosh answers wrongly: nested queries with a limit, and a NOT.
_TRAPS = (
    "moon (report OR sample)",
    "moon AND (lunar OR (report AND die))",
    "title:moon body:report",
    "title:moon AND (body:report OR body:sample)",
    "(moon OR lunar) (report OR sample) -die",
    "moon NOT (report OR sample)",
    "-moon -report",
    "NOT (moon report)",
    "moon OR NOT report",
    'the -"moon report" (2000 OR us)',
)


@pytest.mark.parametrize("text", _TRAPS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_best_documents_are_found_whatever_the_limit(
    corpus: Callable[[int], Corpus], kind: Kind, text: str
) -> None:
    tree = parse(text)
    for seed in range(SEEDS):
        engine, held = corpus(seed)
        oracle = Oracle(kind, held.values())
        right = oracle.scores(tree)
        every = engine.search(kind, tree, limit=None).hits
        assert {hit.id: hit.score for hit in every} == pytest.approx(right, rel=1e-9)
        order = oracle.order({hit.id: hit.score for hit in every}, "relevance")
        for limit in (1, 3, 10):
            top = engine.search(kind, tree, limit=limit).hits
            assert [hit.id for hit in top] == order[:limit]


def test_the_corpora_try_what_they_are_made_for(corpus: Callable[[int], Corpus]) -> None:
    """Several segments, deleted documents, ties and undated articles."""
    deleted = 0
    for seed in range(SEEDS):
        engine, held = corpus(seed)
        assert isinstance(engine, WhooshEngine)
        assert len(engine.snapshot.segments) > 1
        deleted += not engine.snapshot.whole
        assert any(article.date is None for article, _ in held.values())
        assert engine.check() == []
    assert deleted > SEEDS // 2
