"""Which claim is next, and how far the reviewing has come."""

from __future__ import annotations

from pathlib import Path

import pytest
from projects import BRIDGE, HARBOUR, indexed

from searchkit.workflow.indexing import index
from searchkit.workflow.links import Link
from searchkit.workflow.queue import Coverage, Queue
from searchkit.workflow.reviewing import assign, mark
from searchkit.workflow.searching import find_claims
from searchkit.workflow.selection import ClaimFilter
from searchkit.workflow.workspace import Workspace


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return indexed(tmp_path)[0]


def handle(ws: Workspace, words: str) -> str:
    return find_claims(ws, f'"{words}"').items[0].claim.claim.id


def through(queue: Queue, most: int = 100) -> list[str]:
    """The texts of the claims as they come, until the queue ends or begins again."""
    seen: list[str] = []
    while (queued := queue.current()) and queued.claim.claim.text not in seen and len(seen) < most:
        seen.append(queued.claim.claim.text)
        queue.forward()
    return seen


def test_every_claim_comes_once_the_worthiest_first(ws: Workspace) -> None:
    queue = Queue(ws, ClaimFilter(), reviewer="Ann")
    scores = []
    for _ in range(13):
        queued = queue.current()
        assert queued
        scores.append(queued.worth.score)
        queue.forward()
    assert scores == sorted(scores, reverse=True)
    assert queue.coverage() == Coverage(0, 13)


def test_what_was_judged_waits_no_more(ws: Workspace) -> None:
    first = through(Queue(ws, ClaimFilter(), reviewer="Ann"))
    mark(ws, [handle(ws, "412,000 containers")], "verified", reviewer="Bo")
    left = through(Queue(ws, ClaimFilter(), reviewer="Ann"))
    assert left == [text for text in first if "412,000" not in text]
    assert Queue(ws, ClaimFilter(), reviewer="Ann").coverage() == Coverage(1, 13)


def test_what_is_assigned_still_waits(ws: Workspace) -> None:
    assign(ws, handle(ws, "412,000 containers"), reviewer="Bo")
    assert any("412,000" in text for text in through(Queue(ws, ClaimFilter(), reviewer="Ann")))


def test_an_empty_queue_ends(ws: Workspace) -> None:
    ids = [hit.claim.claim.id for hit in find_claims(ws, limit=100).items]
    mark(ws, ids, "not-checkable", reviewer="Ann")
    queue = Queue(ws, ClaimFilter(), reviewer="Ann")
    assert queue.current() is None
    assert queue.coverage() == Coverage(13, 13)


def test_skipped_claims_come_back_at_the_end(ws: Workspace) -> None:
    queue = Queue(ws, ClaimFilter("ferry"), reviewer="Ann")
    first = queue.current()
    assert first
    queue.skip()
    others = []
    while (queued := queue.current()) and queued.claim.claim.id != first.claim.claim.id:
        others.append(queued.claim.claim.id)
        mark(ws, [queued.claim.claim.id], "unproven", reviewer="Ann")
        queue.forward()
    assert queued
    assert len(others) == len(set(others)) == queue.coverage().total - 1
    mark(ws, [first.claim.claim.id], "unproven", reviewer="Ann")
    queue.forward()
    assert queue.current() is None


def test_back_to_the_one_before(ws: Workspace) -> None:
    queue = Queue(ws, ClaimFilter(), reviewer="Ann")
    assert not queue.back()
    first = queue.current()
    queue.skip()
    queue.current()
    assert queue.back()
    assert queue.current() == first
    queue.forward()
    queue.current()
    assert queue.back()


def test_a_selection_of_statuses_brings_all_of_its_claims(ws: Workspace) -> None:
    mark(ws, [handle(ws, "412,000 containers")], "disputed", reviewer="Bo")
    assert len(through(Queue(ws, ClaimFilter(statuses=["disputed"]), reviewer="Ann"))) == 1
    assert through(Queue(ws, ClaimFilter(statuses=["verified"]), reviewer="Ann")) == []
    assert len(through(Queue(ws, ClaimFilter(flags=["no-evidence"]), reviewer="Ann"))) == 1


def test_words_and_articles_narrow_it(ws: Workspace) -> None:
    texts = through(Queue(ws, ClaimFilter("body:ferry"), reviewer="Ann"))
    assert texts
    assert all("ferry" in text.lower() for text in texts)
    article = find_claims(ws, "ferry").items[0].article.id
    queue = Queue(ws, ClaimFilter(article=article), reviewer="Ann")
    assert queue.coverage() == Coverage(0, len(through(queue)))


def test_second_opinions_are_asked_on_what_others_judged(ws: Workspace) -> None:
    theirs, both = handle(ws, "412,000 containers"), handle(ws, "eight people")
    mark(ws, [theirs, both], "verified", reviewer="Bo")
    mark(ws, [both], "false", reviewer="Ann")
    mark(ws, [handle(ws, "pays for the meals")], "false", reviewer="Ann")
    assign(ws, theirs, to="Ann", reviewer="Bo")
    queue = Queue(ws, ClaimFilter(), reviewer="Ann", second_opinion=True)
    assert queue.coverage() == Coverage(2, 3)
    texts = through(queue)
    assert len(texts) == 1
    assert "412,000" in texts[0]


def test_what_changed_since_it_was_judged_comes_first(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    id = handle(ws, "Analysts expect a recovery")
    mark(ws, [id], "unproven", [Link("https://a.example.org/1")], reviewer="Ann")
    text = f"{HARBOUR}\n{BRIDGE}".replace("Analysts expect a recovery in autumn.", "It rained.")
    (tmp_path / "corpus" / "digest.txt").write_text(text, "utf-8")
    ws.close()
    index(ws)
    queue = Queue(ws, ClaimFilter(), reviewer="Ann")
    queued = queue.current()
    assert queued
    assert queued.claim.claim.id == id
    assert {"stale", "orphaned"} & set(queued.claim.flags)
    # What is in no text any more is no part of what there is to cover.
    assert queue.coverage() == Coverage(0, 13)


def test_what_a_damaged_sidecar_hides_does_not_wait(ws: Workspace) -> None:
    done = mark(ws, [handle(ws, "412,000 containers")], "verified", reviewer="Bo")
    article = done[0].claim.claim.article
    whole = through(Queue(ws, ClaimFilter(), reviewer="Ann"))
    hidden = {c.claim.claim.text for c in find_claims(ws, ClaimFilter(article=article)).items}
    ws.sidecars.path(article).write_text("x", "utf-8")
    queue = Queue(ws, ClaimFilter(), reviewer="Ann")
    assert through(queue) == [text for text in whole if text not in hidden]
    assert queue.coverage() == Coverage(0, 13 - len(hidden))
    assert set(ws.damaged) == {article}
