"""What a misspelt word may have meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from searchkit.engine.spelling import candidates

DOCUMENTS = {
    "ministry": 40,
    "ministries": 9,
    "minister": 80,
    "monastery": 2,
    "network": 30,
    "net": 3,
    "work": 50,
    "for": 500,
    "form": 20,
    "from": 400,
    "gone": 0,
    "beijing": 60,
    "internet": 70,
    "月球": 12,
    "us": 90,
}


def meant(text: str, limit: int = 3) -> list[str]:
    def near(word: str, distance: int) -> list[str]:
        return [known for known in DOCUMENTS if OSA.distance(word, known) <= distance]

    return candidates(text, near, lambda word: DOCUMENTS.get(word, 0), limit)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("minsitry", ["ministry"]),
        ("MINISTRRY", ["ministry"]),
        ("fro", []),
        ("fomr", ["for", "form"]),
        ("netwrok", ["network"]),
        ("net work", ["network"]),
        ("net-work", ["network"]),
        ("beijinginternet", ["beijing internet"]),
        ("beijin", ["beijing"]),
        ("gome", []),
        ("network", []),
        ("networks", []),
        ("月求", []),
        ("2O24", []),
        ("", []),
        ("...", []),
        ("for work", []),
    ],
)
def test_what_was_meant(typed: str, expected: list[str]) -> None:
    assert meant(typed)[: len(expected)] == expected
    assert bool(meant(typed)) == bool(expected)


def test_the_nearer_stands_before_the_more_frequent() -> None:
    assert meant("minestry", 9) == ["ministry"]
    assert meant("mynestry", 9) == ["ministry"]
    assert meant("minisery", 9) == ["ministry"]


@given(st.text(max_size=30), st.integers(1, 4))
def test_only_words_of_documents_are_offered(text: str, limit: int) -> None:
    offered = meant(text, limit)
    assert len(offered) <= limit
    for candidate in offered:
        assert all(DOCUMENTS[word] for word in candidate.split())
