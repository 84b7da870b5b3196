"""The places of a text that answer a query, cut from it verbatim and with the words marked."""

from __future__ import annotations

import fnmatch
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from attrs import frozen

from searchkit.analysis import Token, fold, is_unspaced, stem, tokens
from searchkit.model import Span
from searchkit.query import positive_leaves
from searchkit.query.tree import Fuzzy, Leaf, Node, Phrase, Prefix, Wildcard

_BORDER = re.compile(r"[\s。！？；，、：]+")
#: How far the edge of a snippet moves to the nearest border of words, in code points.
_REACH = 24
#: Marks that touch (月球 and 背面 in 月球背面) become one of at most so many code points.
_WIDEST = 40
#: Of a text with more, the best places are looked for among the first.
_MOST_MARKS = 5_000
#: Texts whose words are kept: the titles and bodies of a page.
_TEXTS = 32

Fits = Callable[[str], bool]


class _Slot(NamedTuple):
    """A place in a phrase: how far it stands from the first, and what may fill it."""

    offset: int
    fits: Fits
    #: One Chinese or Japanese character: of the pair that it begins, only it is marked.
    alone: bool = False


@frozen
class Snippet:
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
    slots = _slots(leaf)
    if not slots:
        return []
    places = [_places(slot, words) for slot in slots]
    if len(slots) == 1:
        return [Span(t.start, t.end) for t in places[0]]
    slop = leaf.slop if isinstance(leaf, Phrase) else 0
    found: list[Span] = []
    for first in places[0]:
        chain = _follow(first, slots, places)
        if chain and chain[-1].position - first.position <= slots[-1].offset + slop:
            found += [Span(t.start, t.end) for t in chain] if slop else [_whole(chain)]
    return found


def _places(slot: _Slot, words: Sequence[Token]) -> list[Token]:
    found = []
    for at, token in enumerate(words):
        if not slot.fits(token.word):
            continue
        second = words[at + 1].start if slot.alone and len(token.word) > 1 else token.end
        # Of one written character that is two, both begin in the same place.
        found.append(token._replace(end=second if second > token.start else token.end))
    return found


def _whole(chain: Sequence[Token]) -> Span:
    return Span(chain[0].start, max(token.end for token in chain))


def _follow(first: Token, slots: Sequence[_Slot], places: Sequence[Sequence[Token]]) -> list[Token]:
    """The earliest words that fill the slots in order, from the first one on."""
    chain = [first]
    for at in range(1, len(slots)):
        earliest = chain[-1].position + slots[at].offset - slots[at - 1].offset
        index = bisect_left(places[at], earliest, key=lambda token: token.position)
        if index == len(places[at]):
            return []
        chain.append(places[at][index])
    return chain


@lru_cache(maxsize=256)
def _slots(leaf: Leaf) -> Sequence[_Slot]:
    if isinstance(leaf, Wildcard):
        return [_Slot(0, _pattern(leaf.pattern))]
    words = list(tokens(leaf.text, query=True))
    exact = isinstance(leaf, Phrase) and not leaf.slop
    slots = [
        _Slot(
            token.position - words[0].position,
            _exactly(token.word) if exact else _same(token.word),
            alone=len(token.word) == 1 and is_unspaced(token.word),
        )
        for token in words
    ]
    if words and not is_unspaced(words[-1].word):
        last = words[-1].word
        if isinstance(leaf, Prefix):
            slots[-1] = _Slot(slots[-1].offset, lambda word: word.startswith(last))
        elif isinstance(leaf, Fuzzy) and len(words) == 1:
            slots = [_Slot(0, _near(last, leaf.distance))]
    return slots


def _exactly(wanted: str) -> Fits:
    if len(wanted) == 1 and is_unspaced(wanted):
        return _same(wanted)
    return lambda word: word == wanted


def _same(wanted: str) -> Fits:
    if is_unspaced(wanted):
        return (lambda word: word.startswith(wanted)) if len(wanted) == 1 else wanted.__eq__
    root = stem(wanted)
    return lambda word: stem(word) == root


def _pattern(pattern: str) -> Fits:
    match = re.compile(fnmatch.translate(fold(pattern))).match
    return lambda word: match(word) is not None


def _near(wanted: str, distance: int) -> Fits:
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - few queries need it

    return lambda word: OSA.distance(wanted, word, score_cutoff=distance) <= distance


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
