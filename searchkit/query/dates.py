"""Dates in queries: a year, a month, a day, "last week"; ranges of them, and comparisons."""

from __future__ import annotations

import datetime as dt
import re

Bounds = tuple[dt.date | None, dt.date | None]

# Few queries have a date: they are compiled when they are met.
_DATE = r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?"
_COMPARED = r"(?s)(>=|<=|>|<)(.*)"
_RANGE = r"\s*(\S+)\s+(?:TO|to)\s+(\S+)\s*"
_DAY = dt.timedelta(days=1)

_RELATIVE = r"(this|last)[-_ ]+(week|month|year)"
_LAST_DAYS = r"last[-_ ]+([0-9]{1,4})[-_ ]+days"

#: How a date is written, for the remedy of an error.
FORMS = "write 2024, 2024-07, 2024-07-15, yesterday or last-week, or 2024-07.. for an open end"


def bounds(text: str, today: dt.date) -> Bounds:
    """The first and the last day that a date value covers, both included.

    Args:
        text: a date (``2024``, ``2024-07``, ``2024-07-15``, ``yesterday``, ``last-week``), a
            comparison (``>2024-07``, after that month; also ``>=``, ``<``, ``<=``), two dates with
            dots between (``2024-07..2024-08``; one of them may be left out), or ``*`` for any date
            at all.
        today: what ``yesterday`` and the like count from.

    Raises:
        ValueError: it is no date; the message says why, without a full stop.
    """
    if text == "*":
        return None, None
    first_text, dots, last_text = text.partition("..")
    if dots and text != dots:
        return _between(first_text or "*", last_text or "*", today)
    compared = re.fullmatch(_COMPARED, text)
    if not compared:
        return _period(text, today)
    operator, value = compared.groups()
    first, last = _period(value, today)
    if operator == ">=":
        return first, None
    if operator == "<=":
        return None, last
    try:
        return (last + _DAY, None) if operator == ">" else (None, first - _DAY)
    except OverflowError:
        raise ValueError(f'there is no day beyond "{value}"') from None


def range_bounds(text: str, today: dt.date) -> Bounds:
    """The first and the last day of what stands between the brackets of ``[2024-07 TO *]``.

    Args:
        today: as of `bounds`.

    Raises:
        ValueError: it is no range; the message says why, without a full stop.
    """
    parts = re.fullmatch(_RANGE, text)
    if not parts:
        raise ValueError("a range of dates is two dates with TO between them")
    return _between(parts[1], parts[2], today)


def _between(first: str, last: str, today: dt.date) -> Bounds:
    start = None if first == "*" else _period(first, today)[0]
    end = None if last == "*" else _period(last, today)[1]
    if start and end and start > end:
        raise ValueError("the range ends before it starts")
    return start, end


def _period(text: str, today: dt.date) -> tuple[dt.date, dt.date]:
    if spoken := _spoken(text.strip().lower(), today):
        return spoken
    match = re.fullmatch(_DATE, text)
    if not match:
        raise ValueError(f'"{text}" is no date')
    year, month, day = int(match[1]), match[2], match[3]
    try:
        first = dt.date(year, int(month or 1), int(day or 1))
    except ValueError:
        raise ValueError(f'there is no date "{text}"') from None
    if day:
        return first, first
    last_month = first.month if month else 12
    return first, _end_of_month(dt.date(year, last_month, 1))


def _spoken(words: str, today: dt.date) -> tuple[dt.date, dt.date] | None:
    """The days meant by "yesterday", "this month", "last 7 days"; weeks begin on Monday."""
    if words == "today":
        return today, today
    if words == "yesterday":
        return today - _DAY, today - _DAY
    if days := re.fullmatch(_LAST_DAYS, words):
        return today - max(0, int(days[1]) - 1) * _DAY, today
    relative = re.fullmatch(_RELATIVE, words)
    if relative is None:
        return None
    first, last = _around(today, relative[2])
    return (first, last) if relative[1] == "this" else _around(first - _DAY, relative[2])


def _around(day: dt.date, unit: str) -> tuple[dt.date, dt.date]:
    """The week, month or year that a day lies in."""
    if unit == "week":
        monday = day - day.weekday() * _DAY
        return monday, monday + 6 * _DAY
    if unit == "month":
        return day.replace(day=1), _end_of_month(day)
    return day.replace(month=1, day=1), day.replace(month=12, day=31)


def _end_of_month(day: dt.date) -> dt.date:
    import calendar  # noqa: PLC0415 - few queries have a date

    return day.replace(day=calendar.monthrange(day.year, day.month)[1])
