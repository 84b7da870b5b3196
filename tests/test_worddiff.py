"""Word diffs: both wordings can be read from them, and what weighs most is pointed out."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.text import normalise
from searchkit.worddiff import Alteration, Piece, compare


def shown(before: str, after: str) -> str:
    signs = {"same": "{}", "gone": "[-{}-]", "new": "[+{}+]"}
    return "".join(signs[piece.kind].format(piece.text) for piece in compare(before, after).pieces)


@pytest.mark.parametrize(
    ("before", "after", "diff"),
    [
        ("It took two days.", "It took two days.", "It took two days."),
        ("It took two days.", "It took three days.", "It took [-two-][+three+] days."),
        ("He is here.", "He is not here.", "He is [+not +]here."),
        ("He was there all day.", "He is here all day.", "He [-was there-][+is here+] all day."),
        (
            "It is compulsory now.",
            "It is not mandatory now.",
            "It is [-compulsory-][+not mandatory+] now.",
        ),
        ("“It’s so”", '"It\'s  so"', '"It\'s  so"'),
        ("带回两公斤土壤", "带回5公斤土壤", "带回[-两-][+5+]公斤土壤"),
        ("2,000 ships", "2,500 ships", "[-2,000-][+2,500+] ships"),
        ("", "new", "[+new+]"),
        ("old", "", "[-old-]"),
        ("", "", ""),
    ],
)
def test_pieces(before: str, after: str, diff: str) -> None:
    assert shown(before, after) == diff


@pytest.mark.parametrize(
    ("before", "after", "altered"),
    [
        ("It took two days.", "It took 2 days.", []),
        ("It took two days.", "It took three days.", [("figure", "two", "three")]),
        ("on 3 August", "on August 4", [("date", "3 August", "August 4")]),
        ("He is here.", "He isn’t here.", [("negation", None, "n’t")]),
        ("He is not here.", "He is here.", [("negation", "not", None)]),
        ("said Bell today", "said Diaz today", [("name", "Bell", "Diaz")]),
        ("Wu met Li.", "Li met Wu.", [("name", None, "Li"), ("name", "Li", None)]),
        ("5 men, 6 women", "6 men, 5 women", [("figure", None, "6"), ("figure", "6", None)]),
        ("3 per cent", "3 dollars", [("figure", "3", "3")]),
        ("官员感到自豪", "官员不感到自豪", [("negation", None, "不")]),
        ("he goes", "he went", []),
    ],
)
def test_what_weighs_most_is_pointed_out(
    before: str, after: str, altered: list[tuple[str, str | None, str | None]]
) -> None:
    found = compare(before, after).alterations
    assert [(one.kind, one.before, one.after) for one in found] == altered


def test_long_wordings_are_compared_by_their_ends() -> None:
    before = "Well, " + " ".join(f"a{n}" for n in range(9_000)) + " in the end."
    after = "Well, " + " ".join(f"b{n}" for n in range(9_000)) + " in the end."
    first, *middle, last = compare(before, after).pieces
    assert (first, last) == (Piece("same", "Well, "), Piece("same", " in the end."))
    assert [piece.kind for piece in middle] == ["gone", "new"]


wordings = st.lists(
    st.sampled_from(["the", " ", "  ", "5", "不", "是", "not", "“", '"', ", ", ".", "é", "e\u0301"])
    | st.text(max_size=3),
    max_size=15,
).map("".join)


@given(wordings, wordings)
def test_both_wordings_can_be_read_from_the_diff(before: str, after: str) -> None:
    pieces = compare(before, after).pieces
    assert "".join(p.text for p in pieces if p.kind != "gone") == after
    # Of what both have, today's writing is shown: the same but for quotes and spaces.
    old = "".join(p.text for p in pieces if p.kind != "new")
    assert "".join(normalise(old).split()) == "".join(normalise(before).split())
    kinds = [p.kind for p in pieces]
    assert all(p.text for p in pieces)
    assert not any(pair == ("same", "same") for pair in pairwise(kinds))


@given(wordings)
def test_no_difference_is_none(words: str) -> None:
    diff = compare(words, words)
    assert {p.kind for p in diff.pieces} <= {"same"}
    assert diff.alterations == ()


@given(wordings, wordings, st.sampled_from(["7", "not", "2024年"]))
def test_an_inserted_figure_negation_or_date_is_always_pointed_out(
    before: str, after: str, extra: str
) -> None:
    found = compare(f"{before} {after}", f"{before} {extra} {after}").alterations
    assert isinstance(found[0], Alteration)
