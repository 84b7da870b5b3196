"""Anchors: the words that were judged are found again, each once, or not at all."""

from __future__ import annotations

import unicodedata

import pytest
from attrs import evolve
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from searchkit.anchor import anchor, describe
from searchkit.anchor.normalised import normalise_with_map
from searchkit.model import Anchor, Selector, Span
from searchkit.text import normalise

TEXT = (
    "The probe landed on Sunday. It took two kilograms of soil.\n\n"
    "Officials were proud. “It’s a first,” they said. Nobody objected.\n\n"
    "The probe flew home on Tuesday. It took five days."
)
SENTENCES = [
    "The probe landed on Sunday.",
    "It took two kilograms of soil.",
    "Officials were proud.",
    "“It’s a first,” they said.",
    "Nobody objected.",
    "The probe flew home on Tuesday.",
    "It took five days.",
]


def spans(text: str, *passages: str) -> list[Span]:
    """Where the passages stand in the text, each looked for behind the one before."""
    found, at = [], 0
    for passage in passages:
        at = text.index(passage, at)
        found.append(Span(at, at + len(passage)))
        at += len(passage)
    return found


def words(text: str, found: Anchor) -> str | None:
    return text[found.span.start : found.span.end] if found.span else None


def judged() -> list[Selector]:
    return [describe(TEXT, span) for span in spans(TEXT, *SENTENCES)]


def test_describe_takes_the_words_their_place_and_their_neighbours() -> None:
    span = spans(TEXT, "Officials were proud.")[0]
    assert describe(TEXT, span, "clause") == Selector(
        exact="Officials were proud.",
        prefix="It took two kilograms of soil.\n\n",
        suffix=" “It’s a first,” they said. Nobo",
        start=span.start,
        end=span.end,
        kind="clause",
    )
    whole = describe("abc", Span(0, 3))
    assert (whole.prefix, whole.suffix) == ("", "")


def test_the_same_text_is_unchanged() -> None:
    found = anchor(judged(), "", TEXT, spans(TEXT, *SENTENCES))
    assert found == [Anchor("unchanged", span) for span in spans(TEXT, *SENTENCES)]


def test_quotes_spaces_and_unicode_form_are_no_change() -> None:
    text = "“It’s  a café,” they said. Yes."
    selectors = [describe(text, span) for span in spans(text, "“It’s  a café,” they said.", "Yes.")]
    today = unicodedata.normalize("NFD", '"It\'s\n\u00a0a café," they said.\u3000Yes.')
    found = anchor(selectors, "", today, [])
    assert [words(today, one) for one in found] == [today[:-5], "Yes."]
    assert found[0].state == "unchanged"


def test_a_moved_paragraph_keeps_its_verdicts() -> None:
    first, second, third = TEXT.split("\n\n")
    today = f"{third}\n\n{second}\n\n{first}"
    found = anchor(judged(), "", today, [])
    assert [words(today, one) for one in found] == SENTENCES
    assert {one.state for one in found} == {"moved"}


def test_deleted_and_reworded_passages_without_segments_are_orphaned() -> None:
    today = TEXT.replace("Nobody objected.", "Nobody ever objected.").replace(SENTENCES[0], "")
    found = anchor(judged(), "", today, [])
    assert found[0] == found[4] == Anchor("orphaned", None, 0.0)
    assert [one.state for one in found[1:4] + found[5:]] == ["moved"] * 5


def test_neighbours_tell_equal_words_apart() -> None:
    text = "First case: He denied it.\n\nSecond case: He denied it.\n\nThird case: He denied it."
    passages = spans(text, *["He denied it."] * 3)
    selectors = [describe(text, span) for span in passages]
    one, _, three = text.split("\n\n")
    today = f"{three}\n\n{one}"
    found = anchor(selectors, "", today, [])
    where = spans(today, *["He denied it."] * 2)
    assert [a.span for a in found] == [where[1], None, where[0]]
    assert anchor(selectors[::-1], "", today, []) == found[::-1]


def test_order_tells_apart_what_neighbours_do_not() -> None:
    text = "No. " * 40
    selectors = [describe(text, Span(i, i + 3)) for i in (60, 64, 68)]
    today = "Well. " + text
    found = anchor(selectors, "", today, [])
    starts = [a.span.start for a in found if a.span]
    assert starts == sorted(set(starts))
    assert len(starts) == 3


@pytest.mark.parametrize("copies", [1, 2])
def test_no_two_selectors_take_the_same_place(copies: int) -> None:
    selector = describe(TEXT, spans(TEXT, SENTENCES[1])[0])
    found = anchor([selector, selector], "", "\n".join([TEXT] * copies), [])
    assert [a.state for a in found].count("orphaned") == 2 - copies
    assert found[0].state == "unchanged"
    assert found[0].span != found[1].span


def test_short_words_in_strange_company_are_no_claim() -> None:
    selector = describe("He was asked. No. He left.", Span(14, 17))
    chance = "Shares of Bank No. 5 fell."
    assert anchor([selector], "", chance, [Span(0, len(chance))])[0].state == "orphaned"
    answer = "Was it so? No. Then what?"
    segments = spans(answer, "Was it so?", "No.", "Then what?")
    assert anchor([selector], "", answer, segments)[0] == Anchor("moved", segments[1])
    bare = Selector("No.")
    assert anchor([bare], "", chance, [])[0] == Anchor("moved", Span(15, 18))


def test_a_title_is_looked_for_in_the_title_only() -> None:
    selector = describe("A first", Span(0, 7), "title")
    assert anchor([selector], "A first", "A first.", [])[0] == Anchor("unchanged", Span(0, 7))
    assert anchor([selector], "Another", "A first.", [])[0].state == "orphaned"
    body = evolve(selector, kind="sentence")
    assert anchor([body], "A first", "Nothing.", [])[0].state == "orphaned"


def test_a_part_of_a_ligature_is_no_place() -> None:
    selector = Selector("irst", start=1, end=5)
    assert anchor([selector], "", "ﬁrst", [])[0].state == "orphaned"
    assert anchor([selector], "", "first", [])[0] == Anchor("unchanged", Span(1, 5))


def test_the_span_is_the_segment_with_what_normalisation_does_not_see() -> None:
    selector = describe("One. Two, three. Four.", Span(5, 16))
    today = "One.\u00a0 Two,\n three. Four."
    segment = Span(6, 18)
    assert anchor([selector], "", today, [segment])[0] == Anchor("moved", segment)


# Properties.

SAMPLE = "aab .,é“”'’\u0301\u0323 \u00a0\n\u3000月ﬁ…ガｶﾞ각\u1100\u1161\u11a8－½\u00ad\u200b´ﷺ"
texts = st.text(st.sampled_from(SAMPLE) | st.characters(exclude_categories=["Cs"]), max_size=60)


@settings(max_examples=400)
@given(texts)
def test_the_map_gives_the_same_text_and_leads_back(text: str) -> None:
    found = normalise_with_map(text)
    assert found.text == normalise(text)
    assert len(found.starts) == len(found.ends) == len(found.text)
    for start, end in zip(found.starts, found.ends, strict=True):
        assert 0 <= start < end <= len(text)
    assert list(found.starts) == sorted(found.starts)
    for at, (start, end) in enumerate(zip(found.starts, found.ends, strict=True)):
        if found.text[at] != " ":
            assert found.text[at] in normalise(f"x{text[start:end]}x")


@given(texts, st.data())
def test_described_passages_are_found_where_they_are(text: str, data: st.DataObject) -> None:
    assume(text)
    ends = st.integers(0, len(text))
    drawn = data.draw(st.sets(st.tuples(ends, ends).filter(lambda s: s[0] < s[1]), max_size=5))
    wanted = [Span(*span) for span in sorted(drawn)]
    # Passages that differ in spaces at their edges only are one place.
    shown = [normalise(text[start:end]) for start, end in wanted]
    assume(len(set(shown)) == len(shown))
    found = anchor([describe(text, span) for span in wanted], "", text, [])
    assert found == [Anchor("unchanged", span) for span in wanted]


sentences = st.lists(
    st.sampled_from(
        ["No.", "He denied it.", "“It’s so,” he said.", "是的。", "A 5% rise.", "é e\u0301."]
    ),
    min_size=1,
    max_size=8,
)
joints = st.sampled_from([" ", "\n\n", " and ", "  "])


@st.composite
def stories(draw: st.DrawFn) -> tuple[str, list[Span]]:
    text, found = "", []
    for sentence in draw(sentences):
        found.append(Span(len(text), len(text) + len(sentence)))
        text += sentence + draw(joints)
    return text, found


@settings(max_examples=300)
@given(stories(), stories())
def test_whatever_is_found_has_the_judged_words_once(
    before: tuple[str, list[Span]], after: tuple[str, list[Span]]
) -> None:
    selectors = [describe(before[0], span) for span in before[1]]
    today, segments = after
    found = anchor(selectors, "", today, segments)
    taken = [one.span for one in found if one.span]
    assert len(set(taken)) == len(taken)
    for selector, one in zip(selectors, found, strict=True):
        if one.span is None:
            assert one == Anchor("orphaned", None, 0.0)
            free = [s for s in segments if normalise(today[slice(*s)]) == normalise(selector.exact)]
            assert all(span in taken for span in free)
        else:
            assert normalise(today[slice(*one.span)]) == normalise(selector.exact)
            assert (one.state == "unchanged") == (one.span.start == selector.start)


NAMES = ["Abernathy", "Bell", "Chandrasekhar", "Diaz", "Eriksson", "Fujimoto"]


@given(st.permutations(NAMES), st.sets(st.sampled_from(NAMES)))
def test_moved_and_deleted_paragraphs(order: list[str], gone: set[str]) -> None:
    paragraphs = {name: f"{name} spoke. Nobody objected. {name} left." for name in NAMES}
    text = "\n\n".join(paragraphs.values())
    parts = [part for name in NAMES for part in (f"{name} spoke.", "Nobody objected.")]
    selectors = [describe(text, span) for span in spans(text, *parts)]
    today = "\n\n".join(paragraphs[name] for name in order if name not in gone)
    found = anchor(selectors, "", today, [])
    for name, first, second in zip(NAMES, found[::2], found[1::2], strict=True):
        if name in gone:
            assert first.span is second.span is None
        else:
            start = today.index(paragraphs[name])
            length = len(name) + len(" spoke.")
            assert first.span == Span(start, start + length)
            assert second.span == Span(start + length + 1, start + length + 17)


def test_a_long_text_with_many_selectors() -> None:
    text = "".join(f"Number {n} is “{n * n}” today. Yes. " for n in range(2_500))
    passages = spans(text, *(p for n in range(250) for p in (f"Number {n * 10} is", "Yes.")))
    selectors = [describe(text, span) for span in passages]
    assert [a.span for a in anchor(selectors, "", text, [])] == passages
    found = anchor(selectors, "", "Corrected.\n" + text, [])
    assert [a.span for a in found] == [Span(start + 11, end + 11) for start, end in passages]


def test_a_text_of_one_letter_is_no_trap() -> None:
    text = "a" * 20_000
    passages = [Span(n, 2 * n + 1) for n in range(0, 9_000, 450)]
    assert [a.span for a in anchor([describe(text, s) for s in passages], "", text, [])] == passages
