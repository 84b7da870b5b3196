"""The same statement with another figure.

Two claims of different articles contradict one another when they say the same but for their
figures, and each gives one that the other does not. That they speak of the same thing at the same
time is taken from their names and dates: two years of one list are no conflict, nor are 49.8 and
50, which is the same figure, rounded.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from attrs import frozen

from searchkit.figures import Fact, facts
from searchkit.matching.similar import stems

#: Share of the words, by how rare they are, that the shorter claim must have in common, and that
#: both together must.
_CONTAINED, _COMMON = 0.8, 0.6
#: Words in common below which nothing is known to be the same.
_FEWEST = 4
#: Each claim is looked up by so many of its rarest words; pairs must share two of them.
_KEYS, _SHARED = 5, 2
#: By how much of itself a rounded whole number may differ; more is another figure.
_ROUNDING = Decimal("0.02")
#: When so many figures differ, and so large a share of them, two claims are about two things.
_FORM, _MOST_OF = 3, 0.75
#: Words of more claims than this tell nothing.
_MOST_ALIKE = 500


@frozen
class Statement:
    """A claim that gives a figure or a date."""

    article: str
    claim: str
    #: Distinct stems without figures and dates.
    words: frozenset[str]
    figures: tuple[Fact, ...]
    dates: tuple[Fact, ...]
    names: frozenset[str]
    #: Whether something in it is denied.
    negated: bool


@frozen
class Conflict:
    """Two statements that contradict one another."""

    one: Statement
    other: Statement
    #: What each gives and the other does not.
    figures: tuple[Fact, ...]
    other_figures: tuple[Fact, ...]


def statement(article: str, claim: str, text: str) -> Statement | None:
    """A claim as `conflicts` compares it; None when it gives no figure and no date."""
    found = facts(text)
    figures = tuple(fact for fact in found if fact.kind == "figure")
    dates = tuple(fact for fact in found if fact.kind == "date")
    if not (figures or dates):
        return None
    bare = list(text)
    for fact in (*figures, *dates):
        start, end = fact.span
        bare[start:end] = " " * (end - start)
    return Statement(
        article,
        claim,
        frozenset(stems("".join(bare)).split()),
        figures,
        dates,
        frozenset(fact.value.casefold() for fact in found if fact.kind == "name"),
        any(fact.kind == "negation" for fact in found),
    )


def conflicts(statements: Sequence[Statement]) -> Iterator[Conflict]:
    """Every pair of statements of different articles that contradict one another.

    Pairs come in the order of the statements. Time and memory grow with the number of statements,
    not of pairs: only those that share two of their rarest words are compared.
    """
    frequency = Counter(word for one in statements for word in one.words)
    weight = {word: math.log1p(len(statements) / count) for word, count in frequency.items()}
    by_word: dict[str, list[int]] = defaultdict(list)
    for at, one in enumerate(statements):
        keys = _keys(one, frequency)
        shared = Counter(other for word in keys for other in by_word[word])
        for other in sorted(shared):
            if shared[other] >= min(_SHARED, len(one.words)):
                found = _conflict(statements[other], one, weight)
                if found:
                    yield found
        for word in keys:
            by_word[word].append(at)


def _keys(one: Statement, frequency: Counter[str]) -> list[str]:
    known = [word for word in one.words if 1 < frequency[word] <= _MOST_ALIKE]
    return sorted(known, key=lambda word: (frequency[word], word))[:_KEYS]


def _conflict(one: Statement, other: Statement, weight: dict[str, float]) -> Conflict | None:
    if one.article == other.article or not _same_subject(one, other, weight):
        return None
    figures, other_figures = _unmatched(one.figures, other.figures)
    dates, other_dates = _unmatched(one.dates, other.dates)
    own, others = (*figures, *dates), (*other_figures, *other_dates)
    # Of another time each: no wonder that the figures differ.
    of_other_times = dates and other_dates and (figures or other_figures)
    # One form filled in for two things, such as villages with their area and their people.
    differing = min(len(figures), len(other_figures))
    of_other_things = differing >= max(_FORM, _MOST_OF * len(one.figures))
    if not own or not others or of_other_times or of_other_things:
        return None
    return Conflict(one, other, own, others)


def _same_subject(one: Statement, other: Statement, weight: dict[str, float]) -> bool:
    each_has_its_own_name = one.names - other.names and other.names - one.names
    if one.negated != other.negated or each_has_its_own_name:
        return False
    return _say_the_same(one.words, other.words, weight)


def _say_the_same(one: frozenset[str], other: frozenset[str], weight: dict[str, float]) -> bool:
    common = one & other
    if len(common) < _FEWEST:
        return False
    shared = sum(weight[word] for word in common)
    smaller, larger = sorted((_sum(one, weight), _sum(other, weight)))
    return shared >= _CONTAINED * smaller and shared >= _COMMON * (smaller + larger - shared)


def _sum(words: frozenset[str], weight: dict[str, float]) -> float:
    return sum(weight[word] for word in words)


def _unmatched(
    one: Sequence[Fact], other: Sequence[Fact]
) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """What each gives and the other does not; every figure is matched once."""
    rest, left = list(other), []
    for fact in one:
        twin = next((that for that in rest if _is_same(fact.value, that.value)), None)
        if twin:
            rest.remove(twin)
        else:
            left.append(fact)
    # Of another kind, they say nothing about one another: 5 % and 5 people.
    kinds = {fact.value.endswith("%") for fact in left} & {f.value.endswith("%") for f in rest}
    return (
        tuple(fact for fact in left if fact.value.endswith("%") in kinds),
        tuple(fact for fact in rest if fact.value.endswith("%") in kinds),
    )


def _is_same(one: str, other: str) -> bool:
    """Whether two values are the same, or one is the other rounded."""
    if one == other:
        return True
    if one.endswith("%") != other.endswith("%"):
        return False
    try:
        return _is_rounded(*sorted(map(Decimal, (one.rstrip("%"), other.rstrip("%")))))
    except ArithmeticError:
        # Dates, of which one may say less than the other; "thousands".
        known, told = set(one.split()), set(other.split())
        return known <= told or told <= known


def _is_rounded(lower: Decimal, upper: Decimal) -> bool:
    if any(_rounds_to(*pair) for pair in ((lower, upper), (upper, lower))):
        close = upper - lower <= _ROUNDING * abs(upper)
        return close or any(value != value.to_integral_value() for value in (lower, upper))
    return False


def _rounds_to(finer: Decimal, coarser: Decimal) -> bool:
    """Whether a number with fewer significant digits is another one, rounded."""
    places = _exponent(coarser)
    if places <= _exponent(finer):
        return False
    step = Decimal(1).scaleb(places)
    return (finer / step).quantize(Decimal(1), ROUND_HALF_UP) * step == coarser


def _exponent(value: Decimal) -> int:
    found = value.normalize().as_tuple().exponent
    assert isinstance(found, int), "figures are finite"
    return found
