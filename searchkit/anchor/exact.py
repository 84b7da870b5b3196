"""Find selectors whose words stand in today's text, one to one."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from attrs import frozen

from searchkit.anchor.normalised import normalise_with_map
from searchkit.model import Anchor, Selector, Span
from searchkit.text import normalise

CONTEXT = 32

ORPHAN = Anchor("orphaned", None, 0.0)

# Below this length, words that stand in the text by chance are no rare thing.
_DISTINCTIVE = 20
# Fewer characters around them agree by chance: ". The".
_LEAST_AGREEMENT = 6
# Above this, equal words are paired by their order alone: a refrain, not a news text.
_MOST_PAIRS = 50_000


@frozen
class _Wanted:
    """A selector that looks for its place."""

    index: int
    selector: Selector
    #: Its normalised contexts, the one before it read backwards.
    before: str
    after: str
    #: The place where its words stand verbatim where they stood when judged; None if they do not.
    home: int | None

    @property
    def starts(self) -> tuple[int, int]:
        """Where its words started, with and without the spaces before them."""
        start, exact = self.selector.start, self.selector.exact
        return start, start + len(exact) - len(exact.lstrip())


class Ground:
    """The text in which selectors are looked for."""

    def __init__(self, whole: str, segments: Iterable[Span]) -> None:
        self.whole = whole
        self.map = normalise_with_map(whole)
        self.segments = {self.trimmed(segment): segment for segment in segments}

    def index(self, offset: int) -> int:
        """Where in the normalised text a verbatim offset falls."""
        return bisect_left(self.map.starts, offset)

    def trimmed(self, segment: Span) -> tuple[int, int]:
        start, end = self.index(segment.start), self.index(segment.end)
        while start < end and self.map.text[start] == " ":
            start += 1
        while start < end and self.map.text[end - 1] == " ":
            end -= 1
        return start, end

    def locate(self, selectors: Sequence[Selector]) -> list[Anchor]:
        anchors = [ORPHAN] * len(selectors)
        groups: defaultdict[str, list[_Wanted]] = defaultdict(list)
        for i, selector in enumerate(selectors):
            before, after = normalise(selector.prefix)[::-1], normalise(selector.suffix)
            judged = Span(selector.start, selector.end)
            home = self.trimmed(judged)[0] if self.stands(selector) else None
            wanted = _Wanted(i, selector, before, after, home)
            groups[normalise(selector.exact)].append(wanted)
        for words, group in groups.items():
            places = self.places(words, group)
            standing = set(places)
            partial = [w for w in group if w.home is not None and w.home not in standing]
            for wanted, span in self.verbatim(partial):
                anchors[wanted.index] = Anchor("unchanged", span)
            whole = [w for w in group if w.home is None or w.home in standing]
            for wanted, place in _Search(self, words, places).run(whole):
                span = self.span(place, place + len(words), wanted)
                same = place == wanted.home or span.start in wanted.starts
                anchors[wanted.index] = Anchor("unchanged" if same else "moved", span)
        return anchors

    def places(self, words: str, group: Sequence[_Wanted]) -> list[int]:
        """Where the words start in the normalised text, in order.

        No sentence of a news text stands in it hundreds of times; the bound keeps a text of one
        letter affordable, and where the words stood when judged is looked at in any case.
        """
        if not words:
            return []
        judged = {
            self.index(wanted.selector.start) if wanted.home is None else wanted.home
            for wanted in group
        }
        found = {at for at in judged if self.map.text.startswith(words, at)}
        most = 200 + 40 * len(group)
        at = self.map.text.find(words)
        while at >= 0 and len(found) < most:
            found.add(at)
            at = self.map.text.find(words, at + 1)
        return [at for at in sorted(found) if self.is_whole(at, words)]

    def is_whole(self, at: int, words: str) -> bool:
        """Whether the words are whole verbatim characters, not the "f" of an "ﬁ"."""
        starts, end = self.map.starts, at + len(words)
        if end < len(starts) and starts[end] == starts[end - 1]:
            return False
        if at == 0 or starts[at - 1] != starts[at]:
            return True
        return normalise(self.whole[starts[at] : self.map.ends[end - 1]]) == words

    def span(self, start: int, end: int, wanted: _Wanted) -> Span:
        """The verbatim span of normalised words: a segment's, or as it was judged, if it can be."""
        if start == wanted.home and (start, end) not in self.segments:
            return Span(wanted.selector.start, wanted.selector.end)
        return self.verbatim_span(start, end)

    def verbatim_span(self, start: int, end: int) -> Span:
        """The verbatim span of normalised words; a segment's own where they are one."""
        if (start, end) in self.segments:
            return self.segments[start, end]
        return Span(self.map.starts[start], self.map.ends[end - 1])

    def stands(self, selector: Selector) -> bool:
        return (
            0 <= selector.start < selector.end
            and self.whole[selector.start : selector.end] == selector.exact
        )

    def verbatim(self, group: Iterable[_Wanted]) -> Iterable[tuple[_Wanted, Span]]:
        """Passages that normalisation merges with their neighbours: an accent without its letter.

        They are known only where they stand as they stood.
        """
        taken: set[Span] = set()
        for wanted in group:
            span = Span(wanted.selector.start, wanted.selector.end)
            if span not in taken:
                taken.add(span)
                yield wanted, span


class _Rank(NamedTuple):
    """How well a place suits a selector, the weightiest reason first."""

    #: Normalised characters around the words that are as they were.
    agreement: int
    same_offset: bool
    whole_segment: bool
    nearness: int


class _Search:
    """The selectors of the same words, and the places where these words stand."""

    def __init__(self, ground: Ground, words: str, places: Sequence[int]) -> None:
        self.ground = ground
        self.length = len(words)
        self.places = places

    def run(self, group: Sequence[_Wanted]) -> Iterable[tuple[_Wanted, int]]:
        """Pair selectors with places one to one, the best pairs first."""
        group = sorted(group, key=lambda wanted: wanted.starts)
        if len(group) * len(self.places) > _MOST_PAIRS:
            starts = [self.ground.map.starts[at] for at in self.places]
            paired = dict(_nearest([wanted.starts[1] for wanted in group], starts))
        else:
            paired = self.best(group)
        for n, m in paired.items():
            if self.is_credible(group[n], self.rank(group[n], m)):
                yield group[n], self.places[m]

    def best(self, group: Sequence[_Wanted]) -> dict[int, int]:
        ranks = {
            (n, m): rank
            for n, wanted in enumerate(group)
            for m in range(len(self.places))
            if self.is_credible(wanted, rank := self.rank(wanted, m))
        }
        paired: dict[int, int] = {}
        taken: set[int] = set()
        for n, m in sorted(ranks, key=lambda pair: ranks[pair], reverse=True):
            if n not in paired and m not in taken:
                paired[n] = m
                taken.add(m)
        # Equal words in equal company keep their order: what is near is not always its own.
        loose = [n for n in sorted(paired) if not ranks[n, paired[n]].same_offset]
        for n, other in combinations(loose, 2):
            one, two = paired[n], paired[other]
            crossed, straight = (ranks[n, one], ranks[other, two]), ((n, two), (other, one))
            if one > two and all(pair in ranks for pair in straight):
                gained = sum(ranks[pair].agreement for pair in straight)
                if gained >= sum(rank.agreement for rank in crossed):
                    paired[n], paired[other] = two, one
        return paired

    def rank(self, wanted: _Wanted, m: int) -> _Rank:
        before, after = self.contexts[m]
        agreement = _common(wanted.before, before) + _common(wanted.after, after)
        at = self.places[m]
        start = self.ground.map.starts[at]
        return _Rank(
            agreement=agreement if agreement >= _LEAST_AGREEMENT else 0,
            same_offset=at == wanted.home or start in wanted.starts,
            whole_segment=wanted.selector.kind != "custom"
            and (at, at + self.length) in self.ground.segments,
            nearness=-abs(start - wanted.starts[1]),
        )

    def is_credible(self, wanted: _Wanted, rank: _Rank) -> bool:
        """Whether the words can be the judged ones, and do not stand there by chance."""
        return bool(
            rank.agreement
            or rank.same_offset
            or rank.whole_segment
            or self.length >= _DISTINCTIVE
            or not (wanted.before or wanted.after)
        )

    @cached_property
    def contexts(self) -> list[tuple[str, str]]:
        """What stands before each place, read backwards, and after it."""
        text, reach = self.ground.map.text, CONTEXT + 1
        return [
            (
                text[max(0, at - reach) : at].rstrip(" ")[::-1],
                text[at + self.length : at + self.length + reach].lstrip(" "),
            )
            for at in self.places
        ]


def _common(one: str, two: str) -> int:
    """How many characters the two have in common from their start."""
    length = min(len(one), len(two))
    return next((n for n in range(length) if one[n] != two[n]), length)


def _nearest(wants: Sequence[int], spots: Sequence[int]) -> Iterable[tuple[int, int]]:
    """Pair sorted offsets with sorted offsets, equal ones first, then near ones, never crossing.

    Returns:
        Pairs of indices into the two; whatever is left over on the longer side has none.
    """
    places = {spot: m for m, spot in enumerate(spots)}
    same = {n: places.pop(want) for n, want in enumerate(wants) if want in places}
    yield from same.items()
    rest = [n for n in range(len(wants)) if n not in same]
    free = sorted(places.values())
    if len(rest) != len(free):
        taken: list[int] = []
        seekers: list[int] = []
        for n in rest:
            if not free:
                break
            at = bisect_left(free, wants[n], key=lambda m: spots[m])
            left = at > 0 and (
                at == len(free) or wants[n] - spots[free[at - 1]] <= spots[free[at]] - wants[n]
            )
            taken.append(free.pop(at - 1 if left else at))
            seekers.append(n)
        rest, free = seekers, sorted(taken)
    yield from zip(rest, free, strict=True)
