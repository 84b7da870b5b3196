"""What reviewers said, as sets of ids that a search can use the moment after a mark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import frozen

from searchkit.engine.base import Kind
from searchkit.errors import QueryError
from searchkit.model import UNREVIEWED
from searchkit.query.tree import IdSet, Node, Review
from searchkit.workflow.workspace import Workspace

if TYPE_CHECKING:
    from searchkit.catalog import Statement, Summary
    from searchkit.workflow.summarising import Summarised

Resolve = Callable[[Review], Node]


@frozen
class Reviews:
    """The summaries of all reviewed claims."""

    claims: tuple[Summary, ...]
    #: article -> reviewer -> (time, id) of the last event that an undo would take back.
    latest: dict[str, dict[str, tuple[str, str]]]

    def by_article(self) -> dict[str, list[Summary]]:
        """The summaries of each article's claims."""
        grouped: dict[str, list[Summary]] = {}
        for summary in self.claims:
            grouped.setdefault(summary.article, []).append(summary)
        return grouped


def load(ws: Workspace) -> Reviews:
    """Summarise what changed since last time, and return all.

    A damaged sidecar is left out here, and noted in ``ws.damaged``.
    """
    stamps = ws.review_stamps()
    if not stamps:
        # Nobody judged anything yet: no need to open the catalog.
        return Reviews((), {})
    unsaved, there, now = _refresh(ws, stamps)
    state = (now, there, frozenset(unsaved))
    if ws.summarised and not unsaved and ws.summarised[0] == state:
        return ws.summarised[1]
    reviewed = ws.catalog.reviewed
    known = [s for s in reviewed.summaries() if s.article in there]
    fresh = [summary for one in unsaved.values() for summary in one.claims]
    latest = {id: last for id, last in reviewed.latest().items() if id in there}
    latest |= {id: one.latest for id, one in unsaved.items()}
    ordered = tuple(sorted([*known, *fresh], key=lambda s: (s.article, s.claim)))
    ws.summarised = (state, Reviews(ordered, latest))
    return ws.summarised[1]


def statements(ws: Workspace) -> list[Statement]:
    """What every judged claim says, by article and id; damaged sidecars as in `load`."""
    unsaved, there, _ = _refresh(ws, ws.review_stamps())
    known = [one for one in ws.catalog.reviewed.statements() if one.article in there]
    fresh = [statement for one in unsaved.values() for statement in one.statements]
    return sorted([*known, *fresh], key=lambda s: (s.article, s.claim))


def _refresh(
    ws: Workspace, stamps: Mapping[str, str]
) -> tuple[dict[str, Summarised], frozenset[str], dict[str, str]]:
    """Bring the catalog up to date with the sidecars.

    Args:
        stamps: of the sidecars.

    Returns:
        What is new and could not be kept, by article; the articles for which the catalog is
        right; and what their summaries are computed from, by article.
    """
    catalog = ws.catalog
    stored = catalog.fingerprints(stamps)
    dead = _digest(ws.dead_links) if ws.dead_links else ""
    now = {id: f"{fp}|{stored.get(id, '')}|{dead}" for id, fp in stamps.items()}
    known = catalog.reviewed.stamps()
    stale = [id for id, stamp in now.items() if known.get(id) != stamp]
    gone = [id for id in known if id not in now]
    fresh = _summarised(ws, stale)
    # Not kept, so that it is noted again next time.
    gone += [id for id in ws.damaged if id in known]
    there = frozenset(now) - set(ws.damaged)
    if not stale and not gone:
        return {}, there, now
    import sqlite3  # noqa: PLC0415 - the catalog brought it

    try:
        with catalog.transaction():
            for id in gone:
                catalog.reviewed.drop(id)
            for id, one in fresh.items():
                if id not in ws.damaged:
                    catalog.reviewed.put(id, now[id], one.latest, one.claims, one.statements)
    except sqlite3.OperationalError:
        # Somebody is indexing, or the folder is read-only: right all the same, only not kept.
        return fresh, there - fresh.keys(), now
    return {}, there, now


def _digest(links: Iterable[str]) -> str:
    """What links are dead is known from checks; the sidecar does not change with them."""
    import hashlib  # noqa: PLC0415 - for those who check links

    return hashlib.sha256("\n".join(sorted(links)).encode()).hexdigest()


def _summarised(ws: Workspace, ids: Sequence[str]) -> dict[str, Summarised]:
    if not ids:
        return {}
    from searchkit.workflow.summarising import summarise  # noqa: PLC0415 - for new reviews only

    return {id: summarise(ws, id) for id in ids}


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
        from searchkit.reviews import FLAGS  # noqa: PLC0415 - few searches name one

        _known(term, value, FLAGS, "flag")
        return lambda summary: value in summary.flags
    return lambda summary: value in {name.lower() for name in summary.reviewers}


def _known(term: Review, value: str, names: Iterable[str], what: str) -> None:
    names = list(names)
    if value not in names:
        import difflib  # noqa: PLC0415 - for mistakes

        near = difflib.get_close_matches(value, names, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"take one of: {', '.join(names)}"
        message = f"there is no {what} {term.value!r}"
        raise QueryError(message, position=term.position, remedy=remedy)
