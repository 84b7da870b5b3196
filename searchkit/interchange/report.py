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
        cells = {key: _cell(value) for key, value in row.items() if isinstance(key, str)}
        if cells["text"]:
            claims.append(_row(cells, place, now))
        else:
            dropped.append(f"{place}: no words")
    return Records(tuple(claims), tuple(dropped))


def _cell(value: object) -> str:
    text = value.strip() if isinstance(value, str) else ""
    # What keeps a spreadsheet from computing it is no part of the text.
    return text[1:] if text.startswith("'") else text


def _row(cells: Mapping[str, str], place: str, now: dt.datetime) -> ClaimRecord:
    def several(name: str) -> list[str]:
        return [part.strip() for part in cells.get(name, "").split(" ; ")]

    reviewers, verdicts, reasoning = map(several, ("reviewers", "verdicts", "reasoning"))
    reasoning += [""] * (len(reviewers) - len(reasoning))
    time = event_time(cells.get("last_checked"), now)
    first = reviewers[0]
    return ClaimRecord(
        place=place,
        selector=Selector(cells.get("as_judged") or cells["text"], kind=kind_of(cells.get("kind"))),
        article=cells["article"] or None,
        claim=cells["claim"] or None,
        links=tuple(filter(None, several("source_links"))),
        title=cells.get("title") or None,
        wording=cells.get("wording") or None,
        said_by=cells.get("said_by") or None,
        judgements=tuple(
            JudgedRecord(reviewer, status, time, note or None)
            for reviewer, status, note in zip(reviewers, verdicts, reasoning, strict=False)
            if reviewer and status
        ),
        evidence=tuple(
            _link(part, stance, first) for stance in STANCES for part in several(stance) if part
        ),
        notes=tuple(NoteRecord(first, note, time) for note in several("notes") if note),
    )


def _link(part: str, stance: Stance, reviewer: str) -> Evidence:
    url, _, rest = part.partition(" ")
    quote = rest.strip().removeprefix("“").removesuffix("”")
    return Evidence(url, stance, quote or None, reviewer=reviewer)
