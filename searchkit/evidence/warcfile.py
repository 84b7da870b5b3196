"""A preserved page as a WARC file: what was asked and answered, byte for byte.

The format is ISO 28500; any tool of web archives replays it.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any

from searchkit import __version__
from searchkit.errors import SearchkitError
from searchkit.evidence.pages import Fetched, Hop
from searchkit.text.mediatype import content_type

#: A body arrives without its chunks, so that this header would lie in the file.
_RENAMED = {"transfer-encoding": "X-Archive-Orig-Transfer-Encoding"}
#: What reading a damaged file may raise, besides warcio's own.
_DAMAGE = (OSError, EOFError, ValueError, RuntimeError)


def written(pages: Sequence[Fetched]) -> bytes:
    """The WARC file of a page, and of what belongs to it.

    Args:
        pages: the page first; each with the redirects that led to it.
    """
    from warcio.warcwriter import WARCWriter  # noqa: PLC0415 - an extra

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    about = {"software": f"searchkit {__version__}", "format": "WARC File Format 1.1"}
    writer.write_record(writer.create_warcinfo_record("page.warc.gz", about))
    for page in pages:
        for hop in page.hops:
            _write(writer, hop, page.time)
    return out.getvalue()


def _write(writer: Any, hop: Hop, time: dt.datetime) -> None:
    from warcio.statusandheaders import StatusAndHeaders  # noqa: PLC0415 - an extra

    (asked, protocol), *headers = hop.request
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    answer = writer.create_warc_record(
        hop.url,
        "response",
        payload=io.BytesIO(hop.sent),
        length=len(hop.sent),
        http_headers=StatusAndHeaders(
            f"{hop.status} {_one_line(hop.reason)}".strip(),
            [(_RENAMED.get(n.lower(), _one_line(n)), _one_line(v)) for n, v in hop.headers],
            protocol="HTTP/1.1",
        ),
        warc_headers_dict={"WARC-Date": stamp},
    )
    question = writer.create_warc_record(
        hop.url,
        "request",
        http_headers=StatusAndHeaders(f"{asked} {protocol}", headers, is_http_request=True),
        warc_headers_dict={"WARC-Date": stamp},
    )
    writer.write_request_response_pair(question, answer)
    for record in (question, answer):
        # warcio leaves its own copy of the payload open.
        record.raw_stream.close()


def proved(data: bytes, place: str) -> None:
    """Go through a WARC file and hold every record against its digest.

    Raises:
        SearchkitError: a record is damaged, or there is none.
    """
    count = 0
    try:
        for record in _records(data, check=True):
            if record.rec_type == "response":
                count += 1
                record.raw_stream.read()
                if record.digest_checker.passed is False:
                    raise SearchkitError("a record does not match its digest", place=place)
    except _damage() as error:
        message = f"not a sound WARC file ({' '.join(str(error).split())[:80]})"
        raise SearchkitError(message, place=place) from None
    if not count:
        raise SearchkitError("no page is in it", place=place)


def page_of(data: bytes, most: int, place: str) -> tuple[bytes, str | None, str]:
    """The page that a WARC file was made of: its body, charset and address.

    Args:
        most: bytes that may come out of it.

    Raises:
        SearchkitError: it is damaged, or holds no page.
    """
    try:
        for record in _records(data, check=False):
            if record.rec_type != "response" or record.http_headers is None:
                continue
            if record.http_headers.get_statuscode().startswith("3"):
                continue
            body = record.content_stream().read(most)
            _, charset = content_type(record.http_headers.get_header("Content-Type"))
            return body, charset, record.rec_headers.get_header("WARC-Target-URI") or ""
    except _damage() as error:
        message = f"not a sound WARC file ({' '.join(str(error).split())[:80]})"
        raise SearchkitError(message, place=place) from None
    raise SearchkitError("no page is in it", place=place)


def _records(data: bytes, *, check: bool) -> Iterable[Any]:
    from warcio.archiveiterator import ArchiveIterator  # noqa: PLC0415 - an extra

    records: Iterable[Any] = ArchiveIterator(io.BytesIO(data), check_digests=check)
    return records


def _damage() -> tuple[type[Exception], ...]:
    from warcio.exceptions import ArchiveLoadFailed  # noqa: PLC0415 - an extra

    return (ArchiveLoadFailed, *_DAMAGE)


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())
