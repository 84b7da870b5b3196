"""What a misspelt word may have meant: indexed words, by edit distance and then by frequency."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from searchkit.analysis import fold, is_unspaced, stem, tokens

#: Words of so many letters allow two edits, shorter ones one. An exchange of neighbours is one.
_LONG = 5
#: Of shorter ones half a language is one edit away.
_SHORTEST = 4
#: Fewer letters are no half of two words that were written as one.
_SHORTEST_PART = 2

Near = Callable[[str, int], Iterable[str]]


def candidates(text: str, near: Near, documents: Callable[[str], int], limit: int = 3) -> list[str]:
    """What was meant, the likeliest first: near words, or two words for one, or one for two.

    Args:
        text: a word as typed, or two neighbours that may be one word.
        near: the words of the vocabulary that so many edits make of another; words of no document
            any more do no harm.
        documents: how many documents hold a word; 0 for one that is not in the vocabulary.
    """
    typed = [token.word for token in tokens(fold(text), query=True)]
    if not typed or any(is_unspaced(word) or word[0].isdigit() for word in typed):
        return []
    if len(typed) > 1:
        joined = "".join(typed)
        return [joined] if documents(joined) else []
    (word,) = typed
    if documents(word):
        return []
    ranked = sorted([*_near(word, near, documents), *_split(word, documents)])
    best: dict[str, str] = {}
    for edits, *_, candidate in ranked:
        # What is further away is meant only where nothing is near.
        if edits == ranked[0][0]:
            best.setdefault(" ".join(map(stem, candidate.split())), candidate)
    # What shares the stem was found already.
    best.pop(stem(word), None)
    return list(best.values())[:limit]


_Ranked = tuple[int, bool, int, str]


def _near(word: str, near: Near, documents: Callable[[str], int]) -> Iterator[_Ranked]:
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - only when a search found nothing

    if len(word) < _SHORTEST:
        return
    for candidate in near(word, 1 if len(word) < _LONG else 2):
        if not is_unspaced(candidate) and (holding := documents(candidate)):
            distance = OSA.distance(word, candidate)
            yield int(distance), candidate[0] != word[0], -holding, candidate


def _split(word: str, documents: Callable[[str], int]) -> Iterator[_Ranked]:
    """Two words whose space is missing: one edit, as frequent as the rarer of them."""
    for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        parts = word[:at], word[at:]
        if all(map(documents, parts)):
            yield 1, False, -min(map(documents, parts)), " ".join(parts)
