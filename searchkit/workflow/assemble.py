"""Today's text and the reviewers' events, put together: which verdict stands on which claim."""

from __future__ import annotations

from collections.abc import Container

from searchkit.anchor import anchor
from searchkit.claims import claim_id, claims_of
from searchkit.model import Anchor, Article, Claim, ClaimState, ReviewedArticle, ReviewedClaim, Span
from searchkit.reviews import Sidecar, custom_claims, flags, fold, heads


def assemble(
    article: Article | None, sidecar: Sidecar, dead: Container[str] = ()
) -> ReviewedArticle:
    """All claims of a reviewed article with what stands on them.

    A verdict goes to a claim only where the words that were judged stand today; a claim whose
    words are gone comes last, with its words as judged.

    Args:
        article: as in the corpus today; None when it left the corpus.
        sidecar: its reviews.
        dead: the links that are known to be dead.
    """
    events = sidecar.events
    states = fold(events)
    if article is None:
        gone = Article(
            title=sidecar.identity.title,
            text="",
            sources=sidecar.identity.sources,
            id=sidecar.identity.id,
        )
        kept = [
            _as_judged(gone, state, None, number, dead) for number, state in _numbered(states, 0)
        ]
        return ReviewedArticle(gone, tuple(kept), heads(events), in_corpus=False)
    claims = list(claims_of(article, custom_claims(events)))
    if not states:
        plain = tuple(ReviewedClaim(claim) for claim in claims)
        return ReviewedArticle(article, plain, heads(events))
    places = {(claim.kind == "title", claim.span): at for at, claim in enumerate(claims)}
    anchors = anchor(
        [state.selector for state in states.values()],
        article.title,
        article.text,
        [claim.span for claim in claims if claim.kind != "title"],
    )
    standing: dict[int, tuple[ClaimState, Anchor]] = {}
    loose: list[tuple[ClaimState, Anchor]] = []
    for state, found in zip(states.values(), anchors, strict=True):
        at = places.get((state.selector.kind == "title", found.span)) if found.span else None
        if at is None or at in standing:
            if _says_something(state):
                loose.append((state, found))
        else:
            standing[at] = (state, found)
    claims = _with_ids(claims, {at: state.claim for at, (state, _) in standing.items()}, states)
    reviewed = []
    for at, claim in enumerate(claims):
        if at in standing:
            state, found = standing[at]
            raised = flags(state, article.sources, found, dead)
            reviewed.append(ReviewedClaim(claim, state, found, raised))
        else:
            reviewed.append(ReviewedClaim(claim))
    number = len(claims)
    for state, found in sorted(loose, key=lambda pair: pair[0].selector.start):
        reviewed.append(_as_judged(article, state, found, number, dead))
        number += 1
    return ReviewedArticle(article, tuple(reviewed), heads(events))


def _says_something(state: ClaimState) -> bool:
    """Whether anything stands of what was done to a claim, or all of it was undone."""
    return bool(
        state.judgements or state.evidence or state.notes or state.assigned or state.wording
    )


def _numbered(states: dict[str, ClaimState], first: int) -> list[tuple[int, ClaimState]]:
    standing = [state for state in states.values() if _says_something(state)]
    ordered = sorted(standing, key=lambda s: (s.selector.kind != "title", s.selector.start))
    return list(enumerate(ordered, first))


def _as_judged(
    article: Article, state: ClaimState, found: Anchor | None, number: int, dead: Container[str]
) -> ReviewedClaim:
    selector = state.selector
    span = found.span if found and found.span else Span(selector.start, selector.end)
    whole = article.title if selector.kind == "title" else article.text
    text = whole[span.start : span.end] if found and found.span else selector.exact
    claim = Claim(state.claim, article.id, number, selector.kind, text, span)
    return ReviewedClaim(claim, state, found, flags(state, article.sources, found, dead))


def _with_ids(
    claims: list[Claim], standing: dict[int, str], states: dict[str, ClaimState]
) -> list[Claim]:
    """Give every reviewed claim the id that it was judged under; nobody else may bear it."""
    taken = set(states)
    named = []
    for at, claim in enumerate(claims):
        if at in standing:
            id = standing[at]
        else:
            id = claim.id
            if id in taken:
                id = claim_id(claim.article, claim.text, taken)
            taken.add(id)
        named.append(claim if id == claim.id else claim._replace(id=id))
    return named
