"""What makes a claim worth checking, and the reasons that are told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.worth import worth


def reasons(text: str) -> set[str]:
    return {reason for reason, _ in worth(text).reasons}


@given(st.text())
def test_score_is_a_probability_and_every_reason_moves_it(text: str) -> None:
    found = worth(text)
    assert 0 < found.score < 1
    assert all(weight for _, weight in found.reasons)
    weights = [abs(weight) for _, weight in found.reasons]
    assert weights == sorted(weights, reverse=True)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("Exports fell by 3.5 percent to 412,000 tons in May.", "Exports fell."),
        ("Unemployment doubled to 12% last year.", "Is unemployment a problem?"),
        ("The port handled 412,000 containers.", "We might handle some containers, perhaps."),
        ("Japan imported more oil than China in 2023.", "I think that this is beautiful."),
        ("去年出口下降了3.5%，降至41.2万吨。", "你觉得怎么样？"),
        ("輸出は3.5%減り、41万トンになった。", "どう思いますか？"),
        ("The minister said 40 schools had closed.", "The minister arrived. Please subscribe!"),
    ],
)
def test_what_can_be_checked_counts_for_more(more: str, less: str) -> None:
    assert worth(more).score > 0.3 > worth(less).score


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Is it open?", "is a question"),
        ("港は開いているか？", "is a question"),
        ("The reasons are these:", "introduces a list"),
        ("It may open in May.", "hedges"),
        ("可能会开放。", "hedges"),
        ("We closed it.", "speaks in the first person"),
        ("You should see it.", "addresses the reader"),
    ],
)
def test_reasons_are_told(text: str, reason: str) -> None:
    assert reason in reasons(text)


def test_a_title_counts_for_a_little_less() -> None:
    text = "Exports Fall by 3.5 Percent"
    assert worth(text, kind="title").score < worth(text).score


def test_curly_and_straight_apostrophes_are_the_same() -> None:
    assert worth("It didn’t close.") == worth("It didn't close.")
