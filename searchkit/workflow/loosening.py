"""What to look for when no article has all the words: any of them, and what goes with them."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from searchkit.analysis import stem, tokens
from searchkit.engine.base import Engine
from searchkit.model import Article
from searchkit.query.tree import And, Boost, Everything, Node, Or, Word

#: Questions of so many words and more tell enough of a subject to learn from what they find.
LONG = 5
#: The best articles are learnt from, so many words are weighed, and so many taken.
_ARTICLES, _WEIGHED, _TAKEN = 5, 80, 25
#: What the best of them counts beside a word of the question.
_SHARE = 0.35
_SATURATION = 1.2


def plain_words(tree: Node) -> tuple[Word, ...]:
    """The words of a query that is nothing but words without a field; else none."""
    children = tree.children if isinstance(tree, And) else ()
    words = tuple(one for one in children if isinstance(one, Word) and one.field is None)
    return words if len(words) == len(children) else ()


def any_of(engine: Engine, words: Sequence[Word]) -> Node:
    """Articles with any of the words, the more and the rarer the better.

    For a long question, words that stand often in the best articles and seldom elsewhere are
    looked for too, with less weight: relevance feedback without a user (Robertson and Zaragoza, The
    Probabilistic Relevance Framework, 2009). `benchmarks/relevance.py` measures it.
    """
    asked = tuple({stem(word.text.lower()): word for word in words}.values())
    question = Or(asked)
    if len(asked) < LONG:
        return question
    hits = engine.search("articles", question, limit=_ARTICLES).hits
    articles = engine.articles(hit.id for hit in hits)
    best = _learnt(engine, articles, [hit.score for hit in hits])
    return Or((*asked, *(Boost(Word(word), share) for word, share in best)))


def _learnt(
    engine: Engine, articles: Sequence[Article], scores: Sequence[float]
) -> list[tuple[str, float]]:
    """Words of articles with their weights, at most `_SHARE`."""
    weights: defaultdict[str, float] = defaultdict(float)
    written: dict[str, str] = {}
    for article, score in zip(articles, scores, strict=True):
        found = [token.word for token in tokens(f"{article.title}\n{article.text}", query=True)]
        for word in found:
            written.setdefault(stem(word), word)
        for root, count in Counter(map(stem, found)).items():
            weights[root] += score / sum(scores) * count / (count + _SATURATION)
    total = engine.count("articles", Everything())
    rare: dict[str, float] = {}
    for root, weight in _heaviest(weights, _WEIGHED):
        holding = engine.count("articles", Word(written[root]))
        rare[root] = weight * math.log1p((total - holding + 0.5) / (holding + 0.5))
    taken = _heaviest(rare, _TAKEN)
    most = taken[0][1] if taken else 1.0
    return [(written[root], _SHARE * value / most) for root, value in taken if value > 0]


def _heaviest(weights: Mapping[str, float], most: int) -> list[tuple[str, float]]:
    return sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
