"""Encodings are told apart, or refused with a remedy; never guessed wrongly."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.errors import ReadError
from searchkit.readers.encoding import decode

ZH = "市政府昨天公布了新的公共交通计划，预计明年开始建设两条地铁线路，总投资约三百亿元。"
ZH_TRADITIONAL = (
    "市政府昨天公布了新的公共交通計畫，預計明年開始建設兩條捷運路線，總投資約三百億元。"
)
JA = "市は昨日、新しい公共交通の計画を発表した。来年から二つの路線の工事が始まる見込みだ。"
KO = "시청은 어제 새로운 대중교통 계획을 발표했다. 내년부터 두 개의 노선 공사가 시작된다."
RU = "Мэрия вчера представила новый план развития общественного транспорта города."
FR = "La mairie a présenté hier le nouveau plan : deux lignes naîtront l'été prochain, à côté."

ZH_PHRASES = [
    "政府宣布新的经济政策",
    "今年上半年出口增长",
    "城市交通建设投资",
    "农民种植水稻的面积",
    "据记者报道，",
    "专家认为影响不大。",
    "学校开始上课",
    "比去年同期下降了百分之三",
    "天气预报说明天有雨；",
]
JA_PHRASES = [
    "政府は新しい政策を発表した。",
    "今年の輸出は前年より増えた。",
    "市民の声を聞く会議が開かれ、",
    "専門家によると影響は小さい。",
    "バスの運賃が値上げされる。",
    "学校の授業が始まった。",
    "「明日は雨になる」と話した。",
    "コメの収穫量はわずかに減った。",
]


def refusal(data: bytes) -> ReadError:
    with pytest.raises(ReadError) as caught:
        decode(data, "corpus/x.txt")
    assert caught.value.place == "corpus/x.txt"
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ZH, "utf-8"),
        (ZH, "gb18030"),
        (ZH, "gbk"),
        (ZH_TRADITIONAL, "gb18030"),
        (JA, "cp932"),
        (JA, "shift_jis"),
        (JA, "euc_jp"),
        (JA, "gb18030"),
        (FR, "utf-8"),
        (RU, "utf-8"),
    ],
)
def test_each_encoding_is_recognised(text: str, encoding: str) -> None:
    page = f"Title in ASCII\r\n\r\n{text}\r\nlast line"
    assert decode(page.encode(encoding), "x") == page


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_order_mark_is_dropped_once(encoding: str) -> None:
    data = f"\ufeff\ufeff{FR}\r\n".encode(encoding)
    assert decode(data, "x") == f"\ufeff{FR}\r\n"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["Plain English text\nin two lines", f"{ZH}一\n{ZH}", f"{JA}\n"])
def test_utf16_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "x") == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FR, "cp1252"),
        ("It’s “done”, they said – didn’t they?", "cp1252"),
        ("naïve", "cp1252"),
        ("café", "latin-1"),
        (RU, "cp1251"),
        (RU, "koi8_r"),
        (KO, "euc_kr"),
        (ZH_TRADITIONAL.replace("畫", "劃"), "big5"),
        (JA, "iso2022_jp"),
    ],
)
def test_other_encodings_are_refused(text: str, encoding: str) -> None:
    assert refusal(text.encode(encoding)).remedy == "save it as UTF-8"


def test_the_refusal_names_the_line() -> None:
    message = refusal(f"one\ntwo\n{FR}".encode("cp1252")).message
    assert "line 3" in message
    assert "0xe9" in message
    assert "Windows-1252" in message


@pytest.mark.parametrize(
    "data",
    [
        bytes(range(256)) * 8,
        b"\x7fELF\x02\x01\x01" + b"\0" * 9 + b"\x03\0>\0\x01\0\0\0",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01",
        b"text with one\0NUL",
        b"0\0\xc2\x80",
        b"\0",
        b"\x01\x02\x03",
        codecs.BOM_UTF16_LE + "a\0b".encode("utf-16-le"),
    ],
)
def test_binary_files_are_refused(data: bytes) -> None:
    assert refusal(data).message == "not a text file"


def test_a_damaged_file_with_a_mark_is_refused() -> None:
    assert "UTF-16" in refusal(codecs.BOM_UTF16_LE + b"a\0b").message
    assert "UTF-8" in refusal(codecs.BOM_UTF8 + b"caf\xe9").message


def test_a_stray_control_character_is_no_reason_to_refuse() -> None:
    text = "word " * 100 + "\x1a"
    assert decode(text.encode(), "x") == text


@given(st.lists(st.sampled_from(ZH_PHRASES), min_size=3, max_size=12).map("".join))
def test_chinese_is_told_apart(text: str) -> None:
    assert decode(text.encode("gb18030"), "x") == text


@given(
    st.lists(st.sampled_from(JA_PHRASES), min_size=3, max_size=12).map("".join),
    st.sampled_from(["cp932", "euc_jp"]),
)
def test_japanese_is_told_apart(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "x") == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\t\r\n")))
def test_utf8_is_verbatim(text: str) -> None:
    assert decode(text.encode(), "x") == text.removeprefix("\ufeff")


@given(st.binary() | st.binary(min_size=2).map(lambda data: codecs.BOM_UTF16_LE + data))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        text = decode(data, "x")
    except ReadError:
        return
    assert "\0" not in text
