"""CSV with a header: one article a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager

from searchkit.errors import ReadError
from searchkit.model import Article, Origin, Parsed
from searchkit.readers.keys import ALIASES, read_parts
from searchkit.readers.pieces import Leftovers, title_of

_DELIMITERS = ",;\t|"


def parse(text: str, path: str) -> Parsed:
    """The articles of a CSV file; a row that cannot be read does not stop the others.

    Commas, semicolons, tabs and bars may part the values; the header tells which. Its names are
    those of front matter and JSON (`searchkit.readers.keys`).

    Args:
        text: the decoded file, not blank.
        path: its name, for origins and for what was left out.

    Raises:
        ReadError: no column is called title or text, or no row holds an article.
    """
    with _long_fields(len(text)):
        return _parse(text, path)


def _parse(text: str, path: str) -> Parsed:
    left = Leftovers(path)
    articles = []
    rows = _rows(text, left)
    header_line, header = next(rows, (1, []))
    columns = [name.strip() for name in header]
    lowered = {name.lower() for name in columns}
    if not lowered & {*ALIASES["title"], *ALIASES["text"]}:
        raise ReadError(
            "its first row names no column title or text",
            place=f"{path}, line {header_line}",
            remedy=f"call its columns: {', '.join(ALIASES)}",
        )
    told: set[str] = set()
    for line, row in rows:
        if not any(value.strip() for value in row):
            continue
        if len(row) > len(columns):
            left.add(line, "more values than columns", row[len(columns)])

        def leave(reason: str, piece: str, line: int = line) -> None:
            # A column that is not known comes again in every row.
            if reason not in told:
                left.add(line, reason, piece)
            if reason.startswith("unknown key"):
                told.add(reason)

        parts = read_parts(dict(zip(columns, row, strict=False)), leave)
        title = parts.title or title_of(parts.text)
        if title:
            articles.append(Article(title, parts.text, parts.sources, (Origin(path, line),)))
        else:
            left.add(line, "neither title nor text", " ".join(row))
    pieces = left.all()
    if not articles:
        broken = next((p for p in pieces if not p.reason.startswith("unknown key")), None)
        place = f"{path}, line {broken.line}" if broken else path
        why = f"no article could be read: {broken.reason}" if broken else "it holds no article"
        raise ReadError(why, place=place, remedy="give each article a row below the header")
    return Parsed(tuple(articles), pieces)


def _rows(text: str, left: Leftovers) -> Iterator[tuple[int, list[str]]]:
    """Each row with the line that it begins in."""
    head = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=head.count)
    # newline="": line ends within quotes stay as they are.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            unclosed = "end of data" in str(error)
            what = "a quote is never closed; the rest was not read" if unclosed else str(error)
            left.add(line, f"broken CSV: {what}")
        else:
            if row:
                yield line, row


@contextmanager
def _long_fields(size: int) -> Iterator[None]:
    """Let a value be as long as the file; the limit is the whole process's."""
    before = csv.field_size_limit(max(size, 1))
    try:
        yield
    finally:
        csv.field_size_limit(before)
