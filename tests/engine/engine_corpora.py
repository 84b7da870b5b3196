"""Small random corpora in several languages, stored through several batches."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence

from searchkit.engine.base import Engine
from searchkit.model import Article, Claim, Origin, Source, Span

#: Found all over, so that phrases of them are found too.
FREQUENT = ("moon", "report", "月球", "the", "moons", "2,000", "us", "パンダ")
_ENGLISH = """
    lunar luna moom reports reported reporting die dying dies go going use U.S. AED a not will
    sample samples 2000 49.4% 49 19 COVID-19 Chang’e-6 change café cafe x
"""
_OTHERS = "月 球 背面 月球背面 样品 球背 ﾊﾟﾝﾀﾞ パン 第3号 한국어 ไทย हिन्दी"
WORDS = (*FREQUENT, *f"{_ENGLISH} {_OTHERS}".split())
_WEIGHTS = [len(WORDS) // len(FREQUENT)] * len(FREQUENT) + [1] * (len(WORDS) - len(FREQUENT))
OUTLETS = ("CNN", "The New York Times", "New York Post", "新华社", "Times", "…")
DAYS = tuple(dt.date(2024, 1, 30) + dt.timedelta(days=n) for n in range(4))

Held = dict[str, tuple[Article, Sequence[Claim]]]


def random_text(chance: random.Random, most: int) -> str:
    """Up to so many words, with and without spaces and signs between them."""
    pieces = []
    for word in chance.choices(WORDS, _WEIGHTS, k=chance.randint(0, most)):
        pieces += [word, chance.choice((" ", " ", " ", "", ", ", "。", "\r\n"))]
    return "".join(pieces)


def random_article(chance: random.Random, id: str) -> tuple[Article, list[Claim]]:
    """An article under an id, with claims."""
    sources = tuple(
        Source(chance.choice((*OUTLETS, None)), chance.choice((*DAYS, None)), None)
        for _ in range(chance.choice((0, 1, 1, 1, 2, 3)))
    )
    title = random_text(chance, 5)
    sentences = [random_text(chance, 9) for _ in range(chance.randint(0, 4))]
    article = Article(title, "\n".join(sentences), sources, (Origin("corpus/x.txt"),), id)
    claims = [Claim(f"{id}0", id, 0, "title", title, Span(0, len(title)))]
    start = 0
    for number, text in enumerate(sentences, 1):
        span = Span(start, start + len(text))
        claims.append(Claim(f"{id}{number}", id, number, "sentence", text, span))
        start = span.end + 1
    return article, claims


def fill(seed: int, reopen: Callable[[], Engine]) -> tuple[Engine, Held]:
    """Store a random corpus; articles come, change and go in several batches of two writers.

    Returns:
        An engine that has seen other states before, and what it must hold now.
    """
    chance = random.Random(seed)
    writers = reopen(), reopen()
    held: Held = {}
    for size in (chance.randint(12, 40), 8, 3, 3, 1):
        writer = chance.choice(writers)
        with writer.batch() as batch:
            for id in chance.sample(sorted(held), k=len(held) // 4):
                batch.delete(id)
                del held[id]
            again = chance.sample(sorted(held), k=len(held) // 5)
            fresh = [f"{chance.choice('abz')}{chance.randrange(10**7):07}" for _ in range(size)]
            for id in [*again, *fresh, *fresh[:1]]:
                held[id] = random_article(chance, id)
                batch.put(*held[id])
            batch.delete("nobody00")
        assert writer.ids("articles") == sorted(held)
    writers[1].close()
    writers[0].refresh()
    return writers[0], held
