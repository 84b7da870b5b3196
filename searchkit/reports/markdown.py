"""A report as Markdown that can be published as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from searchkit.model import QUOTED, Evidence, Source
from searchkit.reports.escape import escaped, link
from searchkit.reports.view import ArticleView, ClaimView, Report
from searchkit.worddiff import Piece

_NOT_STATED = "Not stated."


def render(report: Report) -> str:
    """The report as Markdown: CommonMark, with GitHub's tables.

    No text from the corpus or from a reviewer becomes markup; http, https and doi links alone
    become links.
    """
    blocks = [
        f"# {escaped(report.settings.title) or 'Fact-check report'}",
        _list(_facts(report)),
        "## Summary",
        _summary(report),
        "## What the verdicts mean",
        _scale(report),
        "## Method",
        _prose(report.settings.method),
        "## Corrections policy",
        _prose(report.settings.corrections),
        "## Articles",
    ]
    if not report.articles:
        blocks.append("No claims to report.")
    for article in report.articles:
        blocks += _article(article, report.copies)
    return "\n\n".join(blocks) + "\n"


def _facts(report: Report) -> Iterator[str]:
    settings = report.settings
    yield f"**Publisher:** {escaped(settings.publisher or '') or _NOT_STATED}"
    yield f"**Contact:** {link(settings.contact) if settings.contact else _NOT_STATED}"
    yield f"**Scope:** {report.scope.sentence}"
    if report.filters:
        yield f"**Selection:** {escaped(report.filters)}"
    listed = "all claims, checked or not" if report.everything else "claims with a verdict"
    yield f"**Listed:** {listed}"
    yield f"**As of:** {_time(report.as_of)}"


def _summary(report: Report) -> str:
    if not report.summary:
        return "No claims to count."
    rows = [(escaped(status.label), f"{count:,}") for status, count in report.summary]
    return _table(("Verdict", "Claims"), rows)


def _scale(report: Report) -> str:
    rows = [
        (escaped(s.label), "" if s.rating is None else f"{s.rating} of 5", escaped(s.meaning))
        for s in report.scale
    ]
    return _table(("Verdict", "Rating", "Meaning"), rows)


def _prose(text: str | None) -> str:
    paragraphs = [escaped(p) for p in (text or "").replace("\r\n", "\n").split("\n\n")]
    return "\n\n".join(p for p in paragraphs if p) or _NOT_STATED


def _article(article: ArticleView, copies: Mapping[str, str]) -> Iterator[str]:
    yield f"### {escaped(article.title) or '(no title)'}"
    facts = [f"**Source:** {_source(source)}" for source in article.sources]
    facts.append(f"**Article:** {escaped(article.id)}")
    if article.heads:
        facts.append(f"**Review history stands at:** {', '.join(map(escaped, article.heads))}")
    if not article.in_corpus:
        facts.append("**The article is no longer in the corpus;** its words stand as last judged.")
    yield _list(facts)
    for claim in article.claims:
        yield from _claim(claim, copies)


def _source(source: Source) -> str:
    parts = [
        escaped(source.outlet or ""),
        source.date.isoformat() if source.date else "",
        link(source.link) if source.link else "",
    ]
    return ", ".join(part for part in parts if part) or _NOT_STATED


def _claim(claim: ClaimView, copies: Mapping[str, str]) -> Iterator[str]:
    place = "Title" if claim.kind == "title" else f"Claim {claim.number}"
    yield f"#### {place}: {escaped(claim.status.label)}"
    yield f"**{escaped(claim.heading) or '(no words)'}**"
    yield from _quotation(claim)
    yield _list(_claim_facts(claim))
    judgements = [
        _said(
            f"{escaped(j.reviewer)}: {escaped(j.status.label)}, {_time(j.time)}"
            + (f", on earlier words: “{escaped(j.words)}”" if j.words else ""),
            j.note,
        )
        for j in claim.judgements
    ]
    yield from _section("Reviewers", judgements)
    for label, items in (
        ("Evidence for", claim.supports),
        ("Evidence against", claim.refutes),
        ("Background", claim.background),
    ):
        yield from _section(label, (_evidence(found, copies) for found in items))
    notes = (_said(f"{escaped(n.reviewer)}, {_time(n.time)}", n.text) for n in claim.notes)
    yield from _section("Notes", notes)
    corrections = [
        f"{_time(c.time)}: {escaped(c.reviewer)} changed the verdict from"
        f" {escaped(c.before.label)} to {escaped(c.after.label)}"
        for c in claim.corrections
    ]
    yield from _section("Corrections", corrections)


def _quotation(claim: ClaimView) -> Iterator[str]:
    context = claim.context
    around: tuple[str | None, ...] = (claim.text,)
    if context:
        around = (context.lead_in, context.before, context.sentence, context.after)
    words = [escaped(part) for part in around if part]
    if claim.as_judged is not None:
        yield "The text changed since it was judged. Today it reads:"
    # The sentence alone, with nothing around it, was shown just above.
    elif context and (len(words) > 1 or claim.wording or context.sentence != claim.text):
        yield "In context:"
    else:
        return
    yield f"> {' '.join(words)}"


def _claim_facts(claim: ClaimView) -> Iterator[str]:
    if claim.wording and claim.as_judged is None:
        yield f"**Original words:** {escaped(claim.text)}"
    elif claim.wording:
        yield f"**Words as judged:** {escaped(claim.as_judged or '')}"
    if claim.difference:
        yield f"**Difference:** {''.join(map(_piece, claim.difference.pieces))}"
        if told := [escaped(one.sentence) for one in claim.difference.alterations]:
            yield f"**Look at:** {'; '.join(told)}"
    if claim.said_by:
        yield f"**Said by:** {escaped(claim.said_by)}"
    if claim.flags:
        yield f"**Flags:** {', '.join(escaped(flag.label) for flag in claim.flags)}"
    if claim.first_checked and claim.last_checked:
        yield f"**First checked:** {_time(claim.first_checked)}"
        yield f"**Last checked:** {_time(claim.last_checked)}"
    if claim.last_changed:
        yield f"**Last changed:** {_time(claim.last_changed)}"
    yield f"**Claim:** {escaped(claim.id)}"


def _piece(piece: Piece) -> str:
    """A stretch of a word diff, marked as git does: emphasis of Markdown fails beside commas."""
    words = escaped(piece.text)
    before = " " if piece.text[:1].isspace() else ""
    after = " " if piece.text[-1:].isspace() else ""
    if piece.kind == "gone":
        words = rf"\[-{words}-\]"
    elif piece.kind == "new":
        words = f"{{+{words}+}}"
    return f"{before}{words}{after}"


def _copy(found: Evidence, copies: Mapping[str, str]) -> str:
    where = copies.get(found.copy or "")
    said = f"[preserved copy](<{where}>)" if where else "copy"
    if found.copied:
        said += f" of {_time(found.copied)}"
    said += f" {escaped(found.copy or '')}"
    told = QUOTED.get(found.quoted or "")
    return f"{said} ({told})" if told else said


def _evidence(found: Evidence, copies: Mapping[str, str]) -> str:
    parts = [link(found.url, found.title)]
    if found.publisher:
        parts.append(escaped(found.publisher))
    if found.quote:
        parts.append(f"“{escaped(found.quote)}”")
    if found.accessed:
        parts.append(f"accessed {escaped(found.accessed)}")
    if found.copy:
        parts.append(_copy(found, copies))
    if found.reviewer:
        parts.append(f"added by {escaped(found.reviewer)}")
    return ", ".join(parts)


def _said(head: str, text: str | None) -> str:
    words = escaped(text or "")
    return f"{head}. {words}" if words else head


def _time(time: str) -> str:
    """To the minute: 2024-08-01 09:03 UTC."""
    return f"{escaped(time[:16].replace('T', ' '))} UTC"


def _section(label: str, items: Iterable[str]) -> Iterator[str]:
    if lines := _list(items):
        yield f"{label}:"
        yield lines


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
