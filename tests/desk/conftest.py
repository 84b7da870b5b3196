"""The desk's tests need its extra; the browser's, a browser too."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("flask", reason="the extra desk is not installed")

from desk_visitor import Office, Visitor


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """The usual three articles, with a desk over them."""
    return Office(tmp_path)


@pytest.fixture
def anna(office: Office) -> Visitor:
    """Whoever opened the desk."""
    return office.visitor()
