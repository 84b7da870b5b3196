"""What settles a verdict whose words changed or left the text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from searchkit.anchor import describe
from searchkit.errors import AmbiguousError, NotFoundError, SearchkitError
from searchkit.model import ClaimKind, ReviewedArticle, ReviewedClaim, Selector, Span
from searchkit.reviews import Act, selector_data
from searchkit.workflow.reading import read_article, resolve_claim
from searchkit.workflow.workspace import Workspace
from searchkit.workflow.writing import Done, find, make_searchable, on_claims, write

#: What names a claim rather than its words: a number, an id, ARTICLE:3.
_HANDLE = re.compile(r"[0-9]+|[a-z][a-z0-9-]*(:[0-9]+)?", re.IGNORECASE)


def confirm(
    ws: Workspace, claims: Sequence[str], *, reviewer: str, seen: Sequence[str] | None = None
) -> list[Done]:
    """Say that the verdict is still right for today's words.

    The reviewer's own verdict, or, where there is none, the one that stands: it is then the
    reviewer's too.

    Args:
        claims: handles of claims whose words changed.
        seen: as of `reviewing.mark`.

    Raises:
        UnseenError: a verdict came after the heads that were seen.
        SearchkitError: a claim has no verdict, or its words are as they were judged, or are
            gone; then nothing is written.
    """

    def say(found: ReviewedClaim) -> Mapping[str, Any]:
        place = f"claim {found.claim.id}"
        if found.state is None or not found.state.judgements:
            remedy = f"give one: `searchkit mark {found.claim.id} STATUS`"
            raise SearchkitError("nobody gave a verdict on it", place=place, remedy=remedy)
        if found.anchor is None or found.anchor.span is None:
            remedy = f"give it its new place: `searchkit reattach {found.claim.id} PLACE`"
            raise SearchkitError("its words are in no text", place=place, remedy=remedy)
        if found.anchor.state != "changed":
            message = "its words are as they were judged; there is nothing to confirm"
            raise SearchkitError(message, place=place)
        return _verdict(found, reviewer)

    return on_claims(ws, claims, "confirm", say, reviewer, seen=seen)


def reattach(
    ws: Workspace, claim: str, place: str, *, reviewer: str, seen: Sequence[str] | None = None
) -> Done:
    """Give a claim whose words changed or are gone its place in today's text.

    Args:
        claim: the handle of the claim.
        place: the handle of a claim of the same article that nobody reviewed, or words that
            stand in the article once.
        seen: as of `reviewing.mark`.

    Raises:
        UnseenError: a verdict came after the heads that were seen.
        SearchkitError: the claim stands where it was judged, or the place is none, or another
            claim's.
    """
    article, id = resolve_claim(ws, claim)
    reviewed = read_article(ws, article)
    found = find(reviewed, id)
    if found.state is None or found.anchor is None or found.anchor.state in ("unchanged", "moved"):
        if not reviewed.in_corpus:
            message = "its article is no longer in the corpus; there is no place to give it"
        else:
            message = "its words stand in the text; it needs no other place"
        raise SearchkitError(message, place=f"claim {id}")
    data: dict[str, Any] = {"selector": selector_data(_place(ws, reviewed, id, place))}
    if found.state.judgements:
        data |= _verdict(found, reviewer)
    done = write(ws, reviewed, [Act("reattach", id, data)], reviewer, seen=seen)[0]
    return evolve(done, note=make_searchable(ws, [article]))


def _verdict(found: ReviewedClaim, reviewer: str) -> dict[str, Any]:
    """The verdict that the reviewer stands for: the own one, else the one that all agree on."""
    assert found.state is not None
    own = [j.status for j in found.state.judgements if j.reviewer == reviewer]
    if not own and "reviewers-differ" in found.flags:
        raise SearchkitError(
            "its reviewers differ, and you gave no verdict",
            place=f"claim {found.claim.id}",
            remedy=f"give one: `searchkit mark {found.claim.id} STATUS`",
        )
    return {"status": own[0] if own else found.status}


def _place(ws: Workspace, article: ReviewedArticle, id: str, place: str) -> Selector:
    text, words = article.article.text, place.strip()
    named = _named(ws, words)
    if named is None and words and text.count(words) == 1:
        start = text.index(words)
        span, kind = Span(start, start + len(words)), _kind(article, id)
        target = next((c for c in article.claims if c.claim.span == span), None)
        if target is None or target.claim.kind == "title":
            return describe(text, span, kind)
        return _free(article, id, target)
    try:
        other, target_id = named or resolve_claim(ws, place)
    except NotFoundError as error:
        raise NotFoundError(
            f"there is no place {place!r}",
            remedy="name a claim of the same article, or quote words that stand in it once",
        ) from error
    if other != article.article.id:
        message = f"claim {target_id} stands in another article, {other}"
        raise SearchkitError(message, place=f"claim {id}")
    return _free(article, id, find(article, target_id))


def _named(ws: Workspace, place: str) -> tuple[str, str] | None:
    """The claim that a place names by its id or a number; None for words.

    A number that stands once in the text is still a number of the last listing.
    """
    if not _HANDLE.fullmatch(place):
        return None
    try:
        article, id = resolve_claim(ws, place)
    except (NotFoundError, AmbiguousError):
        return None
    by_words = not (place.isdigit() or ":" in place or id.startswith(place.lower()))
    return None if by_words else (article, id)


def _free(article: ReviewedArticle, id: str, target: ReviewedClaim) -> Selector:
    """The selector of a claim that nobody reviewed."""
    if target.claim.id != id and target.state is not None:
        raise SearchkitError(
            f"claim {target.claim.id} was reviewed itself",
            place=f"claim {id}",
            remedy="name a claim that nobody reviewed",
        )
    whole = article.article.title if target.claim.kind == "title" else article.article.text
    return describe(whole, target.claim.span, target.claim.kind)


def _kind(article: ReviewedArticle, id: str) -> ClaimKind:
    kind = find(article, id).claim.kind
    return "sentence" if kind == "title" else kind
