"""From what a reviewer did to events in sidecars: all of it is checked before any is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import frozen

from searchkit.anchor import describe
from searchkit.errors import EngineError, LockedError, NotFoundError, SearchkitError
from searchkit.identity import identity_of
from searchkit.model import Action, Claim, Event, Identity, ReviewedArticle, ReviewedClaim, Span
from searchkit.query.tree import IdSet
from searchkit.reviews import Act, selector_data
from searchkit.workflow.reading import handles, read_article, resolve_claim
from searchkit.workflow.workspace import Workspace

#: What an event says of a claim, besides its words.
Say = Callable[[ReviewedClaim], Mapping[str, Any]]


@frozen
class Done:
    """What an act came to."""

    #: The claim as it stands now.
    claim: ReviewedClaim
    handle: str
    event: Event
    #: What the reviewer should know.
    note: str | None = None


def on_claims(
    ws: Workspace,
    names: Sequence[str],
    action: Action,
    say: Say,
    reviewer: str,
    *,
    seen: Sequence[str] | None = None,
) -> list[Done]:
    """Do the same on several claims: on all, or on none when one of them is refused.

    Args:
        names: handles of claims.
        say: what the event says of a claim besides its words.
        seen: the heads of their article that the reviewer had before the eyes, where a verdict
            that came after them is to stop this one.

    Raises:
        UnseenError: there is such a verdict.
        SearchkitError: of a handle, or raised by `say`; then nothing is written.
    """
    grouped: dict[str, dict[str, None]] = {}
    for name in names:
        article, id = resolve_claim(ws, name)
        grouped.setdefault(article, {})[id] = None
    ready = [prepared(ws, article, ids, action, say) for article, ids in grouped.items()]
    done: list[Done] = []
    for reviewed, acts in ready:
        try:
            done += write(ws, reviewed, acts, reviewer, seen=seen)
        except SearchkitError as error:
            if done:
                named = ", ".join(one.handle for one in done)
                error.remedy = f"{error.remedy or 'try again'}; written before it: {named}"
            raise
    return done


def prepared(
    ws: Workspace, article: str, ids: Iterable[str], action: Action, say: Say
) -> tuple[ReviewedArticle, list[Act]]:
    """The acts on claims of one article, and the article as it is before them."""
    reviewed = read_article(ws, article)
    acts = []
    for id in ids:
        data = dict(say(find(reviewed, id)))
        if action != "unlink":
            data["selector"] = _selector(reviewed, id, action)
        acts.append(Act(action, id, data))
    return reviewed, acts


def _selector(article: ReviewedArticle, id: str, action: str) -> dict[str, Any]:
    """The words that the reviewer has before the eyes."""
    claim = find(article, id)
    if claim.state and not (claim.anchor and claim.anchor.span):
        if action == "judge":
            raise SearchkitError(
                "the words that it was judged on are no longer in the corpus",
                place=f"claim {id}",
                remedy="judge a claim that stands in today's text, or add a `note`",
            )
        return selector_data(claim.state.selector)
    whole = article.article.title if claim.claim.kind == "title" else article.article.text
    return selector_data(describe(whole, claim.claim.span, claim.claim.kind))


def write(
    ws: Workspace,
    before: ReviewedArticle,
    acts: Sequence[Act],
    reviewer: str,
    vanishing: ReviewedClaim | None = None,
    *,
    seen: Sequence[str] | None = None,
) -> list[Done]:
    """Write acts on claims of one article.

    Args:
        before: the article as it is before them.
        vanishing: the claim that the acts let disappear.
        seen: as of `on_claims`.
    """
    id = before.article.id
    events = ws.reviews.append(identity_now(ws, before), acts, reviewer=reviewer, seen=seen)
    now = {claim.claim.id: claim for claim in read_article(ws, id).claims}
    done = []
    for event in events:
        assert event.claim is not None, "every act here is on a claim"
        claim = now.get(event.claim) or vanishing
        assert claim is not None, "the claim was there a moment ago"
        handle = handles(ws, [claim.claim.id])[claim.claim.id]
        done.append(Done(claim, handle, event))
    return done


def identity_now(ws: Workspace, article: ReviewedArticle) -> Identity:
    """What an article is recognised by, as its sidecar will say; of its old one when it is gone."""
    if article.in_corpus:
        return identity_of(article.article)
    sidecar = ws.reviews.load(article.article.id)
    assert sidecar is not None, "an article out of the corpus is known by its sidecar"
    return sidecar.identity


def find(article: ReviewedArticle, id: str) -> ReviewedClaim:
    """The claim of that id.

    Raises:
        NotFoundError: there is none.
    """
    if claim := article.claim(id):
        return claim
    remedy = f"`searchkit show {article.article.id}` lists its claims"
    raise NotFoundError(f"article {article.article.id} has no claim {id}", remedy=remedy)


def make_searchable(ws: Workspace, articles: Iterable[str]) -> str | None:
    """Let searches find the claims of articles as they are now.

    Returns:
        What the reviewer should know when that has to wait for the next `index`.
    """
    stale = []
    for id in articles:
        found = read_article(ws, id)
        if found.in_corpus and _places(_stored(ws, id)) != _places(found.present):
            stale.append((found.article, found.present))
    if not stale:
        return None
    try:
        with ws.engine.batch() as batch:
            for article, claims in stale:
                batch.put(article, claims)
    except (EngineError, LockedError, OSError):
        # The verdict stands already, whatever becomes of the index.
        return "searches will know it after the next `searchkit index`"
    ws.engine.refresh()
    return None


def _stored(ws: Workspace, article: str) -> list[Claim]:
    """The claims of an article that searches find."""
    hits = ws.engine.search("claims", IdSet(frozenset({article}), key="article"), limit=None).hits
    return ws.engine.claims(hit.id for hit in hits)


def _places(claims: Iterable[Claim]) -> set[tuple[str, Span]]:
    return {(claim.id, claim.span) for claim in claims}
