"""The claims that wait for a reviewer, in the order in which they deserve it."""

from __future__ import annotations

from collections.abc import Container, Sequence

from attrs import evolve, frozen

from searchkit.catalog import Summary
from searchkit.model import ReviewedArticle, ReviewedClaim, Worth
from searchkit.query.tree import And, IdSet, Not
from searchkit.reviews import UNSETTLED
from searchkit.workflow import summaries
from searchkit.workflow.lost import lost
from searchkit.workflow.reading import handles, read_article
from searchkit.workflow.searching import most_worthy, pool_note, told
from searchkit.workflow.selection import ClaimFilter, Selection, select
from searchkit.workflow.similar import Similar, known_of
from searchkit.workflow.workspace import Workspace
from searchkit.worth import worth


@frozen
class Coverage:
    """How far the reviewing of a selection has come."""

    done: int
    total: int


@frozen
class QueuedClaim:
    """A claim whose turn it is."""

    claim: ReviewedClaim
    article: ReviewedArticle
    handle: str
    worth: Worth
    #: What is known of it from elsewhere.
    similar: Similar | None = None


@frozen
class Waiting:
    """What waits for a reviewer at one moment."""

    #: (article, claim), in order.
    order: tuple[tuple[str, str], ...]
    #: What the reviewer should know about the order.
    note: str | None = None


class Queue:
    """A reviewer's way through the claims of a selection.

    First come claims whose text changed since they were judged, then those without a verdict, the
    most check-worthy first. Where the selection itself names statuses, flags or reviewers, all
    of its claims come. What was done is in the sidecars, so that a later queue goes on where
    this one ended; only what was skipped comes back at the end of this one.

    Args:
        wanted: the selection.
        reviewer: who reviews.
        second_opinion: claims that others judged and the reviewer did not.

    Raises:
        QueryError, NotFoundError, AmbiguousError: of the selection.
    """

    def __init__(
        self,
        ws: Workspace,
        wanted: ClaimFilter,
        *,
        reviewer: str,
        second_opinion: bool = False,
    ):
        self._ws = ws
        self._wanted = wanted
        self._reviewer = reviewer
        self._second = second_opinion
        self._at = 0
        #: Of the claim that was looked at last, by its id.
        self._similar: tuple[str, Similar] | None = None
        self._skipped: list[tuple[str, str]] = []
        #: What the reviewer should know about the order.
        self.note: str | None = None
        #: (article, claim), in order.
        self._order = self._waiting()

    def current(self) -> QueuedClaim | None:
        """The claim whose turn it is, as it stands now; None when nothing waits any more."""
        if self._at >= len(self._order):
            fresh = [pair for pair in self._waiting() if pair not in self._skipped]
            self._order += fresh or self._skipped
            if not fresh:
                self._skipped = []
        while self._at < len(self._order):
            found = queued(self._ws, *self._order[self._at])
            if found is not None:
                return evolve(found, similar=self._known_of(found.claim, found.article))
            del self._order[self._at]
        return None

    def _known_of(self, claim: ReviewedClaim, article: ReviewedArticle) -> Similar:
        id = claim.claim.id
        if self._similar is None or self._similar[0] != id:
            own = article.article if article.in_corpus else None
            self._similar = (id, known_of(self._ws, claim, own))
        return self._similar[1]

    def forward(self) -> None:
        """Go on to the next."""
        self._at += 1

    def skip(self) -> None:
        """Go on to the next, and come back to this one when nothing else waits."""
        self._skipped.append(self._order[self._at])
        self._at += 1

    def back(self) -> bool:
        """Go back to the one before; False when there is none."""
        if not self._at:
            return False
        self._at -= 1
        pair = self._order[self._at]
        if pair in self._skipped:
            self._skipped.remove(pair)
        return True

    def coverage(self) -> Coverage:
        """How many claims of the selection were judged; see `coverage`."""
        return coverage(self._ws, self._wanted, self._reviewer, second_opinion=self._second)

    def _waiting(self) -> list[tuple[str, str]]:
        found = waiting(self._ws, self._wanted, self._reviewer, second_opinion=self._second)
        self.note = found.note
        return list(found.order)


def queued(ws: Workspace, article_id: str, claim_id: str) -> QueuedClaim | None:
    """A claim as it stands now, without what is known from elsewhere; None when it is no more."""
    article = read_article(ws, article_id)
    found = article.claim(claim_id)
    if found is None:
        return None
    value = worth(found.claim.text, kind=found.claim.kind)
    return QueuedClaim(found, article, handles(ws, [claim_id])[claim_id], value)


def coverage(
    ws: Workspace, wanted: ClaimFilter, reviewer: str, *, second_opinion: bool = False
) -> Coverage:
    """How many claims of a selection were judged; by the reviewer, for second opinions.

    Claims whose words are in no text any more count where the selection names reviews.

    Raises:
        QueryError, NotFoundError, AmbiguousError: of the selection.
    """
    chosen = select(ws, wanted)
    gone = {id for _, id in lost(ws, chosen)}
    judged = {s.claim for s in chosen.reviews.claims if s.statuses}
    if second_opinion:
        both = judged & _judged_by(reviewer, chosen.reviews)
        return Coverage(_count(ws, chosen, both, gone), _count(ws, chosen, judged, gone))
    total = ws.engine.count("claims", told(ws, chosen.tree)[0]) + len(gone)
    return Coverage(_count(ws, chosen, judged, gone), total)


def _count(ws: Workspace, chosen: Selection, ids: set[str], gone: set[str]) -> int:
    within = And((chosen.tree, IdSet(frozenset(ids))))
    return ws.engine.count("claims", within) + len(ids & gone)


def waiting(
    ws: Workspace, wanted: ClaimFilter, reviewer: str, *, second_opinion: bool = False
) -> Waiting:
    """What waits for a reviewer now, in the order of `Queue`.

    Claims of an article whose sidecar is damaged do not: whether they were judged is not known.

    Raises:
        QueryError, NotFoundError, AmbiguousError: of the selection.
    """
    chosen = select(ws, wanted)
    reviews = chosen.reviews
    judged = frozenset(s.claim for s in reviews.claims if s.statuses)
    tree, _ = told(ws, chosen.tree)
    first: list[tuple[str, str]] = []
    if second_opinion:
        open_ids = judged - _judged_by(reviewer, reviews)
        tree = And((tree, IdSet(open_ids)))
        first = [pair for pair in lost(ws, chosen) if pair[1] in open_ids]
    elif not (wanted.statuses or wanted.flags or wanted.reviewers):
        unsettled = [s for s in reviews.claims if s.statuses and UNSETTLED & set(s.flags)]
        first = _within(ws, wanted, chosen, unsettled)
        tree = And((tree, Not(IdSet(judged))))
    else:
        first = lost(ws, chosen)
    pool, _ = most_worthy(ws, tree)
    places = {c.id: c.article for c in ws.engine.claims(hit.id for hit in pool.hits)}
    ranked = [(places[hit.id], hit.id) for hit in pool.hits if hit.id in places]
    return Waiting(tuple(dict.fromkeys([*first, *ranked])), pool_note(pool))


def _within(
    ws: Workspace, wanted: ClaimFilter, chosen: Selection, unsettled: list[Summary]
) -> list[tuple[str, str]]:
    """Those of the selection; what is in no text any more fits where nothing is asked for."""
    ids = frozenset(s.claim for s in unsettled)
    hits = ws.engine.search("claims", And((chosen.tree, IdSet(ids))), limit=None).hits
    found = {hit.id for hit in hits}
    if not wanted.described:
        found = set(ids)
    return [(s.article, s.claim) for s in unsettled if s.claim in found]


def _judged_by(reviewer: str, reviews: summaries.Reviews) -> frozenset[str]:
    """Claims that the reviewer judged."""
    return frozenset(s.claim for s in reviews.claims if reviewer in s.judges)


def status_keys(names: Sequence[str], taken: Container[str]) -> dict[str, str]:
    """A key for each status: the first letter of its name that is free, else a digit.

    Args:
        taken: the keys that do something else.
    """
    keys: dict[str, str] = {}
    for name in names:
        letters = [c for c in name if c.isalnum() and c not in taken]
        digits = [str(number) for number in range(1, 10)]
        key = next((c for c in (*letters, *digits) if c not in keys), None)
        if key:
            keys[key] = name
    return keys
