"""What to look for when no article has all the words: any of them, and what goes with them."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from searchkit.analysis import is_unspaced, stem, tokens
from searchkit.engine.base import Engine, Kind
from searchkit.model import Article
from searchkit.query.tree import And, Boost, Everything, Node, Or, Word

#: Questions of so many words and more tell enough of a subject to learn from what they find.
LONG = 5
#: A run of Chinese, Japanese, Korean or Thai with so many pairs of characters is several words.
_LONG_RUN = 3
#: Words of a question that are looked for.
_MOST = 200
#: What two neighbours of the question count where they stand side by side, beside one word.
_SIDE_BY_SIDE = 0.12
#: The best articles are learnt from, so much of each, so many words are weighed, so many taken.
_ARTICLES, _READ, _WEIGHED, _TAKEN = 10, 20_000, 80, 25
#: What the best of them counts beside a word of the question; less when the best article has not
#: so much of what is asked, words weighed by how rare they are.
_SHARE = 0.3
_TRUSTED = 0.4
_SATURATION = 1.2
#: Hiragana writes endings and particles, as these characters do in Chinese; what a text is about
#: stands in others. So much counts a pair of them, and a pair with one.
_GRAMMAR = "[\u3041-\u309f的了吗呢吧么什怎哪谁这那们]"
_BOTH, _ONE = 0.1, 0.6


class _Asked(NamedTuple):
    """A word of a question."""

    #: As compared: a stem.
    root: str
    #: As it stands in the question.
    written: str
    position: int
    #: Where it stands in the question, in code points.
    start: int
    end: int
    weight: float


def question(tree: Node) -> str:
    """The text of a query of nothing but words, and enough of them to do with some; else empty."""
    children = tree.children if isinstance(tree, And) else (tree,)
    words = [one.text for one in children if isinstance(one, Word) and one.field is None]
    if len(words) < len(children):
        return ""
    parts = [list(tokens(word, query=True)) for word in words]
    several = any(sum(is_unspaced(token.word) for token in part) >= _LONG_RUN for part in parts)
    return " ".join(words) if several or sum(map(len, parts)) >= LONG else ""


def plain_words(text: str) -> Node:
    """The words of a question, for whoever shows where they stand in a text."""
    asked = _asked(text)
    told = [one for one in asked if one.weight == 1] or asked
    return Or(tuple(Word(one.written) for one in told))


def any_of(engine: Engine, text: str, kind: Kind = "articles") -> Node:
    """What has any of the words of a question: the more, the rarer and the closer the better.

    Two words that stand side by side in the question count a little more where they do so in the
    text (Metzler and Croft, A Markov random field model for term dependencies, 2005). For a long
    question to articles, words that stand often in the best of them and seldom elsewhere are
    looked for too, with less weight: relevance feedback without a user (Robertson and Zaragoza, The
    Probabilistic Relevance Framework, 2009). `benchmarks/relevance.py` measures it.

    Args:
        text: of the question; its signs mean nothing.
    """
    asked = _asked(text)
    first = {one.root: one for one in reversed(asked)}
    words = [Boost(Word(one.written), one.weight) for one in reversed(first.values())]
    if not words:
        return Everything()
    found = Or((*words, *_neighbours(asked, text)))
    if kind == "claims" or len(words) < LONG:
        return found
    hits = engine.search("articles", found, limit=_ARTICLES).hits
    articles = engine.articles(hit.id for hit in hits)
    if not articles:
        return found
    learnt = telling_words(engine, articles, [hit.score for hit in hits])
    trust = _SHARE * min(1.0, _answered(engine, first.values(), articles[0]) / _TRUSTED)
    return Or((*found.children, *(Boost(Word(word), trust * weight) for word, weight in learnt)))


def _asked(text: str) -> list[_Asked]:
    return [
        _Asked(stem(token.word), text[token.start : token.end], *token[1:], _weight(token.word))
        for token in list(tokens(text, query=True))[:_MOST]
    ]


def _weight(word: str) -> float:
    """What a word may tell of the subject, from its characters."""
    grammar = len(re.findall(_GRAMMAR, word)) if is_unspaced(word) else 0
    if not grammar:
        return 1.0
    return _BOTH if grammar == len(word) else _ONE


def _neighbours(asked: Sequence[_Asked], text: str) -> Iterable[Node]:
    """The pairs of words that stand side by side, each once, and each a word of two parts."""
    pairs: dict[tuple[str, str], Node] = {}
    for one, other in pairwise(asked):
        key = one.root, other.root
        if one.root != other.root and key not in pairs and other.position == one.position + 1:
            weight = _SIDE_BY_SIDE * min(one.weight, other.weight)
            pairs[key] = Boost(Word(text[one.start : other.end]), weight)
    return pairs.values()


def _answered(engine: Engine, asked: Iterable[_Asked], article: Article) -> float:
    """The share of what is asked that an article has; words that stand nowhere do not count."""
    total = engine.count("articles", Everything())
    text = f"{article.title}\n{article.text[:_READ]}"
    there = {stem(token.word) for token in tokens(text)}
    weights = {}
    for one in asked:
        if holding := engine.count("articles", Word(one.written)):
            weights[one.root] = one.weight * _rarity(total, holding)
    return sum(w for root, w in weights.items() if root in there) / (sum(weights.values()) or 1.0)


def telling_words(
    engine: Engine, articles: Sequence[Article], scores: Sequence[float]
) -> list[tuple[str, float]]:
    """The words that articles have often and others seldom, with weights of at most 1.

    Args:
        scores: how much each of the articles counts.
    """
    weights: defaultdict[str, float] = defaultdict(float)
    written: dict[str, str] = {}
    for article, score in zip(articles, scores, strict=True):
        text = f"{article.title}\n{article.text[:_READ]}"
        found = [token.word for token in tokens(text, query=True) if _weight(token.word) == 1]
        for word in found:
            written.setdefault(stem(word), word)
        for root, count in Counter(map(stem, found)).items():
            weights[root] += score / sum(scores) * count / (count + _SATURATION)
    total = engine.count("articles", Everything())
    rare: dict[str, float] = {}
    for root, weight in _heaviest(weights, _WEIGHED):
        holding = engine.count("articles", Word(written[root]))
        rare[root] = weight * _rarity(total, holding)
    taken = _heaviest(rare, _TAKEN)
    most = taken[0][1] if taken else 1.0
    return [(written[root], value / most) for root, value in taken if value > 0]


def _rarity(total: int, holding: int) -> float:
    """How much it says that a document has a word that so many of all have (BM25's idf)."""
    return math.log1p((total - holding + 0.5) / (holding + 0.5))


def _heaviest(weights: Mapping[str, float], most: int) -> list[tuple[str, float]]:
    return sorted(weights.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
