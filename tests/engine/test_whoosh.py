"""The embedded engine keeps the contracts."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_contract import Reopen, StoreContract

from searchkit.engine.whoosh import WhooshEngine


@pytest.fixture
def reopen(tmp_path: Path) -> Reopen:
    WhooshEngine.open(tmp_path, create=True).close()
    return lambda: WhooshEngine.open(tmp_path, lock_timeout=0.05)


class TestStore(StoreContract):
    """Batches, and what is stored."""
