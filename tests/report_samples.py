"""Reviewed articles for the tests of reports, some of them hostile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from attrs import evolve

from searchkit.anchor import describe
from searchkit.claims import claims_of
from searchkit.model import (
    DEFAULT_SCALE,
    Anchor,
    AnchorState,
    Article,
    Claim,
    Event,
    ReviewedArticle,
    ReviewedClaim,
    Scale,
    Source,
    Span,
)
from searchkit.reports import Report, ReportSettings, build
from searchkit.reviews import Act, event_id, flags, fold, heads, selector_data

HOSTILE = (
    "<script>alert(1)</script> | `code` **bold** [x](javascript:alert(1)) ![i](http://evil.example)"
    "\n# Heading\n- item\n> quote\n| a | b |\n|---|---|\n\u202egnp.exe\u2066 &amp; www.evil.example"
)
AS_OF = dt.datetime(2024, 9, 1, 12, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
PROBE = Article(
    title="Probe comes home",
    text="The probe landed on Monday. It brought 2 kg of samples, and it will fly again.\n\n"
    "The mission had three aims:\n\n- Land on the far side.\n- Return by August.",
    sources=(
        Source("The Example Post", dt.date(2024, 8, 1), "https://news.example.org/probe"),
        Source("Example Wire", dt.date(2024, 7, 30), None),
    ),
    id="probe1",
)


class History:
    """The events of one article, each made after all before it."""

    def __init__(self, article: Article):
        self.article = article
        self.claims = claims_of(article)
        self.events: list[Event] = []

    def claim(self, words: str) -> Claim:
        """The first claim with these words in it."""
        return next(c for c in self.claims if words in c.text)

    def act(self, action: Any, claim: Claim, *, by: str = "Ann", **data: Any) -> Event:
        """One more event, a minute after the one before."""
        if action not in ("undo", "unlink"):
            text = self.article.title if claim.kind == "title" else self.article.text
            data["selector"] = selector_data(describe(text, claim.span, claim.kind))
        act = Act(action, claim.id, data)
        time = f"2024-08-02T09:{len(self.events):02}:00.000000Z"
        bare = Event("", heads(self.events), time, by, act.action, act.claim, act.data)
        self.events.append(evolve(bare, id=event_id(bare)))
        return self.events[-1]

    def reviewed(self, state: AnchorState = "unchanged", **more: Any) -> ReviewedArticle:
        """The article with what stands; every touched claim's words stand there as `state` says."""
        states = fold(self.events)
        found = []
        for claim in self.claims:
            if touched := states.get(claim.id):
                anchor = Anchor(state, None if state == "orphaned" else claim.span)
                raised = flags(touched, self.article.sources, anchor)
                found.append(ReviewedClaim(claim, touched, anchor, raised))
            else:
                found.append(ReviewedClaim(claim))
        return ReviewedArticle(self.article, tuple(found), heads(self.events), **more)


def probe() -> History:
    """Three claims judged: one by two people, one corrected, one with a slip taken back."""
    history = History(PROBE)
    samples = history.claim("2 kg")
    history.act(
        "judge",
        samples,
        status="verified",
        note="The agency weighed them.",
        wording="The probe brought 2 kg of samples from the Moon.",
        said_by="The space agency",
        evidence=[
            {
                "url": "https://agency.example.org/weight?a=1&b=(2)",
                "stance": "supports",
                "title": "Samples weighed",
                "publisher": "Space Agency",
                "quote": "The samples weigh 1,935 g.",
                "accessed": "2024-08-02T08:00:00Z",
                "copy": "ab" * 32,
            },
            {"url": "corpus/a_file.txt", "stance": "context"},
        ],
    )
    history.act("judge", samples, by="Bob", status="mixed", note="It is 1.9 kg.")
    history.act("assign", samples, by="Carol", state="in-review", to="Carol")
    landing = history.claim("landed on Monday")
    history.act("judge", landing, status="false")
    evidence = [{"url": "https://doi.org/10.1234/landing", "stance": "refutes"}]
    history.act("judge", landing, status="verified", evidence=evidence)
    history.act("note", landing, by="Bob", text="Ask for the hour.")
    history.act("confirm", landing, by="Bob")
    back = history.claim("Return by August")
    slip = history.act("judge", back, status="verified")
    history.act("undo", back, event=slip.id)
    history.act("judge", back, status="disputed", evidence=[{**evidence[0], "stance": "supports"}])
    return history


def reworded(old: str, new: str, *, words: str = "") -> ReviewedArticle:
    """The probe's landing, judged by two people, whose text was edited before and after the second.

    Args:
        words: stand at the end of all three wordings.
    """
    texts = [f"The probe landed on {day}{words}" for day in (old, new, f"{new}, not safely")]
    history = History(evolve(PROBE, text=texts[0], id="probe2", title="Landing"))
    claim = history.claims[1]
    history.act("judge", claim, status="verified", note="The log says so.")
    history.article = evolve(history.article, text=texts[1])
    history.act("judge", claim._replace(span=Span(0, len(texts[1]))), by="Bob", status="verified")
    found = history.reviewed("changed")
    today = claim._replace(text=texts[2], span=Span(0, len(texts[2])))
    claims = (evolve(found.claims[1], claim=today),)
    return evolve(found, article=evolve(history.article, text=texts[2]), claims=claims)


def attack(words: str = HOSTILE, text: str = HOSTILE) -> History:
    """The title and the first claim judged; every text of article and reviews is `words`.

    Args:
        text: the body of the article.
    """
    source = Source(words, None, "javascript:alert(document.cookie)")
    history = History(Article(words, text, (source,), id="attack1"))
    links = ["javascript:alert(1)", "https://evil.example/a)b](<c>`|\"' x", "file:///etc/passwd"]
    about = dict.fromkeys(("title", "publisher", "quote", "accessed", "copy"), words)
    for claim in history.claims[:2]:
        history.act(
            "judge",
            claim,
            by=words,
            status="false",
            note=words,
            wording=words,
            said_by=words,
            evidence=[{"url": url, "stance": "refutes", **about} for url in links],
        )
        history.act("note", claim, by=words, text=words)
        history.act("judge", claim, by=words, status="verified")
    return history


def report(
    *articles: ReviewedArticle,
    settings: ReportSettings | None = None,
    scale: Scale = DEFAULT_SCALE,
    everything: bool = False,
    filters: str = "",
    totals: Sequence[int] = (8, 112),
) -> Report:
    """A report on these articles, as of `AS_OF`."""
    return build(
        articles,
        settings or ReportSettings(),
        scale,
        as_of=AS_OF,
        articles_total=totals[0],
        claims_total=totals[1],
        everything=everything,
        filters=filters,
    )
