"""Where a leaf of a query occurs: words, phrases and expanded patterns, vectorised."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, islice

import numpy as np
from attrs import frozen

from searchkit.analysis import Token, fold, is_unspaced, stem, tokens
from searchkit.engine.columnar.lookup import (
    BODY,
    SHIFT,
    Occurrences,
    Terms,
    in_both,
    occurrences_at,
)
from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.columnar.strings import decoded, encoded
from searchkit.engine.snapshot import Index, Snapshot
from searchkit.errors import QueryError
from searchkit.query.tree import Fuzzy, Leaf, Phrase, Prefix, TextField, Wildcard, Word

#: An expansion takes at most so many words.
MOST_TERMS = 4_096


@frozen
class Places:
    """Occurrences as the keys of a snapshot."""

    #: Where each begins and where its last word stands, both ascending.
    firsts: Ints
    lasts: Ints
    #: Positions that the last word takes: a pair of Chinese or Japanese characters takes two.
    extent: int


@frozen
class Slot:
    """A place in a phrase: which terms may fill it, and how far it stands from the first."""

    offset: int
    #: Gives the terms of each segment, and whether an expansion was cut.
    terms: Callable[[Snapshot, Index], tuple[Sequence[Terms], bool]]
    #: Positions that a word there takes.
    extent: int = 1


def index_of(field: TextField | None) -> Index:
    """Where the words of a field are kept."""
    return "outlet" if field == "outlet" else "text"


def occurrences(snapshot: Snapshot, leaf: Leaf) -> tuple[Occurrences, bool]:
    """The live documents that a leaf occurs in, and whether an expansion was cut.

    Raises:
        QueryError: there is no word in it.
    """
    slots = slots_of(leaf)
    index = index_of(leaf.field)
    if len(slots) == 1:
        terms, cut = slots[0].terms(snapshot, index)
        found = snapshot.occurrences(index, terms)
    else:
        where, cut = places(snapshot, leaf)
        lasts = where.lasts
        if not snapshot.whole:
            lasts = lasts[snapshot.live[lasts >> SHIFT]]
        found = occurrences_at(lasts)
    return found, cut


def places(snapshot: Snapshot, leaf: Leaf) -> tuple[Places, bool]:
    """Every place where a leaf occurs, and whether an expansion was cut.

    Places in deleted documents are among them, and those in the title even if the leaf names the
    body.

    Raises:
        QueryError: there is no word in it.
    """
    slots = slots_of(leaf)
    index = index_of(leaf.field)
    filled = [slot.terms(snapshot, index) for slot in slots]
    cut = any(shortened for _, shortened in filled)
    keys = snapshot.keys(index, [terms for terms, _ in filled])
    offsets = [slot.offset for slot in slots]
    slop = leaf.slop if isinstance(leaf, Phrase) else 0
    if slop and len(slots) > 1:
        firsts, lasts = _near(keys, offsets, slop)
    else:
        firsts = _in_a_row(keys, offsets)
        lasts = firsts + offsets[-1]
    return Places(firsts, lasts, slots[-1].extent), cut


def slots_of(leaf: Leaf) -> list[Slot]:
    """The places of a leaf, in their order.

    Raises:
        QueryError: there is no word in it.
    """
    if isinstance(leaf, Word | Phrase):
        words = list(tokens(leaf.text, query=True))
        # In quotes the words count as they are written; words that are only near each other do not.
        exact = isinstance(leaf, Phrase) and not leaf.slop
        slots = [_word_slot(token, words[0], exact=exact) for token in words]
    elif isinstance(leaf, Wildcard):
        slots = [Slot(0, _pattern(leaf))]
    elif isinstance(leaf, Fuzzy):
        words = list(tokens(leaf.text, query=True))
        if len(words) == 1 and not is_unspaced(words[0].word):
            slots = [Slot(0, _within(words[0].word, leaf.distance))]
        else:
            slots = [_word_slot(token, words[0]) for token in words]
    else:
        slots = _prefix_slots(leaf)
    if not slots:
        text = leaf.pattern if isinstance(leaf, Wildcard) else leaf.text
        message = f"there is no word in {text!r}"
        raise QueryError(message, position=leaf.position, remedy="search for a word beside it")
    return slots


def _prefix_slots(leaf: Prefix) -> list[Slot]:
    words = list(tokens(leaf.text, query=True))
    slots = [_word_slot(token, words[0]) for token in words]
    if words and not is_unspaced(words[-1].word):
        last = words[-1]
        slots[-1] = Slot(last.position - words[0].position, _beginning(last.word))
    return slots


def _word_slot(token: Token, first: Token, *, exact: bool = False) -> Slot:
    word = token.word
    pair = is_unspaced(word) and len(word) > 1

    def terms(snapshot: Snapshot, index: Index) -> tuple[Sequence[Terms], bool]:
        # One character stands for every pair that begins with it.
        if is_unspaced(word) and not pair:
            return snapshot.stems_beginning(index, word), False
        if exact:
            return snapshot.words(index, [encoded(word)]), False
        return snapshot.stem(index, stem(word)), False

    return Slot(token.position - first.position, terms, extent=2 if pair else 1)


def _beginning(prefix: str) -> Callable[[Snapshot, Index], tuple[Sequence[Terms], bool]]:
    def terms(snapshot: Snapshot, index: Index) -> tuple[Sequence[Terms], bool]:
        few = snapshot.terms_beginning(index, prefix, MOST_TERMS)
        if few is not None:
            return few, False
        return _bounded(snapshot, index, snapshot.words_beginning(index, prefix))

    return terms


def _pattern(leaf: Wildcard) -> Callable[[Snapshot, Index], tuple[Sequence[Terms], bool]]:
    folded = fold(leaf.pattern)
    literal = re.sub(r"[*?]", "", folded)
    if literal and not (literal.isalpha() or literal.isdecimal()):
        raise QueryError(
            f"the pattern {leaf.pattern!r} is more than one word",
            position=leaf.position,
            remedy="use * and ? within a word of letters, or within a number",
        )
    beginning = re.split(r"[*?]", folded, maxsplit=1)[0]
    # fnmatch writes expressions that cannot backtrack without bound.
    fits = re.compile(fnmatch.translate(folded)).match
    return lambda snapshot, index: _bounded(
        snapshot,
        index,
        (word for word in snapshot.words_beginning(index, beginning) if fits(decoded(word))),
    )


def _within(word: str, distance: int) -> Callable[[Snapshot, Index], tuple[Sequence[Terms], bool]]:
    def expand(snapshot: Snapshot, index: Index) -> tuple[Sequence[Terms], bool]:
        return _bounded(snapshot, index, iter(snapshot.words_like(index, word, distance)))

    return expand


def _bounded(
    snapshot: Snapshot, index: Index, words: Iterable[bytes]
) -> tuple[Sequence[Terms], bool]:
    """The terms for sorted words, which may come more than once."""
    different = (word for word, _ in groupby(words))
    found = list(islice(different, MOST_TERMS + 1))
    return snapshot.words(index, found[:MOST_TERMS]), len(found) > MOST_TERMS


def _in_a_row(places: Sequence[Ints], offsets: Sequence[int]) -> Ints:
    """The places of the first slot from where all others follow at their offsets."""
    starts = places[0]
    # The rarest first: what is left to look for shrinks soonest.
    for at in sorted(range(1, len(places)), key=lambda at: places[at].size):
        starts = in_both(starts, places[at] - offsets[at])
    return starts


def _near(places: Sequence[Ints], offsets: Sequence[int], slop: int) -> tuple[Ints, Ints]:
    """First and last places of the closest occurrences with at most `slop` words between."""
    firsts = lasts = places[0]
    for at in range(1, len(places)):
        following = places[at]
        index = np.searchsorted(following, lasts + (offsets[at] - offsets[at - 1]))
        there = index < following.size
        firsts, lasts = firsts[there], following[index[there]]
    fits = lasts - firsts <= offsets[-1] + slop
    same = (firsts | BODY - 1) == (lasts | BODY - 1)
    firsts, lasts = firsts[fits & same], lasts[fits & same]
    # Of several that end at one place, the shortest.
    closest = np.append(lasts[1:] != lasts[:-1], True)[: lasts.size]
    return firsts[closest], lasts[closest]
