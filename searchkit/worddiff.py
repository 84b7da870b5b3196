"""What changed between the words that were judged and today's, word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from attrs import frozen
from rapidfuzz.distance import Indel

from searchkit.figures import Fact, FactKind, facts
from searchkit.text import normalise

PieceKind = Literal["same", "gone", "new"]

#: A word, a figure with its separators, one ideograph, a run of spaces, or one other character.
_TOKEN = re.compile(
    r"\s+|[0-9]+(?:[.,][0-9]+)*|[\u2e80-\uffff]|[^\W_]+(?:['’][^\W_]+)*|.", re.DOTALL
)
#: Longer texts that have nothing in common at either end are not compared word by word.
_MOST_TOKENS = 4_000


@frozen
class Piece:
    """A stretch of words that both texts have, or one of them only."""

    kind: PieceKind
    text: str


@frozen
class Alteration:
    """A figure, date, name or negation that is another one now."""

    kind: FactKind
    #: As it was written; None when it is new.
    before: str | None
    #: As it is written now; None when it is gone.
    after: str | None

    @property
    def sentence(self) -> str:
        """In words: "figure changed: 49 → 50", "negation added: not", "name gone: Bell"."""
        if self.before is None:
            return f"{self.kind} added: {self.after}"
        if self.after is None:
            return f"{self.kind} gone: {self.before}"
        return f"{self.kind} changed: {self.before} → {self.after}"


@frozen
class WordDiff:
    """What changed."""

    pieces: tuple[Piece, ...]
    #: What weighs most, in the order of the text.
    alterations: tuple[Alteration, ...]


def compare(before: str, after: str) -> WordDiff:
    """The difference of two wordings.

    What `searchkit.text.normalise` makes equal is no difference. Of words that both have, the
    writing of today is shown.
    """
    return WordDiff(tuple(_pieces(before, after)), tuple(_alterations(before, after)))


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    runs = list(_readable(_runs([normalise(t) for t in old], [normalise(t) for t in new])))
    # A space that both sides of a change end with belongs to what follows.
    space = ""
    for same, (first, last), (start, end) in runs:
        gone, fresh = "".join(old[first:last]), "".join(new[start:end])
        if same:
            yield Piece("same", space + fresh)
            space = ""
            continue
        space = " " if gone.endswith(" ") and fresh.endswith(" ") else ""
        sides: tuple[tuple[PieceKind, str], ...] = (("gone", gone), ("new", fresh))
        for kind, text in sides:
            if shown := text.removesuffix(space):
                yield Piece(kind, shown)
    if space:
        yield Piece("same", space)


_Run = tuple[bool, tuple[int, int], tuple[int, int]]


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[_Run]:
    """Stretches of tokens that are the same, and that are not, by turns."""
    ahead = _common(old, new)
    behind = _common(old[ahead:][::-1], new[ahead:][::-1])
    if ahead:
        yield True, (0, ahead), (0, ahead)
    middle_old, middle_new = old[ahead : len(old) - behind], new[ahead : len(new) - behind]
    if len(middle_old) > _MOST_TOKENS or len(middle_new) > _MOST_TOKENS:
        yield False, (ahead, len(old) - behind), (ahead, len(new) - behind)
    else:
        for code in Indel.opcodes(middle_old, middle_new):
            yield (
                code.tag == "equal",
                (ahead + code.src_start, ahead + code.src_end),
                (ahead + code.dest_start, ahead + code.dest_end),
            )
    if behind:
        yield True, (len(old) - behind, len(old)), (len(new) - behind, len(new))


def _common(one: Sequence[str], two: Sequence[str]) -> int:
    length = min(len(one), len(two))
    return next((n for n in range(length) if one[n] != two[n]), length)


def _readable(runs: Iterator[_Run]) -> Iterator[_Run]:
    """Join changes that only a single token stands between: nobody reads them word by word."""
    found = [run for run in runs if run[1][0] < run[1][1] or run[2][0] < run[2][1]]
    joined: list[_Run] = []
    for at, run in enumerate(found):
        lone = run[0] and 0 < at < len(found) - 1 and run[2][1] - run[2][0] == 1
        same = run[0] and not lone
        if joined and not same and not joined[-1][0]:
            last = joined.pop()
            run = (False, (last[1][0], run[1][1]), (last[2][0], run[2][1]))  # noqa: PLW2901
        elif not same:
            run = (False, run[1], run[2])  # noqa: PLW2901
        joined.append(run)
    yield from joined


def _alterations(before: str, after: str) -> Iterator[Alteration]:
    old, new = facts(before), facts(after)
    gone: list[Fact] = []
    fresh: list[Fact] = []
    for code in Indel.opcodes([(f.kind, f.value) for f in old], [(f.kind, f.value) for f in new]):
        if code.tag == "equal":
            yield from _paired(gone, fresh, before, after)
            gone, fresh = [], []
        else:
            gone += old[code.src_start : code.src_end]
            fresh += new[code.dest_start : code.dest_end]
    yield from _paired(gone, fresh, before, after)


def _paired(
    gone: Sequence[Fact], fresh: Sequence[Fact], before: str, after: str
) -> Iterator[Alteration]:
    """What took whose place: of each kind the first the first's, and so on."""
    left = list(fresh)
    for fact in gone:
        other = next((one for one in left if one.kind == fact.kind), None)
        if other:
            left.remove(other)
        now = after[slice(*other.span)] if other else None
        yield Alteration(fact.kind, before[slice(*fact.span)], now)
    for fact in left:
        yield Alteration(fact.kind, None, after[slice(*fact.span)])
