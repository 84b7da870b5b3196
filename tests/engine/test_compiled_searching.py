"""What is compiled for searching, against numpy: the same results for the same arguments."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from fresh import alone, missing
from hypothesis import given
from hypothesis import strategies as st
from test_columnar import posting_lists

from searchkit.engine import best, ranking
from searchkit.engine.columnar import frontcoded, lookup, pages, postinglist, rows
from searchkit.engine.columnar.lookup import Occurrences
from searchkit.engine.columnar.postings import Encoder, Lists
from searchkit.engine.columnar.ragged import offsets
from searchkit.engine.damage import DamageError

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "compiled")

_SIZE = 400
by_numpy = {
    module: alone(module) for module in (best, ranking, frontcoded, lookup, postinglist, rows)
}
ROWS = st.sets(st.integers(0, _SIZE - 1)).map(sorted)
SPARSE = st.sets(st.integers(0, _SIZE - 1), max_size=3).map(sorted)


def ints(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


def both(module: ModuleType, name: str, *arguments: object) -> None:
    """Make sure that a function gives the same by both ways."""
    assert plain(getattr(module, name)(*arguments)) == plain(
        getattr(by_numpy[module], name)(*arguments)
    )


def plain(found: object) -> object:
    if isinstance(found, np.ndarray):
        return found.tolist()
    return [*map(plain, found)] if isinstance(found, tuple | list) else found


# Rows of numbers ---------------------------------------------------------------------------------


@given(ROWS | SPARSE, ROWS | SPARSE)
def test_what_rows_have_in_common(some: list[int], others: list[int]) -> None:
    both(lookup, "rows_in", ints(some), ints(others), _SIZE)
    both(lookup, "in_both", ints(some), ints(others))


@given(st.lists(ROWS, min_size=1, max_size=4))
def test_what_is_in_any_row(parts: list[list[int]]) -> None:
    both(lookup, "in_any", [ints(part) for part in parts], _SIZE)


@given(st.lists(st.tuples(st.integers(0, _SIZE - 1), st.integers(1, 9), st.integers(0, 9))))
def test_occurrences_that_come_in_any_order(found: list[tuple[int, int, int]]) -> None:
    documents, frequencies, titles = ints(found).reshape(-1, 3).T
    both(lookup, "summed", documents, frequencies + titles, titles, _SIZE)


@given(st.sets(st.tuples(st.integers(0, 20), st.booleans(), st.integers(0, 5)), min_size=1))
def test_occurrences_by_document(found: set[tuple[int, bool, int]]) -> None:
    keys = [
        (document << lookup.SHIFT) + (lookup.BODY if in_body else 0) + position
        for document, in_body, position in sorted(found)
    ]
    both(lookup, "occurrences_at", ints(keys))


@st.composite
def occurrences(draw: st.DrawFn) -> Occurrences:
    documents = ints(draw(ROWS))
    chance = draw(st.randoms(use_true_random=False))
    frequencies = ints([chance.randint(1, 300) for _ in documents])
    titled = ints([at for at in range(len(documents)) if chance.random() < 0.3])
    titles = ints([chance.randint(1, int(frequencies[at])) for at in titled.tolist()])
    narrow = draw(st.booleans()) and not (frequencies > 255).any()
    return Occurrences(
        documents, frequencies.astype(np.uint8) if narrow else frequencies, titled, titles
    )


@given(st.lists(occurrences(), max_size=3))
def test_occurrences_of_segments(parts: list[Occurrences]) -> None:
    both(lookup, "joined", parts, [1_000 * at for at in range(len(parts))])


# Scores ------------------------------------------------------------------------------------------


@given(occurrences(), st.data())
def test_scores(found: Occurrences, data: st.DataObject) -> None:
    chance = np.random.default_rng(data.draw(st.integers(0, 99)))
    own, title = chance.random((2, _SIZE)) + 0.1
    every = list(range(len(found.documents)))
    at = data.draw(st.none() | (st.lists(st.sampled_from(every)) if every else st.just([])))
    chosen = None if at is None else ints(at)
    by_loops = ranking._saturated(found, chosen, own, title, 2.5)
    by_arrays = by_numpy[ranking]._saturated(found, chosen, own, title, 2.5)
    np.testing.assert_allclose(by_loops, by_arrays, rtol=1e-15)


@given(st.lists(st.integers(0, 40), max_size=700), st.integers(0, 80), st.booleans())
def test_the_largest(values: list[int], most: int, whole: bool) -> None:
    given_ = np.array(values, dtype=np.int64 if whole else np.float64)
    both(best, "_largest", given_, most)


# Posting lists -----------------------------------------------------------------------------------


@given(posting_lists(), st.randoms(use_true_random=False))
def test_posting_lists(given_lists: tuple[Lists, list[int]], chance: random.Random) -> None:
    lists, stem_of = given_lists
    encoder = Encoder(np.array(stem_of), len(lists.counts))
    data = np.frombuffer(encoder.encode(lists), dtype=np.uint8)
    ends = offsets(encoder.sizes())
    both(postinglist, "postings", data, ends[:-1], ends[1:])
    for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        one = postinglist.PostingList(data[start:end])
        other = by_numpy[postinglist].PostingList(data[start:end])
        for name in ("size", "documents", "frequencies", "titles", "words"):
            assert plain(getattr(one, name)) == plain(getattr(other, name)), name
        some = ints([at for at in range(one.size) if chance.random() < 0.4])
        for at in (None, some):
            assert one.keys(at).tolist() == other.keys(at).tolist()
            if one.words.size:
                words = ints(chance.sample(one.words.tolist(), 1))
                assert one.keys(at, words).tolist() == other.keys(at, words).tolist()


@given(posting_lists(), st.integers(0, 1 << 30), st.integers(0, 7), st.integers(0, 3))
def test_damaged_posting_lists_are_never_read_beyond(
    given_lists: tuple[Lists, list[int]], at: int, bit: int, cut: int
) -> None:
    lists, stem_of = given_lists
    encoder = Encoder(np.array(stem_of), len(lists.counts))
    # With what follows in the file cut off, reading beyond the end would be an error.
    data = np.frombuffer(encoder.encode(lists), dtype=np.uint8)[: int(encoder.sizes()[0])].copy()
    data[at % len(data)] ^= 1 << bit
    data = data[: len(data) - cut].copy()

    def read(kind: type) -> object:
        try:
            one = kind(data)
            found = [one.documents, one.frequencies, *one.titles, one.words, one.keys()]
            return [*plain(found), *(plain(one.keys(None, one.words[:1])) for _ in one.words[:1])]
        except (DamageError, LookupError, ValueError, MemoryError):
            return None

    found = read(postinglist.PostingList)
    expected = read(by_numpy[postinglist].PostingList)
    # numpy notices less, and what it makes of rows that contradict one another is its own.
    assert found is None or expected is None or found[0] == expected[0]


# Strings -----------------------------------------------------------------------------------------

WORDS = st.lists(
    st.one_of(st.text("ab", max_size=9), st.text(min_size=14, max_size=20), st.text(max_size=3)),
    max_size=90,
).map(lambda words: sorted({word.encode("utf-8", "surrogatepass") for word in words}))


@given(WORDS, WORDS)
def test_strings_are_found(held: list[bytes], asked: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "one"
        text = np.frombuffer(b"".join(held), dtype=np.uint8)
        arrays = frontcoded.arrays("words", text, np.array(list(map(len, held)), dtype=np.int64))
        file = pages.Pages(path, pages.write(path, arrays, {}))
        by_loops = frontcoded.FrontCoded(file, "words")
        by_arrays = by_numpy[frontcoded].FrontCoded(file, "words")
        for word in [*held, *asked]:
            assert by_loops.find(word) == by_arrays.find(word)
            assert by_loops.find(word) == (held.index(word) if word in held else None)
            assert by_loops.beginning(word) == by_arrays.beginning(word)
        sizes = rows.Rows(file, "words", file.length("words.text"), 4)
        for row in range(len(held)):
            both(rows, "_span", sizes, row)
