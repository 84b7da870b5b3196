"""Find what became of words that stand in the text no more: reworded, merged, split, or gone.

Scores are those of Hypothesis' client (quote 50, prefix 20, suffix 20, position 2), but one-to-one
over the whole article, so that a deleted claim is not taken for a neighbour that is still there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from attrs import frozen
from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from searchkit.anchor.exact import CONTEXT, ORPHAN, Ground
from searchkit.model import Anchor, Selector, Span
from searchkit.text import normalise

#: Likeness from which words are the judged ones in another form, on a scale of 100.
_ALIKE = 60.0
#: The same for short words, which are like many others.
_SHORT_ALIKE = 80.0
#: The same between neighbours that are as they were.
_FRAMED_ALIKE = 45.0
_FRAMED = 80.0
#: Share of the words in common, in their order, that outweighs letters that differ.
_SAME_WORDS = 0.5
#: Share of the words without which letters in common are chance, and letters that need none.
_SOME_WORDS, _SURELY_ALIKE = 0.4, 75.0
#: What a word of Latin script says in five letters takes two characters of Chinese.
_SHORT, _WEIGHT_OF_IDEOGRAPH = 20, 2.5
_WORD = re.compile(r"[\u2e80-\uffff]|\w+")
#: How many of the likest segments are looked at closely for each selector.
_CANDIDATES = 4
#: Pairs compared at a time.
_CHUNK = 1_000_000
#: Below this nothing is looked at closely.
_LEAST = 40.0
#: A segment longer than this may be two that were merged; one shorter, a part of one split.
_MERGED, _SPLIT = 1.2, 0.8
#: What a part of a segment, or two segments together, must be better by.
_GAIN = 8.0


@frozen
class _Wanted:
    """Normalised words that look for their place."""

    index: int
    words: str
    prefix: str
    suffix: str
    start: int

    @property
    def is_long(self) -> bool:
        weight = sum(_WEIGHT_OF_IDEOGRAPH if char >= "\u2e80" else 1.0 for char in self.words)
        return weight >= _SHORT

    @property
    def least(self) -> float:
        return _ALIKE if self.is_long else _SHORT_ALIKE


@frozen
class _Option:
    """A place where it may stand now."""

    wanted: _Wanted
    start: int
    end: int
    #: Likeness of the words, letter by letter, 0 to 100.
    likeness: float
    #: Likeness word by word, 0 to 1.
    words: float
    #: Likeness of what stands before and after.
    before: float
    after: float
    #: How far from where it stood, as a share of the text.
    distance: float

    @property
    def score(self) -> float:
        context = 20 * (self.before + self.after) / 100
        return 50 * self.likeness / 100 + context + 2 * (1 - self.distance)

    @property
    def is_credible(self) -> bool:
        if self.likeness >= self.wanted.least:
            return self.words >= _SOME_WORDS or self.likeness >= _SURELY_ALIKE
        framed = min(self.before, self.after) >= _FRAMED
        if framed and self.likeness >= _FRAMED_ALIKE:
            return True
        return self.wanted.is_long and self.words >= _SAME_WORDS


def find_changed(
    ground: Ground, selectors: Sequence[Selector], taken: Iterable[Span | None]
) -> list[Anchor]:
    """What stands today in the place of words that stand nowhere as they were.

    Args:
        selectors: those that were found nowhere.
        taken: verbatim spans that belong to others.

    Returns:
        For each selector "changed" with its likeness from 0 to 1, or "orphaned".
    """
    search = _Search(ground, taken)
    wanted = [
        _Wanted(
            i,
            normalise(selector.exact),
            normalise(selector.prefix),
            normalise(selector.suffix),
            ground.index(selector.start),
        )
        for i, selector in enumerate(selectors)
    ]
    anchors = [ORPHAN] * len(selectors)
    for option in search.run([one for one in wanted if one.words]):
        span = ground.verbatim_span(option.start, option.end)
        anchors[option.wanted.index] = Anchor("changed", span, round(option.likeness / 100, 4))
    return anchors


class _Search:
    """Today's text, and what of it is taken."""

    def __init__(self, ground: Ground, taken: Iterable[Span | None]) -> None:
        self.text = ground.map.text
        self.taken = bytearray(len(self.text))
        self.segments = sorted(span for span in ground.segments if span[0] < span[1])
        for span in taken:
            if span:
                self.take(ground.index(span.start), ground.index(span.end))

    def take(self, start: int, end: int) -> None:
        self.taken[start:end] = b"\1" * (end - start)

    def is_free(self, start: int, end: int) -> bool:
        return self.taken.find(1, start, end) < 0

    def free_parts(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What nobody took of a segment, without the spaces around it."""
        while start < end:
            while start < end and (self.taken[start] or self.text[start] == " "):
                start += 1
            stop = self.taken.find(1, start, end)
            last = stop = end if stop < 0 else stop
            while last > start and self.text[last - 1] == " ":
                last -= 1
            if start < last:
                yield start, last
            start = stop

    def run(self, wanted: Sequence[_Wanted]) -> Iterator[_Option]:
        """Give each its best place, the best pairs first, until nothing more fits."""
        while wanted:
            free = [part for span in self.segments for part in self.free_parts(*span)]
            options = sorted(
                self.options(wanted, free),
                key=lambda option: (-option.score, option.start, option.wanted.index),
            )
            placed: set[int] = set()
            for option in options:
                fits = self.is_free(option.start, option.end)
                if fits and option.wanted.index not in placed:
                    self.take(option.start, option.end)
                    placed.add(option.wanted.index)
                    yield option
            if not placed:
                return
            wanted = [one for one in wanted if one.index not in placed]

    def options(
        self, wanted: Sequence[_Wanted], free: Sequence[tuple[int, int]]
    ) -> Iterator[_Option]:
        texts = [self.text[start:end] for start, end in free]
        rows = max(1, _CHUNK // max(1, len(texts)))
        for first in range(0, len(wanted) if texts else 0, rows):
            chunk = wanted[first : first + rows]
            scores = process.cdist(
                [one.words for one in chunk], texts, scorer=fuzz.ratio, score_cutoff=_LEAST
            )
            for one, row in zip(chunk, scores, strict=True):
                for at in self.likeliest(one, row, free):
                    for start, end, likeness in self.shapes(one, at, float(row[at]), free):
                        option = self.option(one, start, end, likeness)
                        # The very words, where they stand by chance, were seen and declined.
                        if option.is_credible and self.text[start:end] != one.words:
                            yield option

    def likeliest(
        self, wanted: _Wanted, row: np.ndarray, free: Sequence[tuple[int, int]]
    ) -> list[int]:
        """The segments most like it; of equals, the nearest."""
        found = np.flatnonzero(row)
        if len(found) > _CANDIDATES:
            starts = np.array([free[int(at)][0] for at in found])
            distance = np.abs(starts - wanted.start) / len(self.text)
            found = found[np.argsort(10 * distance - row[found], kind="stable")[:_CANDIDATES]]
        return [int(at) for at in found]

    def shapes(
        self, wanted: _Wanted, at: int, likeness: float, free: Sequence[tuple[int, int]]
    ) -> Iterator[tuple[int, int, float]]:
        """A segment, the part of it that is like the words, or it with its neighbours."""
        start, end = free[at]
        size = len(wanted.words)
        if end - start > _MERGED * size:
            part = self.part(wanted.words, start, end)
            if part and part[2] > likeness + _GAIN:
                yield part
                return
        if end - start < _SPLIT * size:
            joined = self.joined(wanted.words, at, likeness, free)
            if joined[2] > likeness + _GAIN:
                yield joined
                return
        yield start, end, likeness

    def part(self, words: str, start: int, end: int) -> tuple[int, int, float] | None:
        found = fuzz.partial_ratio_alignment(words, self.text[start:end])
        if found is None or found.dest_start >= found.dest_end:
            return None
        first, last = start + found.dest_start, start + found.dest_end
        while first > start and self.text[first - 1].isalnum() and _spelled(self.text[first]):
            first -= 1
        while last < end and self.text[last].isalnum() and _spelled(self.text[last - 1]):
            last += 1
        while first < last and self.text[first] == " ":
            first += 1
        while first < last and self.text[last - 1] == " ":
            last -= 1
        return first, last, fuzz.ratio(words, self.text[first:last])

    def joined(
        self, words: str, at: int, likeness: float, free: Sequence[tuple[int, int]]
    ) -> tuple[int, int, float]:
        first = last = at
        best = likeness
        while True:
            steps = [
                (fuzz.ratio(words, self.text[free[a][0] : free[b][1]]), a, b)
                for a, b in ((first - 1, last), (first, last + 1))
                if a >= 0 and b < len(free) and self.is_free(free[a][0], free[b][1])
            ]
            better = max(steps, default=(0.0, first, last))
            if better[0] <= best:
                return free[first][0], free[last][1], best
            best, first, last = better

    def option(self, wanted: _Wanted, start: int, end: int, likeness: float) -> _Option:
        before = self.text[max(0, start - CONTEXT) : start].rstrip(" ")
        after = self.text[end : end + CONTEXT].lstrip(" ")
        return _Option(
            wanted,
            start,
            end,
            likeness,
            Indel.normalized_similarity(_words(wanted.words), _words(self.text[start:end])),
            fuzz.ratio(wanted.prefix[-len(before) :] if before else wanted.prefix, before),
            fuzz.ratio(wanted.suffix[: len(after)] if after else wanted.suffix, after),
            abs(start - wanted.start) / max(1, len(self.text)),
        )


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _spelled(char: str) -> bool:
    """Whether the character is a letter of a script that sets words apart by spaces."""
    return char.isalnum() and char < "\u2e80"
