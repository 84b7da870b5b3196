"""What all readers share: pieces of a file, their line numbers, and titles for the untitled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import attrgetter
from pathlib import PurePosixPath

from searchkit.model import LeftOut
from searchkit.text import sentences

#: A longer first line is a paragraph, not a title.
LONGEST_TITLE = 250

_LINE = re.compile(r"[^\r\n]+")
#: The same where there is no CR: long lines are gone through several times faster.
_LINE_LF = re.compile(r".+")
_EXCERPT = 80
_CUT = 100
_MOST = 10_000


class Lines:
    """The line number of offsets asked for in rising order: one pass over the text in all."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._offset = 0
        self._line = 1

    def at(self, offset: int) -> int:
        """The number, from 1, of the line that starts at (or holds) the offset.

        Args:
            offset: not smaller than the one of the call before.
        """
        self._line += breaks(self._text, self._offset, offset)
        self._offset = offset
        return self._line


def breaks(text: str, start: int, end: int) -> int:
    """The number of line ends (LF, CRLF, CR) between two offsets."""
    singles = text.count("\n", start, end) + text.count("\r", start, end)
    return singles - text.count("\r\n", start, end)


def written_lines(text: str) -> Iterator[re.Match[str]]:
    """The lines that are not blank, without their ends; LF, CRLF and CR count as ends."""
    line = _LINE if "\r" in text else _LINE_LF
    return (match for match in line.finditer(text) if not match[0].isspace())


class Leftovers:
    """The pieces of one file that went into no article.

    A hostile file can have millions of them: beyond 10,000 they are counted only.

    Args:
        path: the file's name.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._pieces: list[LeftOut] = []
        self._more = 0
        self._more_from = 0

    def add(self, line: int, reason: str, piece: str = "") -> None:
        """Leave out a piece, of which the beginning is kept for the listing."""
        if len(self._pieces) < _MOST:
            excerpt = " ".join(piece[: 4 * _EXCERPT].split())[:_EXCERPT]
            self._pieces.append(LeftOut(self._path, line, reason, excerpt))
        else:
            self._more_from = self._more_from or line
            self._more += 1

    def all(self) -> tuple[LeftOut, ...]:
        """The pieces in the order of their lines, and how many more there are."""
        pieces = sorted(self._pieces, key=attrgetter("line"))
        if self._more:
            told = f"{self._more:,} more pieces, not listed"
            pieces.append(LeftOut(self._path, self._more_from, told))
        return tuple(pieces)


def title_of(text: str) -> str:
    """A title for a text that has none: its first sentence, cut where it is long."""
    start = len(text) - len(text.lstrip())
    head = text[start : start + LONGEST_TITLE]
    line = re.split(r"[\r\n]", head, maxsplit=1)[0]
    first = sentences(line)
    if first:
        line = line[first[0].start : first[0].end]
    line = line.strip()
    if len(line) <= _CUT:
        return line
    cut = line[:_CUT]
    # Where there are no spaces, as in Chinese, any place is as good as another.
    word = cut.rfind(" ")
    return f"{cut[:word] if word > _CUT // 2 else cut}…"


def stem(path: str) -> str:
    """The file's name as a title of last resort."""
    return PurePosixPath(path).stem.strip() or path
