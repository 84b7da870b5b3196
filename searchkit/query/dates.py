"""Dates in queries: a year, a month or a day, ranges of them, and comparisons."""

from __future__ import annotations

import calendar
import datetime as dt
import re

Bounds = tuple[dt.date | None, dt.date | None]

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_COMPARED = re.compile(r"(>=|<=|>|<)(.*)", re.DOTALL)
_RANGE = re.compile(r"\s*(\S+)\s+(?:TO|to)\s+(\S+)\s*")
_DAY = dt.timedelta(days=1)

#: How a date is written, for the remedy of an error.
FORMS = "write 2024, 2024-07 or 2024-07-15"


def bounds(text: str) -> Bounds:
    """The first and the last day that a date value covers, both included.

    Args:
        text: a date (``2024``, ``2024-07``, ``2024-07-15``), a comparison (``>2024-07``, after
            that month; also ``>=``, ``<``, ``<=``), or ``*`` for any date at all.

    Raises:
        ValueError: it is no date; the message says why, without a full stop.
    """
    if text == "*":
        return None, None
    compared = _COMPARED.fullmatch(text)
    if not compared:
        return _period(text)
    operator, value = compared.groups()
    first, last = _period(value)
    if operator == ">=":
        return first, None
    if operator == "<=":
        return None, last
    try:
        return (last + _DAY, None) if operator == ">" else (None, first - _DAY)
    except OverflowError:
        raise ValueError(f'there is no day beyond "{value}"') from None


def range_bounds(text: str) -> Bounds:
    """The first and the last day of what stands between the brackets of ``[2024-07 TO *]``.

    Raises:
        ValueError: it is no range; the message says why, without a full stop.
    """
    parts = _RANGE.fullmatch(text)
    if not parts:
        raise ValueError("a range of dates is two dates with TO between them")
    start = None if parts[1] == "*" else _period(parts[1])[0]
    end = None if parts[2] == "*" else _period(parts[2])[1]
    if start and end and start > end:
        raise ValueError("the range ends before it starts")
    return start, end


def _period(text: str) -> tuple[dt.date, dt.date]:
    match = _DATE.fullmatch(text)
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
    return first, dt.date(year, last_month, calendar.monthrange(year, last_month)[1])
