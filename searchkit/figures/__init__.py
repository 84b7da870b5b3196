"""What a reader checks first in a sentence: its figures, dates, names and negations.

Rules over surface forms, for English, Chinese and Japanese. They find too much rather than too
little: what they are for is to point at places that a reviewer should look at.
"""

from __future__ import annotations

from searchkit.figures.dates import dates
from searchkit.figures.fact import Fact, FactKind
from searchkit.figures.names import names
from searchkit.figures.negations import negations
from searchkit.figures.numbers import figures

__all__ = ["Fact", "FactKind", "facts"]


def facts(text: str) -> tuple[Fact, ...]:
    """The figures, dates, names and negations of a text, in order and without overlap."""
    found: list[Fact] = []
    taken = bytearray(len(text))
    # A date holds figures, and a name can hold either.
    for rule in (dates, figures, negations, names):
        for fact in rule(text):
            start, end = fact.span
            if taken.find(1, start, end) < 0:
                taken[start:end] = b"\1" * (end - start)
                found.append(fact)
    return tuple(sorted(found, key=lambda fact: fact.span))
