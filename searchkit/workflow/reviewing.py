"""What a reviewer does: every act becomes one event in the sidecar of its article."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from searchkit.anchor import describe
from searchkit.claims import custom_id
from searchkit.errors import NotFoundError, SearchkitError
from searchkit.model import UNREVIEWED, Event, ReviewedClaim, Span, Stance
from searchkit.reviews import Act, selector_data
from searchkit.workflow import summaries
from searchkit.workflow.links import Link, parse_link
from searchkit.workflow.reading import read_article, resolve_article, resolve_claim
from searchkit.workflow.summarising import last_act
from searchkit.workflow.workspace import Workspace
from searchkit.workflow.writing import Done, find, make_searchable, on_claims, prepared, write

LONGEST_TEXT = 20_000
#: The stance of a bare link, by the verdict that it was given with.
_STANCES: Mapping[str, Stance] = {
    "verified": "supports",
    "false": "refutes",
    "disputed": "refutes",
    "misleading": "refutes",
}


def mark(
    ws: Workspace,
    claims: Sequence[str],
    status: str,
    evidence: Sequence[Link] = (),
    *,
    reviewer: str,
    note: str | None = None,
    wording: str | None = None,
    said_by: str | None = None,
    seen: Sequence[str] | None = None,
) -> list[Done]:
    """Judge claims, each by one event that holds its evidence.

    Args:
        claims: handles of claims.
        status: a verdict of the scale.
        evidence: links; a bare one takes its stance from the status.
        note: the reasoning.
        wording: self-contained wording for publication.
        said_by: who made the claim.
        seen: the heads of their article that the reviewer had before the eyes, where a verdict
            that came after them is to stop this one.

    Raises:
        UnseenError: there is such a verdict.
        SearchkitError: of the status, a link or a handle; then nothing is written.
    """
    if status not in ws.scale.verdicts:
        remedy = f"take one of: {', '.join(ws.scale.verdicts)}"
        if status == UNREVIEWED:
            remedy = "nobody's verdict is no verdict; `searchkit undo` takes one back"
        raise SearchkitError(f"{status!r} is not a verdict of the scale", remedy=remedy)
    data: dict[str, Any] = {"status": status}
    if evidence:
        data["evidence"] = _evidence(ws, evidence, _STANCES.get(status, "context"))
    for key, value, what in (
        ("note", note, "note"),
        ("wording", wording, "wording"),
        ("said_by", said_by, "speaker's name"),
    ):
        if value is not None:
            data[key] = _text(value, what)
    return on_claims(ws, claims, "judge", lambda _: data, reviewer, seen=seen)


def link(ws: Workspace, claim: str, evidence: Sequence[Link], *, reviewer: str) -> Done:
    """Add evidence without a verdict; a bare link takes its stance from the status that stands.

    Raises:
        SearchkitError: of a link or the handle.
    """
    article, id = resolve_claim(ws, claim)

    def say(found: ReviewedClaim) -> Mapping[str, Any]:
        return {"evidence": _evidence(ws, evidence, _STANCES.get(found.status, "context"))}

    return write(ws, *prepared(ws, article, [id], "link", say), reviewer)[0]


def unlink(ws: Workspace, claim: str, url: str, *, reviewer: str) -> Done:
    """Take a link back.

    Raises:
        SearchkitError: the claim has no such link.
    """
    article, id = resolve_claim(ws, claim)
    state = find(read_article(ws, article), id).state
    links = [e.url for e in state.evidence] if state else []
    if url not in links:
        with contextlib.suppress(SearchkitError):
            url = parse_link(ws, url)
    if url not in links:
        remedy = f"its links are: {' '.join(links)}" if links else "it has none"
        raise NotFoundError(f"claim {id} has no link {url!r}", remedy=remedy)
    return write(ws, *prepared(ws, article, [id], "unlink", lambda _: {"url": url}), reviewer)[0]


def note(ws: Workspace, claim: str, text: str, *, reviewer: str) -> Done:
    """Add a remark without a verdict."""
    data = {"text": _text(text, "note")}
    return on_claims(ws, [claim], "note", lambda _: data, reviewer)[0]


def assign(
    ws: Workspace, claim: str, *, to: str | None = None, reviewer: str, release: bool = False
) -> Done:
    """Say who is at work on a claim, or no longer.

    Args:
        to: the reviewer meant; by default the one who says it.
    """
    data = {
        "state": "released" if release else "in-review",
        "to": _text(reviewer if to is None else to, "reviewer's name"),
    }
    return on_claims(ws, [claim], "assign", lambda _: data, reviewer)[0]


def add_claim(
    ws: Workspace, article: str, words: str, *, start: int | None = None, reviewer: str
) -> Done:
    """Mark out a claim of one's own by its exact words.

    Args:
        start: offset of the words in the text, where they stand in it more than once.

    Raises:
        SearchkitError: the words are not in the text, are there more than once, or are a
            claim already.
    """
    id = resolve_article(ws, article)
    reviewed = read_article(ws, id)
    text = reviewed.article.text
    if start is not None and text.startswith(words, start):
        start += len(words) - len(words.lstrip())
    words = words.strip()
    where = f"article {id}"
    if not words:
        raise SearchkitError("no words given", place=where, remedy="quote words of the article")
    count = text.count(words)
    if start is None or not text.startswith(words, start):
        start = text.index(words) if count == 1 else None
    if start is None:
        message = "the words stand in it more than once" if count else "the words are not in it"
        remedy = "quote more of them" if count else "quote them exactly as they are printed"
        raise SearchkitError(message, place=where, remedy=remedy)
    span = Span(start, start + len(words))
    for claim in reviewed.claims:
        if claim.claim.kind != "title" and claim.claim.span == span:
            remedy = f"it is claim {claim.claim.id}"
            raise SearchkitError("these words are a claim already", place=where, remedy=remedy)
    taken = {claim.claim.id for claim in reviewed.claims}
    place = describe(text, span, "custom")
    new = custom_id(id, text, place, taken)
    data = {"selector": selector_data(place)}
    done = write(ws, reviewed, [Act("add-claim", new, data)], reviewer)[0]
    return evolve(done, note=make_searchable(ws, [id]))


def undo(ws: Workspace, claim: str | None = None, *, reviewer: str) -> Done:
    """Take back the reviewer's last act that still stands: at all, or on one claim.

    Raises:
        NotFoundError: there is none.
    """
    if claim is not None:
        article, id = resolve_claim(ws, claim)
    else:
        latest = summaries.load(ws).latest
        own = {a: last[reviewer] for a, last in latest.items() if reviewer in last}
        if not own:
            raise NotFoundError(f"{reviewer} has done nothing that could be taken back")
        article, id = max(own, key=lambda a: tuple(own[a])), None
    sidecar = ws.reviews.load(article)
    event = last_act(sidecar.events if sidecar else (), reviewer, id)
    if event is None:
        remedy = f"`searchkit history {id}` shows who did what"
        message = f"{reviewer} has done nothing on claim {id} that could be taken back"
        raise NotFoundError(message, remedy=remedy)
    before = read_article(ws, article)
    act = Act("undo", event.claim, {"event": event.id})
    was = before.claim(event.claim)
    # What is no claim without the act has no verdict either.
    bare = was and ReviewedClaim(was.claim)
    done = write(ws, before, [act], reviewer, bare)[0]
    # Its words may stand elsewhere again, or nowhere.
    return evolve(done, note=make_searchable(ws, [article]))


def history(ws: Workspace, claim: str) -> tuple[Event, ...]:
    """Every event on a claim, the undone ones included, in the order of the fold."""
    article, id = resolve_claim(ws, claim)
    state = find(read_article(ws, article), id).state
    return state.history if state else ()


def _evidence(ws: Workspace, links: Sequence[Link], bare: Stance) -> list[dict[str, str]]:
    evidence = []
    for link in links:
        one = {"url": parse_link(ws, link.url), "stance": link.stance or bare}
        if link.quote is not None:
            one["quote"] = _text(link.quote, "quote")
        evidence.append(one)
    return evidence


def _text(text: str, what: str) -> str:
    text = text.strip()
    if not text:
        raise SearchkitError(f"the {what} is empty", remedy="say something, or leave it out")
    if len(text) > LONGEST_TEXT:
        raise SearchkitError(f"the {what} is longer than {LONGEST_TEXT:,} characters")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise SearchkitError(f"the {what} is not valid Unicode text") from error
    return text
