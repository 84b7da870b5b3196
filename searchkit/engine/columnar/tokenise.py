"""Many texts at once into words, as arrays; the same words as `analysis.terms` finds.

Texts are cut at ASCII characters that belong to no word and decide nothing about their neighbours.
The pieces are told apart as numbers, and each different piece is analysed once.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import count, repeat
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from searchkit.analysis import is_unspaced, terms
from searchkit.engine.columnar.ragged import Ints, offsets, places
from searchkit.engine.columnar.runs import Runs, runs, written

_INNER = b".,'"
_SEPARATOR = 0x20
_LOWER = bytes(
    byte if byte >= 0x80 or byte in _INNER or chr(byte).isalnum() else _SEPARATOR
    for byte in bytes(range(256)).lower()
)
_IS_INNER = np.isin(np.arange(256), list(_INNER))
#: Of the eight bytes read at a place, those that belong to a piece of that many bytes.
_MASKS = np.array([(1 << 8 * size) - 1 for size in range(9)], dtype=np.uint64)
_PAD = 16
_NONE = np.zeros(0, dtype=np.int64)
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
_SLOTS = 19
_SHIFT = np.uint64(64 - _SLOTS)
#: Bytes of text that are in hand together.
_SLICE = 1 << 20


@frozen
class Tokens:
    """The words of texts, in order."""

    #: For each word its number in the vocabulary.
    words: NDArray[np.int32]
    #: Words of each text.
    counts: Ints
    #: Code points before each text, one counted between two texts.
    bases: Ints
    #: Code points before each word and before its end, counted as the bases are. Of a pair of
    #: characters only the first counts. Empty when they were not asked for.
    starts: Ints
    ends: Ints


class _Recent:
    """Short pieces met lately by their first and last eight bytes, one in each slot."""

    def __init__(self) -> None:
        self.low = np.zeros(1 << _SLOTS, dtype=np.uint64)
        self.high = np.zeros(1 << _SLOTS, dtype=np.uint64)
        self.number = np.zeros(1 << _SLOTS, dtype=np.int64)


class Vocabulary:
    """The different words met so far, numbered, and the different pieces of text they stand in."""

    def __init__(self) -> None:
        self.recent = _Recent()
        self._numbers: dict[str, int] = {}
        self._pieces: dict[bytes, int] = {}
        # For each piece where its words are, and how many; for each word of a piece its number,
        # and where it begins and ends.
        self._first = array("q")
        self._count = array("q")
        self._word = array("i")
        self._start = array("i")
        self._end = array("i")

    @property
    def words(self) -> list[str]:
        """The words in the order of their numbers."""
        return list(self._numbers)

    def short(self, pieces: Sequence[bytes]) -> list[int]:
        """The numbers of short pieces of text, all different."""
        known = self._pieces
        fresh = [piece for piece in pieces if piece not in known]
        # `bytes.isalpha` and `isdigit` know ASCII only: such a piece is one word.
        plain = [piece for piece in fresh if piece.isalpha() or piece.isdigit()]
        known.update(zip(plain, count(len(self._first)), strict=False))
        numbers = self._numbers
        self._first.extend(range(len(self._word), len(self._word) + len(plain)))
        self._count.extend(repeat(1, len(plain)))
        self._word.extend([numbers.setdefault(p.decode(), len(numbers)) for p in plain])
        self._start.extend(repeat(0, len(plain)))
        self._end.extend(map(len, plain))
        for piece in fresh:
            if piece not in known:
                known[piece] = self._piece(piece)
        return [known[piece] for piece in pieces]

    def _piece(self, piece: bytes) -> int:
        """A number for a new piece of text, in lower case as far as it is ASCII."""
        number = len(self._first)
        self._first.append(len(self._word))
        numbers = self._numbers
        found = terms(piece.decode("utf-8", "surrogatepass"))
        for word, start, end in zip(*found, strict=True):
            pair = len(word) == 2 and is_unspaced(word)
            self._word.append(numbers.setdefault(word, len(numbers)))
            self._start.append(start)
            self._end.append(start + 1 if pair else end)
        self._count.append(len(found.words))
        return number

    def long(self, pieces: Sequence[bytes]) -> Ints:
        """Numbers for long pieces of text, which hardly ever come twice."""
        if not pieces:
            return _NONE
        found, plain = runs([piece.decode("utf-8", "surrogatepass") for piece in pieces])
        numbers = np.empty(len(pieces), dtype=np.int64)
        chosen = np.array(plain)
        numbers[chosen] = self._take(found)
        for at in np.flatnonzero(~chosen).tolist():
            numbers[at] = self._piece(pieces[at])
        return numbers

    def _take(self, found: Runs) -> Ints:
        """Numbers for new pieces with these words."""
        keys, at = np.unique(found.words, return_inverse=True)
        new = self._numbers
        known = [new.setdefault(written(key), len(new)) for key in keys.tolist()]
        first = len(self._word) + offsets(found.counts)[:-1]
        numbers = len(self._first) + np.arange(len(found.counts))
        self._word.frombytes(np.array(known, dtype=np.int32)[at].tobytes())
        self._start.frombytes(found.starts.astype(np.int32).tobytes())
        self._end.frombytes((found.starts + 1).astype(np.int32).tobytes())
        self._first.frombytes(first.tobytes())
        self._count.frombytes(found.counts.astype(np.int64).tobytes())
        return numbers

    def words_of(self, pieces: Ints) -> tuple[Ints, Ints]:
        """How many words each piece has, and where the words of all of them are kept."""
        counts = _held(self._count, np.int64)[pieces]
        return counts, places(_held(self._first, np.int64)[pieces], counts)

    def numbers(self, at: Ints) -> NDArray[np.int32]:
        """The numbers of words that are kept at these places."""
        found: NDArray[np.int32] = _held(self._word, np.int32)[at]
        return found

    def spans(self, at: Ints) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Where words begin and end in their pieces."""
        return _held(self._start, np.int32)[at], _held(self._end, np.int32)[at]


def _held(held: array[int], kind: type[np.generic]) -> NDArray[Any]:
    # A copy, since an array that lends out its memory cannot grow.
    return np.frombuffer(held.tobytes(), dtype=kind)


def tokenise(texts: Sequence[bytes], vocabulary: Vocabulary, *, spans: bool) -> Tokens:
    """The words of texts.

    Args:
        texts: UTF-8, lone surrogates passed.
        vocabulary: grows by the words that are new.
        spans: tell where the words begin and end.
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


_Columns = tuple[NDArray[np.int32], Ints, Ints, Ints, Ints]
_NO_TOKENS: _Columns = (_NONE.astype(np.int32), _NONE, _NONE, _NONE, _NONE)


def _slice(
    texts: Sequence[bytes], vocabulary: Vocabulary, base: int, *, spans: bool
) -> tuple[_Columns, int]:
    """The words of some of the texts, and the code points that these take."""
    whole = b"\n".join([*texts, bytes(_PAD)]).translate(_LOWER)
    data = np.frombuffer(whole, dtype=np.uint8)
    begins = offsets(np.array([len(text) + 1 for text in texts], dtype=np.int64))
    starts, ends = _pieces(data)
    pieces = _numbered(whole, starts, ends, vocabulary)
    counts, at = vocabulary.words_of(pieces)
    until = offsets(counts)[np.searchsorted(starts, begins)]
    points, before = begins, starts
    if not whole.isascii():
        all_before = offsets(((data & 0xC0) != 0x80).astype(np.int64))
        points, before = all_before[begins], all_before[starts]
    from_start = from_end = _NONE
    if spans:
        where = np.repeat(before, counts) + base
        begin, end = vocabulary.spans(at)
        from_start, from_end = where + begin, where + end
    columns = (vocabulary.numbers(at), np.diff(until), points[:-1] + base, from_start, from_end)
    return columns, int(points[-1])


def _pieces(data: NDArray[np.uint8]) -> tuple[Ints, Ints]:
    """Where pieces begin and end; signs that may stand within a word are cut off at both ends."""
    inside = data != _SEPARATOR
    edges = np.flatnonzero(inside[1:] != inside[:-1]) + 1
    if inside[0]:
        edges = np.concatenate(([0], edges))
    starts, ends = edges[::2].copy(), edges[1::2].copy()
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


def _numbered(text: bytes, starts: Ints, ends: Ints, vocabulary: Vocabulary) -> Ints:
    """The number of each piece."""

    def some(places: Ints) -> list[bytes]:
        spans = zip(starts[places].tolist(), ends[places].tolist(), strict=True)
        return [text[start:end] for start, end in spans]

    sizes = ends - starts
    found = np.empty(len(starts), dtype=np.int64)
    long = np.flatnonzero(sizes > _PAD)
    found[long] = vocabulary.long(some(long))
    left = np.flatnonzero(sizes <= _PAD)
    eights = np.ndarray((len(text) - 7,), dtype="<u8", buffer=text, strides=(1,))
    low = eights[starts] & _MASKS[np.minimum(sizes, 8)]
    high = eights[np.minimum(starts + 8, len(eights) - 1)] & _MASKS[np.clip(sizes - 8, 0, 8)]
    slots = ((low ^ high * _MIX[1]) * _MIX[0] >> _SHIFT).astype(np.int64)
    recent = vocabulary.recent
    while left.size:
        at = slots[left]
        hit = (recent.low[at] == low[left]) & (recent.high[at] == high[left])
        found[left[hit]] = recent.number[at[hit]]
        left = left[~hit]
        # In each slot one of the pieces that are not known there takes the place.
        at = slots[left]
        recent.number[at] = left
        new = left[recent.number[at] == left]
        at = slots[new]
        recent.low[at], recent.high[at], recent.number[at] = (
            low[new],
            high[new],
            vocabulary.short(some(new)),
        )
    return found
