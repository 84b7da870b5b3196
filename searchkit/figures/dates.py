"""Dates, in full and in part."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from searchkit.figures.fact import Fact, words
from searchkit.figures.numbers import of_han
from searchkit.model import Span

_MONTHS = words(
    "january february march april may june july august september october november december"
)
_DAYS = words("monday tuesday wednesday thursday friday saturday sunday")
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
_DAY = r"(?:[12][0-9]|3[01]|0?[1-9])"
_MONTH_NUMBER = "(?:0?[1-9]|1[0-2])"
_YEAR = r"(?:1[4-9]|20)[0-9]{2}"
_CJK_NUMBER = "[0-9０-９零〇一二三四五六七八九十]"
_CJK_MONTH = f"{_CJK_NUMBER}{{1,3}}月"
_CJK_DAY = f"{_CJK_NUMBER}{{1,3}}[日号號]"
_DATE = re.compile(
    rf"""
      (?P<iso> (?<![0-9]){_YEAR}
        (?: [-/]{_MONTH_NUMBER}(?:[-/.]{_DAY})? | [.]{_MONTH_NUMBER}[-/.]{_DAY} ) (?![0-9]) )
    | \b (?P<month1> {_MONTH} )\s+(?P<day1> {_DAY} )(?:st|nd|rd|th)?\b
         (?: ,?\s+ (?P<year1> {_YEAR} )\b )?
    | \b (?P<day2> {_DAY} )(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month2> {_MONTH} )\b
         (?: ,?\s+ (?P<year2> {_YEAR} )\b )?
    | \b (?P<month3> {_MONTH} ),?\s+(?P<year3> {_YEAR} )\b
    | (?P<cjk> {_CJK_NUMBER}{{2,4}}年 (?:{_CJK_MONTH})? (?:{_CJK_DAY})?
             | {_CJK_MONTH} (?:{_CJK_DAY})?
             | {_CJK_NUMBER}{{1,3}}日 (?![本元]) )
    | (?P<alone> \b(?:January|February|(?<=[a-z,]\ )March|April|(?<=[a-z,]\ )May|June|July|August
        |September|October|November|December)\b )
    | (?P<weekday> \b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b
        | (?:星期|礼拜|禮拜|周|週)[一二三四五六日天] | [月火水木金土日]曜日? )
    | (?P<year> (?<![0-9.,$€£¥]){_YEAR}(?:s\b|(?![0-9%％]|[.,][0-9])) )
    | (?P<relative> \b(?i:yesterday|today|tomorrow|tonight)\b
        | \b(?i:last|this|next)\s+(?:year|month|week|night|spring|summer|autumn|fall|winter)\b
        | 昨天|今天|明天|昨日|今日|明日|前天|去年|今年|明年|上个?月|下个?月|本月
        | 先月|今月|来月|昨年|来年 )
    """,
    re.VERBOSE,
)


def dates(text: str) -> Iterator[Fact]:
    """The dates of a text, in full or in part: a year, a weekday, "yesterday"."""
    for found in _DATE.finditer(text):
        yield Fact("date", Span(*found.span()), _date(found))


def _date(found: re.Match[str]) -> str:
    if found["year"]:
        return found[0] if found[0].endswith("s") else _in_order(found[0])
    if found["weekday"]:
        return _weekday(found[0])
    if found["relative"]:
        return re.sub(r"\s+", " ", found[0]).lower()
    return _in_order(*_calendar(found))


def _calendar(found: re.Match[str]) -> tuple[object, ...]:
    """Year, month and day as far as they are given."""
    if found["iso"]:
        return tuple(re.split("[-/.]", found["iso"]))
    if found["alone"]:
        return None, _MONTHS.index(found[0].lower()) + 1
    if found["cjk"]:
        parts = {
            unit: _of_cjk(number)
            for number, unit in re.findall(f"({_CJK_NUMBER}+)([年月日号號])", found[0])
        }
        day = next((parts[unit] for unit in "日号號" if unit in parts), None)
        return parts.get("年"), parts.get("月"), day
    named = found.groupdict()
    form = next(n for n in "123" if named[f"month{n}"])
    start = named[f"month{form}"].lower()[:3]
    month = next(at for at, name in enumerate(_MONTHS, 1) if name.startswith(start))
    return named.get(f"year{form}"), month, named.get(f"day{form}")


def _in_order(year: object = None, month: object = None, day: object = None) -> str:
    given = zip("ymd", (year, month, day), strict=True)
    return " ".join(f"{unit}{int(str(part))}" for unit, part in given if part is not None)


def _of_cjk(written: str) -> int:
    ascii_form = unicodedata.normalize("NFKC", written)
    return int(of_han(ascii_form))


def _weekday(written: str) -> str:
    if written.isascii():
        return next(day for day in _DAYS if written.lower().startswith(day[:3]))
    if "曜" in written:
        return _DAYS["月火水木金土日".index(written[0])]
    return _DAYS["一二三四五六日".index(written[-1].replace("天", "日"))]
