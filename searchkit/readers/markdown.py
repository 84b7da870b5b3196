"""Markdown with or without YAML front matter: one article a file."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import yaml
from attrs import evolve

from searchkit.errors import ReadError
from searchkit.model import Article, Origin, Parsed
from searchkit.readers.keys import read_parts
from searchkit.readers.pieces import LONGEST_TITLE, Leftovers, Lines, stem, written_lines

_OPENING = re.compile(r"---[ \t]*(?:\r\n|\r|\n)")
_CLOSING = re.compile(r"(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?:\r\n|\r|\n|\Z)")
_KEY = re.compile(r"\s*['\"]?[\w-]+['\"]?[ \t]*:")
_HEADING = re.compile(r" {0,3}#[ \t]")
_FENCE = re.compile(r" {0,3}(```|~~~)")

#: Front matter is a handful of lines; PyYAML would take minutes over a whole book.
_LONGEST = 64 * 1024

#: How YAML writes that there is no value.
_NOTHING = ("", "~", "null", "Null", "NULL")

_REMEDY = "correct it, with quotes around values that hold ': ' or begin with a mark"


class _Loader(yaml.BaseLoader):
    """YAML whose values are all text (a title may be "1984" or "No"), without aliases."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Refuse aliases: a few lines of them can stand for gigabytes."""
        if self.check_event(yaml.events.AliasEvent):
            mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed", mark)
        return super().compose_node(parent, index)


def parse(text: str, path: str) -> Parsed:
    """The one article of a Markdown file; the body is all that follows the front matter.

    Args:
        text: the decoded file, not blank.
        path: its name, for the origin and for what was left out.

    Raises:
        ReadError: neither title nor text, or front matter that is no YAML mapping.
    """
    values, start = _front_matter(text, path)
    left = Leftovers(path)
    # The values have lost their lines; the block's own is near enough.
    parts = read_parts(values, partial(left.add, 1), text=False)
    body = text[start:].strip()
    if not parts.title:
        if not body:
            raise ReadError("it has neither a title nor text", place=path, remedy="add some")
        parts = evolve(parts, title=_heading(body) or stem(path))
    origins = (Origin(path, Lines(text).at(next(written_lines(text)).start())),)
    return Parsed((Article(parts.title, body, parts.sources, origins),), left.all())


def _front_matter(text: str, path: str) -> tuple[dict[Any, Any], int]:
    """The mapping at the head of the file, and where the body begins."""
    opening = _OPENING.match(text)
    if not opening:
        return {}, 0
    closing = _CLOSING.search(text, opening.end(), opening.end() + _LONGEST)
    if not closing:
        if not _KEY.match(text, opening.end()):
            # A rule across the page.
            return {}, 0
        raise ReadError(
            "its front matter has no end", place=path, remedy="put a line '---' after its last key"
        )
    source = text[opening.end() : closing.start()]
    return _loaded(source, path), closing.end()


def _loaded(source: str, path: str) -> dict[Any, Any]:
    try:
        values = yaml.load(source, _Loader)  # noqa: S506 - it makes nothing but text
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        problem = error.problem or error.context or "unreadable"
        raise ReadError(
            f"its front matter is broken: {problem}", place=f"{path}, line {line}", remedy=_REMEDY
        ) from None
    except (yaml.YAMLError, RecursionError, ValueError, TypeError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise ReadError(
            f"its front matter is broken: {why[:80]}", place=f"{path}, line 1", remedy=_REMEDY
        ) from None
    if values is None or values == "":
        return {}
    if not isinstance(values, dict):
        raise ReadError(
            "its front matter holds no 'key: value' lines",
            place=f"{path}, line 1",
            remedy="add them, or take the '---' away",
        )
    return {key: None if value in _NOTHING else value for key, value in values.items()}


def _heading(body: str) -> str:
    """The first first-level heading outside fenced code."""
    fence = ""
    for line in written_lines(body):
        mark = _FENCE.match(line[0])
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        elif not fence and _HEADING.match(line[0]):
            title = line[0].strip()[1:].strip()
            bare = title.rstrip("#")
            if bare.endswith((" ", "\t")):
                title = bare.rstrip()
            if title.strip("#"):
                return title[:LONGEST_TITLE]
    return ""
