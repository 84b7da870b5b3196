"""The event graph: ids by hash, heads, and the one order that everybody folds in.

Events form a graph as commits do: each names the heads that its author saw, and its id is a hash
over all it says, so that no event can be changed, and none before it dropped, without a trace.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from searchkit.errors import SidecarError
from searchkit.model import Action, Event, Identity

_FIELDS = ("time", "reviewer", "action", "claim", "data", "parents", "id")
_encoder = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


@frozen
class Act:
    """What a reviewer does; `ReviewStore.append` makes an event of it."""

    action: Action
    #: Claim id; None for an act about the article as a whole.
    claim: str | None
    data: Mapping[str, Any] = field(factory=dict, hash=False)


@frozen
class Sidecar:
    """The reviews of one article."""

    #: The article as known when somebody last acted on it.
    identity: Identity
    #: In fold order.
    events: tuple[Event, ...]
    #: Every link that the article ever had, sorted.
    links: tuple[str, ...] = ()


def canonical_json(value: Any) -> bytes:
    """The one byte sequence for a JSON value: sorted keys, no spaces, UTF-8, nothing escaped
    that need not be. Values come from `plain` or from a sidecar, which hold no floats.

    Raises:
        ValueError: the value holds half a surrogate pair, NaN or Infinity.
    """
    return _encoder.encode(value).encode("utf-8")


def body(event: Event) -> dict[str, Any]:
    """An event as an object of JSON, without its id, in the order that people read it."""
    return {
        "time": event.time,
        "reviewer": event.reviewer,
        "action": event.action,
        "claim": event.claim,
        "data": event.data,
        **dict(sorted(event.extra.items())),
        "parents": list(event.parents),
    }


def event_id(event: Event) -> str:
    """SHA-256 (hex) over the canonical JSON of everything in the event but its id."""
    return hashlib.sha256(canonical_json(body(event))).hexdigest()


def from_raw(raw: Mapping[str, Any]) -> Event:
    """An event from an object of JSON that `shape.fault` found nothing wrong with."""
    return Event(
        id=raw.get("id", ""),
        parents=tuple(raw["parents"]),
        time=raw["time"],
        reviewer=raw["reviewer"],
        action=raw["action"],
        claim=raw["claim"],
        data=raw["data"],
        extra={key: raw[key] for key in raw if key not in _FIELDS} if len(raw) > 7 else {},
    )


def heads(events: Iterable[Event]) -> tuple[str, ...]:
    """The ids that no event names as a parent, sorted: what the history stands at."""
    ids: set[str] = set()
    seen: set[str] = set()
    for event in events:
        ids.add(event.id)
        seen.update(event.parents)
    return tuple(sorted(ids - seen))


def unseen(events: Iterable[Event], seen: Iterable[str]) -> tuple[Event, ...]:
    """The events that are neither among some heads nor led up to them.

    Args:
        events: in any order.
        seen: ids of heads; those that are not there are passed over.
    """
    known = {event.id: event for event in events}
    waiting = [id for id in seen if id in known]
    behind: set[str] = set()
    while waiting:
        id = waiting.pop()
        if id not in behind:
            behind.add(id)
            waiting += [parent for parent in known[id].parents if parent in known]
    return tuple(event for id, event in known.items() if id not in behind)


def ordered(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events in fold order, each once.

    Topological (Kahn's algorithm over a heap): an event comes after its parents, an undo also
    after the event that it names; among those free to come next, the earliest time first, then
    the lowest id. Parents that are not there are passed over.

    Raises:
        SidecarError: the events go round in a circle.
    """
    known = {event.id: event for event in events}
    waiting: dict[str, int] = {}
    followers: dict[str, list[str]] = {}
    ready: list[tuple[str, str]] = []
    for event in known.values():
        needed = {parent for parent in event.parents if parent in known}
        if event.action == "undo" and event.data.get("event") in known:
            needed.add(event.data["event"])
        waiting[event.id] = len(needed)
        for id in needed:
            followers.setdefault(id, []).append(event.id)
        if not needed:
            ready.append((event.time, event.id))
    heapq.heapify(ready)
    order: list[Event] = []
    while ready:
        _, id = heapq.heappop(ready)
        order.append(known[id])
        for follower in followers.get(id, ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                heapq.heappush(ready, (known[follower].time, follower))
    if len(order) < len(known):
        raise SidecarError("the events go round in a circle", remedy="restore it from a copy")
    return tuple(order)


def undone(events: Iterable[Event]) -> frozenset[str]:
    """The ids of events that no longer count; an undo that was itself undone has no effect.

    Raises:
        SidecarError: the events go round in a circle.
    """
    gone: set[str] = set()
    for event in reversed(ordered(events)):
        if event.action == "undo" and event.id not in gone:
            gone.add(event.data["event"])
    return frozenset(gone)


def missing(events: Sequence[Event]) -> dict[str, tuple[str, ...]]:
    """For each event whose parents are not all there, the ids that are missing."""
    ids = {event.id for event in events}
    found = {e.id: tuple(p for p in e.parents if p not in ids) for e in events}
    return {id: parents for id, parents in found.items() if parents}


def merge(a: Sidecar, b: Sidecar) -> Sidecar:
    """The union of two people's reviews of one article.

    Commutative, associative and idempotent; no event is lost. What describes the article comes
    from the side with the newest event.

    Raises:
        SidecarError: they are about different articles, or their events go round in a circle.
    """
    if a.identity.id != b.identity.id:
        message = f"reviews of {a.identity.id} and of {b.identity.id} cannot be merged"
        raise SidecarError(message, remedy="merge sidecars of the same name")
    newer = max(a, b, key=lambda side: (_newest(side), canonical_json(header(side.identity))))
    links = {*all_links(a.identity, a.links), *all_links(b.identity, b.links)}
    return Sidecar(newer.identity, ordered((*a.events, *b.events)), tuple(sorted(links)))


def all_links(identity: Identity, earlier: Iterable[str] = ()) -> tuple[str, ...]:
    """The links of an article's sources and those that it had earlier, sorted."""
    return tuple(sorted({*earlier, *(s.link for s in identity.sources if s.link)}))


def header(identity: Identity) -> dict[str, Any]:
    """What an article is recognised by, as an object of JSON."""
    sources = [
        {
            key: value
            for key, value in (
                ("outlet", source.outlet),
                ("date", source.date.isoformat() if source.date else None),
                ("link", source.link),
            )
            if value is not None
        }
        for source in identity.sources
    ]
    return {
        "id": identity.id,
        "title": identity.title,
        "sources": sources,
        "content": identity.content,
        "sketch": list(identity.sketch),
    }


def _newest(sidecar: Sidecar) -> str:
    return max((event.time for event in sidecar.events), default="")
