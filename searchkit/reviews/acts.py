"""From acts to events: what is written is held to what will be read."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable

from attrs import evolve, frozen

from searchkit.errors import SidecarError
from searchkit.model import Event, Identity
from searchkit.reviews.events import Act, Sidecar, body, canonical_json, event_id
from searchkit.reviews.shape import ACTIONS, fault, plain, too_deep

#: Categories of characters that would break a line or an encoding.
_NO_NAME = frozenset({"Cc", "Cs", "Zl", "Zp"})


def event_of(act: Act, reviewer: str, time: str, parents: tuple[str, ...]) -> Event:
    """The event that an act becomes.

    Raises:
        SidecarError: there is no such action, or its data lack something or fit no JSON.
    """
    if act.action not in ACTIONS:
        raise SidecarError(f"there is no action {act.action!r}")
    try:
        data = plain(act.data)
    except ValueError as error:
        raise SidecarError(f"this {act.action} cannot be written: it holds {error}") from None
    event = Event("", parents, time, reviewer, act.action, act.claim, data)
    check(event)
    return evolve(event, id=event_id(event))


@frozen
class Timed:
    """An act of the past, with who did it and when."""

    act: Act
    reviewer: str
    #: UTC, ISO 8601 with microseconds and "Z".
    time: str


def chained(identity: Identity, acts: Iterable[Timed]) -> Sidecar:
    """Acts of the past as a history of their own, to be merged into the one that is there.

    The same acts always give the same events: importing a file twice adds nothing.

    Raises:
        SidecarError: an act is no valid one.
    """
    events: list[Event] = []
    for timed in sorted(acts, key=lambda timed: timed.time):
        parents = (events[-1].id,) if events else ()
        events.append(event_of(timed.act, named(timed.reviewer), timed.time, parents))
    return Sidecar(identity, tuple(events))


def check(event: Event) -> None:
    """Refuse what would be refused when it is read again.

    Raises:
        SidecarError: the event's form is wrong; its id is not looked at.
    """
    raw = body(event)
    problem = fault(raw)
    if problem is None and too_deep(raw):
        problem = "it is nested too deeply"
    try:
        canonical_json(raw)
    except ValueError:
        problem = "it holds half a character"
    if problem:
        raise SidecarError(f"this {event.action} cannot be written: {problem}")


def named(reviewer: str) -> str:
    """A reviewer's name as events hold it.

    Raises:
        SidecarError: it is empty, or holds what would break a line.
    """
    name = reviewer.strip()
    if not name or any(unicodedata.category(c) in _NO_NAME for c in name):
        raise SidecarError("a reviewer must be named", remedy="give a name with --by")
    return name


def stamp(time: dt.datetime) -> str:
    """A time as events write it.

    Raises:
        SidecarError: it has no time zone.
    """
    try:
        if time.tzinfo is None:
            raise ValueError
        stamp = time.astimezone(dt.UTC).isoformat(timespec="microseconds")
    except (ValueError, OverflowError):
        message = "not a time with a time zone"
        raise SidecarError(message, place=time.isoformat()) from None
    return stamp.replace("+00:00", "Z")
