"""What reviewers said, as sets of ids that a search can use the moment after a mark."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from attrs import field, frozen

from searchkit.engine.base import Kind
from searchkit.errors import QueryError, UnwritableError
from searchkit.model import UNREVIEWED
from searchkit.query.tree import IdSet, Node, Review
from searchkit.workflow.workspace import Workspace

if TYPE_CHECKING:
    from searchkit.catalog import Latest, Statement, Summary
    from searchkit.workflow.summarising import Summarised

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


def load(ws: Workspace) -> Reviews:
    """Summarise what changed since last time, and return all.

    A damaged sidecar is left out here, and noted in ``ws.damaged``.
    """
    stamps = ws.review_stamps()
    if not stamps:
        # Nobody judged anything yet: no need to open the catalog.
        return Reviews()
    fresh, now = _refresh(ws, stamps)
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
    fresh, now = _refresh(ws, ws.review_stamps())
    known = ws.catalog.reviewed.statements()
    kept = [one for one in known if one.article in now and one.article not in fresh]
    new = [statement for one in fresh.values() for statement in one.statements]
    return sorted([*kept, *new], key=lambda s: (s.article, s.claim))


def _refresh(
    ws: Workspace, stamps: Mapping[str, str]
) -> tuple[dict[str, Summarised], dict[str, str]]:
    """Bring the catalog up to date with the sidecars.

    Args:
        stamps: `Workspace.review_stamps`.

    Returns:
        What was summarised anew, whether it could be kept or not; and what the summaries are
        computed from. Both by article, without damaged sidecars.
    """
    catalog = ws.catalog
    stored = catalog.fingerprints(stamps)
    dead = _digest(ws.dead_links) if ws.dead_links else ""
    now = {id: f"{fp}|{stored.get(id, '')}|{dead}" for id, fp in stamps.items()}
    known = catalog.reviewed.stamps()
    stale = [id for id, stamp in now.items() if known.get(id) != stamp]
    if stale:
        # No older than what the catalog says is stored.
        ws.engine.refresh()
    fresh = _summarised(ws, stale)
    # Not kept, so that it is noted again next time.
    gone = [id for id in known if id not in now or id in ws.damaged]
    if fresh or gone:
        # Somebody may be indexing, or the folder is read-only: right all the same, only not kept.
        with suppress(UnwritableError), catalog.transaction(wait=_WAIT):
            for id in gone:
                catalog.reviewed.drop(id)
            for id, one in fresh.items():
                catalog.reviewed.put(id, now[id], one.latest, one.claims, one.statements)
    return fresh, {id: stamp for id, stamp in now.items() if id not in ws.damaged}


def _digest(links: Iterable[str]) -> str:
    """What links are dead is known from checks; the sidecar does not change with them."""
    import hashlib  # noqa: PLC0415 - for those who check links

    return hashlib.sha256("\n".join(sorted(links)).encode()).hexdigest()


def _summarised(ws: Workspace, ids: Sequence[str]) -> dict[str, Summarised]:
    if not ids:
        return {}
    from searchkit.workflow.summarising import summarise  # noqa: PLC0415 - for new reviews only

    return {id: one for id in ids if (one := summarise(ws, id))}


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
