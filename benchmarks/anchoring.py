"""How well judged claims are found again in edited articles, and how fast.

    python -m benchmarks.anchoring FILE…

Takes texts as JSON Lines (``text``, ``lang``). Every claim of every text is taken as judged; each
edit is made to each text several times, and every claim counts: right when it is found where its
words went (more than half of the two spans in common) or orphaned when they are gone, wrong when it
is put elsewhere, orphaned when it should have been found.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from attrs import frozen

from benchmarks.edits import EDITS, Piece, Trial
from searchkit.anchor import anchor, describe
from searchkit.claims import claims_of
from searchkit.model import Anchor, Article, Selector, Span
from searchkit.worddiff import compare

#: What a reviewer has to be told, by kind of edit.
_POINTED_OUT = {"figure changed": {"figure", "date"}, "negated": {"negation"}}
SEED = 2024
ROUNDS = 3
SPEED_BYTES = 100_000
SPEED_ROUNDS = 5


@frozen
class Text:
    """An article cut into its claims and what stands between them."""

    language: str
    text: str
    claims: tuple[Span, ...]

    @property
    def pieces(self) -> list[Piece]:
        found = []
        at = 0
        for index, span in enumerate(self.claims):
            found.append(Piece(self.text[at : span.start]))
            found.append(Piece(self.text[span.start : span.end], (index,)))
            at = span.end
        return [*found, Piece(self.text[at:])]

    @property
    def selectors(self) -> list[Selector]:
        return [describe(self.text, span) for span in self.claims]


def segments(text: str) -> list[Span]:
    """The claims that the product finds in a text."""
    article = Article(title="", text=text, sources=(), id="a")
    return [claim.span for claim in claims_of(article) if claim.kind != "title"]


def read(paths: Sequence[Path]) -> dict[str, list[Text]]:
    """The texts by language."""
    found: dict[str, list[Text]] = defaultdict(list)
    for path in paths:
        for line in path.read_text("utf-8").splitlines():
            record = json.loads(line)
            text = record["text"]
            found[record["lang"]].append(Text(record["lang"], text, tuple(segments(text))))
    return found


def joined(pieces: Sequence[Piece]) -> tuple[str, dict[int, list[Span]], set[int]]:
    """The text of the pieces, where each claim stands in it, and which have other words now."""
    places: dict[int, list[Span]] = defaultdict(list)
    edited: set[int] = set()
    parts: list[str] = []
    at = 0
    for piece in pieces:
        for claim in piece.claims:
            places[claim].append(Span(at, at + len(piece.text)))
            if piece.edited:
                edited.add(claim)
        parts.append(piece.text)
        at += len(piece.text)
    return "".join(parts), places, edited


def verdict(found: Anchor, places: Sequence[Span]) -> str:
    """Right, wrong or orphaned."""
    if found.span is None:
        return "orphaned" if places else "right"
    for place in places:
        common = min(place.end, found.span.end) - max(place.start, found.span.start)
        whole = max(place.end, found.span.end) - min(place.start, found.span.start)
        if common > 0.5 * whole:
            return "right"
    return "wrong"


def trials(texts: Sequence[Text], rng: random.Random) -> Iterator[tuple[str, Text, list[Piece]]]:
    """Every edit on every text, with strangers from the other texts."""
    sentences = {id(t): [t.text[s.start : s.end] for s in t.claims] for t in texts}
    for _ in range(ROUNDS):
        for text in texts:
            strangers = [one for t in texts if t is not text for one in sentences[id(t)]]
            if text.language == "en":
                words = [word for one in strangers[:500] for word in one.split() if word.isalpha()]
            else:
                words = [char for one in strangers[:500] for char in one if char.isalpha()]
            trial = Trial(rng, text.language, strangers, words)
            for name, edit in EDITS.items():
                yield name, text, edit(text.pieces, trial)


def table(texts: Sequence[Text]) -> None:
    """Print right, wrong and orphaned for every kind of edit."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for name, text, pieces in trials(texts, random.Random(SEED)):
        today, places, edited = joined(pieces)
        anchors = anchor(text.selectors, "", today, segments(today))
        for index, found in enumerate(anchors):
            came = verdict(found, places.get(index, []))
            touched = index in edited or index not in places
            counts[name][came] += 1
            if touched:
                counts[name][f"touched {came}"] += 1
            if index in edited and found.state in ("unchanged", "moved"):
                counts[name]["passed off"] += 1
            if index in edited and name in _POINTED_OUT:
                now = today[slice(*found.span)] if found.span else ""
                altered = compare(text.selectors[index].exact, now).alterations
                kinds = {alteration.kind for alteration in altered}
                counts[name]["pointed out"] += bool(kinds & _POINTED_OUT[name])
    for name, count in counts.items():
        print(f"  {name:18} {_row(count, '')}   touched {_row(count, 'touched ')}", end="")
        passed = count["passed off"]
        told = f"   pointed out {count['pointed out']}" if name in _POINTED_OUT else ""
        print(f"   passed off as judged {passed}{told}" if passed else told)
    total = sum((c for name, c in counts.items() if name != "50 % reworded"), Counter[str]())
    print(f"  {'all but 50 %':18} {_row(total, '')}   touched {_row(total, 'touched ')}")


def _row(count: Counter[str], prefix: str) -> str:
    kinds = ("right", "wrong", "orphaned")
    total = max(1, sum(count[prefix + kind] for kind in kinds))
    shares = [
        f"{kind} {count[prefix + kind]:5} {100 * count[prefix + kind] / total:6.2f} %"
        for kind in kinds
    ]
    return f"{total:6}: " + "  ".join(shares)


def speed(texts: Sequence[Text]) -> None:
    """Print what a claim costs in an article of 100 KB when a quarter, and all, is reworded."""
    whole = "\n\n".join(text.text for text in texts)
    while len(whole) < SPEED_BYTES:
        whole += "\n\n" + whole
    whole = whole[:SPEED_BYTES]
    text = Text(texts[0].language, whole, tuple(segments(whole)))
    for name in ("20 % reworded", "article replaced"):
        rng = random.Random(SEED)
        words = ["alpha", "beta", "gamma"]
        strangers = [f"{n} words of a stranger, number {n * n}." for n in range(500)]
        pieces = EDITS[name](text.pieces, Trial(rng, text.language, strangers, words))
        today, _, _ = joined(pieces)
        cut = segments(today)
        took = []
        for _ in range(SPEED_ROUNDS):
            start = time.perf_counter()
            anchor(text.selectors, "", today, cut)
            took.append(1000 * (time.perf_counter() - start) / len(text.claims))
        print(
            f"  {name}: {statistics.median(took):.3f} ms a claim"
            f" ({min(took):.3f} to {max(took):.3f}, {len(text.claims)} claims)"
        )


def main() -> None:
    """Print all figures for the files given."""
    for language, texts in sorted(read([Path(name) for name in sys.argv[1:]]).items()):
        print(f"{language}: {len(texts)} texts, {sum(len(t.claims) for t in texts)} claims")
        table(texts)
        speed(texts)


if __name__ == "__main__":
    main()
