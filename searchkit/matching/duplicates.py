"""Which of several sentences are the same but for slips, spelling and order of words."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from searchkit.figures import facts
from searchkit.matching.similar import stems

#: Likeness of the words, whatever their order (0 to 100).
_ALIKE = 88.0


def near_duplicates(texts: Sequence[str]) -> list[int]:
    """For each sentence the place of the first that is nearly the same; its own when none is.

    Sentences with another figure, date, name or negation are never the same, however alike.
    """
    firsts: list[int] = []
    words = [stems(text) for text in texts]
    told = [{(fact.kind, fact.value) for fact in facts(text)} for text in texts]
    found = []
    for at, text in enumerate(words):
        same = (
            first
            for first in firsts
            if told[first] == told[at] and fuzz.token_sort_ratio(words[first], text) >= _ALIKE
        )
        found.append(next(same, at))
        if found[-1] == at:
            firsts.append(at)
    return found
