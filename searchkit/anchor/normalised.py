"""Normalised text that knows the way back to the verbatim one."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Sequence
from functools import lru_cache

from attrs import frozen

from searchkit.text import normalise

_GUARD = "\ue000"


@frozen
class Normalised:
    """Normalised text that knows where each of its characters came from."""

    #: The same as ``normalise`` returns.
    text: str
    #: For each character of `text`, where its origin starts and ends in the verbatim text. The
    #: characters that one origin turned into ("ﬁ" -> "fi") share it.
    starts: Sequence[int]
    ends: Sequence[int]


def normalise_with_map(text: str) -> Normalised:
    """Normalise, keeping the way back to verbatim offsets, in linear time."""
    out: list[str] = []
    starts, ends = array("q"), array("q")
    last = " "
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and text[end] > "\u02ff" and _attaches(text[end]):
            end += 1
        for char in _folded(text[start:end]) if end - start < 8 else _fold(text[start:end]):
            if char != " " or last != " ":
                out.append(char)
                starts.append(start)
                ends.append(end)
            last = char
        start = end
    if out and out[-1] == " ":
        del out[-1], starts[-1], ends[-1]
    return Normalised("".join(out), starts, ends)


@lru_cache(maxsize=8192)
def _attaches(char: str) -> bool:
    """Whether normalisation may join or reorder the character with the one before it."""
    first = unicodedata.normalize("NFKD", char)[0]
    return (
        unicodedata.combining(first) != 0
        or unicodedata.category(first).startswith("M")
        # The starters that compose with the one before and are no marks: Hangul, Kirat Rai.
        or "\u1160" <= first <= "\u11ff"
        or "\U00016d63" <= first <= "\U00016d6a"
    )


def _fold(piece: str) -> str:
    """A piece of text normalised, with the spaces at its edges kept."""
    return normalise(f"{_GUARD}{piece}{_GUARD}")[1:-1]


_folded = lru_cache(maxsize=8192)(_fold)
