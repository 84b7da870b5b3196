"""Dates in the forms that outlets use."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.readers.dates import read_date, split_label

DAY = dt.date(2024, 8, 4)


@pytest.mark.parametrize(
    "written",
    [
        "August 4, 2024",
        "Sunday, August 4th, 2024",
        "Sun., Aug. 4, 2024, 10:15 a.m. EDT",
        "Aug 4 2024 at 3 pm",
        "4 August 2024 10:15 BST",
        "4th of August 2024",
        "04-Aug-2024",
        "10:15 AM EDT, Sun August 4, 2024",
        "Updated 4 Aug 2024, 15.30 CET",
        "Published: 4 August 2024",
        "2024-08-04",
        "2024-08-04T10:00:00.123+09:00",
        "2024-08-04 10:00",
        "2024/8/4",
        "2024.08.04",
        "20240804",
        "20240804T100000Z",
        "Sun, 04 Aug 2024 10:00:00 +0800",
        "Sun, 04 Aug 24 10:00:00 GMT",
        "2024年8月4日",
        "2024年08月04日10:20",
        "2024年8月4日 星期日 10:20",
        "2024年8月4日周日",
        "2024年8月4日 上午10时15分",
        "发布时间：2024-08-04 10:20:33",
        "二〇二四年八月四日",
        "２０２４年８月４日（日）１０時１５分",
        "2024年8月4日 午後3時5分",
        "令和6年8月4日",
        "令和六年八月四日",
    ],
)
def test_forms_that_outlets_use(written: str) -> None:
    assert read_date(written) == DAY


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("令和元年5月1日", dt.date(2019, 5, 1)),
        ("昭和64年1月7日", dt.date(1989, 1, 7)),
        ("二〇二四年十二月三十一日", dt.date(2024, 12, 31)),
        ("二零二四年十月二十日", dt.date(2024, 10, 20)),
    ],
)
def test_eras_and_numerals(written: str, day: dt.date) -> None:
    assert read_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        "04/08/2024",
        "4.8.2024",
        "2024-08",
        "2024",
        "August 2024",
        "2024-02-30",
        "2024-08-045",
        "soon",
    ],
)
def test_what_is_no_certain_date_is_none(written: str) -> None:
    assert read_date(written) is None


@pytest.mark.parametrize(
    ("label", "outlet"),
    [
        ("The Sun, August 4, 2024", "The Sun"),
        ("The Mail on Sunday, August 4, 2024", "The Mail on Sunday"),
        ("Courier, Sunday, August 4, 2024", "Courier"),
        ("Courier, Sun., Aug. 4, 2024", "Courier"),
        ("Sunday, August 4, 2024", None),
        ("Courier, 4 August 2024, 10:15 BST", "Courier"),
        ("示例报 2024年8月4日 10:20", "示例报"),
        ("例新聞（令和6年8月4日）", "例新聞"),
        ("例新聞、２０２４年８月４日（日）", "例新聞"),
    ],
)
def test_a_date_at_the_end_of_a_label(label: str, outlet: str | None) -> None:
    assert split_label(label) == (outlet, DAY)


@given(st.dates(dt.date(1926, 12, 25), dt.date(2099, 12, 31)))
def test_what_is_written_is_read(day: dt.date) -> None:
    for form in ("%B %d, %Y", "%A, %d %b %Y", "%Y-%m-%dT%H:%M:%SZ", "%Y年%m月%d日", "%Y%m%d"):
        assert read_date(day.strftime(form)) == day
    assert split_label(f"Courier, {day:%B %d, %Y}") == ("Courier", day)


@given(st.text("0123456789年月日-/:., SunAug十〇（）", max_size=80))
def test_no_text_is_too_odd(text: str) -> None:
    read_date(text)
    outlet, _ = split_label(text)
    assert outlet is None or outlet in text
