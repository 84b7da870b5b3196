"""Our own reports, read back: JSON in full, CSV as far as a table goes."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from searchkit.interchange.record import (
    ClaimRecord,
    JudgedRecord,
    NoteRecord,
    Records,
    kind_of,
    list_of,
    selector_of,
    text_of,
)
from searchkit.interchange.times import event_time
from searchkit.model import STANCES, Evidence, Selector, Stance
from searchkit.reports.cells import text_in, values_in
from searchkit.reviews import LINK_FIELDS

_NEEDED = ("article", "claim", "text")


def from_json(raw: Mapping[str, Any], now: dt.datetime) -> Records:
    """The claims of a JSON report, version 1."""
    claims: list[ClaimRecord] = []
    dropped: list[str] = []
    for article in list_of(raw.get("articles")):
        if not isinstance(article, dict):
            dropped.append("an article that is no object")
            continue
        for claim in list_of(article.get("claims")):
            if isinstance(claim, dict) and text_of(claim.get("text")):
                claims.append(_claim(article, claim, now))
            else:
                dropped.append(f"a claim of article {article.get('id')} without words")
    return Records(tuple(claims), tuple(dropped))


def _claim(article: Mapping[str, Any], claim: Mapping[str, Any], now: dt.datetime) -> ClaimRecord:
    links = (one.get("link") for one in list_of(article.get("sources")) if isinstance(one, dict))
    evidence = claim.get("evidence")
    return ClaimRecord(
        place=f"claim {claim.get('id')}",
        selector=_selector(claim),
        article=text_of(article.get("id")),
        claim=text_of(claim.get("id")),
        links=tuple(filter(None, map(text_of, links))),
        title=text_of(article.get("title")),
        wording=text_of(claim.get("wording")),
        said_by=text_of(claim.get("said_by")),
        judgements=tuple(
            JudgedRecord(
                reviewer, status, event_time(one.get("time"), now), text_of(one.get("note"))
            )
            for one in list_of(claim.get("judgements"))
            if isinstance(one, dict)
            and (reviewer := text_of(one.get("reviewer")))
            and (status := text_of(one.get("status")))
        ),
        evidence=tuple(_evidence(evidence)) if isinstance(evidence, dict) else (),
        notes=tuple(
            NoteRecord(reviewer, text, event_time(one.get("time"), now))
            for one in list_of(claim.get("notes"))
            if isinstance(one, dict)
            and (reviewer := text_of(one.get("reviewer")))
            and (text := text_of(one.get("text")))
        ),
    )


def _selector(claim: Mapping[str, Any]) -> Selector:
    kind, raw = claim.get("kind"), claim.get("selector")
    found = selector_of(raw, raw, kind) if isinstance(raw, dict) else None
    return found or Selector(text_of(claim.get("as_judged")) or claim["text"], kind=kind_of(kind))


def _evidence(sides: Mapping[str, Any]) -> Iterator[Evidence]:
    for stance in STANCES:
        for one in list_of(sides.get(stance)):
            if isinstance(one, dict) and (url := text_of(one.get("url"))):
                about: dict[str, Any] = {key: text_of(one.get(key)) for key in LINK_FIELDS}
                yield evolve(Evidence(url, stance, reviewer=_reviewer(one)), **about)


def _reviewer(raw: Mapping[str, Any]) -> str:
    return text_of(raw.get("reviewer")) or ""


def from_csv(text: str, now: dt.datetime) -> Records:
    """The claims of a CSV report: verdicts with their reasoning, links, remarks.

    A table cannot say who added which link, or when: the first reviewer of the row is taken, and
    the time of the last check.

    Raises:
        csv.Error: it is no table, or a column is missing without which it says nothing.
    """
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    claims: list[ClaimRecord] = []
    dropped: list[str] = []
    if missing := [name for name in _NEEDED if name not in (table.fieldnames or ())]:
        raise csv.Error(f"no column {', '.join(missing)}")
    for row in table:
        place = f"line {table.line_num}"
        cells = {
            key: text_in(value) if isinstance(value, str) else ""
            for key, value in row.items()
            if isinstance(key, str)
        }
        if cells["text"]:
            claims.append(_row(cells, place, now, dropped))
        else:
            dropped.append(f"{place}: no words")
    return Records(tuple(claims), tuple(dropped))


def _row(cells: Mapping[str, str], place: str, now: dt.datetime, dropped: list[str]) -> ClaimRecord:
    def several(name: str) -> list[str]:
        return values_in(cells.get(name, ""))

    time = event_time(cells.get("last_checked"), now)
    first = several("reviewers")[0]
    return ClaimRecord(
        place=place,
        selector=Selector(cells.get("as_judged") or cells["text"], kind=kind_of(cells.get("kind"))),
        article=cells["article"] or None,
        claim=cells["claim"] or None,
        links=tuple(filter(None, several("source_links"))),
        title=cells.get("title") or None,
        wording=cells.get("wording") or None,
        said_by=cells.get("said_by") or None,
        judgements=tuple(_judged(cells, place, time, dropped)),
        evidence=tuple(
            _link(part, stance, first) for stance in STANCES for part in several(stance) if part
        ),
        notes=tuple(NoteRecord(first, note, time) for note in several("notes") if note),
    )


def _judged(
    cells: Mapping[str, str], place: str, time: str | None, dropped: list[str]
) -> Iterator[JudgedRecord]:
    """The verdicts of a row, each with its own reasoning; what cannot be told apart is dropped."""
    reviewers, verdicts, reasoning = (
        values_in(cells.get(name, "")) for name in ("reviewers", "verdicts", "reasoning")
    )
    if len(reviewers) != len(verdicts):
        told = f"reviewers: {len(reviewers)}, verdicts: {len(verdicts)}"
        dropped.append(f"{place}: {told}; nobody can tell whose is which")
        return
    if len(reasoning) != len(reviewers):
        if any(reasoning):
            told = f"reviewers: {len(reviewers)}, parts of the reasoning: {len(reasoning)}"
            dropped.append(f"{place}: {told}; nobody can tell whose is which")
        reasoning = [""] * len(reviewers)
    for reviewer, status, note in zip(reviewers, verdicts, reasoning, strict=True):
        if reviewer and status:
            yield JudgedRecord(reviewer, status, time, note or None)
        elif status or note:
            told = "a verdict without a reviewer" if status else "reasoning without a verdict"
            dropped.append(f"{place}: {told}")


def _link(part: str, stance: Stance, reviewer: str) -> Evidence:
    url, _, rest = part.partition(" ")
    quote = rest.strip().removeprefix("“").removesuffix("”")
    return Evidence(url, stance, quote or None, reviewer=reviewer)
