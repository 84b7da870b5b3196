"""The words of a web page: to look for quotes in it, and to see whether it says what it said."""

from __future__ import annotations

import re
from typing import Literal

from searchkit.anchor import anchor
from searchkit.errors import ReadError
from searchkit.model import Selector
from searchkit.readers import html
from searchkit.readers.webencoding import decode_page
from searchkit.text import blocks, sentences
from searchkit.text.markup import plain_text

Quoted = Literal["found", "changed", "missing"]

PAGES = frozenset({"text/html", "application/xhtml+xml", ""})
_OMISSION = re.compile(r"\s*[\[(]?(?:…|\.\.\.+)[\])]?\s*")
_QUOTES = " \t\n\"'“”„‟‘’«»「」『』"
_WORD = re.compile(r"[\u3005-\u30ff\u3400-\u9fff]|[^\W_]+")
#: Words of a page that are compared; the work grows with the square of them.
_MOST = 20_000


def visible_text(body: bytes, kind: str, charset: str | None) -> str | None:
    """All that a reader of a page sees; None of something that has no text.

    Args:
        kind: media type; empty when nobody said so.
        charset: what the server said of the encoding.
    """
    if kind in PAGES:
        return plain_text(decode_page(body, charset))
    return decode_page(body, charset) if kind.startswith("text/") else None


def title_of(body: bytes, kind: str, charset: str | None, url: str) -> str | None:
    """What a page calls itself; None of something else than a page, and where it does not say."""
    if kind not in PAGES:
        return None
    try:
        return html.extract(body, url, charset=charset, url=url).meta.title
    except ReadError:
        # A page that is too large for that can be kept all the same.
        return None


def main_text(body: bytes, kind: str, charset: str | None, url: str) -> str | None:
    """The article of a page, without what stands around it; None of something without text.

    Raises:
        ReadError: the page is too large.
    """
    if kind in PAGES:
        found = html.extract(body, url, charset=charset, url=url).text
        return found or visible_text(body, kind, charset)
    return visible_text(body, kind, charset)


def quoted_in(quote: str, text: str) -> Quoted:
    """What became of a quoted passage in a page.

    Where words were left out of the quote ("…"), each of its parts is looked for.

    Args:
        quote: as the reviewer gave it.
        text: all that a reader of the page sees.

    Returns:
        "found" word for word, but for typography; "changed" where other words stand in the place
        of some; else "missing".
    """
    parts = [part.strip(_QUOTES) for part in _OMISSION.split(quote)]
    selectors = [Selector(part, kind="custom") for part in parts if part]
    if not selectors:
        return "missing"
    segments = [s for block in blocks(text) for s in sentences(text, *block.span)]
    states = [found.state for found in anchor(selectors, "", text, segments)]
    if "orphaned" in states:
        return "missing"
    return "changed" if "changed" in states else "found"


def likeness(one: str, other: str) -> float:
    """How alike two texts are, word for word: 1 for the same words, 0 for none in common."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - only where a copy is compared

    words = [_WORD.findall(text.casefold())[:_MOST] for text in (one, other)]
    return round(Indel.normalized_similarity(*words), 4)
