"""A verdict says what its giver had seen; what came after that stops it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from projects import indexed

from searchkit.errors import UnseenError
from searchkit.model import Event
from searchkit.reviews import heads, unseen
from searchkit.workflow.activity import Activity
from searchkit.workflow.indexing import index
from searchkit.workflow.links import Link
from searchkit.workflow.reading import read_article, resolve_article, resolve_claim
from searchkit.workflow.reviewing import link, mark, note, undo
from searchkit.workflow.settling import confirm
from searchkit.workflow.workspace import Workspace

CRANE, TIMBER = "412,000 containers", "Exports of timber"


@st.composite
def graphs(draw: st.DrawFn) -> list[Event]:
    """Events that each follow some of those before them."""
    events: list[Event] = []
    for number in range(draw(st.integers(1, 12))):
        known = [event.id for event in events]
        parents = draw(st.lists(st.sampled_from(known), unique=True, max_size=3)) if known else []
        events.append(Event(f"e{number:02}", tuple(sorted(parents)), "", "Ann", "note", "c"))
    return events


@given(graphs(), st.data())
def test_what_led_to_the_heads_was_seen_and_nothing_else(
    events: list[Event], data: st.DataObject
) -> None:
    seen = data.draw(st.lists(st.sampled_from([*(e.id for e in events), "unknown"]), unique=True))
    found = {event.id for event in unseen(data.draw(st.permutations(events)), seen)}
    by_id = {event.id: event for event in events}
    for event in events:
        followers = [other for other in events if event.id in other.parents]
        known = event.id in seen or any(other.id not in found for other in followers)
        assert (event.id not in found) == known
    assert unseen(events, heads(events)) == ()
    assert len(unseen(events, ())) == len(by_id)


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return indexed(tmp_path)[0]


def seen(ws: Workspace) -> tuple[str, ...]:
    return read_article(ws, resolve_claim(ws, CRANE)[0]).heads


def test_a_verdict_that_was_not_seen_stops_the_next_one(ws: Workspace) -> None:
    before = seen(ws)
    mark(ws, [CRANE], "false", reviewer="Ann", seen=before)
    after = seen(ws)
    with pytest.raises(UnseenError) as refused:
        mark(ws, [CRANE], "verified", reviewer="Ben", seen=before)
    assert refused.value.events == after
    assert seen(ws) == after
    mark(ws, [CRANE], "verified", reviewer="Ben", seen=after)
    both = seen(ws)
    undo(ws, CRANE, reviewer="Ann")
    with pytest.raises(UnseenError):
        confirm_unseen(ws, both)


def confirm_unseen(ws: Workspace, before: tuple[str, ...]) -> None:
    """Confirm a claim whose text changed, having seen its history up to there."""
    file = ws.root / "corpus" / "digest.txt"
    file.write_text(file.read_text("utf-8").replace("handled 412,000", "handled some 412,000"))
    index(ws)
    confirm(ws, [CRANE], reviewer="Ben", seen=before)


def test_only_verdicts_on_the_same_claim_stop_it(ws: Workspace) -> None:
    before = seen(ws)
    mark(ws, [TIMBER], "false", reviewer="Ann")
    note(ws, CRANE, "Asked the port.", reviewer="Ann")
    link(ws, CRANE, [Link("https://x.example.org/1")], reviewer="Ann")
    assert mark(ws, [CRANE], "verified", reviewer="Ben", seen=before)


def test_whoever_does_not_say_what_was_seen_is_not_stopped(ws: Workspace) -> None:
    mark(ws, [CRANE], "false", reviewer="Ann")
    assert mark(ws, [CRANE], "verified", reviewer="Ben")
    with pytest.raises(UnseenError):
        mark(ws, [CRANE], "mixed", reviewer="Cem", seen=())


def test_activity_counts_what_stands_and_reads_what_changed(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    activity = Activity()
    mark(ws, [CRANE, TIMBER], "false", reviewer="Ann")
    mark(ws, ["900 passengers"], "verified", reviewer="Ben")
    counted = {(one.reviewer, one.status): one.count for one in activity.of(ws)}
    assert counted == {("Ann", "false"): 2, ("Ben", "verified"): 1}
    undo(ws, TIMBER, reviewer="Ann")
    read: list[str] = []
    load = ws.reviews.load
    monkeypatch.setattr(ws.reviews, "load", lambda id: read.append(id) or load(id))
    counted = {(one.reviewer, one.status): one.count for one in activity.of(ws)}
    assert counted == {("Ann", "false"): 1, ("Ben", "verified"): 1}
    assert read == [resolve_article(ws, resolve_claim(ws, CRANE)[0])]
