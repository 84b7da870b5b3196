"""The embedded engine keeps the contracts."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_contract import Reopen, StoreContract, make, put
from engine_contract_search import SearchContract, many_words

from searchkit.engine.base import Engine
from searchkit.engine.whoosh import WhooshEngine
from searchkit.query import parse


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

    def test_an_expansion_is_bounded(self, empty: Engine) -> None:
        put(empty, *many_words(), make("b1", "moon"))
        for text in ("zz*", "zz?*", "*g*", "moon OR zz*", "-zz*"):
            assert empty.search("articles", parse(text)).cut, text
