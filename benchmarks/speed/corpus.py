"""Made-up news from a seed: as long as news is, with a vocabulary that grows as news does.

Ranks of words follow Zipf's law up to a core vocabulary and a steeper one beyond, without a last
rank (Ferrer i Cancho and Sole, "Two regimes in the frequency of words", 2001), so that new words
keep coming as the corpus grows (Heaps' law). A word's letters follow from its rank, frequent words
being short, and a third of the frequent ones come in inflected forms. One article in eight is
Chinese, its words drawn by rank too; their characters are drawn so that different pairs grow as in
a month of a Chinese newspaper (People's Daily, January 1998: 4,403 in the first 8,000 pairs, 49,655
in 128,000, 131,380 in 512,000; here 5,530, 46,251 and 118,123).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from functools import cache

import numpy as np

from searchkit.model import Article, Origin, Source

_OUTLETS = (
    "Harbour Post",
    "Morning Ledger",
    "Northern Wire",
    "示例日报",
    "Public Radio",
    "The Dial",
)
_ONSETS = [*"bcdfghjklmnprstvw", "st", "tr", "pl", "ch", "gr"]
_NUCLEI = [*"aeiou", "ea", "ou", "ai"]
_CODAS = ["", "", "n", "r", "s", "t", "l", "nd", "m"]
_FORMS = ("", "s", "ed", "ing")
_FIRST_DAY = dt.date(2024, 1, 1)
_CHUNK = 1_000
#: Words of the core, how much of a text they are, and the exponent of the law beyond them: about
#: 120,000 different written words in four million, names and figures among them.
_CORE, _SHARE, _EXPONENT = 8_000, 0.88, 2.1
_MOST = 50_000_000


@cache
def _word(rank: int) -> str:
    """The word of a rank: another for every rank, longer for rarer ones."""
    syllables = []
    number = rank
    while True:
        number, onset = divmod(number, len(_ONSETS))
        number, nucleus = divmod(number, len(_NUCLEI))
        number, coda = divmod(number, len(_CODAS))
        syllables.append(_ONSETS[onset] + _NUCLEI[nucleus] + _CODAS[coda])
        if not number:
            return "".join(syllables)
        number -= 1


def _ranks(chance: np.random.Generator, count: int) -> np.ndarray:
    """Ranks by the inverses of the laws' distribution functions."""
    core = _CORE ** chance.random(count) - 1
    beyond = _CORE * chance.random(count) ** (-1 / (_EXPONENT - 1))
    drawn = np.where(chance.random(count) < _SHARE, core, np.minimum(beyond, _MOST))
    return drawn.astype(np.int64)


def _english(chance: np.random.Generator, ranks: np.ndarray) -> str:
    forms = chance.integers(0, len(_FORMS), len(ranks)).tolist()
    ends = chance.random(len(ranks)) < 1 / 22
    commas = chance.random(len(ranks)) < 1 / 15
    figures = chance.random(len(ranks)) < 1 / 60
    pieces = []
    capital = True
    for rank, form, end, comma, figure in zip(
        ranks.tolist(), forms, ends.tolist(), commas.tolist(), figures.tolist(), strict=True
    ):
        word = f"{rank % 9_000 + 100:,}" if figure else _word(rank)
        if rank % 3 == 0 and rank < 30_000 and not figure:
            word += _FORMS[form]
        pieces.append(word.capitalize() if capital else word)
        pieces.append(". " if end else ", " if comma else " ")
        capital = end
    pieces[-1] = "."
    return "".join(pieces)


@cache
def _characters(rank: int) -> str:
    """The Chinese word of a rank: mostly two characters, frequent ones for frequent words."""
    chance = random.Random(rank)
    length = 1 if rank < 60 else chance.choice((2, 2, 2, 3))
    most = min(300 + rank // 4, 4_100)
    return "".join(chr(0x4E00 + int(most * chance.random() ** 3) * 5) for _ in range(length))


def _chinese(ranks: np.ndarray, chance: np.random.Generator) -> str:
    ends = (chance.random(len(ranks)) < 1 / 18).tolist()
    pieces = []
    for rank, end in zip(ranks.tolist(), ends, strict=True):
        pieces.append(_characters(rank))
        if end:
            pieces.append("。" if rank % 2 else "，")
    return "".join(pieces) + "。"


def articles(count: int, seed: int = 1) -> Iterator[Article]:
    """So many articles, always the same for a seed; those of a smaller corpus come first."""
    for first in range(0, count, _CHUNK):
        chance = np.random.default_rng((seed, first))
        lengths = np.clip(chance.lognormal(5.28, 0.5, _CHUNK), 40, 1_200).astype(int).tolist()
        for number in range(first, first + _CHUNK):
            length = lengths[number - first]
            chinese = number % 8 == 7
            if chinese:
                title = _chinese(_ranks(chance, 9), chance).rstrip("。")
                text = _chinese(_ranks(chance, length), chance)
            else:
                title = _english(chance, _ranks(chance, 9)).rstrip(".")
                text = _english(chance, _ranks(chance, length))
            if number < count:
                day = _FIRST_DAY + dt.timedelta(days=int(chance.integers(0, 366)))
                source = Source(_OUTLETS[number % 6], day, f"https://news.example.org/{number}")
                origin = Origin("corpus/all.jsonl", number + 1)
                yield Article(title, text, (source,), (origin,), f"a{number:07d}")


def size(article: Article) -> int:
    """Bytes of an article's title and text."""
    return len(article.title.encode()) + len(article.text.encode())
