"""Whether two sentences state the same fact."""

from __future__ import annotations

from rapidfuzz import fuzz

from searchkit.figures import facts
from searchkit.text import normalise

#: Likeness of the words, whatever their order and whatever else one of them says (0 to 100).
_ALIKE = 75.0
#: From here on it is worth a look.
_NEAR = 65.0
#: Words that two sentences have in common say little when they are fewer.
_FEWEST = 4


def says_the_same(one: str, other: str, one_stems: str, other_stems: str) -> bool:
    """Whether a sentence says what the other says, by its words.

    Figures and negations of the first have to stand in the other: "49 of 60" does not say the
    same as "50 of 60", nor "did land" the same as "did not land".

    Args:
        one_stems, other_stems: as `searchkit.matching.stems` gives them.
    """
    if normalise(one).casefold() == normalise(other).casefold():
        return True
    if len(set(one_stems.split()) & set(other_stems.split())) < _FEWEST:
        return False
    if fuzz.token_set_ratio(one_stems, other_stems) < _ALIKE:
        return False
    return _figures(one) <= _figures(other) and _negated(one) == _negated(other)


def may_say_the_same(one_stems: str, other_stems: str) -> bool:
    """Whether a reader should compare two sentences; arguments as of `says_the_same`."""
    return fuzz.token_set_ratio(one_stems, other_stems) >= _NEAR


def _figures(text: str) -> set[str]:
    return {fact.value for fact in facts(text) if fact.kind == "figure"}


def _negated(text: str) -> bool:
    return any(fact.kind == "negation" for fact in facts(text))
