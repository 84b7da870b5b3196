"""What the reviews of an article come to, computed from its sidecar."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import field, frozen

from searchkit.catalog import Latest, Statement, Summary
from searchkit.errors import SidecarError
from searchkit.model import Event, ReviewedArticle
from searchkit.reviews import undone
from searchkit.workflow.assemble import assemble
from searchkit.workflow.workspace import Workspace


@frozen
class Summarised:
    """What the reviews of one article come to."""

    #: reviewer -> (time, id) of the last event that an undo would take back.
    latest: Latest = field(factory=dict)
    claims: tuple[Summary, ...] = ()
    statements: tuple[Statement, ...] = ()


def summarise(ws: Workspace, id: str) -> Summarised | None:
    """What the reviews of an article come to; None, and noted, when its sidecar is damaged."""
    try:
        sidecar = ws.reviews.load(id)
    except SidecarError as error:
        ws.damaged[id] = str(error)
        return None
    if sidecar is None:
        return Summarised()
    article = next(iter(ws.engine.articles([id])), None)
    reviewed = assemble(article, sidecar, ws.dead_links)
    return Summarised(
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
