"""How well the articles of web pages are found.

    python -m benchmarks.extraction FOLDER

Takes ``ground-truth.json`` (page -> ``{"articleBody"}``) and ``html/PAGE.html.gz``, as the article
extraction benchmark of Zyte has them, and counts as it does: shingles of four words, of each page
as shares, precision and recall as means over the pages, and F1 of these two.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from searchkit.readers.html import extract

_WORD = re.compile(r"\w+")
_SHINGLE = 4
_RESAMPLES = 1_000
_SEED = 2020


class Shares(NamedTuple):
    """Of all shingles of a page: found rightly, found wrongly, missed."""

    right: float
    wrong: float
    missed: float


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words of a text; of a shorter one, all of it."""
    words = _WORD.findall(text)
    starts = range(max(1, len(words) - _SHINGLE + 1))
    return Counter(run for at in starts if (run := tuple(words[at : at + _SHINGLE])))


def shares(wanted: str, found: str) -> Shares:
    """How the words found compare with those that an editor would keep."""
    true, ours = shingles(wanted), shingles(found)
    counts = (true & ours).total(), (ours - true).total(), (true - ours).total()
    return Shares(*(count / max(1, sum(counts)) for count in counts))


def f1(pages: Sequence[Shares]) -> tuple[float, float, float]:
    """F1, precision and recall."""
    precision = statistics.fmean(
        p.right / (p.right + p.wrong) for p in pages if p.right + p.wrong > 0
    )
    recall = statistics.fmean(
        p.right / (p.right + p.missed) for p in pages if p.right + p.missed > 0
    )
    return 2 * precision * recall / (precision + recall), precision, recall


def main() -> None:
    """Print the figures over a folder of pages."""
    folder = Path(sys.argv[1])
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    pages = []
    seconds = 0.0
    known: Counter[str] = Counter()
    for name, wanted in truth.items():
        data = gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes())
        started = time.perf_counter()
        page = extract(data, name)
        seconds += time.perf_counter() - started
        pages.append(shares(wanted["articleBody"], page.text))
        for part in ("title", "outlet", "date", "link"):
            known[part] += getattr(page.meta, part) is not None
    score, precision, recall = f1(pages)
    rng = random.Random(_SEED)
    spread = sorted(f1(rng.choices(pages, k=len(pages)))[0] for _ in range(_RESAMPLES))
    low, high = spread[int(0.025 * _RESAMPLES)], spread[int(0.975 * _RESAMPLES)]
    print(f"{len(pages)} pages: F1 {score:.4f} (95 %: {low:.4f} to {high:.4f})")
    print(f"precision {precision:.4f}, recall {recall:.4f}")
    print(f"{1000 * seconds / len(pages):.0f} ms a page")
    print("known:", ", ".join(f"{part} of {count}" for part, count in known.items()))


if __name__ == "__main__":
    main()
