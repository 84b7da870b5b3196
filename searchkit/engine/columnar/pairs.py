"""Words of one or two Chinese or Japanese characters as numbers, so that none takes an object.

Such text goes on bringing pairs of characters that were never met before: as many as there are
other words in seven times as much English. Their numbers sort as their UTF-8 does.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from searchkit.engine.columnar.ragged import Bytes, Ints
from searchkit.engine.columnar.strings import decoded

#: Hiragana and what comes after them: each takes three bytes.
FIRST = "\u3041"
_LAST = "\ufffd"
_BITS = 16
#: Words are numbered from here on, other words below it.
LEAST = ord(FIRST) << _BITS

#: Numbers of words: of pairs, and below them of others in some vocabulary.
Words = NDArray[np.uint32]


def pair(word: str) -> int | None:
    """The number of a word, if it is one or two such characters."""
    if not 0 < len(word) < 3 or min(word) < FIRST or max(word) > _LAST:
        return None
    return ord(word[0]) << _BITS | (ord(word[1]) if len(word) == 2 else 0)


def paired(first: NDArray[np.uint32], second: NDArray[np.uint32]) -> Words:
    """The numbers of pairs; the second character is 0 where there is none."""
    return first << np.uint32(_BITS) | second


def before(stems: list[bytes], pairs: Words) -> Ints:
    """How many of the pairs sort before each of other words.

    Args:
        stems: none of which is a pair.
        pairs: sorted.
    """
    highest = (1 << _BITS) - 1

    def key(stem: bytes) -> int:
        first, second = (*map(ord, decoded(stem)[:2]), 0)[:2]
        return min(first, highest) << _BITS | min(second, highest)

    return pairs.searchsorted(np.array(list(map(key, stems)), dtype=np.uint32), side="right")


def spelt(pairs: Words) -> tuple[Bytes, Ints]:
    """The UTF-8 of pairs end to end, and how many bytes each takes."""
    characters = np.empty((len(pairs), 2), dtype=np.uint32)
    characters[:, 0] = pairs >> np.uint32(_BITS)
    characters[:, 1] = pairs & np.uint32((1 << _BITS) - 1)
    there = characters != 0
    points = characters[there]
    text = np.empty((len(points), 3), dtype=np.uint8)
    text[:, 0] = 0xE0 | points >> np.uint32(12)
    text[:, 1] = 0x80 | points >> np.uint32(6) & np.uint32(0x3F)
    text[:, 2] = 0x80 | points & np.uint32(0x3F)
    return text.ravel(), 3 * there.sum(axis=1)
