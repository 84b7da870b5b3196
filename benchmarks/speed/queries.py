"""Queries of nine shapes, of words that the corpus holds."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from attrs import frozen

from searchkit.analysis import stem, tokens
from searchkit.model import Article

SHAPES = (
    "term",
    "two-term AND",
    "three-term OR",
    "AND NOT",
    "two-field AND",
    "phrase",
    "prefix",
    "fuzzy",
    "term with date range",
)
_SAMPLE = 2_000


@frozen
class Query:
    """A query that each peer writes in its own way."""

    shape: str
    #: The words; of a phrase in their order, of a prefix its letters.
    words: tuple[str, ...]
    #: Both ends included.
    days: tuple[dt.date, dt.date] | None = None


def queries(articles: Sequence[Article], each: int, seed: int = 5) -> dict[str, list[Query]]:
    """So many queries of each shape.

    Words come from two bands of document frequency: 1 to 10 % and 10 to 40 % of the English
    articles, which leaves out function words and words that hardly anybody writes.

    Args:
        articles: the first of the corpus.
    """
    chance = random.Random(seed)
    sample = [a for a in articles[:_SAMPLE] if a.text.isascii()]
    held = [[token.word for token in tokens(a.text)] for a in sample]
    counts = Counter(word for text in held for word in {*text} if word.isalpha())
    whole = len(sample)
    some = sorted(w for w, n in counts.items() if whole * 0.01 <= n < whole * 0.1 and len(w) > 3)
    many = sorted(w for w, n in counts.items() if whole * 0.1 <= n < whole * 0.4)
    known = {*some, *many}
    pairs = [
        pair
        for text in held
        for pair in pairwise(text)
        if known.issuperset(pair) and stem(pair[0]) != stem(pair[1])
    ]
    first = dt.date(2024, 3, 1)

    def words(shape: str) -> tuple[str, ...]:
        rare, frequent = chance.choice(some), chance.choice(many)
        typo = chance.choice([word for word in some if len(word) > 5])
        at = chance.randrange(1, len(typo))
        return {
            "two-term AND": (frequent, rare),
            "AND NOT": (frequent, rare),
            "three-term OR": (rare, chance.choice(some), frequent),
            "two-field AND": (frequent, chance.choice(many)),
            "phrase": chance.choice(pairs),
            "prefix": (rare[:4],),
            "fuzzy": (f"{typo[:at]}x{typo[at + 1 :]}",),
        }.get(shape, (rare,))

    def one(shape: str) -> Query:
        start = first + dt.timedelta(days=chance.randrange(200))
        quarter = (start, start + dt.timedelta(days=90))
        return Query(shape, words(shape), quarter if shape == "term with date range" else None)

    return {shape: [one(shape) for _ in range(each)] for shape in SHAPES}
