"""Where sentences end, in English, Chinese and Japanese."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchkit.text import item_markers, sentences

_PIECES = [
    "The harbour closed. ",
    "U.S. ",
    "Dr. Ito said so. ",
    "3.5% ",
    "（括弧。）",
    "港は閉じた。",
    "他说：“好。”",
    "「はい。」",
    "(It rained.) ",
    "“Why?” ",
    "e.g. ",
    "...",
    " 1. ",
    "\u00a0",
    "\u3000",
    "! ",
    "?!",
    "\n",
    "[12] ",
    "a",
]
_TEXTS = st.lists(st.sampled_from(_PIECES), max_size=30).map("".join) | st.text(max_size=120)


def cut(text: str) -> list[str]:
    return [text[span.start : span.end] for span in sentences(text)]


@given(_TEXTS, st.integers(0, 20), st.integers(0, 20))
def test_sentences_hold_every_character_once(text: str, before: int, after: int) -> None:
    start, end = min(before, len(text)), max(min(before, len(text)), len(text) - after)
    spans = sentences(text, start, end)
    covered = [at for span in spans for at in range(span.start, span.end)]
    assert covered == sorted(set(covered))
    missed = set(range(start, end)) - set(covered)
    assert all(text[at].isspace() for at in missed)
    for span in spans:
        assert start <= span.start < span.end <= end
        assert not text[span.start].isspace()
        assert not text[span.end - 1].isspace()


@given(_TEXTS)
@example("?!（括弧。）")
def test_what_follows_a_block_does_not_change_it(text: str) -> None:
    assert sentences(f"{text}\n\nMore.", 0, len(text)) == sentences(text)


@pytest.mark.parametrize(
    "parts",
    [
        ["The bridge closed.", "A ferry runs."],
        ["Prices rose 3.5% in May.", "Wages rose 2.1%."],
        ["Dr. Ito and Mr. Li met in St. Petersburg.", "They signed."],
        ["He lives in the U.S. and works there."],
        ["She moved to the U.S.", "They stayed."],
        ["The U.S. Senate voted.", "It passed."],
        ["It cost approx. 5 million crowns, e.g. for steel.", "Nobody paid."],
        ["The company, Acme Inc., sued.", "It lost."],
        ["He works for Acme Inc.", "She does not."],
        ["“We are late,” he said.", "“Very late.”"],
        ["“Is it true?” asked the mayor.", "Nobody knew."],
        ["“It is.”", "She nodded."],
        ["He asked why (nobody knew. Really).", "Then he left."],
        ["(It rained.)", "The match went on."],
        ["Wait… what?", "Yes!"],
        ["It ended at 5 p.m. on Friday.", "Nobody came."],
        ["See no. 5 and p. 12.", "They differ."],
        ["J. K. Smith wrote it.", "It sold."],
        ["It rained.[3]", "It stopped.[4]"],
        ["The site example.org is down.", "Version 2.0 is out."],
        ["No.", "That is wrong."],
        ["What?!", "Again?"],
        ["One sentence without an end"],
    ],
)
def test_english(parts: list[str]) -> None:
    assert cut(" ".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["港口关闭了。", "渡轮开始运行。"],
        ["他说：“港口关闭了。”", "没有人相信。"],
        ["真的吗？", "真的！", "好吧……"],
        ["去年增长3.5%。", "2024年放缓。"],
        ["会议在8月举行。", "10人参加。"],
        ["《你好。再见》是一本书。", "卖得很好。"],
        ["公司（前身是小店。后来变大）上市了。", "股价上涨。"],
        ["渡轮很慢；票价不高。", "乘客不多。"],
    ],
)
def test_chinese(parts: list[str]) -> None:
    assert cut("".join(parts)) == parts


@pytest.mark.parametrize(
    "parts",
    [
        ["港は閉じた。", "船は来ない。"],
        ["「港は閉じた。」と市長は話した。", "船は来ない。"],
        ["本当ですか？", "はい！"],
        ["価格は3.5%上がった。", "2024年は下がる。"],
        ["会議（8月。東京で開かれた）は終わった。", "次は10月だ。"],
    ],
)
def test_japanese(parts: list[str]) -> None:
    assert cut("".join(parts)) == parts


def test_a_sentence_may_be_cut_by_a_list_within_the_line() -> None:
    text = "The law has three aims: 1. cut imports by half; 2. store oil; and 3. tell the public."
    assert cut(text) == [
        "The law has three aims:",
        "1. cut imports by half;",
        "2. store oil; and",
        "3. tell the public.",
    ]
    assert [text[m.start : m.end] for m in item_markers(text, 0, len(text))] == [
        "1. ",
        "2. ",
        "3. ",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "In group 1. the rate fell, in group 3. it rose.",
        "It was 2. at best.",
        "a) only",
        "The figures for 2023 and 2024.",
    ],
)
def test_what_only_looks_like_a_list(text: str) -> None:
    assert item_markers(text, 0, len(text)) == []
