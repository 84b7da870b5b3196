"""Chinese and Japanese text at once into pairs of characters, as `analysis.terms` makes them.

Only text of plain characters between signs that belong to no word is done here; the rest, which
takes care of marks, widths and other scripts, is left to `terms`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from searchkit.analysis import folded_characters
from searchkit.engine.columnar.pairs import Words, paired
from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.columnar.strings import decoded

#: Each stands for itself, whatever comes after it.
_PLAIN = ((0x3041, 0x3096), (0x30A1, 0x30FA), (0x30FC, 0x30FE), (0x3400, 0x4DBF), (0x4E00, 0x9FFF))
#: Signs between words: CJK punctuation and brackets, dashes, quotes and dots of any script.
_SIGNS = (
    (0x0A, 0x0A),
    (0x3001, 0x3004),
    (0x3008, 0x3020),
    (0x30FB, 0x30FB),
    (0x2010, 0x2018),
    (0x201A, 0x2027),
    (0xFF01, 0xFF06),
    (0xFF08, 0xFF0F),
    (0xFF1A, 0xFF20),
    (0xFF3B, 0xFF3E),
    (0xFF5B, 0xFF60),
)
_OTHER, _SIGN, _CHARACTER = 0, 1, 2
_LAST = 1 << 16


@frozen
class Runs:
    """The words of pieces of text, one after the other."""

    words: Words
    #: Words of each piece.
    counts: Ints
    #: Code points of the piece before each word, and before its end; a pair ends after its first.
    starts: Ints
    ends: Ints


#: The numbers of words of a text, and where each begins and ends.
Spelt = tuple[list[int], list[int], list[int]]


@cache
def _kinds() -> NDArray[np.uint8]:
    kinds = np.zeros(_LAST, dtype=np.uint8)
    for ranges, kind in ((_PLAIN, _CHARACTER), (_SIGNS, _SIGN)):
        for first, last in ranges:
            kinds[first : last + 1] = kind
    return kinds


@cache
def _folded() -> NDArray[np.uint32]:
    folded = np.arange(_LAST, dtype=np.uint32)
    known = np.frombuffer(folded_characters().encode("utf-32-le"), dtype="<u4")
    folded[: len(known)] = known
    return folded


def runs(
    pieces: Sequence[bytes], number: Callable[[str], int], spell: Callable[[str], Spelt]
) -> Runs:
    """The words of pieces of text.

    Args:
        pieces: UTF-8 without line breaks, lone surrogates passed.
        number: tells that of a word.
        spell: finds the words of a text that is not plain.
    """
    text = decoded(b"\n".join([*pieces, b""]))
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    kinds = np.where(points < _LAST, _kinds()[np.minimum(points, _LAST - 1)], _OTHER)
    # Between two signs all is plain, or it is spelt.
    signs = np.flatnonzero(kinds == _SIGN)
    begins = np.concatenate(([0], signs[:-1] + 1))
    plain = np.minimum.reduceat(kinds, begins) > _OTHER
    kinds[~np.repeat(plain, signs - begins + 1)] = _OTHER
    starts = np.flatnonzero(kinds == _CHARACTER)
    ends = starts + 1
    words = _paired(_folded()[points[starts]], np.diff(starts, append=0) == 1, number)
    if not plain.all():
        spans = np.stack((begins, signs), axis=1)[~plain].tolist()
        parts = [(start, spell(text[start:end])) for start, end in spans]
        columns = [(words, starts, ends)]
        columns += [
            (np.array(own, dtype=np.uint32), start + np.array(first), start + np.array(last))
            for start, (own, first, last) in parts
            if own
        ]
        words, starts, ends = (np.concatenate(column) for column in zip(*columns, strict=True))
        order = np.argsort(starts, kind="stable")
        words, starts, ends = words[order], starts[order], ends[order]
    breaks = signs[points[signs] == 0x0A]
    counts = np.diff(starts.searchsorted(breaks), prepend=0)
    base = np.repeat(np.concatenate(([0], breaks[:-1] + 1)), counts)
    return Runs(words, counts, starts - base, ends - base)


def _paired(
    characters: NDArray[np.uint32], together: NDArray[np.bool_], number: Callable[[str], int]
) -> Words:
    """The words that begin at characters.

    Args:
        together: whether the next one follows at once.
    """
    second = np.zeros_like(characters)
    second[together] = characters[1:][together[:-1]]
    words = paired(characters, second)
    # A few become characters that make no pairs.
    for at in np.flatnonzero((characters >= _LAST) | (second >= _LAST)).tolist():
        words[at] = number("".join(chr(point) for point in (characters[at], second[at]) if point))
    return words
