"""What is kept of reviews from one look to the next is what the sidecars say."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from projects import indexed

from searchkit.catalog import Summary
from searchkit.errors import SearchkitError, SidecarError
from searchkit.workflow.indexing import index
from searchkit.workflow.reading import read_article
from searchkit.workflow.reviewing import mark, undo
from searchkit.workflow.summaries import load, statements
from searchkit.workflow.summarising import summaries_of
from searchkit.workflow.workspace import Workspace

WORDS = ("412,000 containers", "Exports of timber", "900 passengers")
ACTS = ("Ann", "Ben", "undo", "remove", "damage", "edit")
_FOLDERS = itertools.count()


def act(ws: Workspace, what: str, words: str, note: str) -> None:
    """Something that changes what stands in the sidecars, or on what they stand."""
    sidecars = sorted((ws.index / "reviews").glob("*.json"))
    if what in ("Ann", "Ben"):
        mark(ws, [words], "verified" if what == "Ann" else "false", reviewer=what, note=note)
    elif what == "undo":
        undo(ws, reviewer="Ann")
    elif what == "edit":
        path = ws.root / "corpus" / "digest.txt"
        path.write_text(path.read_text("utf-8").replace("412,000", "413,000"), "utf-8")
        index(ws)
    elif sidecars and what == "remove":
        sidecars[0].unlink()
    elif sidecars:
        sidecars[-1].write_bytes(b"{")


def told(ws: Workspace) -> list[Summary]:
    """What the sidecars say, read one by one."""
    found = []
    with Workspace.open(ws.index) as other:
        for id in other.reviews.ids():
            with contextlib.suppress(SidecarError):
                found += summaries_of(read_article(other, id))
    return sorted(found, key=lambda one: (one.article, one.claim))


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(WORDS)), min_size=1, max_size=8))
def test_what_others_do_is_seen_at_the_next_look(
    tmp_path: Path, acts: list[tuple[str, str]]
) -> None:
    ws, _ = indexed(tmp_path / str(next(_FOLDERS)))
    with ws, Workspace.open(ws.index) as other:
        for number, (what, words) in enumerate(acts):
            with contextlib.suppress(SearchkitError):
                act(other, what, words, str(number))
            for each in (ws, other):
                each.damaged.clear()
            right = told(ws)
            assert list(load(ws).claims) == right
            judged = [(one.article, one.claim) for one in right if one.statuses]
            assert [(one.article, one.claim) for one in statements(ws)] == judged


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return indexed(tmp_path)[0]


def test_nobody_waits_for_whoever_is_indexing(ws: Workspace) -> None:
    assert load(ws).claims == ()
    with Workspace.open(ws.index) as other:
        mark(other, [WORDS[0]], "false", reviewer="Ben")
        other.catalog.reviewed.drop(other.reviews.ids()[0])
    found: list[str] = []
    looking = threading.Thread(target=lambda: found.extend(s.status for s in load(ws).claims))
    path = ws.cache / "catalog.sqlite"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        looking.start()
        looking.join(10)
        assert found == ["false"], "still waiting, or not seen"
    looking.join()
    assert [s.status for s in load(ws).claims] == ["false"]


def test_changed_words_are_told_by_whoever_opened_the_index_before(ws: Workspace) -> None:
    with Workspace.open(ws.index) as other:
        mark(other, [WORDS[0]], "false", reviewer="Ben")
        assert load(ws).claims[0].flags == ("no-evidence",)
        act(other, "edit", "", "")
    assert load(ws).claims[0].flags == ("no-evidence", "stale")
