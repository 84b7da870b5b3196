"""WARC files, as crawlers and `searchkit links preserve` make them: one article a web page."""

from __future__ import annotations

import io
from typing import Any

from searchkit.errors import ReadError
from searchkit.installed import needed
from searchkit.model import Parsed
from searchkit.readers import html
from searchkit.readers.pieces import Leftovers
from searchkit.readers.unpacking import MOST_PIECES, Allowance, Harvest
from searchkit.text.mediatype import content_type

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
    needed("warcio", "WARC files", place=path, error=ReadError)
    needed("trafilatura", "web pages", place=path, error=ReadError)
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415

    found = Harvest(path, allowance, Leftovers(path))
    with found.to_the_end(ArchiveLoadFailed):
        for found.number, record in enumerate(ArchiveIterator(io.BytesIO(data)), 1):
            if found.number > MOST_PIECES:
                found.leave(f"more than {MOST_PIECES:,} records; the rest was not read")
                break
            if record.rec_type in _HELD:
                _take(record, found)
    return found.parsed()


def _take(record: Any, found: Harvest) -> None:
    """Make an article of a record that holds a web page."""
    headers = record.http_headers or record.rec_headers
    status = headers.get_statuscode() if record.http_headers else "200"
    kind, charset = content_type(headers.get_header("Content-Type"))
    if status != "200":
        found.passed[f"answered with {status[:3]}"] += 1
    elif kind not in _PAGES:
        found.passed[f"no reader for {kind or 'records of no type'}"] += 1
    else:
        url = record.rec_headers.get_header("WARC-Target-URI") or None
        with found.one(url or "a record without an address"):
            body = found.allowance.read(record.content_stream(), found.path)
            found.articles += html.read_page(
                body, found.path, charset=charset, url=url, line=found.number
            ).articles
