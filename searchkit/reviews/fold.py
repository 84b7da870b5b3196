"""What stands now: the events folded, in their order, into one state for each claim."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, cast

from attrs import evolve, field, mutable

from searchkit.identity import canonical_link
from searchkit.model import (
    UNREVIEWED,
    Anchor,
    ClaimState,
    Event,
    Evidence,
    Judgement,
    Note,
    Selector,
    Source,
)
from searchkit.reviews.events import ordered, undone
from searchkit.reviews.shape import selector_of

#: The flags that reviews raise, in the order that they are shown.
FLAGS = ("reviewers-differ", "no-evidence", "own-source", "dead-link", "stale", "orphaned")
#: Those of verdicts on words that changed: somebody has to settle them.
UNSETTLED = frozenset({"stale", "orphaned"})


@mutable
class _Claim:
    """A claim in the making."""

    touched: Selector | None = None
    pinned: Selector | None = None
    judgements: dict[str, Judgement] = field(factory=dict)
    #: By link and reviewer, so that one reviewer's new stance takes the place of the old one.
    evidence: dict[tuple[str, str], Evidence] = field(factory=dict)
    #: By link, the latest preserved copy of the page.
    copies: dict[str, Mapping[str, Any]] = field(factory=dict)
    notes: list[Note] = field(factory=list)
    assigned: dict[str, None] = field(factory=dict)
    wording: str | None = None
    said_by: str | None = None
    history: list[Event] = field(factory=list)

    def apply(self, event: Event) -> None:
        """Let an event count."""
        data = event.data
        match event.action:
            case "judge":
                self._judge(event)
            case "confirm" | "reattach":
                self._settle(event)
            case "link":
                self._link(event)
            case "preserve":
                self.copies[data["url"]] = data
            case "unlink":
                self.evidence = {
                    key: found for key, found in self.evidence.items() if found.url != data["url"]
                }
                self.copies.pop(data["url"], None)
            case "note":
                self.notes.append(Note(event.reviewer, event.time, data["text"], event.id))
            case "assign":
                self.assigned.pop(data["to"], None)
                if data["state"] == "in-review":
                    self.assigned[data["to"]] = None

    def _judge(self, event: Event) -> None:
        data = event.data
        words = self._pin(event)
        # Taken out first, so that the newest judgement stands last.
        self.judgements.pop(event.reviewer, None)
        self.judgements[event.reviewer] = Judgement(
            event.reviewer, data["status"], event.time, event.id, data.get("note") or None, words
        )
        if "wording" in data:
            self.wording = data["wording"] or None
        if "said_by" in data:
            self.said_by = data["said_by"] or None
        self._link(event)

    def _settle(self, event: Event) -> None:
        """A verdict holds for other words too: the reviewer's own, or the one adopted."""
        own = self.judgements.get(event.reviewer)
        if own:
            self.judgements[event.reviewer] = evolve(own, words=self._pin(event))
        elif adopted := event.data.get("status"):
            self.judgements[event.reviewer] = Judgement(
                event.reviewer, adopted, event.time, event.id, words=self._pin(event)
            )
        elif event.action == "reattach":
            self._pin(event)

    def _pin(self, event: Event) -> str:
        """The words that the claim is from now on."""
        self.pinned = selector_of(event.data)
        return self.pinned.exact if self.pinned else ""

    def _link(self, event: Event) -> None:
        for raw in event.data.get("evidence", ()):
            key = (raw["url"], event.reviewer)
            self.evidence[key] = _evidence(raw, event, self.evidence.get(key))

    def _with_copy(self, found: Evidence) -> Evidence:
        copy = self.copies.get(found.url)
        if copy is None:
            return found
        # Of a passage that was quoted since, nobody knows whether it stands there.
        quoted = copy.get("found") if copy.get("quote") == found.quote else None
        return evolve(found, copy=copy["copy"], copied=copy["time"], quoted=quoted)

    def state(self, id: str, gone: frozenset[str]) -> ClaimState | None:
        selector = self.pinned or self.touched
        if selector is None:
            return None
        judgements = tuple(self.judgements.values())
        return ClaimState(
            claim=id,
            selector=selector,
            status=judgements[-1].status if judgements else UNREVIEWED,
            judgements=judgements,
            evidence=tuple(map(self._with_copy, self.evidence.values())),
            notes=tuple(self.notes),
            assigned=tuple(self.assigned),
            wording=self.wording,
            said_by=self.said_by,
            history=tuple(self.history),
            undone=gone & {event.id for event in self.history},
        )


def fold(events: Iterable[Event]) -> dict[str, ClaimState]:
    """The state of every claim that somebody ever touched, by its id, in order of first touch.

    Undone events stay in the history and count for nothing else. Actions that are not known here
    count for nothing either.

    Args:
        events: of one article, in any order.

    Raises:
        SidecarError: the events go round in a circle.
    """
    order = ordered(events)
    gone = undone(order)
    claims: dict[str, _Claim] = {}
    for event in order:
        if event.claim is None:
            continue
        claim = claims.setdefault(event.claim, _Claim())
        claim.history.append(event)
        if claim.touched is None:
            claim.touched = selector_of(event.data)
        if event.id not in gone:
            claim.apply(event)
    states = {id: claim.state(id, gone) for id, claim in claims.items()}
    return {id: state for id, state in states.items() if state}


def custom_claims(events: Iterable[Event]) -> dict[str, Selector]:
    """The claims that people marked out themselves and did not take back, by their id.

    One that was confirmed or reattached since has the words that it was given then.

    Raises:
        SidecarError: the events go round in a circle.
    """
    order = ordered(events)
    gone = undone(order)
    found: dict[str, Selector] = {}
    for event in order:
        if event.claim is None or event.id in gone:
            continue
        moved = event.action in ("confirm", "reattach") and event.claim in found
        if event.action == "add-claim" or moved:
            selector = selector_of(event.data)
            assert selector is not None, "these actions are not read without a selector"
            found[event.claim] = evolve(selector, kind="custom")
    return found


def flags(
    state: ClaimState | None,
    sources: Sequence[Source],
    anchor: Anchor | None,
    dead: Container[str] = (),
) -> tuple[str, ...]:
    """What somebody should look at, in the order of `FLAGS`.

    Args:
        state: the reviews of the claim.
        sources: those of its article.
        anchor: where its words stand in today's text; None when that was not looked for.
        dead: the links that are known to be dead.
    """
    if state is None:
        return ()
    own = {canonical_link(source.link) for source in sources if source.link}
    raised = {
        "reviewers-differ": len({j.status for j in state.judgements}) > 1,
        "no-evidence": bool(state.judgements) and not state.evidence,
        "own-source": bool(state.evidence)
        and all(canonical_link(found.url) in own for found in state.evidence),
        "dead-link": any(found.url in dead and not found.copy for found in state.evidence),
        "stale": bool(state.judgements) and anchor is not None and anchor.state == "changed",
        "orphaned": anchor is not None and anchor.state == "orphaned",
    }
    return tuple(flag for flag in FLAGS if raised[flag])


def _evidence(raw: Mapping[str, Any], event: Event, earlier: Evidence | None) -> Evidence:
    def given(key: str) -> str | None:
        # What was noted about the page before still holds where nothing new is said.
        return cast("str | None", raw.get(key) or (getattr(earlier, key) if earlier else None))

    return Evidence(
        url=raw["url"],
        stance=raw["stance"],
        quote=given("quote"),
        title=given("title"),
        publisher=given("publisher"),
        accessed=given("accessed"),
        copy=given("copy"),
        reviewer=event.reviewer,
        event=event.id,
    )
