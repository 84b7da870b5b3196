"""An article and acts on it, for the tests of reviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from searchkit.model import Event, Identity, Selector, Source
from searchkit.reviews import Act, event_id, selector_data

IDENTITY = Identity(
    id="k7fexample",
    title="Probe returns “samples” — 嫦娥六号",
    sources=(
        Source("The Example Post", dt.date(2024, 8, 1), "https://news.example.org/probe"),
        Source(None, None, None),
    ),
    content="0" * 64,
    sketch=(3, 5, 4_294_967_295),
)
WORDS = Selector("The probe returned 2 kg of samples.", "Before. ", " After.", 8, 43)
SELECTOR = selector_data(WORDS)


def judge(claim: str = "k7f", status: str = "verified", *urls: str, **more: Any) -> Act:
    """A verdict; every link supports it unless `evidence` says otherwise."""
    evidence = [{"url": url, "stance": "supports"} for url in urls]
    data = {"status": status, "selector": SELECTOR, **({"evidence": evidence} if urls else {})}
    return Act("judge", claim, {**data, **more})


def note(text: str, claim: str | None = "k7f") -> Act:
    """A remark."""
    return Act("note", claim, {"text": text, **({"selector": SELECTOR} if claim else {})})


def undo(event: Event) -> Act:
    """The taking back of an event."""
    return Act("undo", event.claim, {"event": event.id})


def event(
    act: Act, *, parents: Iterable[Event] = (), minute: int = 0, reviewer: str = "Ann"
) -> Event:
    """An event made by hand."""
    fields = (tuple(sorted(p.id for p in parents)), f"2024-08-01T09:{minute:02}:00.000000Z")
    bare = Event("", *fields, reviewer, act.action, act.claim, act.data)
    return Event(event_id(bare), *fields, reviewer, act.action, act.claim, act.data)
