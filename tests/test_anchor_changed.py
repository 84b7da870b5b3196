"""Anchors of words that changed: their place is found, once, and never called unchanged."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from searchkit.anchor import anchor, describe
from searchkit.claims import claims_of
from searchkit.model import Anchor, Article, Selector, Span
from searchkit.text import normalise

ENGLISH = [
    "The probe landed near the southern rim on Sunday evening.",
    "It took two kilograms of soil and three photographs of the crater.",
    "Officials in the capital were proud of their engineers.",
    "A second mission is planned for the spring of next year.",
    "Nobody has yet said what the whole programme will cost.",
]
CHINESE = [
    "探测器周日晚在南部边缘着陆。",
    "它带回了两公斤土壤和三张照片。",
    "首都的官员为工程师感到自豪。",
    "第二次任务计划在明年春天进行。",
    "还没有人说明整个计划要花多少钱。",
]


def story(sentences: list[str], joint: str) -> tuple[str, list[Selector]]:
    """The text, and the selectors of its sentences."""
    text = joint.join(sentences)
    found, at = [], 0
    for sentence in sentences:
        found.append(describe(text, Span(at, at + len(sentence))))
        at += len(sentence) + len(joint)
    return text, found


def segments(text: str) -> list[Span]:
    """Where the sentences and clauses of a text stand."""
    article = Article(title="", text=text, sources=(), id="a")
    return [claim.span for claim in claims_of(article) if claim.kind != "title"]


def found_in(today: str, selectors: list[Selector]) -> list[tuple[str, str | None]]:
    """State and words today of each."""
    spans = segments(today)
    return [
        (one.state, today[slice(*one.span)] if one.span else None)
        for one in anchor(selectors, "", today, spans)
    ]


@pytest.mark.parametrize(
    ("sentences", "joint", "old", "new"),
    [
        (ENGLISH, " ", "Sunday", "Monday"),
        (ENGLISH, " ", "two kilograms of soil", "twelve kilograms of lunar soil"),
        (ENGLISH, " ", "were proud", "were not proud"),
        (ENGLISH, " ", "planned", "plannd"),
        (ENGLISH, "\n\n", "the whole programme will cost", "it all will cost"),
        (CHINESE, "", "两公斤", "五公斤"),
        (CHINESE, "", "感到自豪", "不感到自豪"),
        (CHINESE, "", "计划在明年春天", "将于明年夏天"),
    ],
)
def test_a_reworded_claim_is_changed_and_the_rest_is_as_it_was(
    sentences: list[str], joint: str, old: str, new: str
) -> None:
    text, selectors = story(sentences, joint)
    today = text.replace(old, new)
    for sentence, (state, words) in zip(sentences, found_in(today, selectors), strict=True):
        assert words == sentence.replace(old, new)
        assert (state == "changed") == (old in sentence)


def test_the_score_says_how_alike_the_words_are() -> None:
    text, selectors = story(ENGLISH, " ")
    today = text.replace("Sunday", "Monday").replace("whole programme will", "mission may finally")
    spans = segments(today)
    found = anchor(selectors, "", today, spans)
    assert 1 > found[0].score > found[4].score > 0.5
    assert [one.score for one in found[1:4]] == [1.0] * 3


@pytest.mark.parametrize("gone", range(5))
def test_a_deleted_claim_is_orphaned_and_takes_nobody_elses_place(gone: int) -> None:
    _, selectors = story(ENGLISH, " ")
    left = [sentence for sentence in ENGLISH if sentence != ENGLISH[gone]]
    found = found_in(" ".join(left), selectors)
    assert found.pop(gone) == ("orphaned", None)
    assert [words for _, words in found] == left


def test_a_claim_that_another_took_the_place_of_is_orphaned() -> None:
    text, selectors = story(ENGLISH, " ")
    today = text.replace(ENGLISH[2], "Rain delayed every harvest across both northern valleys.")
    assert found_in(today, selectors)[2] == ("orphaned", None)


def test_merged_claims_each_have_their_part() -> None:
    _, selectors = story(ENGLISH, " ")
    merged = ENGLISH[2][:-1] + ", and " + ENGLISH[3][0].lower() + ENGLISH[3][1:]
    today = " ".join([*ENGLISH[:2], merged, ENGLISH[4]])
    found = found_in(today, selectors)
    assert found[2][1] is not None
    assert found[3][1] is not None
    assert "proud of their engineers" in found[2][1]
    assert "second mission" not in found[2][1]
    assert "second mission is planned" in found[3][1]


def test_a_split_claim_is_both_its_parts() -> None:
    _, selectors = story(ENGLISH, " ")
    split = "It took two kilograms of soil. It also took three photographs of the crater."
    today = " ".join([ENGLISH[0], split, *ENGLISH[2:]])
    assert found_in(today, selectors)[1] == ("changed", split)


def test_two_versions_of_one_sentence_are_told_apart() -> None:
    sentences = [
        "The ministry counted forty ships in the northern harbour.",
        "The ministry counted sixty ships in the southern harbour.",
    ]
    text, selectors = story(sentences, " ")
    today = text.replace("forty", "fifty").replace("sixty ships", "sixty vessels")
    assert [words for _, words in found_in(today, selectors)] == [
        "The ministry counted fifty ships in the northern harbour.",
        "The ministry counted sixty vessels in the southern harbour.",
    ]


def test_a_changed_title_is_changed() -> None:
    selector = describe("Probe lands near the southern rim", Span(0, 33), "title")
    title = "Probe lands near the northern rim"
    assert anchor([selector], title, "", []) == [Anchor("changed", Span(0, 33), 0.9394)]


# Properties.

VOCABULARY = ["the", "ships", "forty", "不", "了", "harbour", "not", "5", "was", "是", "ministry"]
MARKS = [". ", "。", " ", ", ", "\n\n", "", "“", "\u00a0", "ﬁ", "e\u0301"]
stories = st.lists(st.sampled_from(VOCABULARY) | st.sampled_from(MARKS), max_size=40).map("".join)


@settings(max_examples=300)
@given(stories, stories)
@example(". ships\n\nships", ". \n\nships")
def test_nothing_is_taken_twice_and_other_words_are_never_unchanged(
    before: str, after: str
) -> None:
    selectors = [describe(before, span) for span in segments(before)]
    found = anchor(selectors, "", after, segments(after))
    placed = sorted((one.span, one.state) for one in found if one.span)
    assert len({span for span, _ in placed}) == len(placed)
    for (left, one_state), (right, other_state) in pairwise(placed):
        # Only where both stand word for word can two share words: ". ships" and its "ships".
        assert left.end <= right.start or "changed" not in (one_state, other_state)
    for selector, one in zip(selectors, found, strict=True):
        if one.span is None:
            assert one == Anchor("orphaned", None, 0.0)
            continue
        same = normalise(after[slice(*one.span)]) == normalise(selector.exact)
        assert same == (one.state != "changed")
        assert 0 <= one.score <= 1
