"""Which reviewed claims say the same: BM25 over stems, then letters for what stems miss.

BM25 as in Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), without counting
a word of the query twice. The best candidates are ordered anew with the cosine of their runs of
four letters, weighted by how rare they are among the candidates: names and figures that were
spelt in another way still count. `benchmarks/matching.py` measures it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from attrs import frozen

from searchkit.analysis import fold, stem, tokens

_K1, _B = 1.2, 0.75
#: Candidates that are compared letter by letter.
_CANDIDATES = 50
#: How much letters weigh beside words.
_LETTERS = 0.5
_GRAM = 4


@frozen
class Match:
    """A statement that may say the same."""

    #: Its place among the statements given.
    index: int
    #: 0 to 1; comparable among the matches of one text only.
    score: float


def stems(text: str) -> str:
    """The words of a text as `most_similar` compares them, separated by spaces."""
    return " ".join(stem(token.word) for token in tokens(text))


def most_similar(
    text: str, statements: Sequence[str], stemmed: Sequence[str], limit: int = 3
) -> list[Match]:
    """The statements most similar to a text, the best first; ties in the order given.

    Args:
        statements: what was reviewed, verbatim.
        stemmed: the same, each as `stems` gives it.
        limit: how many at most; those that share no word with the text are never among them.
    """
    wanted = frozenset(stems(text).split())
    scores = _bm25(wanted, stemmed)
    best = sorted(scores, key=lambda at: (-scores[at], at))[:_CANDIDATES]
    letters = _cosines(_grams(text), {at: _grams(statements[at]) for at in best})
    blended = {at: (scores[at] + _LETTERS * letters[at]) / (1 + _LETTERS) for at in best}
    ranked = sorted(best, key=lambda at: (-blended[at], at))[:limit]
    return [Match(at, round(blended[at], 4)) for at in ranked]


def _bm25(wanted: frozenset[str], stemmed: Sequence[str]) -> dict[int, float]:
    """For every statement with a wanted word, its share of the score that could be reached."""
    found: dict[int, tuple[dict[str, int], int]] = {}
    frequency: Counter[str] = Counter()
    total = 0
    for at, words in enumerate(stemmed):
        split = words.split()
        total += len(split)
        common = wanted.intersection(split)
        if common:
            found[at] = ({word: split.count(word) for word in common}, len(split))
            frequency.update(common)
    average = total / max(1, len(stemmed))
    idf = {
        word: math.log1p((len(stemmed) - frequency[word] + 0.5) / (frequency[word] + 0.5))
        for word in wanted
    }
    most = sum(idf.values()) * (_K1 + 1)
    scores = {}
    for at, (counts, length) in found.items():
        flat = _K1 * (1 - _B + _B * length / average)
        reached = sum(idf[w] * n * (_K1 + 1) / (n + flat) for w, n in counts.items())
        scores[at] = reached / most
    return scores


def _grams(text: str) -> frozenset[str]:
    letters = "".join(char if char.isalnum() else " " for char in fold(text))
    spaced = " ".join(letters.split())
    return frozenset(spaced[at : at + _GRAM] for at in range(len(spaced) - _GRAM + 1))


def _cosines(one: frozenset[str], others: Mapping[int, frozenset[str]]) -> dict[int, float]:
    frequency = Counter(gram for grams in others.values() for gram in grams)

    def weight(gram: str) -> float:
        seen = frequency[gram]
        return math.log1p((len(others) - seen + 0.5) / (seen + 0.5)) ** 2

    def norm(grams: frozenset[str]) -> float:
        return math.sqrt(sum(map(weight, grams))) or 1.0

    length = norm(one)
    return {
        at: sum(map(weight, one & grams)) / (length * norm(grams)) for at, grams in others.items()
    }
