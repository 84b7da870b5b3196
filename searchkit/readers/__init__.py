"""Corpus files to articles: one module for each format, found through `READERS`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePosixPath

from attrs import frozen

from searchkit.errors import ReadError
from searchkit.model import Parsed
from searchkit.readers import digest, jsonl, markdown, plain
from searchkit.readers.encoding import decode

__all__ = ["READERS", "VERSION", "Reader", "read", "supported"]

#: Changes whenever the readers make something else of the same file.
VERSION = "1"


def _any(_text: str) -> bool:
    return True


@frozen
class Reader:
    """A format of corpus files."""

    name: str
    #: Endings of the file names in lower case, with the dot.
    suffixes: tuple[str, ...]
    #: Takes the decoded text, which is not blank, and the path; raises `ReadError`.
    parse: Callable[[str, str], Parsed]
    #: Whether a text with such an ending is in this format.
    detect: Callable[[str], bool] = _any


#: The first reader whose suffix and detection fit is taken.
READERS: tuple[Reader, ...] = (
    Reader("digest page", (".txt", ".text"), digest.parse, digest.is_digest),
    Reader("plain text", (".txt", ".text"), plain.parse),
    Reader("Markdown", (".md", ".markdown"), markdown.parse),
    Reader("JSON Lines", (".jsonl", ".ndjson"), jsonl.parse_lines),
    Reader("JSON", (".json",), jsonl.parse),
)


def supported(path: Path) -> bool:
    """Whether a file's ending is one that some reader knows, in any letter case."""
    return any(path.suffix.lower() in reader.suffixes for reader in READERS)


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
    suffix = PurePosixPath(path).suffix.lower()
    readers = [reader for reader in READERS if suffix in reader.suffixes]
    if not readers:
        kind = suffix or "files without an ending"
        known = ", ".join(dict.fromkeys(s for reader in READERS for s in reader.suffixes))
        raise ReadError(f"no reader for {kind}", place=path, remedy=f"use one of {known}")
    text = decode(data, path)
    if not text or text.isspace():
        raise ReadError("it is empty", place=path, remedy="fill it or take it out of the corpus")
    return next(reader for reader in readers if reader.detect(text)).parse(text, path)
