"""An article as blocks of pieces: verbatim, each with its place and the claim that it is of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from itertools import pairwise

from attrs import frozen

from searchkit.model import ReviewedArticle, ReviewedClaim, Span
from searchkit.text import BlockKind, blocks

#: What would turn the order of reading around: shown by its number (see `reports.escape`).
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")


@frozen
class Piece:
    """A stretch of the text."""

    #: As it is shown; as long as in the article, but for turning characters.
    text: str
    #: Offset in the article, in code points.
    start: int
    claim: ReviewedClaim | None = None
    #: Whether its claim begins here, and whether it ends here.
    first: bool = False
    last: bool = False
    #: A character that would turn the order of reading around, named.
    turning: bool = False


@frozen
class Passage:
    """A paragraph, list item or heading."""

    kind: BlockKind
    pieces: tuple[Piece, ...]
    #: Its words, to tell the language.
    text: str


def passages(article: ReviewedArticle) -> list[Passage]:
    """The whole text, nothing of it left out but white space between blocks.

    Where claims overlap, a piece belongs to the shortest of them.
    """
    text = article.article.text
    standing = [
        claim
        for claim in article.claims
        if claim.claim.kind != "title" and (claim.anchor is None or claim.anchor.span)
    ]
    owned = list(_owned(standing, len(text)))
    found = []
    at = 0
    for kind, span in _blocks(text):
        while at < len(owned) and owned[at][0].end <= span.start:
            at += 1
        pieces = tuple(_pieces(text, span, owned, at))
        found.append(Passage(kind, pieces, text[span.start : span.end]))
    return found


def title_pieces(article: ReviewedArticle) -> tuple[Piece, ...]:
    """The title, as the claim that it is."""
    title = article.article.title
    own = next((c for c in article.claims if c.claim.kind == "title"), None)
    span = Span(0, len(title))
    return tuple(_pieces(title, span, [(span, own)], 0))


def visible(text: str) -> str:
    """Text with nothing in it that steers; white space stays as it is."""
    text = _UNPRINTABLE.sub("\ufffd", text)
    return _TURNING.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", text)


def _blocks(text: str) -> Iterator[tuple[BlockKind, Span]]:
    """Blocks with their markers, and whatever stands between them."""
    end = 0
    for block in blocks(text):
        start = block.span.start
        line = max(text.rfind("\n", end, start) + 1, end)
        if text[end:line].strip():
            yield "paragraph", _trimmed(text, end, line)
        yield block.kind, _trimmed(text, line, block.span.end)
        end = block.span.end
    if text[end:].strip():
        yield "paragraph", _trimmed(text, end, len(text))


def _trimmed(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    return Span(start + len(words) - len(words.lstrip()), start + len(words.rstrip()))


_Owned = tuple[Span, ReviewedClaim | None]


def _owned(claims: Sequence[ReviewedClaim], length: int) -> Iterator[_Owned]:
    """The text from end to end, each stretch with the shortest claim that covers it."""
    order = sorted(claims, key=lambda claim: claim.claim.span)
    edges = sorted({0, length, *(edge for claim in order for edge in claim.claim.span)})
    covering: list[tuple[int, int, int]] = []
    at = 0
    for start, end in pairwise(edges):
        while at < len(order) and order[at].claim.span.start <= start:
            span = order[at].claim.span
            heappush(covering, (span.end - span.start, at, span.end))
            at += 1
        while covering and covering[0][2] <= start:
            heappop(covering)
        yield Span(start, end), order[covering[0][1]] if covering else None


def _pieces(text: str, span: Span, owned: Sequence[_Owned], at: int) -> Iterator[Piece]:
    for place in range(at, len(owned)):
        (start, end), claim = owned[place]
        if start >= span.end:
            return
        first, last = max(start, span.start), min(end, span.end)
        if first >= last:
            continue
        bounds = claim.claim.span if claim else Span(-1, -1)
        for begin, stop in _cut(text, first, last):
            yield Piece(
                visible(text[begin:stop]),
                begin,
                claim,
                first=begin == bounds.start,
                last=stop == bounds.end,
                turning=bool(_TURNING.match(text, begin)),
            )


def _cut(text: str, start: int, end: int) -> Iterator[Span]:
    """A stretch in parts: each turning character by itself."""
    for found in _TURNING.finditer(text, start, end):
        if start < found.start():
            yield Span(start, found.start())
        yield Span(*found.span())
        start = found.end()
    if start < end:
        yield Span(start, end)
