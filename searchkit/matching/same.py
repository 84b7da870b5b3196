"""Whether two sentences state the same fact."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from searchkit.figures import Fact, facts
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
    same as "50 of 60", nor "did land" the same as "did not land". Of years, months and days only
    those have to agree that both give: "since 2017" is not "since 2014".

    Args:
        one_stems, other_stems: as `searchkit.matching.stems` gives them.
    """
    if normalise(one).casefold() == normalise(other).casefold():
        return True
    if len(set(one_stems.split()) & set(other_stems.split())) < _FEWEST:
        return False
    if fuzz.token_set_ratio(one_stems, other_stems) < _ALIKE:
        return False
    first, second = facts(one), facts(other)
    return (
        _figures(first) <= _figures(second)
        and _negated(first) == _negated(second)
        and all(map(_agree, _calendar(first), _calendar(second)))
    )


def may_say_the_same(one_stems: str, other_stems: str) -> bool:
    """Whether a reader should compare two sentences; arguments as of `says_the_same`."""
    return fuzz.token_set_ratio(one_stems, other_stems) >= _NEAR


def _figures(found: Sequence[Fact]) -> set[str]:
    return {fact.value for fact in found if fact.kind == "figure"}


def _negated(found: Sequence[Fact]) -> bool:
    return any(fact.kind == "negation" for fact in found)


def _calendar(found: Sequence[Fact]) -> tuple[set[str], ...]:
    """The years, months and days that dates name."""
    parts = {part for fact in found if fact.kind == "date" for part in fact.value.split()}
    return tuple({p for p in parts if p[0] == unit and p[1:].isdigit()} for unit in "ymd")


def _agree(ones: set[str], others: set[str]) -> bool:
    return not ones or not others or ones <= others
