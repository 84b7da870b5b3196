"""Blocks of a text, and the one definition of the same wording."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.text import blocks, normalise

_LINES = [
    "A line that ends.",
    "a line that goes on and on, much longer than any other line of this text is",
    "  indented",
    "- item",
    "1. first",
    "2) second",
    "（1）第一",
    "一、第一",
    "• point",
    "# Heading #",
    "> quoted",
    "```",
    "---",
    "Things to do:",
    "港は閉じた。",
    "",
    "\u00a0",
    "\u3000字下げ",
    "|a|b|",
]
_TEXTS = st.lists(st.sampled_from(_LINES), max_size=25).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\r", "\u2028", "\n\n"]).map(
        lambda end: end.join(lines)
    )
) | st.text(max_size=100)


def found(text: str) -> list[tuple[str, str]]:
    return [(block.kind, text[block.span.start : block.span.end]) for block in blocks(text)]


def lead_ins(text: str) -> list[str | None]:
    return [
        text[block.lead_in.start : block.lead_in.end] if block.lead_in else None
        for block in blocks(text)
    ]


@given(_TEXTS)
def test_blocks_are_ordered_disjoint_and_trimmed(text: str) -> None:
    last = 0
    for block in blocks(text):
        assert last <= block.span.start < block.span.end <= len(text)
        last = block.span.end
        words = text[block.span.start : block.span.end]
        assert words == words.strip()
        if block.lead_in:
            assert block.kind == "item"
            assert block.lead_in.end <= block.span.start
            assert text[block.lead_in.end - 1] in ":："


@given(st.lists(st.text("abc ,", min_size=1).filter(str.strip), max_size=6))
def test_plain_paragraphs_are_all_there(paragraphs: list[str]) -> None:
    text = "\n\n".join(paragraphs)
    assert found(text) == [("paragraph", p.strip()) for p in paragraphs]


def test_kinds() -> None:
    text = (
        "# The Harbour #\n\nIt closed.\n\n"
        "Reasons:\n- storms\n- a strike\n1. repairs\n\n"
        "> He left.\n"
    )
    assert found(text) == [
        ("heading", "The Harbour"),
        ("paragraph", "It closed."),
        ("paragraph", "Reasons:"),
        ("item", "storms"),
        ("item", "a strike"),
        ("item", "repairs"),
        ("paragraph", "He left."),
    ]
    assert lead_ins(text) == [None, None, None, "Reasons:", "Reasons:", "Reasons:", None]


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("  1. First", "First"),
        ("12) Twelfth", "Twelfth"),
        ("(3) Third", "Third"),
        ("– dashed", "dashed"),
        ("•dotted", "dotted"),
        ("（一）第一", "第一"),
        ("二、第二", "第二"),
        ("③ 第三", "第三"),
        ("・項目", "項目"),
    ],
)
def test_markers_are_no_part_of_items(line: str, item: str) -> None:
    assert found(line) == [("item", item)]


@pytest.mark.parametrize(
    "line", ["-5 degrees were measured.", "2024 was dry.", "3.5 per cent", "1"]
)
def test_what_only_looks_like_a_marker(line: str) -> None:
    assert found(line) == [("paragraph", line)]


def test_fenced_code_and_rules_hold_no_blocks() -> None:
    text = "Before.\n\n```\ncode. More code.\n```\n\n----\n\nAfter."
    assert found(text) == [("paragraph", "Before."), ("paragraph", "After.")]


def test_hard_wrapped_lines_are_one_paragraph() -> None:
    text = (
        "The harbour closed on Monday after\nthe storm broke two of its\ncranes. It opens in May."
    )
    assert found(text) == [("paragraph", text)]


def test_lines_that_are_whole_paragraphs_are_parted() -> None:
    long = "The harbour closed on Monday after the storm. " * 4
    text = f"{long.strip()}\nIt opens in May."
    assert found(text) == [("paragraph", long.strip()), ("paragraph", "It opens in May.")]


def test_chinese_lines_are_paragraphs() -> None:
    text = "港口关闭了。\n渡轮开始运行。"
    assert found(text) == [("paragraph", "港口关闭了。"), ("paragraph", "渡轮开始运行。")]


def test_a_lead_in_counts_for_the_list_after_it_only() -> None:
    text = "Reasons:\n\n- storms\n\nIt opens in May.\n\n- a strike"
    assert lead_ins(text) == [None, "Reasons:", None, None]


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=30))
def test_unicode_form_does_not_change_the_wording(text: str) -> None:
    assert normalise(unicodedata.normalize("NFD", text)) == normalise(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("“It’s done”", '"It\'s done"'),
        ("2020–2024", "2020-2024"),
        ("a\u00a0b", " a  b\n"),
        ("ＣＯＶＩＤ", "COVID"),
        ("re\u00adturn", "return"),
    ],
)
def test_same_wording(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


@pytest.mark.parametrize(("one", "other"), [("US", "us"), ("3.5", "35"), ("a b", "ab"), ("é", "e")])
def test_other_wording(one: str, other: str) -> None:
    assert normalise(one) != normalise(other)
