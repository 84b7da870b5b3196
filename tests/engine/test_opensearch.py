"""The engine on a cluster keeps the contracts of all engines."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest
from cluster import Cluster
from engine_contract import Reopen, StoreContract, make, put
from engine_contract_search import SearchContract
from engine_opensearch import fresh_access

from searchkit.engine.opensearch import sending
from searchkit.engine.opensearch.engine import OpenSearchEngine
from searchkit.errors import EngineError
from searchkit.query import parse
from searchkit.query.tree import And, IdSet


@pytest.fixture
def reopen(tmp_path: Path, cluster: Cluster) -> Iterator[Reopen]:
    with fresh_access(cluster) as access, contextlib.ExitStack() as opened:
        OpenSearchEngine.open(tmp_path, access, create=True).close()

        def open_once_more() -> OpenSearchEngine:
            engine = OpenSearchEngine.open(tmp_path, access, lock_timeout=0.05)
            opened.callback(engine.close)
            return engine

        yield open_once_more


class TestStore(StoreContract):
    """Batches, and what is stored."""


class TestSearch(SearchContract):
    """What is found, and in what order."""


def test_many_ids_and_many_hits(reopen: Reopen) -> None:
    """More than OpenSearch takes in one list, and more than it gives in one answer."""
    engine = reopen()
    articles = [make(f"a{n:02}", "\n".join(["moon"] * 1_001)) for n in range(11)]
    put(engine, *articles)
    every = engine.search("claims", parse("moon"), limit=None)
    assert every.total == len(every.hits) == len({hit.id for hit in every.hits}) == 11_011
    deep = engine.search("claims", parse("moon"), limit=20, offset=10_500)
    assert deep.hits == every.hits[10_500:10_520]
    assert deep.total == 11_011
    chosen = [hit.id for hit in every.hits[::2]]
    ids = IdSet(frozenset(chosen) | {f"b{n}" for n in range(100_000)})
    found = engine.search("claims", And((parse("moon"), ids)), limit=None)
    assert [hit.id for hit in found.hits] == chosen
    # The titles are claims too.
    rest = engine.count("claims", attrs.evolve(ids, complement=True))
    assert rest == 11_011 + len(articles) - len(chosen)


def test_names_belong_to_one_index_folder(tmp_path: Path, cluster: Cluster) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    with fresh_access(cluster) as access:
        with contextlib.closing(OpenSearchEngine.open(first, access, create=True)) as engine:
            put(engine, make("a1", "moon"))
        with pytest.raises(EngineError, match="index-name"):
            OpenSearchEngine.open(second, access, create=True)
        with pytest.raises(EngineError, match="nothing is indexed"):
            OpenSearchEngine.open(second, access)
        with contextlib.closing(OpenSearchEngine.open(first, access)) as engine:
            assert engine.ids("articles") == ["a1"]


def test_an_index_is_built_beside_and_takes_the_place(tmp_path: Path, cluster: Cluster) -> None:
    old, new = tmp_path / "engine", tmp_path / "engine.new"
    old.mkdir()
    new.mkdir()
    with fresh_access(cluster) as access:

        def shown() -> dict[str, int]:
            found = cluster.request("GET", f"/{access.name}-*/_alias")
            return {name: len(held["aliases"]) for name, held in found.items()}

        with contextlib.closing(OpenSearchEngine.open(old, access, create=True)) as engine:
            put(engine, make("a1", "moon"))
            (before,) = shown()
            beside = OpenSearchEngine.open(new, access, create=True, beside=old)
            with contextlib.closing(beside):
                put(beside, make("a2", "moon"))
            assert sorted(shown().values()) == [0, 1]
            assert engine.ids("articles") == ["a1"]
            shutil.rmtree(old)
            new.rename(old)
            with contextlib.closing(OpenSearchEngine.open(old, access, create=True)) as again:
                assert again.ids("articles") == ["a2"]
            assert list(shown().values()) == [1]
            assert before not in shown()
            # Who has it open goes on with the new one.
            assert engine.ids("articles") == ["a2"]


def test_a_batch_that_was_complete_is_sent_by_the_next_writer(
    tmp_path: Path, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_access(cluster) as access:
        with contextlib.closing(OpenSearchEngine.open(tmp_path, access, create=True)) as engine:
            put(engine, make("a1", "old\nolder\noldest"), make("a2", "moon"))
            with monkeypatch.context() as patch:
                patch.setattr(sending, "_show", lambda *_: 1 / 0)
                with pytest.raises(ZeroDivisionError):
                    put(engine, make("a1", "new"), make("a3", "moon"))
            assert engine.ids("claims", "a1") == ["a1x0", "a1x1", "a1x2", "a1x3"]
        with contextlib.closing(OpenSearchEngine.open(tmp_path, access, create=True)) as engine:
            assert engine.ids("articles") == ["a1", "a2", "a3"]
            assert engine.ids("claims", "a1") == ["a1x0", "a1x1"]
            assert engine.check() == []


@pytest.mark.parametrize("state", ['{"index": "*", "owner": "a"}', "[]", '{"index": "a/b"}', "{"])
def test_a_state_from_elsewhere_leads_nowhere(tmp_path: Path, cluster: Cluster, state: str) -> None:
    (tmp_path / "opensearch").mkdir()
    (tmp_path / "opensearch" / "state.json").write_text(state)
    with fresh_access(cluster) as access:
        for create in (False, True):
            with pytest.raises(EngineError, match="state of the index"):
                OpenSearchEngine.open(tmp_path, access, create=create)
