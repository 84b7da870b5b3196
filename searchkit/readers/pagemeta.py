"""What a web page says of itself: title, outlet, date and address.

Most news pages carry schema.org's NewsArticle as JSON-LD, and the Open Graph meta tags.
"""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from attrs import frozen

from searchkit.readers.dates import read_date
from searchkit.readers.keys import whole
from searchkit.readers.pieces import LONGEST_TITLE

#: schema.org's types of articles all end like this, but for a few.
_ARTICLE = re.compile(r"(?:schema:|https?://schema\.org/)?(?:\w*Article|BlogPosting|Report)")
_DATES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "date.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date",
    "date",
    "pubdate",
    "publishdate",
    "publish_date",
    "publish-date",
    "parsely-pub-date",
    "sailthru.date",
    "weibo: article:create_at",
)
#: A day in the path of an address, as many outlets have it.
_DAY = re.compile(r"/((?:19|20)\d{2})[/-]?(\d{2})[/-]?(\d{2})(?=[/_.-]|$)")
_SAVED = re.compile(r"saved from url=\(\d{1,8}\)(https?://\S+)|\n\s*url:\s*(https?://\S+)")
#: Objects of a page's JSON-LD that are looked at.
_MOST = 2_000


@frozen
class PageMeta:
    """What is known of a page besides its text."""

    title: str | None = None
    outlet: str | None = None
    date: dt.date | None = None
    link: str | None = None


def page_meta(tree: Any, markup: str, url: str | None = None) -> PageMeta:
    """What a page says of itself.

    Args:
        tree: the page, parsed by lxml.
        markup: its source, where browsers note what address they saved it from.
        url: the address that it was fetched from, where that is known.
    """
    metas = _metas(tree)
    article: Mapping[str, Any] = next(_articles(tree), {})
    base = url or _saved_from(markup)
    link = _link(tree, metas, article, base)
    outlet = _text(_named(article.get("publisher"))) or metas.get("og:site_name")
    outlet = outlet or (_host(link) if link else None)
    headings = tree.xpath("//h1")
    titles = (
        _text(article.get("headline")),
        metas.get("og:title"),
        _text("".join(headings[0].itertext())) if len(headings) == 1 else None,
        metas.get("twitter:title"),
        _text("".join(tree.xpath("//title[1]//text()"))),
        _text("".join(headings[0].itertext())) if headings else None,
    )
    title = next((title for title in titles if title), None)
    return PageMeta(_without_site(title, outlet), outlet, _date(tree, metas, article, link), link)


def _metas(tree: Any) -> dict[str, str]:
    """The meta tags by property or name in lower case; the first of each counts."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = _text(meta.get("content"))
        for key in ("property", "name", "itemprop"):
            name = (meta.get(key) or "").strip().lower()
            if name and content:
                found.setdefault(name, content)
    return found


def _articles(tree: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of the page's JSON-LD that are articles, in their order."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            waiting: list[Any] = [json.loads(script.text or "", strict=False)]
        except (ValueError, RecursionError):
            continue
        for _ in range(_MOST):
            if not waiting:
                break
            value = waiting.pop(0)
            if isinstance(value, list):
                waiting += value[:_MOST]
            elif isinstance(value, dict):
                kinds = value.get("@type")
                kinds = kinds if isinstance(kinds, list) else [kinds]
                if any(isinstance(kind, str) and _ARTICLE.fullmatch(kind) for kind in kinds):
                    yield value
                waiting += [value[key] for key in ("@graph", "mainEntity") if key in value]


def _date(
    tree: Any, metas: Mapping[str, str], article: Mapping[str, Any], link: str | None
) -> dt.date | None:
    """The day of publication, where the page or its address says it; never a guess."""
    written = [article.get("datePublished"), *(metas.get(name) for name in _DATES)]
    for marked in tree.xpath('//*[@itemprop="datePublished"] | //time[@pubdate]'):
        written += [marked.get("datetime"), marked.get("content"), _text(marked.text)]
    if found := _DAY.search(urlsplit(link).path) if link else None:
        written.append("-".join(found.groups()))
    return next((date for value in written if (date := read_date(value))), None)


def _link(
    tree: Any, metas: Mapping[str, str], article: Mapping[str, Any], base: str | None
) -> str | None:
    canonical = [link.get("href") for link in tree.iter("link") if _is_canonical(link.get("rel"))]
    main = article.get("mainEntityOfPage")
    given = (
        *canonical,
        metas.get("og:url"),
        main.get("@id") if isinstance(main, dict) else main,
        article.get("url"),
        base,
    )
    links = [link for value in given if (link := _absolute(value, base))]
    # Some sites name their front page as the address of every page.
    return next((link for link in links if urlsplit(link).path.strip("/")), None) or next(
        iter(links), None
    )


def _is_canonical(rel: str | None) -> bool:
    return "canonical" in (rel or "").lower().split()


def _absolute(value: object, base: str | None) -> str | None:
    if not isinstance(value, str) or not value.strip() or len(value) > 2_048:
        return None
    try:
        link = urljoin(base or "", value.strip())
        parts = urlsplit(link)
    except ValueError:
        return None
    sound = parts.scheme in ("http", "https") and parts.hostname and link.isprintable()
    return link if sound and " " not in link else None


def _saved_from(markup: str) -> str | None:
    """The address that a browser, or SingleFile, noted at the head of a page that it saved."""
    found = _SAVED.search(markup, 0, 4096)
    return _absolute(found[1] or found[2], None) if found else None


def _host(link: str) -> str | None:
    return (urlsplit(link).hostname or "").removeprefix("www.") or None


def _named(value: object) -> object:
    """The name of a publisher, given as an object, a text or a list of them."""
    if isinstance(value, list):
        value = value[0] if value else None
    return value.get("name") if isinstance(value, dict) else value


def _text(value: object) -> str | None:
    """One line of text, entities that were escaped twice included."""
    if not isinstance(value, str):
        return None
    text = html.unescape(whole(value)) if "&" in value else whole(value)
    return " ".join(text.split())[: 4 * LONGEST_TITLE] or None


def _without_site(title: str | None, outlet: str | None) -> str | None:
    """A page's title without the outlet's name at its end."""
    if title and outlet:
        for joint in (" | ", " - ", " – ", " — ", "_", "｜", "-"):
            head, found, tail = title.rpartition(joint)
            if found and head.strip() and tail.strip().casefold() == outlet.casefold():
                return head.strip()
    return title
