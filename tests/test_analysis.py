"""What counts as the same word, and where words stand."""

from __future__ import annotations

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from searchkit.analysis import LONGEST, Token, fold, is_unspaced, stem, terms, tokens


def words(text: str) -> list[str]:
    return [token.word for token in tokens(text)]


def asked(text: str) -> list[str]:
    return [token.word for token in tokens(text, query=True)]


def test_tokens_carry_words_positions_and_places() -> None:
    assert list(tokens("The U.S. sent 2,000 men.")) == [
        Token("the", 0, 0, 3),
        Token("us", 1, 4, 7),
        Token("sent", 2, 9, 13),
        Token("2000", 3, 14, 19),
        Token("men", 4, 20, 23),
    ]


@pytest.mark.parametrize(
    "spellings",
    [
        ("us", "US", "U.S.", "U.S", "u.s.", "Us", "U.S.'s"),
        ("2000", "2,000", "２,０００"),
        ("1234567.89", "1,234,567.89"),
        ("49.4", "49.4%", "$49.4", "(49.4)"),
        ("covid 19", "COVID-19", "COVID19", "Covid 19", "ＣＯＶＩＤ－１９", "covid–19"),
        ("chang'e 6", "Chang’e-6", "Chang'e-6", "Changʼe 6", "CHANG＇E6"),
        ("china", "China's", "China’s", "CHINA'S", "'China'"),
        ("mars", "Mars'", "Mars’"),
        ("dont", "don't", "don’t"),
        ("rocknroll", "rock'n'roll", "rock’n’roll"),
        ("cafe", "café", "cafe\u0301", "CAFÉ", "Cafe\u0301"),
        ("strasse", "Straße", "STRASSE"),
        ("aerosol", "aero\u00adsol", "aero\u200dsol", "aero\u2060sol"),
        ("fin", "ﬁn"),
        ("パンダ", "ﾊﾟﾝﾀﾞ", unicodedata.normalize("NFD", "パンダ")),
        ("ニュー ヨーク", "ニュー・ヨーク", "ﾆｭｰ･ﾖｰｸ", "ニュー゠ヨーク"),
        ("한국어", unicodedata.normalize("NFD", "한국어")),
        ("हिन्दी", unicodedata.normalize("NFD", "हिन्दी")),
        ("Ελλάδα", "ΕΛΛΆΔΑ", "ελλαδα"),
        ("Москва", "МОСКВА"),
        ("台湾总统", "臺灣總統", "台灣總統", "台湾総統"),
        ("发展", "發展", "発展"),
        ("广州", "廣州", "広州"),
        ("群众", "羣眾", "群眾"),
        ("干燥", "乾燥"),
        ("australianfires", "#AustralianFires", "＃AustralianFires"),
        ("who", "@WHO", "＠WHO"),
        ("5", "$5", "€5", "5%", "￥5"),
        ("us 5", "US$5", "U.S. $5"),
        ("real name", "real-name", "Real‑Name", "real–name"),
        ("24 7", "24/7"),
    ],
    ids=lambda spellings: str(spellings[0]),
)
def test_spellings_of_one_word_are_the_same(spellings: tuple[str, ...]) -> None:
    found = {spelling: words(spelling) for spelling in spellings}
    assert len({tuple(made) for made in found.values()}) == 1, found
    assert all(found.values())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2,000", "000"),
        ("49.4", "49"),
        ("1,00", "100"),
        ("will", "wills'"),
        ("ハハ", "パパ"),
        ("я", "ja"),
        ("芸", "藝"),
        ("欠", "缺"),
    ],
)
def test_what_differs_in_meaning_differs(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_no_word_is_left_out() -> None:
    text = "it may be that the us will not be on or off"
    assert words(text) == text.split()


@pytest.mark.parametrize(
    "text", ["", " ", "ʼ", "’", "— … 。！", "\ud800", "\u0301", "___", "・", "%"]
)
def test_signs_are_no_words(text: str) -> None:
    assert words(text) == []


def test_chinese_is_cut_into_pairs() -> None:
    assert list(tokens("月球背面。")) == [
        Token("月球", 0, 0, 2),
        Token("球背", 1, 1, 3),
        Token("背面", 2, 2, 4),
        Token("面", 3, 3, 4),
    ]
    assert asked("月球背面") == ["月球", "球背", "背面"]
    assert asked("月") == ["月"]


def test_a_script_change_ends_a_run() -> None:
    assert list(tokens("第3号U.S.機")) == [
        Token("第", 0, 0, 1),
        Token("3", 1, 1, 2),
        Token("号", 2, 2, 3),
        Token("us", 3, 3, 6),
        Token("机", 4, 7, 8),
    ]


def test_half_width_kana_are_placed_in_the_text_as_written() -> None:
    assert list(tokens("ﾊﾟﾝﾀﾞ")) == [
        Token("パン", 0, 0, 3),
        Token("ンダ", 1, 2, 5),
        Token("ダ", 2, 3, 5),
    ]


def test_characters_outside_the_basic_plane_count_as_one() -> None:
    assert list(tokens("𠮷野 🚀 x")) == [
        Token("𠮷野", 0, 0, 2),
        Token("野", 1, 1, 2),
        Token("x", 2, 5, 6),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ภาษาไทย", ["ภา", "าษ", "ษา", "าไ", "ไท", "ทย", "ย"]),
        ("हिन्दी भाषा", ["हिन्दी", "भाषा"]),
        ("العَرَبِيَّة", ["العَرَبِيَّة"]),
        ("Tōkyō", ["tokyo"]),
        ("A.B.C. a.bc", ["abc", "a", "bc"]),
    ],
)
def test_other_scripts(text: str, expected: list[str]) -> None:
    assert words(text) == [unicodedata.normalize("NFC", word) for word in expected]


def test_long_words_are_compared_by_their_beginning() -> None:
    (token,) = tokens("x" * 5_000)
    assert token == Token("x" * LONGEST, 0, 0, 5_000)
    assert words("x" * LONGEST) == ["x" * LONGEST]
    assert words("7" * 5_000) == ["7" * LONGEST]


@pytest.mark.parametrize(
    "text", ["a", "7", "月", "ﾊﾟ", "a.", "a'", "1,", "7.", "e\u0301", "क्", "\u1161", "é\u00ad"]
)
def test_a_megabyte_of_anything_is_read(text: str) -> None:
    last = None
    for token in tokens(text * (1_000_000 // len(text))):
        last = token
    assert last is not None
    assert last.end >= 999_998


@pytest.mark.parametrize(
    ("inflected", "base"),
    [
        ("reported", "report"),
        ("reports", "report"),
        ("dying", "die"),
        ("us", "us"),
        ("going", "go"),
        ("ads", "ad"),
    ],
)
def test_inflected_forms_share_their_stem(inflected: str, base: str) -> None:
    assert stem(fold(inflected)) == stem(fold(base))


@pytest.mark.parametrize("word", ["2000", "49.4", "naïve", "москва", "月球", "as"])
def test_only_english_words_have_a_stem(word: str) -> None:
    assert stem(word) == word


def test_a_stem_of_one_letter_is_none() -> None:
    assert stem("aed") == "aed"


def test_unspaced_scripts_are_told_by_their_first_character() -> None:
    assert [is_unspaced(word) for word in ("月球", "パ", "한국", "ไท", "moon", "2", "हिन्दी")] == [
        True,
        True,
        True,
        True,
        False,
        False,
        False,
    ]


_PIECES = st.one_of(
    st.sampled_from(["U.S.", "2,000", "49.4%", "COVID-19", "Chang’e", "China's", "e\u0301", "हि"]),
    st.sampled_from(
        "月球が한กำ\u1100\u1161\u3099\u0345\u00ad\u200d\ud800🚀ﬁ½ｶﾞaBs7é'’.,-・\n\u3000 "
    ),
)
_WESTERN = st.sampled_from(["U.S.", "a.b'", "'s", "ʼs", *"e\u0301\u00ad\u200d’'.,S7_é€℃ⁿʰ \n"])
_TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(st.characters(), max_size=30),
    st.lists(_PIECES, max_size=25).map("".join),
)


@given(_TEXTS)
def test_tokens_stand_in_the_text_in_order(text: str) -> None:
    found = list(tokens(text))
    for token in found:
        assert token.word
        assert 0 <= token.start < token.end <= len(text)
        assert not text[token.start].isspace()
    for one, next_one in pairwise(found):
        assert (one.start, one.end) <= (next_one.start, next_one.end)
        assert next_one.position == one.position + 1
    assert not found or found[0].position == 0


@given(_TEXTS)
def test_all_words_at_once_are_the_words_one_by_one(text: str) -> None:
    words, starts, ends = terms(text)
    at = range(len(words))
    assert list(tokens(text)) == list(map(Token, words, at, starts, ends))


@given(st.one_of(_TEXTS, st.lists(_WESTERN, max_size=25).map("".join)))
def test_words_are_the_same_beside_words_of_other_scripts(text: str) -> None:
    assert [list(lists) for lists in terms(text)] == [lists[:-1] for lists in terms(f"{text}\n月")]


@given(_TEXTS)
def test_a_query_asks_for_words_that_the_text_has(text: str) -> None:
    assert set(tokens(text, query=True)) <= set(tokens(text))


@given(_TEXTS, st.data())
def test_a_piece_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    """Cut at white space, or anywhere between the characters of an unspaced run."""
    found = list(tokens(text))
    starts = {t.start for t in found if is_unspaced(t.word) or _spaced(text, t.start - 1)}
    ends = {t.end for t in found if is_unspaced(t.word) or _spaced(text, t.end)}
    # A run must not be cut where one written character is several (as Thai sara am is).
    whole = {t.start for t in found if sum(o.start == t.start for o in found) == 1}
    starts &= whole
    pairs = [(s, e) for s in sorted(starts) for e in sorted(ends) if s < e]
    if not pairs:
        return
    start, end = data.draw(st.sampled_from(pairs))
    wanted = list(tokens(text[start:end], query=True))
    assert wanted
    assert any(
        all(_holds(found, t.word, t.position + shift) for t in wanted)
        for shift in range(len(found))
    )


def _holds(found: list[Token], word: str, position: int) -> bool:
    """One character alone stands for every pair that begins with it."""
    there = found[position].word if position < len(found) else ""
    alone = len(word) == 1 and is_unspaced(word)
    return there.startswith(word) if alone else there == word


def _spaced(text: str, at: int) -> bool:
    return not 0 <= at < len(text) or text[at].isspace()


@given(_TEXTS)
@example("ͅ\u0301")
@example("ᾳ\u0345")
@example("İ")
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(exclude_categories=["Cs", "Mn"]), max_size=40))
def test_case_does_not_matter(text: str) -> None:
    assert fold(text) == fold(text.casefold())


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_canonical_form_does_not_matter(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
