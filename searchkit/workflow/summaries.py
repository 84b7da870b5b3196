"""What reviewers said, as sets of ids that a search can use the moment after a mark."""

from __future__ import annotations

import difflib
import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain

from attrs import field, frozen

from searchkit.catalog import Latest, Statement, Summary
from searchkit.engine.base import Kind
from searchkit.errors import QueryError, SidecarError
from searchkit.model import UNREVIEWED, Event, ReviewedArticle
from searchkit.query.tree import IdSet, Node, Review
from searchkit.reviews import FLAGS, undone
from searchkit.workflow.assemble import assemble
from searchkit.workflow.workspace import Workspace

Resolve = Callable[[Review], Node]
#: Seconds that keeping a summary is worth waiting for; whoever is indexing takes longer.
_WAIT = 0.05


@frozen
class Reviews:
    """The summaries of all reviewed claims."""

    #: article -> what its summaries were computed from; sorted.
    stamps: dict[str, str] = field(factory=dict)
    #: article -> the summaries of its claims, by id; sorted.
    by_article: dict[str, tuple[Summary, ...]] = field(factory=dict)
    #: article -> reviewer -> (time, id) of the last event that an undo would take back.
    latest: dict[str, Latest] = field(factory=dict)

    @cached_property
    def claims(self) -> tuple[Summary, ...]:
        """All summaries, by article and claim."""
        return tuple(chain.from_iterable(self.by_article.values()))


@frozen
class _Summarised:
    """What the reviews of one article come to."""

    latest: Latest = field(factory=dict)
    claims: tuple[Summary, ...] = ()
    statements: tuple[Statement, ...] = ()


def load(ws: Workspace) -> Reviews:
    """Summarise what changed since last time, and return all.

    A damaged sidecar is left out here, and noted in ``ws.damaged``.
    """
    fresh, now = _refresh(ws)
    old = ws.summarised or Reviews()
    if not fresh and old.stamps == now:
        return old
    kept = {id for id in now.keys() - fresh.keys() if old.stamps.get(id) == now[id]}
    read = ws.catalog.reviewed.read(now.keys() - fresh.keys() - kept)
    known = {
        **{id: (old.stamps[id], old.latest[id], old.by_article[id]) for id in kept},
        **read,
        **{id: (now[id], one.latest, one.claims) for id, one in fresh.items()},
    }
    ordered = {id: known[id] for id in now if id in known}
    ws.summarised = Reviews(
        {id: stamp for id, (stamp, _, _) in ordered.items()},
        {id: claims for id, (_, _, claims) in ordered.items()},
        {id: latest for id, (_, latest, _) in ordered.items()},
    )
    return ws.summarised


def statements(ws: Workspace) -> list[Statement]:
    """What every judged claim says, by article and id; damaged sidecars as in `load`."""
    fresh, now = _refresh(ws)
    known = ws.catalog.reviewed.statements()
    kept = [one for one in known if one.article in now and one.article not in fresh]
    new = [statement for one in fresh.values() for statement in one.statements]
    return sorted([*kept, *new], key=lambda s: (s.article, s.claim))


def _refresh(ws: Workspace) -> tuple[dict[str, _Summarised], dict[str, str]]:
    """Bring the catalog up to date with the sidecars.

    Returns:
        What was summarised anew, whether it could be kept or not; and what the summaries are
        computed from. Both by article, without damaged sidecars.
    """
    catalog = ws.catalog
    stamps = ws.review_stamps()
    stored = catalog.fingerprints(stamps)
    # What links are dead is known from checks; the sidecar does not change with them.
    dead = (
        hashlib.sha256("\n".join(sorted(ws.dead_links)).encode()).hexdigest()
        if ws.dead_links
        else ""
    )
    now = {id: f"{fp}|{stored.get(id, '')}|{dead}" for id, fp in stamps.items()}
    known = catalog.reviewed.stamps()
    stale = [id for id, stamp in now.items() if known.get(id) != stamp]
    if stale:
        # No older than what the catalog says is stored.
        ws.engine.refresh()
    fresh = {id: one for id in stale if (one := _summarise(ws, id))}
    # Not kept, so that it is noted again next time.
    gone = [id for id in known if id not in now or id in ws.damaged]
    # Somebody may be indexing, or the folder is read-only: right all the same, only not kept.
    with suppress(sqlite3.OperationalError):
        if fresh or gone:
            with catalog.transaction(wait=_WAIT):
                for id in gone:
                    catalog.reviewed.drop(id)
                for id, one in fresh.items():
                    catalog.reviewed.put(id, now[id], one.latest, one.claims, one.statements)
    return fresh, {id: stamp for id, stamp in now.items() if id not in ws.damaged}


def _summarise(ws: Workspace, id: str) -> _Summarised | None:
    """What the reviews of one article come to; None, and noted, when its sidecar is damaged."""
    try:
        sidecar = ws.reviews.load(id)
    except SidecarError as error:
        ws.damaged[id] = str(error)
        return None
    if sidecar is None:
        return _Summarised()
    article = next(iter(ws.engine.articles([id])), None)
    reviewed = assemble(article, sidecar, ws.dead_links)
    return _Summarised(
        _latest(sidecar.events), tuple(summaries_of(reviewed)), tuple(_statements(reviewed))
    )


def _statements(reviewed: ReviewedArticle) -> Iterator[Statement]:
    from searchkit.matching import stems  # noqa: PLC0415 - brings the stemmer; for new reviews only

    for claim in reviewed.claims:
        if claim.state and claim.state.judgements:
            said = claim.state.selector.exact
            wording = claim.state.wording
            words = f"{wording}\n{said}" if wording else said
            yield Statement(reviewed.article.id, claim.claim.id, words, stems(words))


def summaries_of(reviewed: ReviewedArticle) -> list[Summary]:
    """The summary of every claim of an article that somebody touched."""
    return [
        Summary(
            article=reviewed.article.id,
            claim=claim.claim.id,
            status=claim.status,
            statuses=tuple(dict.fromkeys(j.status for j in claim.state.judgements)),
            judges=tuple(sorted({j.reviewer for j in claim.state.judgements})),
            reviewers=tuple(
                sorted({j.reviewer for j in claim.state.judgements} | set(claim.state.assigned))
            ),
            flags=claim.flags,
        )
        for claim in reviewed.claims
        if claim.state
    ]


def _latest(events: Sequence[Event]) -> Latest:
    latest = {}
    for reviewer in {event.reviewer for event in events}:
        if event := last_act(events, reviewer):
            latest[reviewer] = (event.time, event.id)
    return latest


def last_act(events: Sequence[Event], reviewer: str, claim: str | None = None) -> Event | None:
    """The reviewer's newest event that still stands and is itself no undo.

    Args:
        claim: only of this claim.
    """
    gone = undone(events)
    standing = [
        event
        for event in events
        if event.reviewer == reviewer
        and event.action != "undo"
        and event.id not in gone
        and (claim is None or event.claim == claim)
    ]
    return max(standing, key=lambda event: (event.time, event.id), default=None)


def id_sets(ws: Workspace, reviews: Reviews, kind: Kind) -> Resolve:
    """What `query.replace_reviews` puts in the place of status, flag and reviewer terms.

    Returns:
        A function that raises QueryError for a status or flag that does not exist.
    """

    def resolve(term: Review) -> Node:
        matches = matcher(ws, term)
        chosen = [s for s in reviews.claims if matches(s)]
        unreviewed = term.field == "status" and term.value.lower() == UNREVIEWED
        if kind == "claims":
            ids = frozenset(s.claim for s in chosen)
            return IdSet(ids, complement=unreviewed)
        if not unreviewed:
            return IdSet(frozenset(s.article for s in chosen))
        judged: dict[str, int] = {}
        for summary in chosen:
            if "orphaned" not in summary.flags:
                judged[summary.article] = judged.get(summary.article, 0) + 1
        total = ws.catalog.claim_counts(judged)
        full = frozenset(id for id, count in judged.items() if count >= total.get(id, 0))
        return IdSet(full, complement=True)

    return resolve


def matcher(ws: Workspace, term: Review) -> Callable[[Summary], bool]:
    """What tells whether a reviewed claim fits a term; of `unreviewed`, whether it does not.

    Raises:
        QueryError: there is no such status or flag.
    """
    value = term.value.strip().lower()
    if term.field == "status":
        _known(term, value, ws.scale.names, "status")
        if value == UNREVIEWED:
            return lambda summary: bool(summary.statuses)
        return lambda summary: value in summary.statuses
    if term.field == "flag":
        _known(term, value, FLAGS, "flag")
        return lambda summary: value in summary.flags
    return lambda summary: value in {name.lower() for name in summary.reviewers}


def _known(term: Review, value: str, names: Iterable[str], what: str) -> None:
    names = list(names)
    if value not in names:
        near = difflib.get_close_matches(value, names, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"take one of: {', '.join(names)}"
        message = f"there is no {what} {term.value!r}"
        raise QueryError(message, position=term.position, remedy=remedy)
