"""A report as JSON, version 1; docs/report.md describes the fields."""

from __future__ import annotations

import json
import re
from typing import Any

from searchkit.model import Evidence, Selector, Source, Status
from searchkit.reports.view import ArticleView, ClaimView, Context, JudgementView, Report, Step
from searchkit.reviews import selector_data
from searchkit.worddiff import WordDiff

VERSION = 1

_HALVES = re.compile("[\ud800-\udfff]")
#: Characters that an editor would not show, or would show in another place than they stand.
_HIDDEN = re.compile("[\x7f-\x9f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069\ufeff]")


def render(report: Report) -> str:
    """The report as JSON in UTF-8; texts are verbatim, control and bidi characters as escapes.

    Half a surrogate pair, which no UTF-8 can hold, becomes U+FFFD.
    """
    return dumped(_report(report))


def dumped(value: Any) -> str:
    """JSON as `render` writes it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)
    text = _HALVES.sub("\ufffd", text)
    return _HIDDEN.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"


def _report(report: Report) -> dict[str, Any]:
    settings, scope = report.settings, report.scope
    return {
        "version": VERSION,
        "title": settings.title,
        "publisher": settings.publisher,
        "contact": settings.contact,
        "as_of": report.as_of,
        "scope": {
            "sentence": scope.sentence,
            "articles_total": scope.articles_total,
            "claims_total": scope.claims_total,
            "articles": scope.articles,
            "claims": scope.claims,
            "checked": scope.checked,
            "lost": scope.lost,
        },
        "everything": report.everything,
        "filters": report.filters,
        "method": settings.method,
        "corrections_policy": settings.corrections,
        "scale": [
            {"status": s.name, "label": s.label, "meaning": s.meaning, "rating": s.rating}
            for s in report.scale
        ],
        "summary": [{**_status(s), "claims": count} for s, count in report.summary],
        "articles": [_article(article) for article in report.articles],
    }


def _status(status: Status) -> dict[str, Any]:
    return {"status": status.name, "label": status.label, "rating": status.rating}


def _article(article: ArticleView) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "sources": [_source(source) for source in article.sources],
        "in_corpus": article.in_corpus,
        "heads": list(article.heads),
        "claims": [_claim(claim) for claim in article.claims],
    }


def _source(source: Source) -> dict[str, Any]:
    return {
        "outlet": source.outlet,
        "date": source.date.isoformat() if source.date else None,
        "link": source.link,
    }


def _claim(claim: ClaimView) -> dict[str, Any]:
    return {
        "id": claim.id,
        "number": claim.number,
        "kind": claim.kind,
        **_status(claim.status),
        "wording": claim.wording,
        "text": claim.text,
        "in_text": claim.in_text,
        "as_judged": claim.as_judged,
        "selector": _selector(claim.selector),
        "difference": _difference(claim.difference),
        "context": _context(claim.context),
        "said_by": claim.said_by,
        "flags": [{"flag": flag.name, "label": flag.label} for flag in claim.flags],
        "judgements": [_judgement(judgement) for judgement in claim.judgements],
        "evidence": {
            "supports": [_evidence(found) for found in claim.supports],
            "refutes": [_evidence(found) for found in claim.refutes],
            "context": [_evidence(found) for found in claim.background],
        },
        "notes": [
            {"reviewer": note.reviewer, "time": note.time, "text": note.text}
            for note in claim.notes
        ],
        "corrections": [
            {"time": c.time, "reviewer": c.reviewer, "from": c.before.name, "to": c.after.name}
            for c in claim.corrections
        ],
        "history": [_step(step) for step in claim.history],
        "first_checked": claim.first_checked,
        "last_checked": claim.last_checked,
        "last_changed": claim.last_changed,
    }


def _context(context: Context | None) -> dict[str, Any] | None:
    if context is None:
        return None
    return {
        "lead_in": context.lead_in,
        "before": context.before,
        "sentence": context.sentence,
        "after": context.after,
    }


def _selector(selector: Selector | None) -> dict[str, Any] | None:
    if selector is None:
        return None
    # The claim says of what kind it is.
    return {key: value for key, value in selector_data(selector).items() if key != "kind"}


def _difference(diff: WordDiff | None) -> dict[str, Any] | None:
    if diff is None:
        return None
    return {
        "pieces": [{"kind": piece.kind, "text": piece.text} for piece in diff.pieces],
        "alterations": [
            {"kind": one.kind, "before": one.before, "after": one.after} for one in diff.alterations
        ],
    }


def _judgement(judgement: JudgementView) -> dict[str, Any]:
    return {
        "reviewer": judgement.reviewer,
        **_status(judgement.status),
        "time": judgement.time,
        "note": judgement.note,
        "words": judgement.words,
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "time": step.time,
        "reviewer": step.reviewer,
        "act": step.act,
        "status": step.status.name if step.status else None,
        "text": step.text,
        "links": list(step.links),
        "undone": step.undone,
    }


def _evidence(found: Evidence) -> dict[str, Any]:
    return {
        "url": found.url,
        "title": found.title,
        "publisher": found.publisher,
        "quote": found.quote,
        "accessed": found.accessed,
        "copy": found.copy,
        "copied": found.copied,
        "quoted": found.quoted,
        "reviewer": found.reviewer,
    }
