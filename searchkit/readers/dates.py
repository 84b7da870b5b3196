"""Dates as news pages, front matter and feeds write them."""

from __future__ import annotations

import datetime as dt
import re
from email.utils import parsedate_to_datetime

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

_DATE = (
    r"(?:(?P<month>[A-Za-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s+(?P<month2>[A-Za-z]{3,9})\.?,?\s+(?P<year2>\d{4})"
    r"|(?P<year3>\d{4})\s*[-/.年]\s*(?P<month3>\d{1,2})\s*[-/.月]\s*(?P<day3>\d{1,2})"
    r"\s*日?)"
)
_WHOLE = re.compile(_DATE)
_AT_END = re.compile(rf"(?:^|[\s,，、;；:：(（|·–—-])[(（]?{_DATE}[)）]?[.。]?$")
_ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:?\d{2}")
_JOINTS = " \t\u00a0\u3000,，、;；:：(（|·–—-"

#: A date never needs more room than this at the end of a label.
_REACH = 60


def _made(match: re.Match[str]) -> dt.date | None:
    month = match["month"] or match["month2"]
    number = _MONTHS.get(month.lower(), 0) if month else int(match["month3"])
    year = match["year"] or match["year2"] or match["year3"]
    day = match["day"] or match["day2"] or match["day3"]
    try:
        return dt.date(int(year), number, int(day))
    except ValueError:
        return None


def split_label(label: str) -> tuple[str | None, dt.date | None]:
    """Outlet and date of "Outlet, Month D, YYYY", the date read from the right.

    Args:
        label: what follows ``Source:``; ISO and Chinese dates are understood as well.

    Returns:
        The outlet (the whole label where it ends in no date) and the date, each None if missing.
    """
    label = label.strip()
    tail = max(0, len(label) - _REACH)
    match = _AT_END.search(label[tail:])
    date = _made(match) if match else None
    if match is None or date is None:
        return label or None, None
    return label[: tail + match.start()].rstrip(_JOINTS) or None, date


def read_date(value: object) -> dt.date | None:
    """The day that a front matter or JSON value names, in the place it was written.

    Args:
        value: a date, a datetime, or text: ISO 8601, RFC 2822, "Month D, YYYY", Chinese.

    Returns:
        None if it is no date that this function knows for certain.
    """
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if not isinstance(value, str) or len(value) > _REACH:
        return None
    text = value.strip()
    timed = _ISO_TIME.match(text)
    match = _WHOLE.fullmatch(timed[1] if timed else text)
    if match:
        return _made(match)
    try:
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
