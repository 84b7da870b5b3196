"""What a leaf of a query asks of a text: places in a row, and which words may fill each.

Every engine resolves the same slots in its own index, and a text alone can be asked about them.
"""

from __future__ import annotations

import fnmatch
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

from attrs import frozen

from searchkit.analysis import Token, fold, is_unspaced, stem, tokens
from searchkit.errors import QueryError
from searchkit.query.tree import Fuzzy, Leaf, Phrase, Prefix, Wildcard


@frozen
class Stem:
    """Words with this stem."""

    root: str

    def fits(self, word: str) -> bool:
        """Whether a folded word may stand here."""
        return stem(word) == self.root


@frozen
class Exactly:
    """One word, as it is inflected."""

    word: str

    def fits(self, word: str) -> bool:
        """See `Stem.fits`."""
        return word == self.word


@frozen
class Character:
    """One Chinese or Japanese character, which stands for every pair that begins with it."""

    character: str

    def fits(self, word: str) -> bool:
        """See `Stem.fits`."""
        return word.startswith(self.character)


@frozen
class Beginning:
    """Words that begin so."""

    prefix: str

    def fits(self, word: str) -> bool:
        """See `Stem.fits`."""
        return word.startswith(self.prefix)


@frozen(slots=False)
class Pattern:
    """Words that match a folded pattern of ``*`` and ``?``."""

    pattern: str

    @cached_property
    def fits(self) -> Callable[[str], object]:
        """See `Stem.fits`."""
        # fnmatch writes expressions that cannot backtrack without bound.
        return re.compile(fnmatch.translate(self.pattern)).match


@frozen
class Within:
    """Words that so many edits make of another; an exchange of neighbours is one edit."""

    word: str
    distance: int

    def fits(self, word: str) -> bool:
        """See `Stem.fits`."""
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - few queries need it

        return OSA.distance(self.word, word, score_cutoff=self.distance) <= self.distance


Filler = Stem | Exactly | Character | Beginning | Pattern | Within


class Slot(NamedTuple):
    """A place in a leaf: what may fill it, and how many words it stands behind the first."""

    offset: int
    filler: Filler
    #: Words that it takes: a pair of Chinese or Japanese characters takes two.
    extent: int = 1


@lru_cache(maxsize=256)
def slots_of(leaf: Leaf) -> Sequence[Slot]:
    """The places of a leaf, in their order.

    Raises:
        QueryError: there is no word in it.
    """
    if isinstance(leaf, Wildcard):
        return [Slot(0, _pattern(leaf))]
    words = list(tokens(leaf.text, query=True))
    if not words:
        message = f"there is no word in {leaf.text!r}"
        raise QueryError(message, position=leaf.position, remedy="search for a word beside it")
    # In quotes the words count as they are written; words that are only near each other do not.
    exact = isinstance(leaf, Phrase) and not leaf.slop
    first = words[0].position
    slots = [_slot(token, token.position - first, exact=exact) for token in words]
    last = words[-1].word
    if not is_unspaced(last):
        if isinstance(leaf, Prefix):
            slots[-1] = Slot(slots[-1].offset, Beginning(last))
        elif isinstance(leaf, Fuzzy) and len(words) == 1:
            slots = [Slot(0, Within(last, leaf.distance))]
    return slots


def slop_of(leaf: Leaf) -> int:
    """How many other words may stand between those of a leaf."""
    return leaf.slop if isinstance(leaf, Phrase) else 0


def chains(leaf: Leaf, words: Sequence[Token]) -> Iterator[list[Token]]:
    """Every occurrence of a leaf in a text, as the words that fill its slots.

    Where other words may stand between, the earliest words that follow each first one.

    Args:
        words: of the text.

    Raises:
        QueryError: there is no word in the leaf.
    """
    slots = slots_of(leaf)
    places = [[token for token in words if slot.filler.fits(token.word)] for slot in slots]
    for first in places[0]:
        chain = _follow(first, slots, places)
        if chain and chain[-1].position - first.position <= slots[-1].offset + slop_of(leaf):
            yield chain


def frequency(leaf: Leaf, text: str) -> int:
    """How often a leaf occurs in a text; of occurrences that end in one place one counts."""
    return len({chain[-1].position for chain in chains(leaf, list(tokens(text)))})


def _follow(first: Token, slots: Sequence[Slot], places: Sequence[Sequence[Token]]) -> list[Token]:
    chain = [first]
    for at in range(1, len(slots)):
        earliest = chain[-1].position + slots[at].offset - slots[at - 1].offset
        index = bisect_left(places[at], earliest, key=lambda token: token.position)
        if index == len(places[at]):
            return []
        chain.append(places[at][index])
    return chain


def _slot(token: Token, offset: int, *, exact: bool) -> Slot:
    word = token.word
    if is_unspaced(word) and len(word) == 1:
        return Slot(offset, Character(word))
    filler = Exactly(word) if exact else Stem(stem(word))
    return Slot(offset, filler, extent=2 if is_unspaced(word) else 1)


def _pattern(leaf: Wildcard) -> Pattern:
    folded = fold(leaf.pattern)
    literal = re.sub(r"[*?]", "", folded)
    if literal and not (literal.isalpha() or literal.isdecimal()):
        raise QueryError(
            f"the pattern {leaf.pattern!r} is more than one word",
            position=leaf.position,
            remedy="use * and ? within a word of letters, or within a number",
        )
    return Pattern(folded)
