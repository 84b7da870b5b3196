"""From reviewed articles to the view model."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from searchkit.model import (
    UNREVIEWED,
    Article,
    Claim,
    ClaimState,
    Event,
    Evidence,
    ReviewedArticle,
    ReviewedClaim,
    Scale,
    Selector,
    Span,
    Stance,
    Status,
)
from searchkit.reports.view import (
    ArticleView,
    ClaimView,
    Context,
    Correction,
    Flag,
    JudgementView,
    Report,
    ReportSettings,
    Scope,
    Step,
)
from searchkit.reviews import earlier_words, judged_words
from searchkit.text import blocks, same_words, sentences
from searchkit.worddiff import compare

_ACTS = {
    "judge": "concluded",
    "link": "added a link",
    "unlink": "removed a link",
    "note": "noted",
    "confirm": "confirmed the verdict for the changed text",
    "reattach": "gave the claim its new place",
    "add-claim": "marked the claim out",
    "preserve": "preserved a copy of a page",
    "undo": "took back an earlier act",
}
#: Acts that pin down the words that a verdict is about.
_ON_WORDS = frozenset({"judge", "confirm", "reattach"})
_LABELS = {
    "reviewers-differ": "reviewers differ",
    "no-evidence": "no evidence",
    "own-source": "own source",
    "stale": "text changed",
    "orphaned": "the words are no longer in the text",
    "dead-link": "dead link",
}


def build(
    articles: Sequence[ReviewedArticle],
    settings: ReportSettings,
    scale: Scale,
    *,
    as_of: dt.datetime,
    articles_total: int,
    claims_total: int,
    everything: bool,
    filters: str,
    copies: Mapping[str, str] | None = None,
) -> Report:
    """The view model of a report; the same values give the same report in whatever order.

    Args:
        articles: with the claims that are to be listed.
        as_of: the time whose state the report shows; without a time zone it is taken as UTC.
        articles_total: articles of the whole index.
        claims_total: claims of the whole index.
        everything: list claims without a verdict too; otherwise they are left out.
        filters: what the claims were chosen by, in words; empty when by nothing.
        copies: where preserved copies lie, by their hash.
    """
    views = [_article(found, scale, everything) for found in articles]
    views = [view for view in views if view.claims]
    views.sort(key=lambda v: (-v.date.toordinal() if v.date else 0, v.title, v.id))
    claims = [claim for view in views for claim in view.claims]
    checked = [claim for claim in claims if claim.status.name != UNREVIEWED]
    counts = Counter(claim.status.name for claim in claims)
    names = (*scale.names, *sorted(set(counts) - set(scale.names)))
    utc = as_of.astimezone(dt.UTC) if as_of.tzinfo else as_of.replace(tzinfo=dt.UTC)
    return Report(
        settings=settings,
        scope=Scope(
            articles_total=articles_total,
            claims_total=claims_total,
            articles=len(views),
            claims=len(claims),
            checked=len(checked),
            lost=sum(not claim.in_text for claim in checked),
            filtered=bool(filters),
        ),
        as_of=utc.replace(tzinfo=None).isoformat(timespec="seconds") + "Z",
        everything=everything,
        filters=filters,
        scale=scale.statuses,
        summary=tuple((scale.get(name), counts[name]) for name in names if counts[name]),
        articles=tuple(views),
        copies=copies or {},
    )


def claim_view(article: ReviewedArticle, claim: ReviewedClaim, scale: Scale) -> ClaimView:
    """One claim of an article as reports show it, without what stands around it."""
    return _claim(claim, article.in_corpus, None, scale)


def _article(found: ReviewedArticle, scale: Scale, everything: bool) -> ArticleView:
    listed = [c for c in found.claims if everything or c.status != UNREVIEWED]
    listed.sort(key=lambda c: (c.claim.number, c.claim.id))
    surroundings = _Surroundings(found.article)
    return ArticleView(
        id=found.article.id,
        title=found.article.title,
        sources=found.article.sources,
        in_corpus=found.in_corpus,
        heads=found.heads,
        claims=tuple(_claim(claim, found.in_corpus, surroundings, scale) for claim in listed),
        text=found.article.text,
    )


def _claim(
    found: ReviewedClaim, in_corpus: bool, surroundings: _Surroundings | None, scale: Scale
) -> ClaimView:
    claim = found.claim
    state = found.state or ClaimState(claim.id, Selector(claim.text))
    in_text = in_corpus and (found.anchor is None or found.anchor.state != "orphaned")
    standing = [event for event in state.history if event.id not in state.undone]
    verdicts = [event.time for event in standing if event.action == "judge"]
    checks = verdicts and [e.time for e in standing if e.action in ("judge", "confirm")]
    as_judged = judged_words(state, claim.text)
    return ClaimView(
        id=claim.id,
        number=claim.number,
        kind=claim.kind,
        text=claim.text,
        in_text=in_text,
        status=scale.get(state.status),
        wording=state.wording,
        as_judged=as_judged,
        selector=found.state.selector if found.state else None,
        difference=compare(as_judged, claim.text) if as_judged is not None else None,
        context=surroundings.of(claim) if in_text and surroundings else None,
        said_by=state.said_by,
        flags=tuple(Flag(name, _LABELS.get(name, name)) for name in found.flags),
        judgements=tuple(
            JudgementView(
                j.reviewer, scale.get(j.status), j.time, j.note, earlier_words(j, state, claim.text)
            )
            for j in state.judgements
        ),
        supports=_evidence(state, "supports"),
        refutes=_evidence(state, "refutes"),
        background=_evidence(state, "context"),
        notes=state.notes,
        corrections=_corrections(standing, scale),
        history=tuple(_steps(state, scale)),
        first_checked=min(verdicts, default=None),
        last_checked=max(checks, default=None),
        last_changed=_last_changed(state),
    )


def _evidence(state: ClaimState, stance: Stance) -> tuple[Evidence, ...]:
    return tuple(evidence for evidence in state.evidence if evidence.stance == stance)


def _corrections(standing: Sequence[Event], scale: Scale) -> tuple[Correction, ...]:
    latest: dict[str, Status] = {}
    found = []
    for event in standing:
        if event.action != "judge":
            continue
        after = scale.get(event.data["status"])
        before = latest.get(event.reviewer, after)
        if before.name != after.name:
            found.append(Correction(event.time, event.reviewer, before, after))
        latest[event.reviewer] = after
    return tuple(found)


def _steps(state: ClaimState, scale: Scale) -> Iterator[Step]:
    judged = ""
    for event in _published(state):
        data = event.data
        words = data["selector"]["exact"] if event.action in _ON_WORDS else judged
        changed = bool(judged) and not same_words(judged, words)
        links = [found["url"] for found in data.get("evidence", ())]
        if event.action in ("unlink", "preserve"):
            links.append(data["url"])
        yield Step(
            time=event.time,
            reviewer=event.reviewer,
            act=_ACTS[event.action],
            status=scale.get(data["status"]) if event.action == "judge" else None,
            text=data.get("note") or data.get("text"),
            links=tuple(links),
            undone=event.id in state.undone,
            difference=compare(judged, words) if changed else None,
        )
        judged = words


def _last_changed(state: ClaimState) -> str | None:
    return max((event.time for event in _published(state)), default=None)


def _published(state: ClaimState) -> list[Event]:
    """The history without assignments: who is at work on what is no reader's business."""
    hidden = {event.id for event in state.history if event.action == "assign"}
    return [
        event
        for event in state.history
        if event.id not in hidden and event.data.get("event") not in hidden
    ]


class _Place(NamedTuple):
    """A sentence, and the block that it stands in."""

    span: Span
    block: int


class _Surroundings:
    """The sentences of an article, found when first asked for."""

    def __init__(self, article: Article):
        self._text = article.text
        self._places: list[_Place] | None = None

    def of(self, claim: Claim) -> Context | None:
        """The sentences around a claim of the body; None for a title, and outside of sentences."""
        if claim.kind == "title":
            return None
        start, end = claim.span
        if self._places is None:
            cut = enumerate(blocks(self._text))
            self._places = [
                _Place(s, at) for at, block in cut for s in sentences(self._text, *block.span)
            ]
        places = self._places
        first = bisect_right(places, start, key=lambda place: place.span.end)
        last = bisect_left(places, end, key=lambda place: place.span.start) - 1
        if last < first:
            return None
        block, other = places[first].block, places[last].block
        before = places[first - 1] if first and places[first - 1].block == block else None
        after = places[last + 1] if last + 1 < len(places) else None
        return Context(
            sentence=self._words(Span(places[first].span.start, places[last].span.end)),
            before=self._words(before.span) if before else None,
            after=self._words(after.span) if after and after.block == other else None,
            lead_in=self._words(claim.lead_in) if claim.lead_in else None,
        )

    def _words(self, span: Span) -> str:
        return self._text[span.start : span.end]
