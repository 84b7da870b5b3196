"""What is compiled for indexing, against numpy: the same results, down to the bytes of a file."""

from __future__ import annotations

import numpy as np
import pytest
from fresh import missing, uncompiled
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engine.columnar import ragged

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "compiled")

(by_numpy,) = uncompiled("ragged")

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
    assert found.tolist() == by_numpy.places(starts, counts, step).tolist()


@given(ROWS, st.sampled_from([np.int32, np.int64]), st.randoms())
def test_rows_are_packed_and_read_as_by_numpy(
    rows: list[tuple[int, int, int]], kind: type, random: np.random.Generator
) -> None:
    bits, counts, free = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    sizes = ragged.bytes_for(counts, bits)
    starts = np.cumsum(sizes + free) - sizes
    most = 31 if kind is np.int32 else 32
    values = np.array(
        [random.getrandbits(min(b, most)) for b in np.repeat(bits, counts).tolist()], dtype=kind
    )
    packed, expected = np.zeros((2, int((sizes + free).sum())), dtype=np.uint8)
    ragged.scatter(packed, starts, counts, bits, values)
    by_numpy.scatter(expected, starts, counts, bits, values)
    assert packed.tobytes() == expected.tobytes()

    read = ragged.gather(packed, starts, counts, bits)
    other = by_numpy.gather(packed, starts, counts, bits)
    assert read.tolist() == other.tolist() == values.tolist()


@pytest.mark.parametrize("bits", ragged.SIZES[1:].tolist())
@pytest.mark.parametrize("start", [-1, 0, 1, 1 << 40])
def test_rows_that_are_not_all_there_are_not_read(bits: int, start: int) -> None:
    data = np.zeros(8 * bits, dtype=np.uint8)
    count = 64 if start == 0 else 65 if start == 1 else 8
    columns = (np.array([column]) for column in (start, count + (start == 0), bits))
    with pytest.raises(IndexError):
        ragged.gather(data, *columns)
