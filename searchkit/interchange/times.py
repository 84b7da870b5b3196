"""Times as outside formats write them."""

from __future__ import annotations

import datetime as dt

#: Before this nobody checked facts on the web.
_FIRST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)


def event_time(value: object, now: dt.datetime) -> str | None:
    """A time as events write it: UTC with microseconds and "Z".

    Args:
        value: ISO 8601, a date alone too.
        now: what lies more than a day after it is absurd.

    Returns:
        None for anything that is no time, or an absurd one.
    """
    if not isinstance(value, str):
        return None
    try:
        found = dt.datetime.fromisoformat(value.strip())
        found = found.astimezone(dt.UTC) if found.tzinfo else found.replace(tzinfo=dt.UTC)
    except (ValueError, OverflowError):
        return None
    if not _FIRST <= found <= now + dt.timedelta(days=1):
        return None
    return found.isoformat(timespec="microseconds").replace("+00:00", "Z")
