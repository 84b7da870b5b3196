"""Numbers as bars and columns: what the dashboard draws, laid out beforehand."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from searchkit.model import UNREVIEWED, Scale
from searchkit.reports.markup import tone
from searchkit.workflow.activity import Given
from searchkit.workflow.reporting import Coverage

_MOST_ROWS = 15
_MOST_MONTHS = 24
_WEEKS = 26
_HEIGHT = 100.0


@frozen
class Bar:
    """One row: how much of something there is."""

    name: str
    label: str
    count: int
    total: int
    #: Of the longest row, in percent; and of it, how much is filled.
    width: float
    filled: float
    tone: str = "plain"


@frozen
class Column:
    """One column, from left to right; heights in percent."""

    name: str
    label: str
    count: int
    total: int
    height: float
    filled: float


def shares(counts: Mapping[str, int], scale: Scale) -> list[Bar]:
    """Statuses that somebody gave, in the order of the scale."""
    given = {name: count for name, count in counts.items() if name != UNREVIEWED and count}
    most = max(given.values(), default=1)
    found = []
    for name, count in given.items():
        status = scale.get(name)
        width = 100 * count / most
        found.append(Bar(name, status.label, count, count, width, width, tone(status)))
    return found


def rows(parts: Sequence[Coverage]) -> list[Bar]:
    """Outlets with the most claims; those that were checked most come first among equals."""
    ordered = sorted(parts, key=lambda part: (-part.checked, -part.claims, part.name))[:_MOST_ROWS]
    most = max((part.claims for part in ordered), default=1)
    return [
        Bar(
            part.name,
            part.name,
            part.checked,
            part.claims,
            100 * part.claims / most,
            100 * part.checked / most,
        )
        for part in ordered
    ]


def months(parts: Sequence[Coverage]) -> list[Column]:
    """The latest months that have claims, the earliest first."""
    latest = sorted(parts, key=lambda part: part.name)[-_MOST_MONTHS:]
    most = max((part.claims for part in latest), default=1)
    return [
        Column(
            part.name,
            part.name,
            part.checked,
            part.claims,
            _HEIGHT * part.claims / most,
            _HEIGHT * part.checked / most,
        )
        for part in latest
    ]


def weeks(given: Iterable[Given]) -> list[Column]:
    """Verdicts by week, up to the latest week that has one; empty when there is none."""
    counts: Counter[dt.date] = Counter()
    for one in given:
        day = dt.date.fromisoformat(one.day)
        counts[day - dt.timedelta(days=day.weekday())] += one.count
    if not counts:
        return []
    last = max(counts)
    mondays = [last - dt.timedelta(weeks=back) for back in range(_WEEKS - 1, -1, -1)]
    most = max(counts[monday] for monday in mondays)
    return [
        Column(
            monday.isoformat(),
            f"week of {monday.isoformat()}",
            counts[monday],
            counts[monday],
            _HEIGHT * counts[monday] / most,
            _HEIGHT * counts[monday] / most,
        )
        for monday in mondays
    ]


def by_reviewer(claims: Mapping[str, int], given: Iterable[Given]) -> list[tuple[str, int, int]]:
    """Name, claims that they judged or are at work on, and verdicts that they gave."""
    verdicts: Counter[str] = Counter()
    for one in given:
        verdicts[one.reviewer] += one.count
    return [(name, count, verdicts[name]) for name, count in claims.items()]
