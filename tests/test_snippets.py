"""The places of a text that a list of hits shows."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.analysis import stem, tokens
from searchkit.model import Span
from searchkit.query import parse
from searchkit.snippets import Snippet, matched, snippets


def marked(query: str, text: str, field: str = "body") -> list[str]:
    return [text[start:end] for start, end in matched(parse(query), text, field)]


def shown(found: tuple[Snippet, ...]) -> list[tuple[str, list[str]]]:
    return [(s.field, [s.text[start:end] for start, end in s.marks]) for s in found]


@pytest.mark.parametrize(
    ("query", "text", "marks"),
    [
        ("moon", "The Moon, moons and moonlight.", ["Moon", "moons"]),
        ("moon mars", "Mars before the moon.", ["Mars", "moon"]),
        ("moon -mars", "Mars before the moon.", ["moon"]),
        ("moon -(mars OR the)", "Mars before the moon.", ["moon"]),
        ("moon^3 OR (mars sun)", "Mars before the moon.", ["Mars", "moon"]),
        ("us", "The U.S. told us.", ["U.S", "us"]),
        ("go", "They go on going.", ["go", "going"]),
        ("2000", "2,000 of 20,000 in 2000", ["2,000", "2000"]),
        ("covid19", "COVID-19, COVID and 19", ["COVID-19"]),
        ("change", "Chang’e-6", ["Chang’e"]),
        ("china", "China’s; CHINA", ["China’s", "CHINA"]),
        ("cafe", "Cafe\u0301 and café", ["Cafe\u0301", "café"]),
        ('"far side"', "Far side, a side far, the far\r\nside.", ["Far side", "far\r\nside"]),
        ('"far side"', "far better side", []),
        ('"far side"~1', "far better side", ["far", "side"]),
        ('"far side"~1', "far far better side", ["far", "side"]),
        ('"far side"~1', "side by side, far", []),
        ('"2000 kilograms of"', "2,000 kilograms of", ["2,000 kilograms of"]),
        ("sampl*", "Sampling a sample; ample", ["Sampling", "sample"]),
        ("m?n", "man, men, moon", ["man", "men"]),
        ("*oon", "moon soon moons", ["moon", "soon"]),
        ("moom~", "moon moons mood", ["moon", "mood"]),
        ("moom~2", "moon moons mood mars", ["moon", "moons", "mood"]),
        ("月球", "从月球背面到月球。", ["月球", "月球"]),
        ("月球背面", "从月球背面到月球。", ["月球背面"]),
        ("球", "从月球背面", ["球"]),
        ("月", "从月球到1月", ["月", "月"]),
        ('"月球 样品"~3', "月球背面的样品", ["月球", "样品"]),
        ("パンダ", "ﾊﾟﾝﾀﾞとパンダ", ["ﾊﾟﾝﾀﾞ", "パンダ"]),
        ("パ", "ﾊﾟﾝﾀﾞ", ["ﾊﾟ"]),
        ("title:moon", "moon", []),
        ("outlet:moon", "moon", []),
        ("body:moon", "moon", ["moon"]),
        ("", "moon", []),
        ("date:2024 id:moon", "moon 2024", []),
    ],
)
def test_what_is_marked(query: str, text: str, marks: list[str]) -> None:
    assert marked(query, text) == marks


def test_marks_that_overlap_are_one() -> None:
    assert marked('"far side of" "side of the moon"', "the far side of the moon") == [
        "far side of the moon"
    ]
    assert marked("月球 球背", "月球背面") == ["月球背"]


def test_marks_that_touch_are_one_unless_it_grows_too_wide() -> None:
    assert marked("背面 月球", "在月球背面") == ["月球背面"]
    assert marked("covid 19", "COVID19 COVID-19") == ["COVID19", "COVID", "19"]
    assert {len(mark) for mark in marked("月", "月" * 100)} == {40, 20}


def test_fields_are_kept_apart() -> None:
    tree = parse("title:moon body:mars sun")
    found = snippets(tree, "Moon, Mars, Sun", "Moon, Mars, Sun")
    assert shown(found) == [("title", ["Moon", "Sun"]), ("body", ["Mars", "Sun"])]


def test_a_title_is_whole_and_only_there_when_it_matches() -> None:
    title = "moon " * 200
    (first, body) = snippets(parse("moon"), title, "Nothing here.")
    assert (first.field, first.text, len(first.marks)) == ("title", title, 200)
    assert body == Snippet("body", "Nothing here.", ())
    assert [s.field for s in snippets(parse("mars"), title, "Nothing here.")] == ["body"]


def test_a_text_without_matches_shows_its_beginning() -> None:
    text = "  \n" + "word " * 200
    (only,) = snippets(parse("moon"), "", text, width=50)
    assert only == Snippet("body", "word " * 8 + "word…", ())
    assert snippets(parse("moon"), "", " \r\n\u00a0") == ()
    assert snippets(parse("moon"), "", "") == ()


def test_pieces_stand_in_reading_order_and_show_different_words() -> None:
    filler = "x " * 300
    text = f"moon {filler} mars {filler} moon {filler} moon and sun"
    first, second = snippets(parse("moon mars sun"), "", text, width=60)
    assert shown((first, second)) == [("body", ["mars"]), ("body", ["moon", "sun"])]
    assert first.text.startswith("…")
    assert first.text.endswith("…")
    assert second.text.endswith("moon and sun")
    (only,) = snippets(parse("moon mars sun"), "", text, width=60, most=1)
    assert only == second


def test_a_short_text_is_shown_whole() -> None:
    (only,) = snippets(parse("moon"), "", "The moon.\r\nThe end.\n")
    assert only == Snippet("body", "The moon.\r\nThe end.", (Span(4, 8),))


def test_a_word_wider_than_a_piece_is_shown_whole() -> None:
    word = "m" + "o" * 300
    (only,) = snippets(parse(f"{word}"), "", f"before {word} after", width=40)
    assert shown((only,)) == [("body", [word])]
    assert len(only.text) <= 303


def test_chinese_needs_no_spaces() -> None:
    text = "啊" * 500 + "月球背面" + "哦" * 500
    (only,) = snippets(parse("月球背面"), "", text, width=100)
    assert shown((only,)) == [("body", ["月球背面"])]
    assert only.text in f"…{text}…".replace(text, only.text.strip("…"))
    # A character is two columns wide.
    assert 40 <= len(only.text) <= 52


_ENGLISH = [
    "moon",
    "Moons",
    "mars",
    "far",
    "side",
    "x",
    "e\u0301",
    "U.S.",
    "2,000",
    "a" * 30,
    "🚀",
    "…",
]
_WORDS = st.sampled_from((*_ENGLISH, "月球", "背面", "ﾊﾟﾝ", "\r\n", "\u00a0", "  "))
_TEXTS = st.lists(_WORDS, max_size=80).flatmap(
    lambda words: st.sampled_from(["", " "]).map(lambda space: space.join(words))
)
_QUERIES = st.one_of(
    st.sampled_from(["moon", "moon mars", '"far side"', '"far side"~4', "m*", "*n", "mon~", ""]),
    st.sampled_from(["月球", "球", "パン", "us -x", "(moon OR 背面) x", "zebra"]),
)


@given(_QUERIES, _TEXTS, st.integers(10, 300), st.integers(1, 3))
def test_snippets_are_cut_from_the_text_verbatim(
    query: str, text: str, width: int, most: int
) -> None:
    tree = parse(query)
    marks = matched(tree, text)
    assert all(0 <= start < end <= len(text) for start, end in marks)
    assert all(one.end <= other.start for one, other in pairwise(marks))

    found = snippets(tree, text, text, width=width, most=most)
    titles = [s for s in found if s.field == "title"]
    bodies = [s for s in found if s.field == "body"]
    assert [(s.text, s.marks) for s in titles] == ([(text, tuple(marks))] if marks else [])
    assert len(bodies) <= (most if marks else 1)
    assert bool(bodies) == bool(text.strip())

    widest = max([width, *(end - start for start, end in marks)])
    every = {text[start:end] for start, end in marks}
    begin = 0
    for body in bodies:
        assert len(body.text) <= widest + 2
        assert bool(body.marks) == bool(marks)
        assert all(body.text[start:end] in every for start, end in body.marks)
        # Where a mark stands twice in a text, the pieces still follow one another.
        parts = [re.escape(part) for part in _inside(body, text)]
        place = re.compile("".join(parts)).search(text, begin)
        assert place, (body, text)
        begin = place.start()


def _inside(body: Snippet, text: str) -> list[str]:
    """The text of a piece without the signs of where it was cut."""
    piece = body.text
    if piece in text:
        return [piece]
    if piece.startswith("…") and piece[1:] in text:
        return [piece[1:]]
    if piece.endswith("…") and piece[:-1] in text:
        return [piece[:-1]]
    return [piece[1:-1]]


@given(st.lists(st.sampled_from(["moon", "Moons", "mars", "reports"]), min_size=1, max_size=30))
def test_every_occurrence_of_a_word_is_marked(words: list[str]) -> None:
    text = " ".join(words)
    expected = [(t.start, t.end) for t in tokens(text) if stem(t.word) in ("moon", "report")]
    assert matched(parse("moon OR reporting"), text) == expected
