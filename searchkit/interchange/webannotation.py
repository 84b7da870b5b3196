"""W3C Web Annotation Data Model, both ways.

A verdict is an annotation with the motivation "assessing": its status and reasoning are bodies, so
are its links, and its target is the article's source with quote, position and time. What the model
has no term for stands under keys of the prefix `searchkit:`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from attrs import evolve

from searchkit.interchange.record import (
    ClaimRecord,
    JudgedRecord,
    NoteRecord,
    Records,
    list_of,
    selector_of,
    text_of,
)
from searchkit.interchange.times import event_time
from searchkit.model import STANCES, Evidence, Note, Selector
from searchkit.reports.jsonreport import dumped
from searchkit.reports.view import ArticleView, ClaimView, JudgementView, Report
from searchkit.reviews import LINK_FIELDS

_CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"searchkit": "urn:searchkit:"}]
_ARTICLE = "urn:searchkit:article:"
_FILE = "urn:searchkit:file:"
#: The quote of a link has a term of its own.
_ABOUT_LINKS = tuple(key for key in LINK_FIELDS if key != "quote")


def render(report: Report, *, utf16: bool = False) -> str:
    """The report as an annotation collection of one page.

    Args:
        utf16: count positions in UTF-16 code units, as JavaScript does; code points otherwise, as
            the model says.
    """
    items = [
        annotation
        for article in report.articles
        for claim in article.claims
        for annotation in _annotations(article, claim, report.as_of, utf16=utf16)
    ]
    collection = {
        "@context": _CONTEXT,
        "id": f"urn:searchkit:report:{report.as_of}",
        "type": "AnnotationCollection",
        "label": report.settings.title or "Fact-check report",
        "total": len(items),
        "first": {
            "id": f"urn:searchkit:report:{report.as_of}:page:1",
            "type": "AnnotationPage",
            "startIndex": 0,
            "items": items,
        },
    }
    return dumped(collection)


def _annotations(
    article: ArticleView, claim: ClaimView, as_of: str, *, utf16: bool
) -> Iterator[dict[str, Any]]:
    if claim.selector is None:
        return
    target = _target(article, claim, claim.selector, as_of, utf16=utf16)
    links = [*claim.supports, *claim.refutes, *claim.background]
    judges = {judgement.reviewer for judgement in claim.judgements}
    base = f"{_ARTICLE}{article.id}:claim:{claim.id}"
    for number, judgement in enumerate(claim.judgements, 1):
        own = [link for link in links if link.reviewer == judgement.reviewer]
        yield {
            **_head(f"{base}:verdict:{number}", "assessing", judgement.reviewer, judgement.time),
            "body": [*_verdict(claim, judgement), *map(_link, own)],
            "target": target,
        }
    for number, link in enumerate((one for one in links if one.reviewer not in judges), 1):
        head = _head(f"{base}:link:{number}", "linking", link.reviewer, claim.last_changed)
        yield {**head, "body": _link(link), "target": target}
    for number, note in enumerate(claim.notes, 1):
        yield {
            **_head(f"{base}:note:{number}", "commenting", note.reviewer, note.time),
            "body": _remark(note),
            "target": target,
        }


def _head(id: str, motivation: str, reviewer: str, time: str | None) -> dict[str, Any]:
    head: dict[str, Any] = {
        "@context": _CONTEXT,
        "id": id,
        "type": "Annotation",
        "motivation": motivation,
        "creator": {"type": "Person", "name": reviewer},
    }
    return {**head, "created": time} if time else head


def _verdict(claim: ClaimView, judgement: JudgementView) -> Iterator[dict[str, Any]]:
    yield {
        **_textual("classifying", judgement.status.label),
        "searchkit:status": judgement.status.name,
    }
    if judgement.note:
        yield _textual("commenting", judgement.note)
    if claim.wording:
        yield {**_textual("describing", claim.wording), "searchkit:part": "wording"}
    if claim.said_by:
        yield {**_textual("identifying", claim.said_by), "searchkit:part": "said-by"}


def _textual(purpose: str, value: str) -> dict[str, Any]:
    return {"type": "TextualBody", "format": "text/plain", "purpose": purpose, "value": value}


def _remark(note: Note) -> dict[str, Any]:
    return _textual("commenting", note.text)


def _link(found: Evidence) -> dict[str, Any]:
    body: dict[str, Any] = {
        "type": "SpecificResource",
        "purpose": "linking",
        "source": _iri(found.url),
        "searchkit:stance": found.stance,
    }
    if found.quote:
        body["selector"] = {"type": "TextQuoteSelector", "exact": found.quote}
    about = {key: getattr(found, key) for key in _ABOUT_LINKS}
    return body | {f"searchkit:{key}": value for key, value in about.items() if value}


def _iri(url: str) -> str:
    # A path of the corpus is no IRI by itself.
    return url if "://" in url else f"{_FILE}{quote(url)}"


def _target(
    article: ArticleView, claim: ClaimView, selector: Selector, as_of: str, *, utf16: bool
) -> dict[str, Any]:
    source = next((s.link for s in article.sources if s.link and "://" in s.link), None)
    target: dict[str, Any] = {
        "type": "SpecificResource",
        "source": source or f"{_ARTICLE}{article.id}",
        "selector": [
            {
                "type": "TextQuoteSelector",
                "exact": selector.exact,
                "prefix": selector.prefix,
                "suffix": selector.suffix,
            },
            {"type": "TextPositionSelector", **_position(article, selector, utf16=utf16)},
        ],
        "state": {"type": "TimeState", "sourceDate": claim.last_checked or as_of},
        "searchkit:article": article.id,
        "searchkit:claim": claim.id,
        "searchkit:title": article.title,
    }
    if selector.kind in ("title", "custom"):
        target["searchkit:kind"] = selector.kind
    return target


def _position(article: ArticleView, selector: Selector, *, utf16: bool) -> dict[str, int]:
    if not utf16:
        return {"start": selector.start, "end": selector.end}
    before = article.text[: selector.start] if selector.kind != "title" else ""
    start = _units(before) if before else selector.start
    return {"start": start, "end": start + _units(selector.exact)}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


# In.


def is_annotation(raw: Mapping[str, Any]) -> bool:
    """Whether an object is an annotation, or holds a page or a collection of them."""
    kinds = list_of(raw.get("type"))
    return bool({"Annotation", "AnnotationPage", "AnnotationCollection"} & {*map(str, kinds)})


def from_json(raws: list[Mapping[str, Any]], now: dt.datetime) -> Records:
    """What annotations say; those without words that can be looked for are dropped."""
    claims: list[ClaimRecord] = []
    dropped: list[str] = []
    for number, raw in enumerate(_items(raws), 1):
        place = f"annotation {text_of(raw.get('id')) or number}"
        found = _record(raw, place, now)
        if isinstance(found, str):
            dropped.append(f"{place}: {found}")
        else:
            claims.append(found)
    return Records(tuple(claims), tuple(dropped))


def _items(raws: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for raw in raws:
        first = raw.get("first")
        page = first if isinstance(first, dict) else raw
        if "items" in page:
            yield from (one for one in list_of(page["items"]) if isinstance(one, dict))
        elif "Annotation" in map(str, list_of(raw.get("type"))):
            yield raw


def _record(raw: Mapping[str, Any], place: str, now: dt.datetime) -> ClaimRecord | str:
    target = next((one for one in list_of(raw.get("target")) if isinstance(one, dict)), None)
    if target is None:
        return "it names no words of its target"
    selector = _selector(target)
    if selector is None:
        return "its target has no TextQuoteSelector"
    creator = next(iter(list_of(raw.get("creator"))), None)
    name = creator.get("name") if isinstance(creator, dict) else creator
    reviewer = text_of(next(iter(list_of(name)), None)) or ""
    time = event_time(raw.get("created") or raw.get("modified"), now)
    bodies = [one for one in list_of(raw.get("body")) if isinstance(one, dict)]
    texts = {
        str(purpose): value
        for one in reversed(bodies)
        for purpose in list_of(one.get("purpose")) or ["commenting"]
        if (value := text_of(one.get("value")))
    }
    status = next((s for one in bodies if (s := text_of(one.get("searchkit:status")))), None)
    status = status or texts.get("classifying") or texts.get("tagging")
    comment = texts.get("commenting") or text_of(raw.get("bodyValue"))
    source = target.get("source")
    link = text_of(source.get("id") if isinstance(source, dict) else source)
    judged = (JudgedRecord(reviewer, status, time, comment),) if status else ()
    noted = (NoteRecord(reviewer, comment, time),) if comment and not status else ()
    return ClaimRecord(
        place=place,
        selector=selector,
        article=text_of(target.get("searchkit:article")),
        claim=text_of(target.get("searchkit:claim")),
        links=(link,) if link and "://" in link else (),
        title=text_of(target.get("searchkit:title")),
        wording=texts.get("describing"),
        said_by=texts.get("identifying"),
        judgements=judged,
        evidence=tuple(_evidence(bodies, reviewer)),
        notes=noted,
    )


def _selector(target: Mapping[str, Any]) -> Selector | None:
    found = [one for one in list_of(target.get("selector")) if isinstance(one, dict)]
    words, place = (
        next((one for one in found if one.get("type") == kind), {})
        for kind in ("TextQuoteSelector", "TextPositionSelector")
    )
    return selector_of(words, place, target.get("searchkit:kind"))


def _evidence(bodies: list[dict[str, Any]], reviewer: str) -> Iterator[Evidence]:
    for body in bodies:
        url = text_of(body.get("source"))
        if url is None and "value" not in body:
            url = text_of(body.get("id"))
        if url is None:
            continue
        stance = body.get("searchkit:stance")
        quotes = [one for one in list_of(body.get("selector")) if isinstance(one, dict)]
        found = Evidence(
            unquote(url.removeprefix(_FILE)) if url.startswith(_FILE) else url,
            stance if stance in STANCES else "context",
            next((q for one in quotes if (q := text_of(one.get("exact")))), None),
            reviewer=reviewer,
        )
        about: dict[str, Any] = {key: text_of(body.get(f"searchkit:{key}")) for key in _ABOUT_LINKS}
        yield evolve(found, **about)
