"""The places of a text that answer a query, cut from it verbatim and with the words marked."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from searchkit.analysis import Token, fold, is_unspaced, tokens
from searchkit.errors import QueryError
from searchkit.model import Span
from searchkit.query import positive_leaves
from searchkit.query.slots import Character, Slot, chains, slop_of, slots_of
from searchkit.query.tree import Leaf, Node

_BORDER = re.compile(r"[\s。！？；，、：]+")
#: How far the edge of a snippet moves to the nearest border of words, in code points.
_REACH = 24
#: Marks that touch (月球 and 背面 in 月球背面) become one of at most so many code points.
_WIDEST = 40
#: Of a text with more, the best places are looked for among the first.
_MOST_MARKS = 5_000
#: Texts whose words are kept: the titles and bodies of a page.
_TEXTS = 32


class Snippet(NamedTuple):
    """A piece of a text."""

    #: "title" or "body".
    field: str
    #: Verbatim; "…" stands where it was cut.
    text: str
    #: What answers the query, in code points of `text`, ordered and disjoint.
    marks: tuple[Span, ...]


def snippets(
    tree: Node, title: str, text: str, *, width: int = 240, most: int = 2
) -> tuple[Snippet, ...]:
    """What an article shows of itself in a list of hits.

    Args:
        width: of a piece of the body, in columns; about so much. Chinese and Japanese characters
            take two.
        most: pieces of the body.

    Returns:
        The title when words of it answer the query; then the best pieces of the body in reading
        order, or its beginning when none of its words do.
    """
    found = []
    if marks := matched(tree, title, "title"):
        found.append(Snippet("title", title, tuple(marks)))
    marks = matched(tree, text, "body")
    beginning = marks[0].start if marks else 0
    if is_unspaced(text[beginning : beginning + 1]):
        width //= 2
    if not marks:
        piece = _piece(text, _around(text, 0, 0, width), ())
        return (*found, piece) if piece.text else tuple(found)
    windows = sorted(_windows(text, marks, width, most))
    return (*found, *(_piece(text, window, marks) for window in windows))


def matched(tree: Node, text: str, field: str = "body") -> list[Span]:
    """The words and phrases of a text that answer a query, ordered and disjoint.

    Args:
        field: which field the text is, for leaves that name one.
    """
    leaves = [leaf for leaf in positive_leaves(tree) if leaf.field in (None, field)]
    if not leaves:
        return []
    words = words_of(text)
    found: list[Span] = []
    for leaf in leaves:
        found += occurrences(leaf, words)
    return _united(found)


@lru_cache(maxsize=_TEXTS)
def words_of(text: str) -> Sequence[Token]:
    """The words of a text; a listing looks at them more than once."""
    return tuple(tokens(text))


def _united(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for span in sorted(spans):
        last = joined[-1] if joined else Span(0, 0)
        touches = span.start == last.end and span.end - last.start <= _WIDEST
        if joined and (span.start < last.end or touches):
            joined[-1] = Span(last.start, max(last.end, span.end))
        else:
            joined.append(span)
    return joined


def occurrences(leaf: Leaf, words: Sequence[Token]) -> list[Span]:
    """Where a leaf occurs in a text, whatever field it names; of a near phrase each word by itself.

    Args:
        words: of the text.
    """
    try:
        slots = slots_of(leaf)
    except QueryError:
        return []
    near = slop_of(leaf) > 0
    found: list[Span] = []
    for chain in chains(leaf, words):
        spans = [_marked(slot, at, words) for slot, at in zip(slots, chain, strict=True)]
        found += spans if near else [Span(spans[0].start, max(span.end for span in spans))]
    return found


def _marked(slot: Slot, token: Token, words: Sequence[Token]) -> Span:
    """What a word marks: where one character is asked for, of a pair only the first."""
    if isinstance(slot.filler, Character) and len(token.word) > 1:
        second = words[token.position + 1].start
        # Of one written character that is two, both begin in the same place.
        return Span(token.start, second if second > token.start else token.end)
    return Span(token.start, token.end)


def _windows(text: str, marks: Sequence[Span], width: int, most: int) -> list[Span]:
    """The windows with the most different words marked in them, disjoint."""
    marks = marks[:_MOST_MARKS]
    starts = [mark.start for mark in marks]
    ends = [mark.end for mark in marks]
    kinds = [fold(text[mark.start : mark.end]) for mark in marks]
    ranked = []
    for first, start in enumerate(starts):
        last = max(bisect_right(ends, start + width), first + 1)
        inside = kinds[first : min(last, first + width)]
        ranked.append((-len(set(inside)), -len(inside), first, last))
    chosen: list[Span] = []
    covered: set[str] = set()
    for _, _, first, last in sorted(ranked):
        if len(chosen) == most:
            break
        window = _around(text, starts[first], ends[last - 1], width)
        if any(window.start < other.end and other.start < window.end for other in chosen):
            continue
        if chosen and covered.issuperset(kinds[first:last]):
            continue
        covered.update(kinds[first:last])
        chosen.append(window)
    return chosen


def _around(text: str, start: int, end: int, width: int) -> Span:
    """The marks with what stands around them, cut between words where that is near."""
    spare = max(0, width - (end - start))
    left = max(0, start - spare // 3)
    right = min(len(text), max(end, left + width))
    if left:
        border = _BORDER.search(text, left, min(start, left + _REACH))
        left = border.end() if border else left
    if right < len(text):
        while right > end and right > left and not text[right - 1].isspace():
            right -= 1
            if left + width - right > _REACH:
                right = min(len(text), max(end, left + width))
                break
    return Span(left, right)


def _piece(text: str, window: Span, marks: Sequence[Span]) -> Snippet:
    start, end = window
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    before = "…" if text[:start].strip() else ""
    after = "…" if text[end:].strip() else ""
    shift = len(before) - start
    inside = tuple(
        Span(mark.start + shift, mark.end + shift)
        for mark in marks
        if start <= mark.start and mark.end <= end
    )
    return Snippet("body", f"{before}{text[start:end]}{after}", inside)
