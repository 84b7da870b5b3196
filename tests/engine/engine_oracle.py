"""What an engine has to answer, worked out by brute force in plain Python.

Every document is looked at for every leaf, as docs/ranking.md describes it; nothing here is shared
with the engine but the analysis of texts and the query tree.
"""

from __future__ import annotations

import datetime as dt
import fnmatch
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise

from attrs import frozen

from searchkit.analysis import fold, is_unspaced, stem, tokens
from searchkit.model import Article, Claim
from searchkit.query.tree import (
    And,
    Boost,
    DateRange,
    Everything,
    Fuzzy,
    Id,
    IdSet,
    Leaf,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Wildcard,
)

K1, B = 1.2, 0.75
WEIGHTS = {
    "articles": {"title": 2.0, "body": 1.0},
    "claims": {"title": 0.3, "body": 1.0},
}

#: One text as its words in order; a word's place in the list is its position.
Words = list[str]
Fits = Callable[[str], bool]


@frozen
class Document:
    """An article or a claim as the engine should see it."""

    id: str
    article: str
    number: int
    date: dt.date | None
    outlets: tuple[str, ...]
    #: field -> its texts; only the outlet has several.
    fields: Mapping[str, Sequence[Words]]

    def length(self, name: str) -> int:
        """How many words a field has."""
        return sum(len(text) for text in self.fields[name])


def words_of(text: str) -> Words:
    """The words of one text."""
    return [token.word for token in tokens(text)]


def documents(kind: str, held: Iterable[tuple[Article, Sequence[Claim]]]) -> list[Document]:
    """The documents of a kind for what is stored."""
    found = []
    for article, claims in held:
        rows = [(article.id, 0, article.text)]
        if kind == "claims":
            rows = [(claim.id, claim.number, claim.text) for claim in claims]
        for id, number, body in rows:
            fields = {
                "title": [words_of(article.title)],
                "body": [words_of(body)],
                "outlet": [words_of(outlet) for outlet in article.outlets],
            }
            found.append(Document(id, article.id, number, article.date, article.outlets, fields))
    return found


class Oracle:
    """The right answers for one kind of documents."""

    def __init__(self, kind: str, held: Iterable[tuple[Article, Sequence[Claim]]]):
        self.kind = kind
        self.documents = documents(kind, held)

    def scores(self, node: Node) -> dict[str, float]:
        """The id of every match, with its score."""
        found = self._matches(node)
        return {d.id: found[at] for at, d in enumerate(self.documents) if at in found}

    def order(self, scores: Mapping[str, float], sort: str) -> list[str]:
        """The ids of matches in the order asked for, given the scores that an engine found."""
        keys: dict[str, Callable[[Document], tuple[object, ...]]] = {
            "relevance": lambda d: (-scores[d.id], -_day(d), d.article, d.number),
            "newest": lambda d: (-_day(d), d.article, d.number),
            "oldest": lambda d: (_day(d) or math.inf, d.article, d.number),
        }
        chosen = [d for d in self.documents if d.id in scores]
        return [d.id for d in sorted(chosen, key=keys[sort])]

    def facet(self, ids: Iterable[str], facet: str) -> tuple[tuple[str, int], ...]:
        """How often each value occurs among matches, most frequent first, ties by value."""
        wanted = set(ids)
        counts: dict[str, int] = {}
        for document in self.documents:
            if document.id in wanted:
                month = [f"{document.date:%Y-%m}"] if document.date else []
                for value in document.outlets if facet == "outlet" else month:
                    counts[value] = counts.get(value, 0) + 1
        return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    def _matches(self, node: Node) -> dict[int, float]:
        every = range(len(self.documents))
        match node:
            case And(children):
                parts = [self._matches(child) for child in children]
                both = set(every).intersection(*parts)
                return {d: sum(part[d] for part in parts) for d in both}
            case Or(children):
                parts = [self._matches(child) for child in children]
                any_of = set().union(*parts)
                return {d: sum(part.get(d, 0.0) for part in parts) for d in any_of}
            case Not(child):
                inner = self._matches(child)
                return {d: 0.0 for d in every if d not in inner}
            case Boost(child, factor):
                return {d: score * factor for d, score in self._matches(child).items()}
            case DateRange() | Id() | IdSet() | Everything():
                return {d: 0.0 for d in every if self._chosen(node, self.documents[d])}
            case _:
                assert not hasattr(node, "value"), "reviews are looked up before"
                return self._leaf(node)

    def _chosen(self, node: Node, document: Document) -> bool:
        match node:
            case DateRange(start, end):
                day = document.date
                return day is not None and (start or day) <= day <= (end or day)
            case Id(prefix):
                return document.id.startswith(prefix.lower())
            case IdSet(ids, complement, key):
                own = document.article if key == "article" else document.id
                return (own in ids) != complement
        return True

    def _leaf(self, leaf: Leaf) -> dict[int, float]:
        weights = {leaf.field: 1.0} if leaf.field else WEIGHTS[self.kind]
        count = len(self.documents)
        sums: dict[int, float] = {}
        for name, weight in weights.items():
            lengths = [d.length(name) for d in self.documents]
            for at, document in enumerate(self.documents):
                frequency = sum(occurrences(leaf, text) for text in document.fields[name])
                if frequency:
                    relative = lengths[at] / (sum(lengths) / count)
                    sums[at] = sums.get(at, 0.0) + weight * frequency / (1 - B + B * relative)
        idf = math.log(1 + (count - len(sums) + 0.5) / (len(sums) + 0.5))
        return {at: idf * x * (K1 + 1) / (K1 + x) for at, x in sums.items()}


def _day(document: Document) -> int:
    return document.date.toordinal() if document.date else 0


def occurrences(leaf: Leaf, text: Words) -> int:
    """How often a leaf occurs in one text."""
    slots = _slots(leaf)
    slop = leaf.slop if isinstance(leaf, Phrase) else 0
    ends = set()
    for start, word in enumerate(text):
        if slots[0][1](word):
            end = _end(slots, text, start, gaps=bool(slop))
            if end is not None and end - start <= slots[-1][0] + slop:
                # Exact phrases end in different places when they start in different ones.
                ends.add(end)
    return len(ends)


def _end(slots: Sequence[tuple[int, Fits]], text: Words, start: int, *, gaps: bool) -> int | None:
    """Where the earliest words stand that follow in order; without gaps, at their very places."""
    at = start
    for (before, _), (offset, fits) in pairwise(slots):
        places = range(at + offset - before, len(text) if gaps else at + offset - before + 1)
        found = [place for place in places if place < len(text) and fits(text[place])]
        if not found:
            return None
        at = found[0]
    return at


def _slots(leaf: Leaf) -> list[tuple[int, Fits]]:
    if isinstance(leaf, Wildcard):
        fits = re.compile(fnmatch.translate(fold(leaf.pattern)))
        return [(0, lambda word: bool(fits.match(word)))]
    asked = list(tokens(leaf.text, query=True))
    fits = _exactly if isinstance(leaf, Phrase) and not leaf.slop else _same
    slots = [(token.position - asked[0].position, fits(token.word)) for token in asked]
    last = asked[-1].word
    if isinstance(leaf, Prefix) and not is_unspaced(last):
        slots[-1] = (slots[-1][0], lambda word: word.startswith(last))
    if isinstance(leaf, Fuzzy) and len(asked) == 1 and not is_unspaced(last):
        slots = [(0, lambda word: edits(last, word) <= leaf.distance)]
    return slots


def _exactly(asked: str) -> Fits:
    if is_unspaced(asked) and len(asked) == 1:
        return _same(asked)
    return lambda word: word == asked


def _same(asked: str) -> Fits:
    if is_unspaced(asked) and len(asked) == 1:
        return lambda word: word.startswith(asked)
    return lambda word: stem(word) == stem(asked)


def edits(one: str, other: str) -> int:
    """Optimal string alignment: letters put in, left out, replaced, or swapped with the next."""
    rows = [list(range(len(other) + 1))]
    for i, left in enumerate(one, 1):
        row = [i]
        for j, right in enumerate(other, 1):
            best = min(rows[-1][j] + 1, row[-1] + 1, rows[-1][j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                best = min(best, rows[-2][j - 2] + 1)
            row.append(best)
        rows.append(row)
    return rows[-1][-1]
