"""WARC files, as crawlers and `searchkit links preserve` make them: one article a web page."""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

from searchkit.errors import ReadError
from searchkit.model import Article, Parsed
from searchkit.readers import html
from searchkit.readers.archives import DAMAGE
from searchkit.readers.extras import needed
from searchkit.readers.pieces import Leftovers
from searchkit.readers.unpacking import MOST_PIECES, Allowance

SUFFIXES = (".warc", ".warc.gz")
_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_HELD = frozenset({"response", "resource"})


def parse(data: bytes, path: str, allowance: Allowance) -> Parsed:
    """The articles of the web pages in a WARC file.

    Args:
        data: the file, compressed by record or not at all.
        path: its name; an article's line is the number of its record.
        allowance: what may come out of it.

    Raises:
        ReadError: it is no WARC file, it holds no article, or the extra `evidence` is not
            installed.
    """
    needed("warcio", "WARC files", path)
    needed("trafilatura", "web pages", path)
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415

    left = Leftovers(path)
    articles: list[Article] = []
    passed: Counter[str] = Counter()
    number = 0
    try:
        for number, record in enumerate(ArchiveIterator(io.BytesIO(data)), 1):
            if record.rec_type in _HELD:
                _take(record, path, number, articles, left, passed, allowance)
            if number >= MOST_PIECES:
                left.add(number, f"more than {MOST_PIECES:,} records; the rest was not read")
                break
    except ReadError as error:
        left.add(number + 1, f"{error.message}; the rest was not read")
    except (ArchiveLoadFailed, *DAMAGE) as error:
        why = " ".join(str(error).split())[:80]
        left.add(number + 1, f"damaged ({why}); the rest was not read")
    for what, count in sorted(passed.items()):
        left.add(number, f"{what} ({count:,} in this file)")
    pieces = left.all()
    if not articles:
        told = f"no article could be read: {pieces[0].reason}" if pieces else "it holds no article"
        raise ReadError(told, place=path, remedy="take it out of the corpus, or repair it")
    return Parsed(tuple(articles), pieces)


def _take(
    record: Any,
    path: str,
    number: int,
    articles: list[Article],
    left: Leftovers,
    passed: Counter[str],
    allowance: Allowance,
) -> None:
    """Make an article of a record that holds a web page."""
    headers = record.http_headers or record.rec_headers
    status = headers.get_statuscode() if record.http_headers else "200"
    kind, charset = content_type(headers.get_header("Content-Type") or "")
    if status != "200":
        passed[f"answered with {status[:3]}"] += 1
        return
    if kind not in _PAGES:
        passed[f"no reader for {kind or 'records of no type'}"] += 1
        return
    url = record.rec_headers.get_header("WARC-Target-URI") or None
    try:
        body = allowance.read(record.content_stream(), path)
        parsed = html.read_page(body, path, charset=charset, url=url, line=number)
    except ReadError as error:
        if allowance.left < 0:
            raise
        left.add(number, error.message, url or "")
        return
    articles += parsed.articles


def content_type(value: str) -> tuple[str, str | None]:
    """Type and charset of a Content-Type header."""
    kind, *parameters = value.split(";")
    charset = None
    for parameter in parameters:
        name, _, given = parameter.partition("=")
        if name.strip().lower() == "charset":
            charset = given.strip(" \t\"'") or None
    return kind.strip().lower(), charset
