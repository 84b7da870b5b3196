"""What is compiled for indexing, against numpy: the same results, down to the bytes of a file."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from engine_contract import HARD, lines, make
from engine_corpora import random_text
from fresh import missing, uncompiled
from hypothesis import given, settings
from hypothesis import strategies as st

from searchkit.engine.columnar import (
    build,
    exceptions,
    merge,
    pieces,
    ragged,
    segment,
    tokenise,
    vocabulary,
)
from searchkit.model import Article

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "compiled")

_MODULES = (ragged, exceptions, tokenise, vocabulary, pieces, build, merge, segment)
_NAMES = [module.__name__.rpartition(".")[2] for module in _MODULES]
compiled = SimpleNamespace(**dict(zip(_NAMES, _MODULES, strict=True)))
by_numpy = SimpleNamespace(**dict(zip(_NAMES, uncompiled(*_NAMES), strict=True)))

# Rows --------------------------------------------------------------------------------------------

#: For each row the size of its numbers, how many there are, and bytes that are left free before it.
ROWS = st.lists(
    st.tuples(
        st.sampled_from(ragged.SIZES.tolist()),
        st.one_of(st.integers(0, 40), st.integers(500, 530)),
        st.integers(0, 3),
    ),
    max_size=12,
)


@given(st.lists(st.tuples(st.integers(-99, 1 << 40), st.integers(0, 20))), st.integers(1, 9))
def test_places_are_those_of_numpy(rows: list[tuple[int, int]], step: int) -> None:
    starts, counts = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    found = ragged.places(starts, counts, step)
    assert found.tolist() == by_numpy.ragged.places(starts, counts, step).tolist()


@given(ROWS, st.sampled_from([np.int32, np.int64]), st.randoms())
def test_rows_are_packed_and_read_as_by_numpy(
    rows: list[tuple[int, int, int]], kind: type, chance: random.Random
) -> None:
    bits, counts, free = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    sizes = ragged.bytes_for(counts, bits)
    starts = np.cumsum(sizes + free) - sizes
    most = 31 if kind is np.int32 else 32
    values = np.array(
        [chance.getrandbits(min(b, most)) for b in np.repeat(bits, counts).tolist()], dtype=kind
    )
    packed, expected = np.zeros((2, int((sizes + free).sum())), dtype=np.uint8)
    ragged.scatter(packed, starts, counts, bits, values)
    by_numpy.ragged.scatter(expected, starts, counts, bits, values)
    assert packed.tobytes() == expected.tobytes()

    read = ragged.gather(packed, starts, counts, bits)
    other = by_numpy.ragged.gather(packed, starts, counts, bits)
    assert read.tolist() == other.tolist() == values.tolist()


@pytest.mark.parametrize("bits", ragged.SIZES[1:].tolist())
@pytest.mark.parametrize("start", [-1, 0, 1, 1 << 40])
def test_rows_that_are_not_all_there_are_not_read(bits: int, start: int) -> None:
    data = np.zeros(8 * bits, dtype=np.uint8)
    count = 64 if start == 0 else 65 if start == 1 else 8
    columns = (np.array([column]) for column in (start, count + (start == 0), bits))
    with pytest.raises(IndexError):
        ragged.gather(data, *columns)


@given(
    st.lists(
        st.lists(
            st.one_of(st.integers(0, 3), st.integers(0, 300), st.integers(0, 2**32 - 1)),
            min_size=1,
            max_size=80,
        ),
        min_size=1,
        max_size=4,
    ),
    st.booleans(),
)
def test_exceptions_are_those_of_numpy(rows: list[list[int]], small: bool) -> None:
    counts = np.array(list(map(len, rows)), dtype=np.int64)
    values = np.array([value >> 1 if small else value for row in rows for value in row])
    values = values.astype(np.int32) if small else values
    found, expected = (one.exceptions.parted(values, counts) for one in (compiled, by_numpy))
    for name in ("bits", "values", "exceptions", "at", "above_bits", "above"):
        assert getattr(found, name).tolist() == getattr(expected, name).tolist(), name


# Words -------------------------------------------------------------------------------------------

#: Letters of several scripts, with and without signs between them, and whatever else there is.
TEXT = st.one_of(
    st.text(
        st.sampled_from("aB1.,'’ -\n\0月球ヴ。、é🚀\ud800\u4000\u3fff\u9fff\ua000"), max_size=40
    ),
    st.text(st.characters(), max_size=20),
    st.lists(st.sampled_from([*HARD.split(), "x" * 15, "y" * 16, "z" * 17, "月" * 9, " "])).map(
        "".join
    ),
)


@settings(max_examples=300)
@given(TEXT)
def test_pieces_are_those_of_numpy(text: str) -> None:
    whole = tokenise.prepared([text.encode("utf-8", "surrogatepass")])
    data = np.frombuffer(whole, dtype=np.uint8)
    found = tokenise.pieces(data, plain=whole.isascii())
    expected = by_numpy.tokenise.pieces(data, plain=whole.isascii())
    assert [column.tolist() for column in found] == [column.tolist() for column in expected]


def known(kind: type, texts: Sequence[Sequence[bytes]]) -> list[list[bytes | None]]:
    """Of every text what was told of its pieces under their numbers."""
    met: list[bytes] = []
    own = kind(met.extend)
    found = []
    for some in texts:
        ends = np.array(list(accumulate(map(len, some))), dtype=np.int64)
        starts = ends - np.array(list(map(len, some)), dtype=np.int64)
        numbers = own.numbers(b"".join([*some, bytes(pieces.SHORT)]), starts, ends)
        found.append([met[number - 1] if number else None for number in numbers.tolist()])
    assert len(met) == len(set(met))
    return found


_PIECE = st.binary(min_size=1, max_size=pieces.SHORT + 2).map(
    lambda piece: piece.replace(b"\0", b"x")
)


@given(st.lists(st.lists(_PIECE, max_size=30), max_size=4))
def test_different_pieces_have_different_numbers(texts: list[list[bytes]]) -> None:
    short = [
        [p if len(p) <= pieces.SHORT and not 0xE4 <= p[0] <= 0xE9 else None for p in t]
        for t in texts
    ]
    assert known(pieces.Pieces, texts) == known(by_numpy.pieces.Pieces, texts) == short


def test_many_pieces_have_different_numbers() -> None:
    texts = [[b"%d" % (n * n) for n in range(30_000)], [b"%d" % n for n in range(10_000)]]
    assert known(pieces.Pieces, texts) == texts


@pytest.mark.parametrize("span", [(-1, 3), (3, 3), (4, 3), (1, 2), (1 << 40, 1 + (1 << 40))])
def test_pieces_that_are_not_there_are_not_read(span: tuple[int, int]) -> None:
    with pytest.raises(IndexError):
        pieces.Pieces(list).numbers(bytes(pieces.SHORT), *np.array(span).reshape(2, 1))


def spelt(engine: SimpleNamespace, texts: Sequence[bytes]) -> list[list[object]]:
    """The words of texts and where they stand; words by their letters, or their own numbers."""
    own = engine.vocabulary.Vocabulary()
    found = engine.tokenise.tokenise(texts, own, spans=True)
    words = [own.words[n] if n < len(own.words) else n for n in found.words.tolist()]
    columns = (found.counts, found.bases, found.starts, found.ends)
    return [words, *(column.tolist() for column in columns)]


@settings(max_examples=200)
@given(st.lists(TEXT, max_size=5))
def test_texts_have_the_words_that_numpy_finds(texts: list[str]) -> None:
    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    assert spelt(compiled, encoded) == spelt(by_numpy, encoded)


# Segments ----------------------------------------------------------------------------------------


def made(engine: SimpleNamespace, held: Sequence[Sequence[Article]]) -> list[bytes]:
    """Segments of articles with their lines as claims, and what they are when merged."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.seg" for number in range(len(held) + 1)]
        segments = []
        for path, articles in zip(paths, held, strict=False):
            written = engine.build.build(path, [(a, lines(a)) for a in articles])
            deleted = np.arange(0, len(articles), 3)
            segments.append(engine.segment.Segment(path, written, base=0, deleted=deleted))
        engine.merge.merge(paths[-1], segments)
        return [path.read_bytes() for path in paths]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=5), min_size=1, max_size=3))
def test_segments_are_the_same_to_the_byte(texts: list[list[tuple[str, str]]]) -> None:
    held = [
        [make(f"{n}-{m}", text, title=title, outlet=title) for m, (title, text) in enumerate(some)]
        for n, some in enumerate(texts)
    ]
    assert made(compiled, held) == made(by_numpy, held)


def test_large_segments_are_the_same_to_the_byte() -> None:
    """Lists of all lengths, numbers of all sizes, exceptions among them."""
    chance = random.Random(5)
    rare = [f"{chance.choice('abc月')}{n}" for n in range(3_000)]
    held = [
        [
            make(
                f"{part}-{number}",
                f"{random_text(chance, most)} {' '.join(chance.choices(rare, k=30))}",
                title=random_text(chance, 8),
                outlet=random_text(chance, 2),
            )
            for number, most in enumerate(
                chance.choices((5, 60, 400, 4_000), (9, 6, 2, 0.1), k=900)
            )
        ]
        for part in range(3)
    ]
    assert made(compiled, held) == made(by_numpy, held)
