"""Saved web pages: the article of a page, without menus, notices and comments."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from attrs import frozen

from searchkit.errors import ReadError
from searchkit.installed import needed
from searchkit.model import Article, Origin, Parsed, Source
from searchkit.readers.pagemeta import PageMeta, page_meta
from searchkit.readers.pieces import LONGEST_TITLE, stem, title_of
from searchkit.readers.webencoding import decode_page

# What it has to say of a page that it cannot read, the reader says in its own words.
logging.getLogger("trafilatura").addHandler(logging.NullHandler())

#: No news page is larger but for the pictures within it; the work grows with what is left.
LARGEST = 64 << 20
_LARGEST_TEXT = 12 << 20
_INLINE = re.compile(r"data:[\w/+.;=-]{1,100},[^\s\"'<>()]{64,}")
#: Characters below which the article was missed; what is then taken from the whole page must be
#: more than a menu.
_LEAST = 25
_LEAST_OF_ALL = 200
_INSIDE = frozenset({"p", "head", "quote", "list", "table"})


@frozen
class Page:
    """The article of a web page."""

    meta: PageMeta
    #: Empty where the page holds no article.
    text: str


def parse(data: bytes, path: str) -> Parsed:
    """The one article of a saved page.

    Raises:
        ReadError: there is none in it, or the extra `html` is not installed.
    """
    return read_page(data, path)


def read_page(
    data: bytes,
    path: str,
    *,
    charset: str | None = None,
    url: str | None = None,
    line: int = 1,
) -> Parsed:
    """The one article of a page.

    Args:
        path: its name, for the origin and errors.
        line: where in that file it begins.
        charset: what the server said of its encoding.
        url: the address that it was fetched from, where that is known.

    Raises:
        ReadError: as `parse`.
    """
    page = extract(data, path, charset=charset, url=url)
    if not page.text:
        raise ReadError(
            "no article was found in this page",
            place=path,
            remedy="save its text as a .txt file, or take it out of the corpus",
        )
    meta = page.meta
    source = Source(meta.outlet, meta.date, meta.link)
    sources = (source,) if source != Source() else ()
    title = (meta.title or title_of(page.text) or stem(path))[:LONGEST_TITLE]
    return Parsed((Article(title, page.text, sources, (Origin(path, line),)),))


def extract(data: bytes, path: str, *, charset: str | None = None, url: str | None = None) -> Page:
    """Text and particulars of a page; the text is empty where no article is in it.

    Raises:
        ReadError: it is too large, or the extra `html` is not installed.
    """
    if len(data) > LARGEST:
        raise _too_large(path, LARGEST)
    trafilatura = needed("trafilatura", "web pages", place=path, error=ReadError)
    markup = _INLINE.sub("data:,", decode_page(data, charset))
    if len(markup) > _LARGEST_TEXT:
        raise _too_large(path, _LARGEST_TEXT)
    tree = trafilatura.load_html(markup)
    if tree is None:
        return Page(PageMeta(), "")
    meta = page_meta(tree, markup, url)
    found = trafilatura.bare_extraction(
        tree, include_comments=False, with_metadata=False, fast=True, config=_settings()
    )
    text = "" if found is None else _text(found.body, meta.title)
    if len(text) < _LEAST:
        body, _, size = trafilatura.baseline(tree)
        text = _text(body, meta.title) if size >= _LEAST_OF_ALL else text
    return Page(meta, text)


def _too_large(path: str, most: int) -> ReadError:
    message = f"a web page of more than {most >> 20} MB"
    return ReadError(message, place=path, remedy="save its text as a .txt file")


@cache
def _settings() -> Any:
    from trafilatura.settings import use_config  # noqa: PLC0415

    settings = use_config()
    # By itself it takes a whole page, menus and all, for an article of few characters, as in
    # Chinese.
    settings.set("DEFAULT", "MIN_EXTRACTED_SIZE", "0")
    return settings


def _text(body: Any, title: str | None) -> str:
    """The blocks of the article, parted by blank lines; the title is not repeated above them."""
    blocks = [block for block in _blocks(body) if block]
    if blocks and title and " ".join(blocks[0].split()).casefold() == title.casefold():
        del blocks[0]
    return "\n\n".join(blocks)


def _blocks(element: Any) -> Iterator[str]:
    if element.text and element.text.strip():
        yield _joined([element.text])
    for child in element:
        if child.tag == "list":
            yield "\n".join(_items(child))
        elif child.tag == "table":
            yield "\n".join(_rows(child))
        elif child.tag in ("quote", "body", "div", "details") or any(
            inner.tag in _INSIDE for inner in child
        ):
            yield from _blocks(child)
        else:
            yield _inline(child)
        if child.tail and child.tail.strip():
            yield _joined([child.tail])


def _items(listed: Any) -> Iterator[str]:
    for item in listed:
        inner = [child for child in item if child.tag == "list"]
        words = _inline(item, without="list").replace("\n", " ")
        if words:
            yield f"- {words}"
        for nested in inner:
            yield from _items(nested)


def _rows(table: Any) -> Iterator[str]:
    for row in table.iter("row"):
        cells = [_inline(cell).replace("\n", " ") for cell in row]
        if any(cells):
            yield " | ".join(cells)


def _inline(element: Any, *, without: str = "") -> str:
    pieces: list[str] = []

    def collect(node: Any) -> None:
        pieces.append(node.text or "")
        for child in node:
            if child.tag == "lb":
                pieces.append("\v")
            elif child.tag != without:
                if child.tag in _INSIDE:
                    pieces.append("\v")
                collect(child)
            pieces.append(child.tail or "")

    collect(element)
    return _joined(pieces)


def _joined(pieces: list[str]) -> str:
    """One block: spaces joined, line breaks only where the page breaks the line."""
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\v"))
    return "\n".join(line for line in lines if line)
