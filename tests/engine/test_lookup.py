"""What two rows of ascending numbers have in common, however many they hold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engine.columnar.lookup import in_both, rows_in

_SIZE = 3_000


def drawn(count: int, seed: int) -> np.ndarray:
    chance = np.random.default_rng(seed)
    return np.sort(chance.choice(_SIZE, count, replace=False))


def check(some: np.ndarray, among: np.ndarray) -> None:
    there, own = rows_in(some, among, _SIZE)
    common = sorted({*some.tolist()} & {*among.tolist()})
    assert among[there].tolist() == common
    assert some[own].tolist() == common
    assert in_both(some, among).tolist() == common


@given(st.integers(0, _SIZE), st.integers(0, _SIZE), st.integers(0, 99))
def test_rows_in_common(some: int, among: int, seed: int) -> None:
    check(drawn(some, seed), drawn(among, seed + 100))


@pytest.mark.parametrize("count", [0, 1, 400, _SIZE])
def test_nothing_is_common_with_nothing(count: int) -> None:
    none = np.zeros(0, dtype=np.int64)
    check(drawn(count, 1), none)
    check(none, drawn(count, 1))


def test_threads_do_not_disturb_one_another() -> None:
    with ThreadPoolExecutor(4) as pool:
        for done in [
            pool.submit(check, drawn(2_000, seed), drawn(1_500, seed + 1)) for seed in range(200)
        ]:
            done.result()
