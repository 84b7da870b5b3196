"""Where a leaf of a query occurs in one field: words, phrases and expanded patterns, vectorised."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

import numpy as np
from attrs import frozen

from searchkit.analysis import Token, fold, is_unspaced, tokens
from searchkit.engine.segments import Ints
from searchkit.engine.snapshot import Snapshot
from searchkit.errors import QueryError
from searchkit.query.tree import Fuzzy, Leaf, Phrase, Prefix, TextField, Wildcard, Word

#: An expansion takes at most so many terms of a field.
MOST_TERMS = 4_096

#: Keys hold the document above and the position below this bit.
SHIFT = 32
_NONE = np.zeros(0, dtype=np.int64)


@frozen
class Occurrences:
    """In which documents, ascending, and how often in each."""

    documents: Ints
    frequencies: Ints
    #: The expansion was cut.
    cut: bool = False


@frozen
class Places:
    """Occurrences as keys of document and position: ``document << SHIFT | position``."""

    #: Where each begins and where its last word stands, both ascending.
    firsts: Ints
    lasts: Ints
    #: Positions that the last word takes: a pair of Chinese or Japanese characters takes two.
    extent: int


@frozen
class Slot:
    """A place in a phrase: which terms may fill it, and how far it stands from the first."""

    offset: int
    terms: Callable[[Snapshot, str], tuple[Sequence[str], bool]]
    #: Positions that a word there takes.
    extent: int = 1


def occurrences(snapshot: Snapshot, leaf: Leaf, name: TextField) -> Occurrences:
    """Where a leaf occurs in one field.

    Raises:
        QueryError: there is no word in it.
    """
    slots = slots_of(leaf)
    if len(slots) == 1:
        terms, cut = slots[0].terms(snapshot, name)
        return _any_of(snapshot, name, terms, cut=cut)
    found, cut = places(snapshot, leaf, name)
    documents, frequencies = np.unique(found.lasts >> SHIFT, return_counts=True)
    return Occurrences(documents, frequencies.astype(np.int64), cut)


def places(snapshot: Snapshot, leaf: Leaf, name: TextField) -> tuple[Places, bool]:
    """Every place where a leaf occurs in one field, and whether an expansion was cut.

    Raises:
        QueryError: there is no word in it.
    """
    slots = slots_of(leaf)
    filled = [slot.terms(snapshot, name) for slot in slots]
    cut = any(shortened for _, shortened in filled)
    keys = [_keys(snapshot, name, terms) for terms, _ in filled]
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
        slots = [_word_slot(token, words[0]) for token in words]
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


def _word_slot(token: Token, first: Token) -> Slot:
    word = token.word
    return Slot(
        token.position - first.position,
        lambda snapshot, name: (snapshot.same_words(name, word), False),
        extent=2 if is_unspaced(word) and len(word) > 1 else 1,
    )


def _beginning(prefix: str) -> Callable[[Snapshot, str], tuple[Sequence[str], bool]]:
    return lambda snapshot, name: _bounded(snapshot.terms(name, prefix))


def _pattern(leaf: Wildcard) -> Callable[[Snapshot, str], tuple[Sequence[str], bool]]:
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
    return lambda snapshot, name: _bounded(
        term
        for term in (snapshot.terms(name, beginning) if beginning else snapshot.words(name))
        if fits(term)
    )


def _within(word: str, distance: int) -> Callable[[Snapshot, str], tuple[Sequence[str], bool]]:
    def expand(snapshot: Snapshot, name: str) -> tuple[Sequence[str], bool]:
        from rapidfuzz.distance import OSA  # noqa: PLC0415 - few queries need it
        from rapidfuzz.process import extract  # noqa: PLC0415

        near = extract(
            word,
            snapshot.words(name),
            scorer=OSA.distance,
            score_cutoff=distance,
            limit=None,
        )
        return _bounded(sorted(term for term, _, _ in near))

    return expand


def _bounded(terms: Iterable[str]) -> tuple[Sequence[str], bool]:
    found = list(islice(terms, MOST_TERMS + 1))
    return found[:MOST_TERMS], len(found) > MOST_TERMS


def _any_of(snapshot: Snapshot, name: str, terms: Sequence[str], *, cut: bool) -> Occurrences:
    found = [p for term in terms if (p := snapshot.postings(name, term))]
    if not found:
        return Occurrences(_NONE, _NONE, cut)
    if len(found) == 1:
        return Occurrences(found[0].documents, found[0].frequencies, cut)
    documents, at = np.unique(np.concatenate([p.documents for p in found]), return_inverse=True)
    every = np.concatenate([p.frequencies for p in found])
    return Occurrences(documents, np.bincount(at, weights=every).astype(np.int64), cut)


def _keys(snapshot: Snapshot, name: str, terms: Sequence[str]) -> Ints:
    """Sorted keys of document and position for every occurrence of any of the terms."""
    keys = [
        (np.repeat(p.documents, p.frequencies) << SHIFT) + p.positions
        for term in terms
        if (p := snapshot.postings(name, term))
    ]
    return np.sort(np.concatenate(keys)) if keys else _NONE


def _in_a_row(places: Sequence[Ints], offsets: Sequence[int]) -> Ints:
    """The places of the first slot from where all others follow at their offsets."""
    starts = places[0]
    # The rarest first: what is left to look for shrinks soonest.
    for at in sorted(range(1, len(places)), key=lambda at: places[at].size):
        starts = np.intersect1d(starts, places[at] - offsets[at], assume_unique=True)
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
    same = (firsts >> SHIFT) == (lasts >> SHIFT)
    firsts, lasts = firsts[fits & same], lasts[fits & same]
    # Of several that end at one place, the shortest.
    closest = np.append(lasts[1:] != lasts[:-1], True)[: lasts.size]
    return firsts[closest], lasts[closest]
