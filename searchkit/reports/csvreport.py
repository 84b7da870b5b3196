"""A report as CSV, one claim a row, for spreadsheets.

UTF-8 with a byte order mark, without which they take Chinese for something else. A cell that a
spreadsheet would compute is given an apostrophe first, so that it stays text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from searchkit.model import Evidence
from searchkit.reports.cells import cell, joined
from searchkit.reports.view import ArticleView, ClaimView, Report

_MARK = "\ufeff"

_COLUMNS = (
    *("article", "title", "outlets", "date", "source_links"),
    *("claim", "number", "kind", "text", "wording", "sentence", "said_by"),
    *("status", "label", "rating", "flags", "reviewers", "verdicts", "reasoning"),
    *("supports", "refutes", "context", "notes", "corrections"),
    *("first_checked", "last_checked", "last_changed", "in_text", "as_judged", "alterations"),
)


def render(report: Report) -> str:
    """The report as CSV (RFC 4180) with a header row; docs/report.md describes the columns."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, _COLUMNS)
    writer.writeheader()
    for article in report.articles:
        about = _article(article)
        for claim in article.claims:
            row = {**about, **_claim(claim)}
            writer.writerow({name: cell(text) for name, text in row.items()})
    return _MARK + out.getvalue()


def _article(article: ArticleView) -> dict[str, str]:
    return {
        "article": article.id,
        "title": article.title,
        "outlets": _listed(source.outlet for source in article.sources),
        "date": article.date.isoformat() if article.date else "",
        "source_links": _listed(source.link for source in article.sources),
    }


def _claim(claim: ClaimView) -> dict[str, str]:
    return {
        "claim": claim.id,
        "number": str(claim.number),
        "kind": claim.kind,
        "text": claim.text,
        "wording": claim.wording or "",
        "sentence": claim.context.sentence if claim.context else "",
        "said_by": claim.said_by or "",
        "status": claim.status.name,
        "label": claim.status.label,
        "rating": str(claim.status.rating or ""),
        "flags": _listed(flag.name for flag in claim.flags),
        "reviewers": joined(judgement.reviewer for judgement in claim.judgements),
        "verdicts": joined(judgement.status.name for judgement in claim.judgements),
        "reasoning": joined(judgement.note for judgement in claim.judgements),
        "supports": _links(claim.supports),
        "refutes": _links(claim.refutes),
        "context": _links(claim.background),
        "notes": _listed(note.text for note in claim.notes),
        "corrections": _listed(
            f"{c.time} {c.reviewer}: {c.before.name} to {c.after.name}" for c in claim.corrections
        ),
        "first_checked": claim.first_checked or "",
        "last_checked": claim.last_checked or "",
        "last_changed": claim.last_changed or "",
        "in_text": "yes" if claim.in_text else "no",
        "as_judged": claim.as_judged or "",
        "alterations": _listed(
            one.sentence for one in (claim.difference.alterations if claim.difference else ())
        ),
    }


def _listed(parts: Iterable[str | None]) -> str:
    """Those of several values that there are."""
    return joined(filter(None, parts))


def _links(found: Iterable[Evidence]) -> str:
    return _listed(f"{e.url} “{e.quote}”" if e.quote else e.url for e in found)
