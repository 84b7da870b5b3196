"""Dates as news pages, front matter and feeds write them."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime
from functools import lru_cache

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sept sep",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
_NUMERALS = {
    **dict(zip("〇零一二三四五六七八九", (0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9), strict=True)),
    "元": 1,
}
#: Japanese eras -> the year before their first.
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925}
#: Full-width digits and marks, one for one, so that offsets stay.
_NARROW = str.maketrans("０１２３４５６７８９／．－：", "0123456789/.-:")

_WEEKDAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?(?:the\s+)?"
)
_YEAR = r"(?:令和|平成|昭和)?\s*(?:\d{1,4}|元|[〇零一二三四五六七八九十]{1,4})"
_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_CJK_WEEKDAY = (
    r"(?:\s*[（(]?\s*(?:星期|週|周|礼拜|禮拜)?[一二三四五六日天月火水木金土](?:曜日?)?\s*[)）])?"
    r"(?:\s*(?:星期|週|周|礼拜|禮拜)[一二三四五六日天]|\s*[月火水木金土日]曜日?)?"
)
_DATE = (
    r"(?:(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?(?:\s+of)?[\s-]+(?P<month2>[a-z]{3,9})\.?"
    r"(?:,?\s+|-)(?P<year2>\d{4})"
    r"|(?P<year3>\d{4})\s*[-/.]\s*(?P<month3>\d{1,2})\s*[-/.]\s*(?P<day3>\d{1,2})(?!\d)"
    rf"|(?P<year4>{_YEAR})\s*年\s*(?P<month4>{_NUMBER})\s*月\s*(?P<day4>{_NUMBER})\s*日?"
    rf"{_CJK_WEEKDAY})"
)
_ZONE = r"\s*\(?(?:[a-z]{1,5}|(?:utc|gmt)?\s*[+-]\d{1,2}(?::?\d{2})?)\)?"
_CLOCK = (
    r"(?:\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d{1,9})?)?\s*(?:[ap]\.?m\.?)?"
    r"|\d{1,2}\s*[ap]\.?m\.?"
    r"|(?:上午|下午|午前|午後|凌晨|晚上?)?\s*\d{1,2}\s*[:时時点點]\s*\d{1,2}\s*分?(?:\s*\d{1,2}\s*秒)?)"
)
_TIME = rf"(?:(?:\s*[,，|·-]?\s*(?:at\s+)?|t){_CLOCK}(?:{_ZONE})?)?"
_SAID = (
    r"(?:(?:first\s+|last\s+)?(?:published|updated|posted|modified)(?:\s+(?:on|at))?\s*:?\s*"
    r"|(?:发布|發布|发表|更新|公開|配信|掲載)(?:时间|時間|日期|日時|日|于|於)?\s*[:：]?\s*)?"
)
_WHOLE = re.compile(
    rf"{_SAID}(?:{_CLOCK}(?:{_ZONE})?\s*[,，|·-]?\s*)?{_WEEKDAY}{_DATE}{_TIME}\.?", re.IGNORECASE
)
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})(?:T\d{4}(?:\d{2})?(?:Z|[+-]\d{2}:?\d{2})?)?")
_AT_END = re.compile(
    rf"(?:^|[\s,，、;；:：(（|·–—-])[(（]?{_DATE}{_TIME}[)）]?[.。]?$", re.IGNORECASE
)
#: A weekday set apart from the outlet: "The Mail on Sunday" and "The Sun" keep theirs.
_WEEKDAY_AT_END = re.compile(
    r"(?:(?:^|[,，;；|·(（–—]\s*)(?:mon|tues|wednes|thurs|fri|satur|sun)day"
    r"|[,，;；|·(（–—]\s*(?:mon|tues?|wed|thu(?:rs)?|fri|sat|sun)\.?)$",
    re.IGNORECASE,
)
_JOINTS = " \t\u00a0\u3000,，、;；:：(（|·–—-"

#: A date never needs more room than this at the end of a label.
_REACH = 80


def _number(digits: str) -> int:
    """A number in digits, in Chinese numerals (二十四) or as a row of them (二〇二四)."""
    if digits.isdecimal():
        return int(digits)
    if "十" in digits:
        tens, _, ones = digits.partition("十")
        return 10 * (_NUMERALS[tens] if tens else 1) + (_NUMERALS[ones] if ones else 0)
    return int("".join(str(_NUMERALS[digit]) for digit in digits))


def _made(match: re.Match[str]) -> dt.date | None:
    try:
        if name := match["month"] or match["month2"]:
            year, month = int(match["year"] or match["year2"]), _MONTHS.get(name.lower(), 0)
            day = int(match["day"] or match["day2"])
        elif match["year3"]:
            year, month, day = (int(match[key]) for key in ("year3", "month3", "day3"))
        else:
            written = match["year4"]
            era = next((era for era in _ERAS if written.startswith(era)), "")
            year = _number(written.removeprefix(era).strip()) + _ERAS.get(era, 0)
            month, day = _number(match["month4"]), _number(match["day4"])
        return dt.date(year, month, day) if year >= 1000 else None
    except (ValueError, KeyError):
        return None


def split_label(label: str) -> tuple[str | None, dt.date | None]:
    """Outlet and date of "Outlet, Month D, YYYY", the date read from the right.

    Args:
        label: what follows ``Source:``; all forms of dates are understood as in `read_date`.

    Returns:
        The outlet (the whole label where it ends in no date) and the date, each None if missing.
    """
    label = label.strip()
    tail = max(0, len(label) - _REACH)
    match = _AT_END.search(label[tail:].translate(_NARROW))
    date = _made(match) if match else None
    if match is None or date is None:
        return label or None, None
    outlet = label[: tail + match.start()].rstrip(_JOINTS)
    return _WEEKDAY_AT_END.sub("", outlet).rstrip(_JOINTS) or None, date


def read_date(value: object) -> dt.date | None:
    """The day that a page, front matter or a JSON value names, in the place it was written.

    Args:
        value: a date, a datetime, or text: ISO 8601, RFC 2822, English, Chinese and Japanese
            forms, with or without weekday, time and zone.

    Returns:
        None if it is no date that this function knows for certain: 04/08/2024 is none.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    return _written(value) if isinstance(value, str) and len(value) <= _REACH else None


# A corpus has many articles of a day.
@lru_cache(maxsize=1024)
def _written(value: str) -> dt.date | None:
    text = value.strip().translate(_NARROW)
    match = _WHOLE.fullmatch(text)
    return _made(match) if match else _other(text)


def _other(text: str) -> dt.date | None:
    """A date of ISO 8601's short form, or of RFC 2822."""
    try:
        if match := _COMPACT.fullmatch(text):
            return dt.date(int(match[1]), int(match[2]), int(match[3]))
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
