"""Many texts at once into words, as arrays; the same words as `analysis.terms` finds.

Texts are cut at ASCII characters that belong to no word and decide nothing about their neighbours.
The pieces are told apart as numbers, and each different piece is analysed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from searchkit.engine.columnar.pairs import Words
from searchkit.engine.columnar.pieces import SHORT, is_han
from searchkit.engine.columnar.ragged import Ints, Numbers, offsets, places
from searchkit.engine.columnar.runs import runs
from searchkit.engine.columnar.vocabulary import Vocabulary

_INNER = b".,'"
_SEPARATOR = 0x20
_LOWER = bytes(
    byte if byte >= 0x80 or byte in _INNER or chr(byte).isalnum() else _SEPARATOR
    for byte in bytes(range(256)).lower()
)
_IS_INNER = np.isin(np.arange(256), list(_INNER))
_IS_LETTER = np.array([chr(byte).isalnum() and byte < 0x80 for byte in range(256)])
_NONE = np.zeros(0, dtype=np.int64)
#: Bytes of text that are in hand together.
_SLICE = 1 << 20


@frozen
class Tokens:
    """The words of texts, in order."""

    #: For each word its number in the vocabulary, or its own as a pair.
    words: Words
    #: Words of each text.
    counts: Ints
    # Empty when they were not asked for:
    #: Code points before each text, one counted between two texts.
    bases: Ints
    #: Code points before each word and before its end, counted as the bases are. Of a pair of
    #: characters only the first counts.
    starts: Ints
    ends: Ints


def tokenise(texts: Sequence[bytes], vocabulary: Vocabulary, *, spans: bool) -> Tokens:
    """The words of texts.

    Args:
        texts: UTF-8, lone surrogates passed.
        vocabulary: grows by the words that are new.
        spans: tell where the texts and the words begin and end.
    """
    parts = []
    base = first = 0
    while first < len(texts):
        last, size = first, 0
        while last < len(texts) and size < _SLICE:
            size += len(texts[last])
            last += 1
        part, length = _slice(texts[first:last], vocabulary, base, spans=spans)
        parts.append(part)
        base += length
        first = last
    return Tokens(*(np.concatenate(column) for column in zip(_NO_TOKENS, *parts, strict=True)))


_Columns = tuple[Words, Ints, Ints, Ints, Ints]
_NO_TOKENS: _Columns = (_NONE.astype(np.uint32), _NONE, _NONE, _NONE, _NONE)


def _slice(
    texts: Sequence[bytes], vocabulary: Vocabulary, base: int, *, spans: bool
) -> tuple[_Columns, int]:
    """The words of some of the texts, and the code points that these take."""
    whole = prepared(texts)
    data = np.frombuffer(whole, dtype=np.uint8)
    begins = offsets(np.array([len(text) + 1 for text in texts], dtype=np.int64))
    starts, ends = pieces(data, plain=whole.isascii())
    counts, words, first, last = _read(whole, starts, ends, vocabulary, spans=spans)
    until = offsets(counts)[np.searchsorted(starts, begins)]
    if not spans:
        return (words, np.diff(until), _NONE, _NONE, _NONE), 0
    points, before = begins, starts
    if not whole.isascii():
        all_before = offsets(((data & 0xC0) != 0x80).astype(np.int64))
        points, before = all_before[begins], all_before[starts]
    where = np.repeat(before, counts) + base
    columns = (words, np.diff(until), points[:-1] + base, where + first, where + last)
    return columns, int(points[-1])


def prepared(texts: Sequence[bytes]) -> bytes:
    """Texts end to end in lower case, with one sign for all that parts pieces, and more at the end.

    Only what is ASCII is looked at.
    """
    return b"\n".join([*texts, bytes(SHORT)]).translate(_LOWER)


def pieces(data: NDArray[np.uint8], *, plain: bool) -> tuple[Ints, Ints]:
    """Where pieces begin and end; signs that may stand within a word are cut off at both ends.

    Args:
        plain: it is ASCII alone.
    """
    inside = data != _SEPARATOR
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0]:
        edges = np.concatenate(([0], edges))
    starts, ends = edges[::2].copy(), edges[1::2].copy()
    if not plain and (cuts := _cuts(data)).size:
        starts = np.sort(np.concatenate((starts, cuts)))
        ends = np.sort(np.concatenate((ends, cuts)))
    while starts.size:
        opened, closed = _IS_INNER[data[starts]], _IS_INNER[data[ends - 1]]
        if not opened.any() and not closed.any():
            break
        ends -= closed & (ends - starts > opened)
        starts += opened
        left = starts < ends
        if not left.all():
            starts, ends = starts[left], ends[left]
    return starts, ends


def _cuts(data: NDArray[np.uint8]) -> Ints:
    """Where an ASCII letter or digit and a Chinese character meet: no word has both."""
    han = is_han(data)
    letter = _IS_LETTER[data]
    cut = np.zeros(len(data), dtype=bool)
    cut[1:] = letter[:-1] & han[1:]
    cut[3:] |= han[:-3] & letter[3:]
    return np.flatnonzero(cut)


def _read(
    text: bytes,
    starts: Ints,
    ends: Ints,
    vocabulary: Vocabulary,
    *,
    spans: bool,
) -> tuple[Ints, Words, Numbers, Numbers]:
    """How many words each piece has; the words, and where in its piece each begins and ends."""
    numbers = vocabulary.short(text, starts, ends)
    others = np.flatnonzero(numbers == 0)
    taken = zip(starts[others].tolist(), ends[others].tolist(), strict=True)
    apart = [text[start:end] for start, end in taken]
    run = runs(apart, vocabulary.number, vocabulary.spelt) if apart else None
    known = vocabulary.columns()
    counts, first = vocabulary.words_of(numbers)
    columns: list[NDArray[Any]] = [*known][: 3 if spans else 1]
    if run:
        counts[others] = run.counts
        first[others] = offsets(run.counts)[:-1] + len(known[0])
        more: list[NDArray[Any]] = [run.words, run.starts, run.ends]
        columns = [np.concatenate(both) for both in zip(columns, more, strict=False)]
    at = places(first, counts)
    begin, end = (columns[1][at], columns[2][at]) if spans else (_NONE, _NONE)
    return counts, columns[0][at], begin, end


with suppress(ImportError):
    from searchkit.engine.columnar._tokenise import pieces
