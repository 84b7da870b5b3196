"""Corpus files to articles: one module for each format, found through `READERS`."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, cast

from attrs import evolve, frozen

from searchkit.errors import ReadError
from searchkit.installed import extras
from searchkit.model import Parsed

if TYPE_CHECKING:
    from searchkit.readers.unpacking import Allowance

__all__ = ["READERS", "Reader", "TextReader", "read", "supported", "version"]

_TAR = (".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_WARC = (".warc", ".warc.gz")
_COMPRESSED = (".gz", ".bz2", ".xz")

#: Changes whenever the readers make something else of the same file.
_VERSION = "3"


def version() -> str:
    """Changes whenever a file could be read otherwise than before: by an extra that is new, too."""
    return f"{_VERSION}{extras()}"


def _any(_: object) -> bool:
    return True


@frozen
class TextReader:
    """A format of corpus files that are text."""

    name: str
    #: Endings of the file names in lower case, with the dot.
    suffixes: tuple[str, ...]
    #: Takes the decoded text, which is not blank, and the path; raises `ReadError`.
    parse: Callable[[str, str], Parsed]
    #: Whether a text with such an ending is in this format.
    detect: Callable[[str], bool] = _any


@frozen
class Reader:
    """A format of corpus files that tell their encoding themselves, or are no text."""

    name: str
    #: Endings of the file names in lower case, with the dot.
    suffixes: tuple[str, ...]
    #: Takes the bytes, the path, and what may be unpacked; raises `ReadError`.
    parse: Callable[[bytes, str, Allowance], Parsed]


def _in(module: str, function: str = "parse") -> Callable[..., Any]:
    """A function of one of the formats' modules, which are loaded when a file needs them."""

    def call(*given: Any, **named: Any) -> Any:
        return getattr(import_module(f"searchkit.readers.{module}"), function)(*given, **named)

    return call


def _page(data: bytes, path: str, _: Allowance) -> Parsed:
    return cast("Parsed", _in("html")(data, path))


def _mhtml(data: bytes, path: str, _: Allowance) -> Parsed:
    return cast("Parsed", _in("mhtml")(data, path))


def _feed(data: bytes, path: str, _: Allowance) -> Parsed:
    if not _in("feeds", "is_feed")(data):
        raise ReadError("XML, but no feed", place=path, remedy="take it out of the corpus")
    return cast("Parsed", _in("feeds")(data, path))


def _archive(data: bytes, path: str, allowance: Allowance) -> Parsed:
    parsed = _in("archives")(data, path, allowance, knows=_known, read=_read)
    return cast("Parsed", parsed)


def _compressed(data: bytes, path: str, allowance: Allowance) -> Parsed:
    """Read by the inner name, which tells the format; told by the one that the corpus holds."""
    inner = _inner(path)

    def told(place: str) -> str:
        return path + place.removeprefix(inner)

    unpacked = _in("archives", "unpack")(data, path, allowance)
    try:
        parsed = _read(unpacked, inner, allowance)
    except ReadError as error:
        error.place = told(error.place or inner)
        raise
    return evolve(
        parsed,
        articles=tuple(
            evolve(article, origins=tuple(evolve(o, path=told(o.path)) for o in article.origins))
            for article in parsed.articles
        ),
        left_out=tuple(evolve(piece, path=told(piece.path)) for piece in parsed.left_out),
    )


def _inner(path: str) -> str:
    """The name of the file within a compressed file."""
    return path[: path.rindex(".")]


#: The first reader whose suffix and detection fit is taken; longer suffixes stand first.
READERS: tuple[TextReader | Reader, ...] = (
    TextReader("digest page", (".txt", ".text"), _in("digest"), _in("digest", "is_digest")),
    TextReader("plain text", (".txt", ".text"), _in("plain")),
    TextReader("Markdown", (".md", ".markdown"), _in("markdown")),
    TextReader("JSON Lines", (".jsonl", ".ndjson"), _in("jsonl", "parse_lines")),
    TextReader("JSON", (".json",), _in("jsonl")),
    TextReader("CSV", (".csv", ".tsv"), _in("csvfile")),
    Reader("web page", (".html", ".htm", ".xhtml"), _page),
    Reader("web page with its pictures", (".mhtml", ".mht"), _mhtml),
    Reader("feed", (".rss", ".atom", ".rdf", ".xml"), _feed),
    Reader("web archive", _WARC, _in("warc")),
    Reader("archive", (".zip", *_TAR), _archive),
    Reader("compressed file", _COMPRESSED, _compressed),
)
_SUFFIXES = tuple(suffix for reader in READERS for suffix in reader.suffixes)


def supported(path: str) -> bool:
    """Whether a file's ending is one that some reader knows, in any letter case."""
    return _known(path)


def read(data: bytes, path: str) -> Parsed:
    """The articles of a corpus file, and what went into none of them.

    Args:
        data: the whole file.
        path: its POSIX path as it shall stand in origins and errors.

    Returns:
        Articles without ids, each with one origin; left-out pieces in the order of their lines.

    Raises:
        ReadError: the file cannot be read as what its ending says; place and remedy are told.
    """
    from searchkit.readers.unpacking import Allowance  # noqa: PLC0415 - as the formats

    return _read(data, path, Allowance.of(len(data)))


def _read(data: bytes, path: str, allowance: Allowance) -> Parsed:
    name = PurePosixPath(path).name.lower()
    readers = [reader for reader in READERS if name.endswith(reader.suffixes)]
    if not readers or not _known(name):
        kind = PurePosixPath(name).suffix or "files without an ending"
        known = ", ".join(dict.fromkeys(s for reader in READERS for s in reader.suffixes))
        raise ReadError(f"no reader for {kind}", place=path, remedy=f"use one of {known}")
    if not data:
        raise _empty(path)
    first = readers[0]
    if isinstance(first, Reader):
        return first.parse(data, path, allowance)
    text = _in("encoding", "decode")(data, path)
    if not text or text.isspace():
        raise _empty(path)
    texts = (reader for reader in readers if isinstance(reader, TextReader))
    return next(reader for reader in texts if reader.detect(text)).parse(text, path)


def _known(name: str) -> bool:
    name = name.replace(os.sep, "/").rstrip("/").rpartition("/")[2].lower()
    if name.startswith("."):
        return False
    if name.endswith(_COMPRESSED) and not name.endswith((*_TAR, *_WARC)):
        return _known(_inner(name))
    return name.endswith(_SUFFIXES)


def _empty(path: str) -> ReadError:
    return ReadError("it is empty", place=path, remedy="fill it or take it out of the corpus")
