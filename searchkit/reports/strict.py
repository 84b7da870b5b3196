"""What makes a report unfit to publish."""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.model import QUOTED, UNREVIEWED
from searchkit.reports.escape import address, plain
from searchkit.reports.view import ArticleView, ClaimView, Report

#: Flags that stand in the way, and what an editor can do about them.
_FLAGS = {
    "stale": "the text changed since it was judged; confirm the verdict or judge again",
    "reviewers-differ": "the reviewers differ; let them agree",
    "own-source": "all evidence is the article's own source; add an independent link",
    "dead-link": "a link is dead; replace it or preserve a copy",
}
#: What a sentence begins with when it needs the one before it to be understood.
_LEANING = re.compile(
    r"(?:he|she|it|they|this|these|those|such|his|her|its|their|here|there|the (?:former|latter))\b"
    r"|他|她|它|这|這|该|其|これ|それ|その|この|彼",
    re.IGNORECASE,
)
#: Says that evidence cannot decide, and that it does not.
_NO_EVIDENCE, _UNDECIDED = "not-checkable", "unproven"


def unfit(report: Report) -> list[str]:
    """Everything that stands in the way of publishing, one line each; empty when nothing does."""
    return list(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    settings = report.settings
    stated = {
        "publisher": settings.publisher,
        "contact": settings.contact,
        "method": settings.method,
        "corrections": settings.corrections,
    }
    for name, text in stated.items():
        if not plain(text or ""):
            yield f"report.{name} is not stated; set it in searchkit.toml"
    if not report.scope.checked:
        yield "there is no verdict to publish"
    for article in report.articles:
        for claim in article.claims:
            if claim.status.name != UNREVIEWED:
                for reason in _reasons(article, claim):
                    yield f"{article.id}:{claim.number} {claim.id}: {reason}"


def _reasons(article: ArticleView, claim: ClaimView) -> Iterator[str]:
    if not any(source.outlet and source.date for source in article.sources):
        yield "its article names no source with outlet and date"
    if not claim.in_text:
        yield "its words are in no text any more; reattach it or take the verdict back"
    for flag in claim.flags:
        if flag.name in _FLAGS:
            yield _FLAGS[flag.name]
    if not any(judgement.note for judgement in claim.judgements):
        yield "no reasoning; give it with --note"
    found = (*claim.supports, *claim.refutes)
    if claim.status.name == _UNDECIDED:
        found += claim.background
    if claim.status.name != _NO_EVIDENCE:
        if not found and claim.background:
            yield "no link for or against it; give one with --supports or --refutes"
        elif not found:
            yield "no evidence; give links"
        elif not any(evidence.quote for evidence in found):
            yield "no link has a quote; give it with --quote"
        if hidden := [e.url for e in found if not address(e.url) and not e.copy]:
            yield f"readers cannot open {plain(hidden[0])}"
    yield from _copies(claim)
    if not claim.wording and claim.kind != "title" and _LEANING.match(claim.text):
        yield 'the words lean on the sentence before; say them in full with --as "…"'


def _copies(claim: ClaimView) -> Iterator[str]:
    for evidence in (*claim.supports, *claim.refutes, *claim.background):
        if evidence.quoted not in (None, "found"):
            told = f"the copy of {plain(evidence.url)}: {QUOTED[evidence.quoted]}"
            yield f"{told}; correct the quote, or preserve the page anew with --again"
