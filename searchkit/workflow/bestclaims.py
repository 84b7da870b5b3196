"""Which claim of an article answers words best, as a listing of articles shows it.

The articles of a page have few claims, so they are looked at one by one; the statistics of all
claims, which a search for claims ranks by, would cost more than the rest of the search.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from operator import attrgetter

from searchkit.analysis import Token
from searchkit.engine.base import Engine
from searchkit.model import Claim, ReviewedArticle, ReviewedClaim, Span
from searchkit.query.tree import Leaf
from searchkit.snippets import occurrences, words_of

# As articles are ranked (docs/ranking.md).
_K1, _B = 1.2, 0.75
_start = attrgetter("start")


def rarity(engine: Engine, leaves: Sequence[Leaf], articles: int) -> dict[Leaf, float]:
    """How much each leaf tells articles apart: the idf of the ranking.

    Args:
        articles: their number.
    """
    held = {leaf: engine.count("articles", leaf) for leaf in leaves}
    return {leaf: math.log1p((articles - n + 0.5) / (n + 0.5)) for leaf, n in held.items()}


def best_claim(holder: ReviewedArticle, weights: Mapping[Leaf, float]) -> ReviewedClaim | None:
    """The claim whose own words answer best; None when no claim has any.

    Args:
        weights: of the leaves that are looked for.
    """
    article = holder.article
    claims = holder.present
    title, body = words_of(article.title), words_of(article.text)
    places = {True: _found(weights, title, "title"), False: _found(weights, body, "body")}
    words = {claim.id: _words(claim, title if claim.kind == "title" else body) for claim in claims}
    mean = sum(words.values()) / max(len(words), 1)
    best: tuple[float, str] | None = None
    for claim in claims:
        length = 1 - _B + _B * words[claim.id] / mean if mean else 1.0
        score = 0.0
        for leaf, spans in places[claim.kind == "title"].items():
            first = bisect_left(spans, claim.span.start, key=_start)
            after = bisect_right(spans, claim.span.end, lo=first, key=_start)
            inside = sum(span.end <= claim.span.end for span in spans[first:after])
            score += weights[leaf] * inside / (inside + _K1 * length)
        if score and (best is None or score > best[0]):
            best = score, claim.id
    return holder.claim(best[1]) if best else None


def _found(
    weights: Mapping[Leaf, float], words: Sequence[Token], field: str
) -> dict[Leaf, list[Span]]:
    """Where each leaf occurs, in the order of the text."""
    return {
        leaf: sorted(occurrences(leaf, words))
        for leaf in weights
        if leaf.field in (None, "body", field)
    }


def _words(claim: Claim, words: Sequence[Token]) -> int:
    first, after = (bisect_left(words, at, key=_start) for at in claim.span)
    return after - first
