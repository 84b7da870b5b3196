"""Who gave how many verdicts on which day."""

from __future__ import annotations

from collections import Counter

from attrs import frozen

from searchkit.errors import SidecarError
from searchkit.reviews import undone
from searchkit.workflow.workspace import Workspace


@frozen
class Given:
    """Verdicts of one reviewer on one day."""

    #: ISO 8601, in UTC.
    day: str
    reviewer: str
    status: str
    count: int


class Activity:
    """The verdicts that stand in the sidecars, by day; what did not change is not read again."""

    def __init__(self) -> None:
        #: article -> stamp of its sidecar, and what it holds.
        self._known: dict[str, tuple[str, Counter[tuple[str, str, str]]]] = {}

    def of(self, ws: Workspace) -> tuple[Given, ...]:
        """Every verdict that was given and not taken back, the earliest first.

        A damaged sidecar is left out, and noted in ``ws.damaged``.
        """
        stamps = ws.review_stamps()
        known = dict(self._known)
        fresh = {
            id: known[id] if id in known and known[id][0] == stamp else (stamp, _verdicts(ws, id))
            for id, stamp in stamps.items()
        }
        self._known = fresh
        total: Counter[tuple[str, str, str]] = Counter()
        for _, counted in fresh.values():
            total.update(counted)
        return tuple(Given(*key, count) for key, count in sorted(total.items()))


def _verdicts(ws: Workspace, id: str) -> Counter[tuple[str, str, str]]:
    try:
        sidecar = ws.reviews.load(id)
    except SidecarError as error:
        ws.damaged[id] = str(error)
        return Counter()
    events = sidecar.events if sidecar else ()
    gone = undone(events)
    return Counter(
        (event.time[:10], event.reviewer, event.data["status"])
        for event in events
        if event.action == "judge" and event.id not in gone
    )
