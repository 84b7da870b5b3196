"""Chinese and Japanese text at once into pairs of characters, as `analysis.terms` makes them.

Only text of plain characters and of signs that belong to no word is done here; the rest, which
takes care of marks, widths and other scripts, is left to `terms`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from searchkit.analysis import folded_characters
from searchkit.engine.columnar.ragged import Ints

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
    """The words of pieces of text: each plain character begins one."""

    #: For each word its characters, the second one in the upper 16 bits, 0 at the end of a run.
    words: NDArray[np.uint32]
    #: Words of each piece.
    counts: Ints
    #: Code points of the piece before each word.
    starts: Ints


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


def runs(pieces: Sequence[str]) -> tuple[Runs, list[bool]]:
    """The words of those pieces that are plain, and which these are.

    Args:
        pieces: without line breaks.
    """
    points = np.frombuffer("\n".join([*pieces, ""]).encode("utf-32-le", "surrogatepass"), "<u4")
    kinds = np.where(points < _LAST, _kinds()[np.minimum(points, _LAST - 1)], _OTHER)
    breaks = np.flatnonzero(points == 0x0A)
    begins = np.concatenate(([0], breaks[:-1] + 1))
    plain = np.minimum.reduceat(kinds, begins) > _OTHER
    piece = np.searchsorted(breaks, np.arange(len(points)))
    at = np.flatnonzero((kinds == _CHARACTER) & plain[piece])
    characters = _folded()[points[at]]
    second = np.zeros_like(characters)
    together = np.flatnonzero(at[1:] == at[:-1] + 1)
    second[together] = characters[together + 1]
    return (
        Runs(
            characters | second << np.uint32(16),
            np.bincount(piece[at], minlength=len(pieces))[plain],
            at - begins[piece[at]],
        ),
        plain.tolist(),
    )


def written(word: int) -> str:
    """The characters of a word."""
    return chr(word & 0xFFFF) + (chr(word >> 16) if word >> 16 else "")
