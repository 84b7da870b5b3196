"""The cluster beside the embedded engine: the same documents? In the same order?

    python -m benchmarks.agreement --url http://127.0.0.1:9200 FILE...

Each FILE (JSON Lines with `text`, or anything that searchkit reads) is put into both engines, and
random queries over its own words are put to both, of ten shapes, over articles and claims. A table
says for each shape how often the documents were the same, how often the first ten stood in the same
order, how much of the first ten was the same, and Kendall's tau-b over the first hundred.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import secrets
import statistics
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

from attrs import define, evolve, field

from benchmarks.measure import records
from searchkit import analysis, readers
from searchkit.claims import claims_of
from searchkit.engine.base import Engine, Kind
from searchkit.engine.opensearch.access import access
from searchkit.engine.opensearch.engine import OpenSearchEngine
from searchkit.engine.whoosh import WhooshEngine
from searchkit.model import Article, Source
from searchkit.query.tree import (
    And,
    Boost,
    Everything,
    Fuzzy,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Wildcard,
    Word,
)

_SEED = 2024
_BATCH = 2_000
_OUTLETS = ("CNN", "The Times", "新华社", None)
_KINDS: tuple[Kind, ...] = ("articles", "claims")


@define
class _Seen:
    """What became of the queries of one shape."""

    asked: int = 0
    found: int = 0
    same: int = 0
    ordered: int = 0
    overlaps: list[float] = field(factory=list)
    taus: list[float] = field(factory=list)


def articles_of(path: Path) -> list[Article]:
    """The articles of a file, with sources of their own making."""
    rng = random.Random(_SEED)
    if path.suffix == ".jsonl":
        found = [Article(one.get("title") or "", one["text"]) for one in records(path)]
    else:
        found = list(readers.read(path.read_bytes(), path.name).articles)
    first = dt.date(2024, 1, 1)
    return [
        evolve(
            article,
            id=f"a{number:06}",
            sources=(Source(rng.choice(_OUTLETS), first + dt.timedelta(rng.randrange(60))),),
        )
        for number, article in enumerate(found)
    ]


def fill(engine: Engine, articles: Sequence[Article]) -> None:
    """Put articles with their claims into an engine."""
    for at in range(0, len(articles), _BATCH):
        with engine.batch() as batch:
            for article in articles[at : at + _BATCH]:
                batch.put(article, claims_of(article))


class Asker:
    """Random queries in the words of some articles, as they are written there."""

    def __init__(self, articles: Sequence[Article], rng: random.Random):
        self._texts = [text for one in articles for text in (one.title, one.text) if text]
        self._rng = rng

    def _row(self, most: int) -> list[str]:
        """A word, the last of some that follow it, and all of them as they are written."""
        while True:
            text = self._rng.choice(self._texts)
            _, starts, ends = analysis.terms(text)
            if starts:
                first = self._rng.randrange(len(starts))
                last = min(first + self._rng.randint(1, most), len(starts)) - 1
                bounds = ((first, first), (last, last), (first, last))
                return [text[starts[one] : ends[other]] for one, other in bounds]

    def _word(self) -> str:
        return self._row(1)[0]

    def _letters(self) -> str:
        for _ in range(100):
            word = analysis.fold(self._word())
            if word.isalpha() and len(word) > 1:
                return word
        return "word"

    def word(self) -> Node:
        """One word."""
        return Word(self._word(), self._rng.choice((None, None, "title", "body")))

    def all_of(self) -> Node:
        """Words that are all there."""
        return And(tuple(Word(self._word()) for _ in range(self._rng.randint(2, 3))))

    def any_of(self) -> Node:
        """Some words, one with more weight."""
        some = tuple(Word(self._word()) for _ in range(self._rng.randint(2, 6)))
        return Or((Boost(some[0], 2.5), *some[1:]))

    def phrase(self) -> Node:
        """Words in quotes."""
        return Phrase(self._row(4)[2])

    def near(self) -> Node:
        """Words near each other, of which some may be left out."""
        first, last, _ = self._row(6)
        return Phrase(f"{first} {last}", slop=self._rng.choice((1, 5, 20)))

    def prefix(self) -> Node:
        """The beginning of a word."""
        return Prefix(self._letters()[: self._rng.randint(1, 5)])

    def wildcard(self) -> Node:
        """A word with a gap."""
        word = self._letters()
        at = self._rng.randrange(len(word))
        return Wildcard(word[:at] + self._rng.choice("?*") + word[at + 1 :])

    def fuzzy(self) -> Node:
        """A word with letters exchanged."""
        word = list(self._letters())
        at = self._rng.randrange(len(word) - 1)
        word[at : at + 2] = word[at + 1], word[at]
        return Fuzzy("".join(word), distance=self._rng.choice((1, 2)))

    def others(self) -> Node:
        """What a word is not in, of what another is in."""
        return And((Word(self._word()), Not(Word(self._word()))))

    def nested(self) -> Node:
        """Groups in groups."""
        parts = [self.word, self.phrase, self.near, self.prefix, self.any_of, self.others]
        either = Or(tuple(self._rng.choice(parts)() for _ in range(3)))
        return self._rng.choice((either, And((self.any_of(), either)), Or((either, self.all_of()))))


def compare(seen: _Seen, left: Sequence[str], right: Sequence[str]) -> None:
    """Note how two rankings of one query agree."""
    seen.asked += 1
    seen.found += bool(left)
    seen.same += set(left) == set(right)
    if left and set(left) == set(right):
        seen.ordered += left[:10] == right[:10]
        seen.overlaps.append(len(set(left[:10]) & set(right[:10])) / len(left[:10]))
        seen.taus.append(_tau(left[:100], right))


def _tau(first: Sequence[str], other: Sequence[str]) -> float:
    """Kendall's tau of the best of one ranking against their order in another."""
    place = {id: at for at, id in enumerate(other)}
    pairs = list(combinations([place[id] for id in first], 2))
    return sum(1 if a < b else -1 for a, b in pairs) / len(pairs) if pairs else 1.0


def table(seen: dict[str, _Seen]) -> None:
    """Print what was seen, a line for each shape."""
    print("| queries | asked | with hits | same documents | same ten | overlap of ten | tau |")
    print("|---|---|---|---|---|---|---|")
    for name, one in seen.items():
        ordered = f"{one.ordered / len(one.overlaps):.1%}" if one.overlaps else "-"
        print(
            f"| {name} | {one.asked} | {one.found} | {one.same} | {ordered}"
            f" | {_mean(one.overlaps)} | {_mean(one.taus)} |"
        )


def _mean(values: Sequence[float]) -> str:
    return f"{statistics.fmean(values):.4f}" if values else "-"


def main() -> None:
    """Compare the engines over some files."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--url", required=True, help="the cluster, or several nodes with commas")
    parser.add_argument("--queries", type=int, default=100, help="of each shape, kind and file")
    parser.add_argument("--shards", default="3")
    given = parser.parse_args()
    every: dict[str, _Seen] = defaultdict(_Seen)
    for path in given.files:
        articles = articles_of(path)
        rng = random.Random(_SEED)
        asker = Asker(articles, rng)
        shapes: dict[str, Callable[[], Node]] = {
            "a word": asker.word,
            "all of some words": asker.all_of,
            "any of some words": asker.any_of,
            "a phrase": asker.phrase,
            "near words": asker.near,
            "a prefix": asker.prefix,
            "a wildcard": asker.wildcard,
            "a fuzzy word": asker.fuzzy,
            "a word without another": asker.others,
            "groups in groups": asker.nested,
        }
        name = f"searchkit-test-{secrets.token_hex(4)}"
        named = access({"url": given.url, "index-name": name, "shards": given.shards})
        own: dict[str, _Seen] = defaultdict(_Seen)
        with tempfile.TemporaryDirectory() as folder:
            embedded = WhooshEngine.open(Path(folder), create=True)
            cluster = OpenSearchEngine.open(Path(folder), named, create=True)
            for engine in (embedded, cluster):
                fill(engine, articles)
            for kind in _KINDS:
                for shape, make in shapes.items():
                    for _ in range(given.queries):
                        tree = make()
                        left = embedded.search(kind, tree, limit=None)
                        if left.cut:
                            continue
                        right = cluster.search(kind, tree, limit=None)
                        rankings = [h.id for h in left.hits], [h.id for h in right.hits]
                        compare(own[shape], *rankings)
                        compare(every[shape], *rankings)
                        if set(rankings[0]) != set(rankings[1]):
                            print(f"DIFFERENT in {kind}: {tree}")
            counts = (f"{embedded.count(kind, Everything()):,} {kind}" for kind in _KINDS)
            print(f"\n{path.name}: {', '.join(counts)}\n")
            cluster.close()
        table(own)
    if len(given.files) > 1:
        print("\nall files\n")
        table(every)


if __name__ == "__main__":
    main()
