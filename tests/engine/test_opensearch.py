"""The engine on a cluster keeps the contracts of all engines."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from cluster import Cluster
from engine_contract import Reopen, StoreContract
from engine_contract_search import SearchContract
from engine_opensearch import fresh_access

from searchkit.engine.opensearch.engine import OpenSearchEngine


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
