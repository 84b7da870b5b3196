"""ClaimReview (schema.org), both ways: what search engines read, and what the web holds of it.

Out: one review for each claim with a verdict, with the fields that search engines require and
recommend; a rating in numbers only for statuses that have one. In: as found in the wild, where
`@type` may be `type`, in any case, ratings may lie beyond their own scale, and dates may be absurd.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from searchkit.errors import UsageError
from searchkit.interchange.record import ClaimRecord, JudgedRecord, Records, list_of, text_of
from searchkit.interchange.times import event_time
from searchkit.model import UNREVIEWED, Evidence, Scale, Selector
from searchkit.reports.jsonreport import dumped
from searchkit.reports.view import ArticleView, ClaimView, Report

_BEST, _WORST = 5, 1
#: What search engines show of a claim.
_SHORT = 75
#: Objects within one another that are looked into.
_DEEPEST = 12


def render(report: Report, base_url: str | None) -> str:
    """The verdicts of the report as ClaimReview in JSON-LD.

    Args:
        base_url: where the publisher puts one page for each claim; the page of a claim is this,
            `#claim-ARTICLE-CLAIM` as in the HTML report.

    Raises:
        UsageError: there is no base URL, without which a review has no address.
    """
    if not base_url or not base_url.startswith(("https://", "http://")):
        raise UsageError(
            "a ClaimReview needs the address of its page",
            remedy="name where the report is published: --base-url https://…",
        )
    graph = [
        _review(report, article, claim, base_url)
        for article in report.articles
        for claim in article.claims
        if claim.status.name != UNREVIEWED
    ]
    shown = {"@context": "https://schema.org", "@graph": graph}
    # It may be put into a page as it is: nothing in it ends a script.
    return dumped(shown).replace("<", "\\u003c")


def _review(report: Report, article: ArticleView, claim: ClaimView, base: str) -> dict[str, Any]:
    settings = report.settings
    # Whoever concluded otherwise, or on other words, is no author of this.
    same = [judgement for judgement in claim.judgements if judgement.status == claim.status]
    agreed = [judgement for judgement in same if judgement.words is None] or same
    review: dict[str, Any] = {
        "@type": "ClaimReview",
        "url": f"{base.split('#', maxsplit=1)[0]}#claim-{article.id}-{claim.id}",
        "claimReviewed": claim.heading,
        "name": _shortened(claim.heading),
        "reviewRating": _rating(claim),
        "author": {"@type": "Organization", "name": settings.publisher}
        if settings.publisher
        else [{"@type": "Person", "name": j.reviewer} for j in agreed],
        "itemReviewed": _claim(article, claim),
    }
    if claim.last_checked:
        review["datePublished"] = claim.last_checked[:10]
    if notes := [j.note for j in agreed if j.note]:
        review["reviewBody"] = "\n\n".join(notes)
    links = [*claim.supports, *claim.refutes, *claim.background]
    if cited := [link.url for link in links if "://" in link.url]:
        review["citation"] = cited
    return review


def _rating(claim: ClaimView) -> dict[str, Any]:
    rating: dict[str, Any] = {"@type": "Rating", "alternateName": claim.status.label}
    if claim.status.rating is None:
        return rating
    numbers = {"ratingValue": claim.status.rating, "bestRating": _BEST, "worstRating": _WORST}
    return rating | numbers


def _claim(article: ArticleView, claim: ClaimView) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "Claim",
        "text": claim.selector.exact if claim.selector else claim.text,
    }
    if claim.said_by:
        found["author"] = {"@type": "Thing", "name": claim.said_by}
    dates = sorted(source.date for source in article.sources if source.date)
    if dates:
        found["datePublished"] = dates[0].isoformat()
    works = []
    for source in sorted(article.sources, key=lambda s: (s.date is None, s.date)):
        work = {"@type": "CreativeWork", "headline": article.title}
        if source.link and "://" in source.link:
            work["url"] = source.link
        if source.outlet:
            work["publisher"] = source.outlet
        works.append(work)
    if works:
        found["firstAppearance"] = works[0]
        found["appearance"] = works
    return found


def _shortened(words: str) -> str:
    line = " ".join(words.split())
    if len(line) <= _SHORT:
        return line
    cut = line[: _SHORT - 1]
    if " " in cut[_SHORT // 2 :]:
        cut = cut[: cut.rindex(" ")]
    return f"{cut}…"


# In.


def reviews_in(raw: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Every ClaimReview in JSON, wherever it stands."""
    if depth > _DEEPEST:
        return
    if isinstance(raw, list):
        for one in raw:
            yield from reviews_in(one, depth + 1)
    elif isinstance(raw, dict):
        if "claimreview" in _kinds(raw):
            yield raw
        else:
            for value in raw.values():
                if isinstance(value, dict | list):
                    yield from reviews_in(value, depth + 1)


def _kinds(raw: Mapping[str, Any]) -> list[str]:
    kinds = [*list_of(raw.get("@type")), *list_of(raw.get("type"))]
    return [str(kind).rpartition("/")[2].rpartition(":")[2].casefold() for kind in kinds]


def from_json(raws: list[Mapping[str, Any]], scale: Scale, now: dt.datetime) -> Records:
    """What reviews say. Of each that cannot be used, or not in full, it is said why."""
    claims: list[ClaimRecord] = []
    dropped: list[str] = []
    for number, raw in enumerate(raws, 1):
        place = f"review {number}"
        reviewed = _first(raw.get("itemReviewed"))
        words = text_of(reviewed.get("text")) or text_of(raw.get("claimReviewed"))
        reviewers = _names(raw.get("author")) or _names(raw.get("publisher"))[:1]
        if words is None or not reviewers:
            missing = "words of the claim" if words is None else "author"
            dropped.append(f"{place}: it names no {missing}")
            continue
        time = event_time(raw.get("datePublished") or raw.get("dateCreated"), now)
        if time is None and raw.get("datePublished") is not None:
            dropped.append(f"{place}: its date, {str(raw['datePublished'])[:40]!r}")
        status, problem = _status(_first(raw.get("reviewRating")), scale)
        if problem:
            dropped.append(f"{place}: {problem}")
        url = text_of(raw.get("url"))
        body = text_of(raw.get("reviewBody"))
        wording = text_of(raw.get("claimReviewed"))
        claims.append(
            ClaimRecord(
                place=place,
                selector=Selector(words),
                links=tuple(_appearances(reviewed)),
                wording=wording if wording != words else None,
                said_by=next(iter(_names(reviewed.get("author"))), None),
                judgements=tuple(
                    JudgedRecord(reviewer, status, time, body) for reviewer in reviewers if status
                ),
                evidence=(Evidence(url, "context", reviewer=reviewers[0]),) if url else (),
            )
        )
    return Records(tuple(claims), tuple(dropped))


def _first(value: Any) -> Mapping[str, Any]:
    return next((one for one in list_of(value) if isinstance(one, dict)), {})


def _names(value: Any) -> list[str]:
    """The names of people and organisations, each once."""
    said = (one.get("name") if isinstance(one, dict) else one for one in list_of(value))
    return list(dict.fromkeys(filter(None, map(text_of, said))))


def _appearances(claim: Mapping[str, Any]) -> Iterator[str]:
    works = [*list_of(claim.get("firstAppearance")), *list_of(claim.get("appearance"))]
    for work in [*works, *list_of(claim.get("sameAs"))]:
        url = text_of((work.get("url") or work.get("@id")) if isinstance(work, dict) else work)
        if url and "://" in url:
            yield url


def _status(rating: Mapping[str, Any], scale: Scale) -> tuple[str | None, str | None]:
    """The status that a rating comes to, and what of it could not be used."""
    said = text_of(rating.get("alternateName")) or text_of(rating.get("name"))
    for status in scale.statuses:
        if said and said.casefold() in (status.name.casefold(), status.label.casefold()):
            return (status.name, None) if status.name != UNREVIEWED else (None, None)
    shown = f"its rating, {said!r}" if said else "its rating"
    try:
        value, best, worst = (
            float(rating[key]) if rating.get(key) is not None else default
            for key, default in (("ratingValue", None), ("bestRating", 5.0), ("worstRating", 1.0))
        )
    except (TypeError, ValueError):
        return None, f"{shown}, is none of the scale"
    if value is None or best is None or worst is None:
        return None, f"{shown}, is none of the scale"
    if not worst < best or not worst <= value <= best:
        return None, f"{shown}, {value:g} of {worst:g} to {best:g}, lies beyond its own scale"
    wanted = _WORST + (_BEST - _WORST) * (value - worst) / (best - worst)
    rated = [status for status in scale.statuses if status.rating is not None]
    near = min(rated, key=lambda s: abs((s.rating or 0) - wanted), default=None)
    return (near.name, None) if near else (None, f"{shown}, is none of the scale")
