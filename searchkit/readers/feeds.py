"""RSS and Atom feeds as they were saved: one article an entry."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import Any

from searchkit.errors import ReadError
from searchkit.installed import needed
from searchkit.model import Article, Origin, Parsed, Source
from searchkit.readers.dates import read_date
from searchkit.readers.keys import whole
from searchkit.readers.pieces import LONGEST_TITLE, Leftovers, Lines, title_of
from searchkit.readers.webencoding import declared, decode_page
from searchkit.text.markup import plain_text

#: A feed holds the news of some days; a larger one is something else.
LARGEST = 32 << 20
_FEED = re.compile(r"<(?:\w+:)?(?:rss|feed|rdf|channel)[\s>/]", re.IGNORECASE)
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_WEB = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)


def is_feed(data: bytes) -> bool:
    """Whether an XML file is a feed, however broken."""
    head = data[:4096].replace(b"\0", b"").decode("latin-1")
    return _FEED.search(head) is not None


def parse(data: bytes, path: str) -> Parsed:
    """The articles of a feed: title, text of the entry, link and date.

    Args:
        data: the file, in whatever encoding; broken XML is read as far as it goes.
        path: its name, for origins and for what was left out.

    Raises:
        ReadError: it has no entries, or the extra `feeds` is not installed.
    """
    if len(data) > LARGEST:
        message = f"a feed of more than {LARGEST >> 20} MB"
        raise ReadError(message, place=path, remedy="split it")
    feedparser = needed("feedparser", "feeds", place=path, error=ReadError)
    feed = feedparser.parse(
        # A stream, for a text could be taken for an address or a file name.
        io.BytesIO(_in_utf8(data)),
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    name = _text(feed.feed, "title")
    outlet = _one_line(name) or None
    left = Leftovers(path)
    articles = []
    lines = _lines(data, len(feed.entries))
    for entry, line in zip(feed.entries, lines, strict=True):
        title, text = _one_line(_text(entry, "title"))[:LONGEST_TITLE], _body(entry)
        if title or text:
            source = _source(entry, outlet)
            sources = (source,) if source != Source() else ()
            origin = Origin(path, line)
            articles.append(Article(title or title_of(text), text, sources, (origin,)))
        else:
            named = entry.get("summary") or entry.get("link") or ""
            left.add(line, "neither title nor text", whole(named))
    pieces = left.all()
    if not articles:
        named = f" {outlet!r}" if outlet else ""
        found = f": {pieces[0].reason}, {pieces[0].excerpt!r}" if pieces else ""
        message = f"the feed{named} holds no article{found}"
        raise ReadError(message, place=path, remedy="take it out of the corpus")
    return Parsed(tuple(articles), pieces)


def _in_utf8(data: bytes) -> bytes:
    """The feed, recoded where neither it nor its bytes tell a parser what it is in."""
    if 0 in data or declared(data) is not None:
        return data
    return decode_page(data).encode("utf-8", "replace")


def _lines(data: bytes, entries: int) -> list[int]:
    """The line of each entry; the file's first where they cannot be told apart."""
    text = decode_page(data)
    starts = [match.start() for match in _ENTRY.finditer(text)]
    if len(starts) != entries:
        return [1] * entries
    lines = Lines(text)
    return [lines.at(start) for start in starts]


def _body(entry: Mapping[str, Any]) -> str:
    contents = [_shown(one) for one in entry.get("content") or ()]
    longest = max(contents, key=len, default="")
    return longest or _text(entry, "summary")


def _text(holder: Mapping[str, Any], key: str) -> str:
    detail = holder.get(f"{key}_detail")
    return _shown(detail) if detail else whole(holder.get(key) or "").strip()


def _shown(detail: Mapping[str, Any]) -> str:
    value = whole(detail.get("value") or "")
    return value.strip() if detail.get("type") == "text/plain" else plain_text(value)


def _source(entry: Mapping[str, Any], outlet: str | None) -> Source:
    own = entry.get("source") or {}
    named = _one_line(_text(own, "title")) or outlet
    links = (entry.get("link"), entry.get("id"))
    link = next((one.strip() for one in links if one and _WEB.fullmatch(one.strip())), None)
    written = (entry.get(key) for key in ("published", "updated", "created"))
    date = next((date for value in written if (date := read_date(value))), None)
    if date is None and (parsed := entry.get("published_parsed") or entry.get("updated_parsed")):
        date = read_date(f"{parsed.tm_year:04}-{parsed.tm_mon:02}-{parsed.tm_mday:02}")
    return Source(named, date, link)


def _one_line(text: str) -> str:
    return " ".join(text.split())
