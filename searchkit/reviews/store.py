"""Sidecars on disk: read by anybody at any time, written by one at a time, never half."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

from searchkit.errors import SearchkitError, SidecarError, UnseenError
from searchkit.files import fsync_dir, locked, sweep, write_atomic
from searchkit.model import Event, Identity
from searchkit.reviews.acts import check, event_of, named, stamp
from searchkit.reviews.codec import decode, encode
from searchkit.reviews.events import (
    Act,
    Sidecar,
    all_links,
    event_id,
    heads,
    merge,
    missing,
    ordered,
    unseen,
)
from searchkit.reviews.file import is_proved, proved, read
from searchkit.reviews.shape import ACTIONS
from searchkit.sidecars import Sidecars

#: What gives, changes or takes back a verdict.
_VERDICTS = frozenset({"judge", "confirm", "reattach", "undo"})


class ReviewStore(Sidecars):
    """The sidecars of a folder, and what stands in them.

    Args:
        folder: made at the first write.
        timeout: seconds that a writer waits for another one.
    """

    def __init__(self, folder: Path, *, timeout: float = 20.0):
        super().__init__(folder)
        self.timeout = timeout

    def load(self, article_id: str) -> Sidecar | None:
        """Read a sidecar and prove the ids of its events; None when there is none.

        An event whose parents are missing is read all the same, so that merging a complete copy
        can mend the hole; `problems` names it.

        Raises:
            SidecarError: it is damaged, of another version, was tampered with, or cannot be read.
        """
        path = self.path(article_id)
        data = read(path)
        return None if data is None else proved(data, str(path), article_id)

    def append(
        self,
        identity: Identity,
        acts: Sequence[Act],
        *,
        reviewer: str,
        time: dt.datetime | None = None,
        seen: Sequence[str] | None = None,
    ) -> tuple[Event, ...]:
        """Add a reviewer's acts to an article's sidecar, all of them or none.

        Args:
            identity: the article as it is today; takes the place of what the sidecar said.
            acts: in the order in which they were done.
            reviewer: who did it.
            time: when, with a time zone; now by default. An event is never earlier than its
                parents: it takes the time of the latest of them instead.
            seen: the heads that the reviewer had before the eyes; the acts are refused when a
                verdict on their claims came after those. By default whatever is there was seen.

        Returns:
            The new events.

        Raises:
            LockedError: another writer did not finish in time.
            UnseenError: there is a verdict that the reviewer has not seen.
            SidecarError: the sidecar is damaged or of another version, or an act is no valid one.
            SearchkitError: the sidecar cannot be written; it is as it was.
        """
        when = stamp(time or dt.datetime.now(dt.UTC))
        name = named(reviewer)
        added: list[Event] = []

        def change(old: Sidecar | None) -> Sidecar:
            events = list(old.events) if old else []
            if seen is not None:
                _refuse_unseen(events, seen, acts)
            times = {event.id: event.time for event in events}
            parents = heads(events)
            for act in acts:
                latest = max([when, *map(times.__getitem__, parents)])
                event = event_of(act, name, latest, parents)
                if event.action == "undo" and event.data["event"] not in times:
                    message = f"event {event.data['event'][:12]} is not in these reviews"
                    raise SidecarError(message, place=str(self.path(identity.id)))
                times[event.id] = event.time
                parents = (event.id,)
                added.append(event)
            return Sidecar(
                identity,
                (*events, *added),
                all_links(identity, all_links(old.identity, old.links) if old else ()),
            )

        if acts:
            self._write(identity.id, change)
        return tuple(added)

    def absorb(self, other: Sidecar) -> tuple[Event, ...]:
        """Merge another person's sidecar of an article into this folder's.

        Returns:
            The events that were new here.

        Raises:
            LockedError: another writer did not finish in time.
            SidecarError: the sidecar here is damaged or of another version, or an event of the
                other is not what its id says.
            SearchkitError: the sidecar cannot be written; it is as it was.
        """
        new: list[Event] = []

        def change(old: Sidecar | None) -> Sidecar | None:
            known = {event.id for event in old.events} if old else set()
            new.extend(event for event in ordered(other.events) if event.id not in known)
            for event in new:
                check(event)
                if event_id(event) != event.id:
                    raise SidecarError(f"event {event.id[:12]} does not match its id")
            if not new:
                return None
            return merge(old, other) if old else other

        self._write(other.identity.id, change)
        return tuple(new)

    def problems(self) -> list[str]:
        """What is wrong with the sidecars, one line each, naming file and event.

        Raises:
            SearchkitError: the folder cannot be read.
        """
        return [problem for id in self.ids() for problem in self._problems(id)]

    def _problems(self, id: str) -> list[str]:
        path = self.path(id)
        try:
            data = read(path)
            if data is None:
                return []
            identity, _, events = decode(data, str(path))
        except SidecarError as error:
            return [str(error)]
        found = []
        if identity.id != id:
            found.append(f"{path}: holds the reviews of article {identity.id}")
        ids = set()
        absent = missing(events)
        times = {event.id: event.time for event in events}
        for event in events:
            named = f"{path}: event {event.id[:12]}"
            if event.id in ids:
                found.append(f"{named}: occurs twice")
                continue
            ids.add(event.id)
            if not is_proved(event):
                found.append(f"{named}: does not match its id; it was changed")
            if event.action not in ACTIONS:
                found.append(f"{named}: unknown action {event.action[:40]!r}")
            if event.action == "undo" and event.data["event"] not in times:
                found.append(f"{named}: undoes {event.data['event'][:12]}, which is missing")
            found += [f"{named}: its parent {p[:12]} is missing" for p in absent.get(event.id, ())]
            if any(times.get(p, "") > event.time for p in event.parents):
                found.append(f"{named}: is earlier than its parent")
        try:
            ordered(events)
        except SidecarError as error:
            found.append(f"{path}: {error.message}")
        return found

    def _write(self, article_id: str, change: Callable[[Sidecar | None], Sidecar | None]) -> None:
        path = self.path(article_id)
        self._make()
        with locked(self.folder / ".lock", timeout=self.timeout, what="writing reviews"):
            sweep(self.folder)
            new = change(self.load(article_id))
            if new is None:
                return
            try:
                data = encode(new)
            except UnicodeEncodeError:
                message = "the article's title or source holds half a character"
                raise SidecarError(message, place=str(path)) from None
            write_atomic(path, data)

    def _make(self) -> None:
        try:
            if not self.folder.is_dir():
                self.folder.mkdir(parents=True, exist_ok=True)
                fsync_dir(self.folder.parent)
        except OSError as error:
            message = f"the folder of reviews cannot be made ({error.strerror})"
            remedy = "make its parent writable and try again"
            raise SearchkitError(message, place=str(self.folder), remedy=remedy) from error


def _refuse_unseen(events: Sequence[Event], seen: Sequence[str], acts: Sequence[Act]) -> None:
    claims = {act.claim for act in acts}
    fresh = tuple(
        event.id
        for event in unseen(events, seen)
        if event.claim in claims and event.action in _VERDICTS
    )
    if fresh:
        raise UnseenError(
            "somebody gave a verdict on it in the meantime",
            events=fresh,
            remedy="look at it, then decide again",
        )
