"""JSON Lines and JSON: one article an object."""

from __future__ import annotations

import json
from collections.abc import Mapping

from attrs import define, field

from searchkit.errors import ReadError
from searchkit.model import Article, Origin, Parsed
from searchkit.readers.jsonscan import DECODER, Scan
from searchkit.readers.keys import describe_kind, read_parts
from searchkit.readers.pieces import Leftovers, Lines, title_of, written_lines


def parse_lines(text: str, path: str) -> Parsed:
    """The articles of a JSON Lines file; a line that cannot be read does not stop the others.

    Args:
        text: the decoded file.
        path: its name, for origins and for what was left out.

    Raises:
        ReadError: no line holds an article.
    """
    found = _Found(path, Lines(text), Leftovers(path))
    for match in written_lines(text):
        line = match[0].strip()
        found.move(match.start())
        try:
            value, end = DECODER.raw_decode(line)
            if end < len(line):
                raise json.JSONDecodeError("Extra data", line, end)
        except json.JSONDecodeError as error:
            found.leave(f"broken JSON: {error.msg} (column {error.colno})", line)
        except RecursionError:
            found.leave("JSON nested too deeply", line)
        else:
            found.take(value)
    return found.parsed("give each article a line of its own")


def parse(text: str, path: str) -> Parsed:
    """The articles of a JSON file: an object, a list of them, or ``{"articles": [...]}``.

    Where the file breaks off or is damaged, the articles before that place are kept.

    Args:
        text: the decoded file.
        path: its name, for origins and for what was left out.

    Raises:
        ReadError: it holds no article, or none before the damage.
    """
    found = _Found(path, Lines(text), Leftovers(path))
    scan = Scan(text)
    try:
        for start, value in scan.articles():
            found.move(start)
            found.take(value)
    except json.JSONDecodeError as error:
        found.move(scan.begun)
        place = f"line {error.lineno}, column {error.colno}"
        found.leave(f"broken JSON: {error.msg} ({place}); the rest was not read", scan.rest())
    except RecursionError:
        found.move(scan.begun)
        found.leave("JSON nested too deeply; the rest was not read", scan.rest())
    for key in scan.beside:
        found.leave(f"key {key[:40]!r} beside the articles", "")
    return found.parsed("correct the JSON")


@define
class _Found:
    """The articles and left-out pieces of one file so far."""

    path: str
    lines: Lines
    left: Leftovers
    line: int = 1
    articles: list[Article] = field(factory=list)
    keys: set[str] = field(factory=set)

    def move(self, offset: int) -> None:
        self.line = self.lines.at(offset)

    def leave(self, reason: str, piece: str) -> None:
        self.left.add(self.line, reason, piece)

    def leave_key(self, reason: str, piece: str) -> None:
        """As `leave`, but an unknown key that comes again and again is told once."""
        if reason not in self.keys:
            self.leave(reason, piece)
        if reason.startswith("unknown key"):
            self.keys.add(reason)

    def take(self, value: object) -> None:
        """Make an article of an object."""
        if not isinstance(value, Mapping):
            self.leave(f"not an object but {describe_kind(value)}", "")
            return
        parts = read_parts(value, self.leave_key)
        title = parts.title or title_of(parts.text)
        if title:
            origins = (Origin(self.path, self.line),)
            self.articles.append(Article(title, parts.text, parts.sources, origins))
        else:
            self.leave("neither title nor text", ", ".join(list(value)[:20]))

    def parsed(self, remedy: str) -> Parsed:
        left = self.left.all()
        if self.articles:
            return Parsed(tuple(self.articles), left)
        if not left:
            raise ReadError(
                "it holds no article",
                place=self.path,
                remedy="fill it or take it out of the corpus",
            )
        place = f"{self.path}, line {left[0].line}"
        raise ReadError(f"no article could be read: {left[0].reason}", place=place, remedy=remedy)
