"""Claims of an article: what they are, where they stand, and their ids."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.anchor import describe
from searchkit.claims import claim_id, claims_of
from searchkit.model import Article, Claim, Selector, Span
from searchkit.text import clauses, normalise

_PIECES = [
    "The harbour closed. ",
    "It rained, but the ferry ran. ",
    "Costs rose; wages fell a little. ",
    "\n\n",
    "\n- item one",
    "\n1. Numbered. ",
    "Reasons: 1. storms; 2. a strike. ",
    "港は閉じた。",
    "价格上涨3.5%；工资没有变化。",
    "“It closed,” he said, and it stayed so. ",
    "# Head\n",
    "---\n",
    "The harbour closed. ",
]
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=20).map("".join) | st.text(max_size=100)


def article(text: str, title: str = "The Harbour", id: str = "hb2") -> Article:
    return Article(title=title, text=text, id=id)


def said(text: str, **how: str) -> list[str]:
    return [claim.text for claim in claims_of(article(text, **how))[1:]]


def _cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in clauses(text, Span(0, len(text)))]


@given(_TEXTS)
def test_claims_are_the_articles_own_words(text: str) -> None:
    found = claims_of(article(text))
    assert [claim.number for claim in found] == list(range(len(found)))
    assert len({claim.id for claim in found}) == len(found)
    assert found[0].kind == "title"
    last = 0
    for claim in found[1:]:
        assert claim.text == text[claim.span.start : claim.span.end]
        assert claim.text == claim.text.strip()
        assert last <= claim.span.start
        last = claim.span.end
        assert any(char.isalnum() for char in claim.text)
        if claim.kind == "clause":
            assert claim.sentence
            assert claim.sentence.start <= claim.span.start < claim.span.end <= claim.sentence.end
        if claim.lead_in:
            assert text[claim.lead_in.start : claim.lead_in.end][-1] in ":："


@given(_TEXTS, _TEXTS)
def test_ids_do_not_depend_on_what_stands_around(one: str, other: str) -> None:
    def ids(text: str) -> dict[str, str]:
        return {normalise(claim.text): claim.id for claim in reversed(claims_of(article(text)))}

    alone, together = ids(one), ids(f"{one}\n\n{other}")
    assert all(together[words] == id for words, id in alone.items() if words in together)


@given(st.text(min_size=1), st.text(min_size=1))
def test_ids_are_easy_to_type(article_id: str, wording: str) -> None:
    id = claim_id(article_id, wording)
    assert re.fullmatch("[a-hj-km-np-tv-z][2-9a-hj-km-np-tv-z]{9}", id)
    assert claim_id(article_id, normalise(wording)) == id


def test_id_belongs_to_the_article() -> None:
    assert claim_id("a2", "It closed.") != claim_id("b2", "It closed.")


def test_stored_ids_are_reserved() -> None:
    id = claim_id("a2", "It closed.")
    assert claim_id("a2", "It closed.", {id}) == f"{id}-2"
    assert claim_id("a2", "It closed.", {id, f"{id}-2"}) == f"{id}-3"


def test_repeated_wording_is_numbered_in_reading_order() -> None:
    ids = [claim.id for claim in claims_of(article("It closed. It opened. It closed."))]
    assert ids[3] == f"{ids[1]}-2"


def test_title_is_claim_0_and_a_heading_that_repeats_it_is_none() -> None:
    found = claims_of(article("# The  Harbour\n\nIt closed.\n\n# Later\n\nIt opened."))
    assert [claim.text for claim in found] == ["The Harbour", "It closed.", "Later", "It opened."]
    assert found[0].span == Span(0, 11)


def test_an_article_without_text_has_its_title() -> None:
    assert [claim.kind for claim in claims_of(article(""))] == ["title"]


def test_list_items_have_no_marker_and_know_what_introduces_them() -> None:
    text = "It changed. The reasons are these:\n1. Storms came.\n– A strike. It is over.\n\nEnd."
    found = claims_of(article(text))
    assert [claim.text for claim in found[3:]] == [
        "Storms came.",
        "A strike.",
        "It is over.",
        "End.",
    ]
    lead_ins = [claim.lead_in and text[slice(*claim.lead_in)] for claim in found[3:]]
    assert lead_ins == [*["The reasons are these:"] * 3, None]


def test_lists_within_a_line() -> None:
    text = "The aims: 1. cut imports by half; 2. store oil; and 3. tell people. It starts in May."
    found = claims_of(article(text))[1:]
    assert [claim.text for claim in found] == [
        "The aims:",
        "cut imports by half;",
        "store oil; and",
        "tell people.",
        "It starts in May.",
    ]
    assert [claim.lead_in is not None for claim in found] == [False, True, True, True, False]


@pytest.mark.parametrize(
    "parts",
    [
        ["Exports rose by a third;", "imports fell a little."],
        ["Exports rose by a third,", "but the imports fell."],
        ["Exports rose by a third,", "but Japan imported less."],
        ["The bridge is closed,", "and it stays closed until May."],
        ["The north is dry,", "while the south is flooded."],
        ["出口增长了三分之一；", "进口下降了很多。"],
        ["The first is late;", "the second is early;", "the third is gone."],
    ],
)
def test_clauses(parts: list[str]) -> None:
    text = ("" if "；" in parts[0] else " ").join(parts)
    assert _cut(text) == parts
    found = claims_of(article(text))[1:]
    assert [claim.text for claim in found] == parts
    assert {claim.kind for claim in found} == {"clause"}
    assert {claim.sentence for claim in found} == {Span(0, len(text))}


@pytest.mark.parametrize(
    "text",
    [
        "He sold cars, boats and planes.",
        "It was slow, but reliable.",
        "It closed, and reopened in May.",
        "He says that prices rose, and that wages fell.",
        "She left, while smiling at everybody.",
        "He said (it was late; nobody came) that it was over.",
        'He said: "It is late; nobody came here."',
        "他说：“很晚了；没有人来这里。”",
        "Late; early.",
        "It ended; ",
    ],
)
def test_no_clauses(text: str) -> None:
    assert _cut(text) == [text.strip()]


@given(_TEXTS.filter(str.strip))
def test_clauses_hold_the_whole_sentence(text: str) -> None:
    start = len(text) - len(text.lstrip())
    spans = clauses(text, Span(start, len(text.rstrip())))
    assert all(not text[a.end : b.start].strip() and a.end <= b.start for a, b in pairwise(spans))
    assert spans[0].start == start
    assert spans[-1].end == len(text.rstrip())


def _custom(text: str, words: str) -> Selector:
    start = text.index(words)
    return describe(text, Span(start, start + len(words)), kind="custom")


def test_claims_that_a_reviewer_marked_out_come_last() -> None:
    text = "The harbour closed on Monday. It opens in May."
    found = claims_of(article(text), {"zz2": _custom(text, "on Monday")})
    assert [(claim.id, claim.kind, claim.text) for claim in found[-1:]] == [
        ("zz2", "custom", "on Monday")
    ]


def test_a_marked_claim_that_is_gone_is_left_out_and_its_id_stays_taken() -> None:
    selector = _custom("It closed on Monday.", "on Monday")
    taken = claim_id("hb2", "It opened.")
    found: tuple[Claim, ...] = claims_of(article("It opened."), {taken: selector})
    assert [claim.id for claim in found[1:]] == [f"{taken}-2"]


def test_a_marked_claim_is_the_nearest_of_the_same_words() -> None:
    text = "in May. It opened in May. It closed in May."
    selector = describe(text, Span(18, 24), kind="custom")
    assert selector.exact == "in May"
    found = claims_of(article(f"So: {text}"), {"zz2": selector})
    assert found[-1].span == Span(22, 28)
