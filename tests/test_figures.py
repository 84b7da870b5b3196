"""Figures, dates, names and negations as they are written in three languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.figures import facts


def values(text: str, kind: str) -> list[str]:
    return [fact.value for fact in facts(text) if fact.kind == kind]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2,000 ships", "2000"),
        ("two thousand ships", "2000"),
        ("1935.3 grams", "1935.3"),
        ("2012.4億円", "201240000000"),
        ("twenty-one and", "21"),
        ("a hundred and five million", "105000000"),
        ("1.5 billion", "1500000000"),
        ("1.50 bn", "1500000000"),
        ("fell by half", "0.5"),
        ("half a million", "500000"),
        ("dozens of ships", "12"),
        ("-4 degrees", "-4"),
        ("49.4%", "49.4%"),
        ("49.40 per cent", "49.4%"),
        ("the third time", "3"),
        ("thousands of people", "thousands"),
        ("COVID-19", "19"),
        ("５００人", "500"),
        ("2.5万人", "25000"),
        ("二万五千人", "25000"),
        ("三亿元", "300000000"),
        ("1,200億円", "120000000000"),
        ("百分之三十", "30%"),
        ("十二点五个百分点", "12.5%"),
        ("两公斤", "2"),
        ("嫦娥六号", "6"),
        ("123456789012345678901234", "123456789012345678901234"),
    ],
)
def test_figures(text: str, value: str) -> None:
    assert values(text, "figure") == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on August 3, 2024", "y2024 m8 d3"),
        ("on 3 August 2024", "y2024 m8 d3"),
        ("on Aug. 3rd, 2024", "y2024 m8 d3"),
        ("on 2024-08-03", "y2024 m8 d3"),
        ("2024.8.3", "y2024 m8 d3"),
        ("2024/08", "y2024 m8"),
        ("2024年8月3日", "y2024 m8 d3"),
        ("二〇二四年八月三日", "y2024 m8 d3"),
        ("８月３日", "m8 d3"),
        ("8月3号", "m8 d3"),
        ("in March", "m3"),
        ("in May 2023", "y2023 m5"),
        ("in 1998", "y1998"),
        ("the 1990s", "1990s"),
        ("last  Sunday", "sunday"),
        ("周日", "sunday"),
        ("日曜日", "sunday"),
        ("Last year", "last year"),
        ("去年", "去年"),
    ],
)
def test_dates(text: str, value: str) -> None:
    assert values(text, "date") == [value]
    assert not values(text, "figure")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("He didn’t say it is not so", ["not", "not"]),
        ("Nobody cannot", ["nobody", "not"]),
        ("officials denied it, without a word", ["denied", "without"]),
        ("他没有去", ["没"]),
        ("失わなかった", ["なかっ"]),
        ("知らず、行きません", ["ず", "ません"]),
        ("a knot in the north", []),
    ],
)
def test_negations(text: str, found: list[str]) -> None:
    assert values(text, "negation") == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The deal was signed by Bell’s firm in New York.", ["Bell", "New", "York"]),
        ("Bell spoke.", ["Bell"]),
        ("In the end, he and I won. They left.", []),
        ("A U.S. official", ["U.S."]),
        ("トヨタの発表", ["トヨタ"]),
        ("他读了《红楼梦》", ["《红楼梦》"]),
        ("去了浙江省", ["浙江省"]),
    ],
)
def test_names(text: str, found: list[str]) -> None:
    assert values(text, "name") == found


mixed = st.text(
    st.sampled_from(
        "零一二百千万亿点0123456789０５,.，-年月日周AaBb UüS不ない《》twoenhudrdml%％第"
    )
    | st.characters(exclude_categories=["Cs"]),
    max_size=80,
)


@given(mixed)
def test_facts_are_in_order_and_apart(text: str) -> None:
    at = 0
    for fact in facts(text):
        assert at <= fact.span.start < fact.span.end <= len(text)
        assert fact.value
        at = fact.span.end


@given(mixed)
def test_no_digit_goes_unseen(text: str) -> None:
    seen = {at for fact in facts(text) for at in range(*fact.span)}
    assert all(at in seen for at, character in enumerate(text) if character in "0123456789")


@pytest.mark.parametrize("unit", ["A", "一", "1", "1,", "Aa ", "two ", "《", "点", "A.", "万"])
def test_long_texts_of_one_kind_are_no_trap(unit: str) -> None:
    facts(unit * 20_000)
