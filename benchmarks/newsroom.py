"""A made-up corpus of any size, for benchmarks of speed."""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator
from pathlib import Path

_CONSONANTS, _VOWELS = "bcdfghklmnprstvz", "aeiou"
_WORDS = 30_000
_OUTLETS = 40
_FILE = 200
_FIRST_DAY = dt.date(2023, 1, 1)
_DAYS = 1_000


def write_corpus(folder: Path, articles: int, *, seed: int = 7) -> None:
    """JSON Lines files with articles of some 14 sentences each.

    Words follow Zipf's law over a made-up vocabulary; a third of the sentences state a figure.
    """
    rng = random.Random(seed)
    vocabulary = _vocabulary(rng)
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    outlets = [f"{rng.choice(vocabulary).title()} {kind}" for kind in ("Courier", "Gazette")]
    outlets += [f"Radio {rng.choice(vocabulary).title()}" for _ in range(_OUTLETS - len(outlets))]
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, articles, _FILE):
        lines = []
        for number in range(first, min(first + _FILE, articles)):
            words = iter(rng.choices(vocabulary, weights, k=420))
            sentences = [_sentence(rng, words) for _ in range(14)]
            body = "\n\n".join(" ".join(sentences[at : at + 4]) for at in range(0, 14, 4))
            title = " ".join(next(words) for _ in range(6)).title()
            day = _FIRST_DAY + dt.timedelta(days=rng.randrange(_DAYS))
            outlet = rng.choice(outlets)
            lines.append(
                json.dumps(
                    {
                        "title": title,
                        "text": body,
                        "outlet": outlet,
                        "date": day.isoformat(),
                        "link": f"https://news.example.org/{number}",
                    }
                )
            )
        (folder / f"part-{first // _FILE:04}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")


def _vocabulary(rng: random.Random) -> list[str]:
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        pairs = rng.choices((1, 2, 3, 4), (1, 6, 5, 2))[0]
        word = "".join(rng.choice(_CONSONANTS) + rng.choice(_VOWELS) for _ in range(pairs))
        words[word + rng.choice(("", "n", "r", "s", "t"))] = None
    return list(words)


def _sentence(rng: random.Random, words: Iterator[str]) -> str:
    said = [next(words) for _ in range(rng.randrange(10, 24))]
    if rng.random() < 0.33:
        figure = rng.choice(
            (f"{rng.randrange(2, 99)} percent", f"{rng.randrange(1_000, 900_000):,}", "2024")
        )
        said.insert(rng.randrange(2, len(said)), figure)
    return f"{' '.join(said).capitalize()}."
