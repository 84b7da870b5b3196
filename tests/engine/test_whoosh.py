"""The embedded engine keeps the contracts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_contract import Reopen, StoreContract
from engine_contract_search import SearchContract

from searchkit.engine.whoosh import WhooshEngine


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Reopen]:
    WhooshEngine.open(tmp_path, create=True).close()
    with contextlib.ExitStack() as opened:

        def open_once_more() -> WhooshEngine:
            engine = WhooshEngine.open(tmp_path, lock_timeout=0.05)
            opened.callback(engine.close)
            return engine

        yield open_once_more


class TestStore(StoreContract):
    """Batches, and what is stored."""


class TestSearch(SearchContract):
    """What is found, and in what order."""
