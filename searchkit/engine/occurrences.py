"""Where a leaf of a query occurs: words, phrases and expanded patterns, vectorised."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import groupby, islice
from typing import NamedTuple

import numpy as np

from searchkit.engine.columnar.lookup import (
    Occurrences,
    Terms,
    in_both,
    occurrences_at,
)
from searchkit.engine.columnar.postinglist import BODY, SHIFT
from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.columnar.strings import decoded, encoded
from searchkit.engine.snapshot import Index, Snapshot
from searchkit.query.slots import (
    Beginning,
    Character,
    Exactly,
    Filler,
    Pattern,
    Stem,
    Within,
    slop_of,
    slots_of,
)
from searchkit.query.tree import Leaf, TextField

#: An expansion takes at most so many words.
MOST_TERMS = 4_096


class Places(NamedTuple):
    """Occurrences as the keys of a snapshot."""

    #: Where each begins and where its last word stands, both ascending.
    firsts: Ints
    lasts: Ints
    #: Positions that the last word takes: a pair of Chinese or Japanese characters takes two.
    extent: int


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
        terms, cut = terms_of(slots[0].filler, snapshot, index)
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
    filled = [terms_of(slot.filler, snapshot, index) for slot in slots]
    cut = any(shortened for _, shortened in filled)
    keys = snapshot.keys(index, [terms for terms, _ in filled])
    offsets = [slot.offset for slot in slots]
    slop = slop_of(leaf)
    if slop and len(slots) > 1:
        firsts, lasts = _near(keys, offsets, slop)
    else:
        firsts = _in_a_row(keys, offsets)
        lasts = firsts + offsets[-1]
    return Places(firsts, lasts, slots[-1].extent), cut


def terms_of(filler: Filler, snapshot: Snapshot, index: Index) -> tuple[Sequence[Terms], bool]:
    """The terms of each segment that may fill a slot, and whether an expansion was cut."""
    match filler:
        case Stem(root):
            return snapshot.stem(index, root), False
        case Exactly(word):
            return snapshot.words(index, [encoded(word)]), False
        case Character(character):
            return snapshot.stems_beginning(index, character), False
        case Beginning(prefix):
            return _beginning(snapshot, index, prefix)
        case Pattern(pattern):
            words = snapshot.words_beginning(index, re.split(r"[*?]", pattern, maxsplit=1)[0])
            fits = filler.fits
            return _bounded(snapshot, index, (word for word in words if fits(decoded(word))))
        case Within(word, distance):
            return _bounded(snapshot, index, iter(snapshot.words_like(index, word, distance)))


def _beginning(snapshot: Snapshot, index: Index, prefix: str) -> tuple[Sequence[Terms], bool]:
    few = snapshot.terms_beginning(index, prefix, MOST_TERMS)
    if few is not None:
        return few, False
    return _bounded(snapshot, index, snapshot.words_beginning(index, prefix))


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
