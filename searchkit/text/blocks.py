"""The blocks of a text: paragraphs, list items, headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from searchkit.model import Span

BlockKind = Literal["paragraph", "item", "heading"]

_LINE = re.compile(r"[^\r\n\u2028\u2029\x0b\x0c\x85]+")
_HEADING = re.compile(r"[ \u3000]{0,3}#{1,6}[ \t]+")
_CLOSING_HASHES = re.compile(r"[ \t]#+[ \t]*$")
_ITEM = re.compile(
    r"\s*(?:[-–—*+•◦‣·・●■◆▪⁃][ \t\u00a0\u3000]+|[•‣●■◆▪⁃・](?=\S)"
    r"|\(?[0-9]{1,3}[.)][ \t\u00a0]+|（[0-9０-９一二三四五六七八九十]{1,3}）\s*"
    r"|[0-9０-９]{1,3}[、．）]\s*|[一二三四五六七八九十]{1,3}、\s*|[①-⑳]\s*)(?=\S)"
)
_QUOTE = re.compile(r"[ ]{0,3}(?:>[ \t]?)+")
_RULE = re.compile(r"\s*(?:[-*_=~][ \t]*){3,}$")
_FENCE = re.compile(r"[ ]{0,3}(```+|~~~+)")
_ENDS_SENTENCE = re.compile(r"[.!?:;。！？：；…][\"'”’)\]」』）】》]*$")
#: No hard-wrapped text is as wide.
_WIDE = 120


class Block(NamedTuple):
    """A paragraph, list item or heading."""

    #: Its words, without marker and indent, trimmed of white space.
    span: Span
    kind: BlockKind
    #: The line ending in a colon that introduces the list.
    lead_in: Span | None = None


def blocks(text: str) -> list[Block]:
    """Find the blocks of a text, in order; fenced code and rules belong to none."""
    found: list[Block] = []
    lead_in: Span | None = None
    for group in _groups(text):
        for start, end, kind in _split(text, group):
            span = trimmed(text, start, end)
            if span.start == span.end:
                continue
            found.append(Block(span, kind, lead_in if kind == "item" else None))
            if kind != "item":
                lead_in = span if text[span.end - 1] in ":：" else None
    return found


def _groups(text: str) -> Iterator[list[Span]]:
    """Runs of lines between blank lines, rules and fenced code."""
    group: list[Span] = []
    fence = ""
    last = 0
    for match in _LINE.finditer(text):
        line = match.group()
        gap = text[last : match.start()]
        last = match.end()
        if group and gap.replace("\r\n", "\n").count("\n") + gap.count("\u2029") > 1:
            yield group
            group = []
        opening = _FENCE.match(line)
        if fence:
            if opening and opening[1].startswith(fence):
                fence = ""
            continue
        if opening or not line.strip() or _RULE.match(line):
            fence = opening[1] if opening else ""
            if group:
                yield group
            group = []
            continue
        group.append(Span(*match.span()))
    if group:
        yield group


def _split(text: str, group: list[Span]) -> Iterator[tuple[int, int, BlockKind]]:
    """The blocks within a run of lines: start, end, kind."""
    width = max(line.end - line.start for line in group)
    start = end = -1
    before = group[0]
    kind: BlockKind = "paragraph"
    for line in group:
        words = text[line.start : line.end]
        quoted = _QUOTE.match(words)
        offset = quoted.end() if quoted else 0
        heading = _HEADING.match(words, offset)
        item = _ITEM.match(words, offset)
        if heading or item or start < 0 or kind == "heading" or _parts(text, before, line, width):
            if start >= 0:
                yield start, end, kind
            marker = heading or item
            start = line.start + (marker.end() if marker else offset)
            kind = "heading" if heading else "item" if item else "paragraph"
        before, end = line, line.end
        if heading and (hashes := _CLOSING_HASHES.search(words, heading.end())):
            end = line.start + hashes.start()
    yield start, end, kind


def _parts(text: str, before: Span, line: Span, width: int) -> bool:
    """Whether a line break parts two paragraphs, where lines are not hard-wrapped."""
    tail = text[max(before.start, before.end - 8) : before.end].rstrip()
    if not _ENDS_SENTENCE.search(tail):
        return False
    if text[line.start].isspace() and text[line.start] == "\u3000":
        return True
    return width > _WIDE or tail[-1] in "。！？」』" or before.end - before.start < 0.7 * width


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without the white space at its edges."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
