"""Articles, claims and events as the plain data that ``--json`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from searchkit.model import Article, Event, ReviewedArticle, ReviewedClaim, Source, Span
from searchkit.snippets import Snippet


def source(value: Source) -> dict[str, Any]:
    """A source."""
    date = value.date.isoformat() if value.date else None
    return {"outlet": value.outlet, "date": date, "link": value.link}


def article(value: Article, *, in_corpus: bool = True) -> dict[str, Any]:
    """An article without its text."""
    return {
        "id": value.id,
        "title": value.title,
        "date": value.date.isoformat() if value.date else None,
        "sources": [source(one) for one in value.sources],
        "origins": [{"path": origin.path, "line": origin.line} for origin in value.origins],
        "in_corpus": in_corpus,
    }


def snippets(values: Sequence[Snippet]) -> list[dict[str, Any]]:
    """Snippets with what is marked in them."""
    return [
        {"field": s.field, "text": s.text, "marks": [list(mark) for mark in s.marks]}
        for s in values
    ]


def _span(value: Span | None) -> list[int] | None:
    return list(value) if value else None


def claim(value: ReviewedClaim, handle: str) -> dict[str, Any]:
    """A claim with its status, as listings show it."""
    return {
        "id": value.claim.id,
        "handle": handle,
        "article": value.claim.article,
        "number": value.claim.number,
        "kind": value.claim.kind,
        "text": value.claim.text,
        "span": _span(value.claim.span),
        "sentence": _span(value.claim.sentence),
        "lead_in": _span(value.claim.lead_in),
        "status": value.status,
        "flags": list(value.flags),
        "anchor": value.anchor.state if value.anchor else None,
    }


def full_claim(value: ReviewedClaim, handle: str) -> dict[str, Any]:
    """A claim with everything that reviewers said of it."""
    shown = claim(value, handle)
    state = value.state
    if state is None:
        unsaid = dict.fromkeys(("wording", "said_by", "as_judged"))
        return {
            **shown,
            **unsaid,
            "judgements": [],
            "evidence": [],
            "notes": [],
            "assigned": [],
        }
    return {
        **shown,
        "wording": state.wording,
        "said_by": state.said_by,
        "as_judged": state.selector.exact,
        "judgements": [
            {
                "reviewer": j.reviewer,
                "status": j.status,
                "time": j.time,
                "note": j.note,
                "words": j.words,
            }
            for j in state.judgements
        ],
        "evidence": [
            {
                "url": e.url,
                "stance": e.stance,
                "quote": e.quote,
                "title": e.title,
                "publisher": e.publisher,
                "accessed": e.accessed,
                "copy": e.copy,
                "copied": e.copied,
                "quoted": e.quoted,
                "reviewer": e.reviewer,
            }
            for e in state.evidence
        ],
        "notes": [{"reviewer": n.reviewer, "time": n.time, "text": n.text} for n in state.notes],
        "assigned": list(state.assigned),
    }


def reviewed_article(value: ReviewedArticle) -> dict[str, Any]:
    """An article with its text and heads, without its claims."""
    shown = article(value.article, in_corpus=value.in_corpus)
    return {**shown, "text": value.article.text, "heads": list(value.heads)}


def event(value: Event, undone: bool) -> dict[str, Any]:
    """An event of a history."""
    return {
        "id": value.id,
        "parents": list(value.parents),
        "time": value.time,
        "reviewer": value.reviewer,
        "action": value.action,
        "claim": value.claim,
        "data": dict(value.data),
        "undone": undone,
    }
