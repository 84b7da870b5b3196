"""Hold a history against what a report said it stood at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence

from attrs import frozen

from searchkit.errors import SearchkitError
from searchkit.model import Event

_HASH = re.compile(r"[0-9a-f]{64}")
# Compiled when there is a report to compare with.
_AS_OF = (
    r"\*\*As of:\*\* (?P<day>\S+) (?P<minute>\S+) UTC"
    r'|<dt>As of</dt><dd><time datetime="(?P<time>[^"]+)"'
)
_HEADS = (
    r"\*\*Article:\*\* (?P<md>\S+)\n- \*\*Review history stands at:\*\* (?P<mds>[0-9a-f, ]+)"
    r"|Article <code>(?P<html>[^<]+)</code> stands at:(?P<htmls>(?: <code>[0-9a-f]{64}</code>)+)"
)


@frozen
class Printed:
    """What a report printed of the histories that it was made from."""

    #: The time whose state it shows, as exactly as it is printed: UTC, ISO 8601.
    as_of: str
    #: Article id -> heads.
    heads: dict[str, tuple[str, ...]]


def printed_heads(report: str) -> Printed:
    """The heads that stand in a report.

    Args:
        report: as JSON, Markdown or HTML, as `searchkit report` writes it.

    Raises:
        SearchkitError: it holds none.
    """
    found = _of_json(report) if report.lstrip().startswith("{") else _of_text(report)
    if not found.heads:
        raise SearchkitError(
            "no heads of review histories stand in it",
            remedy="name a report that searchkit wrote as JSON, Markdown or HTML",
        )
    return found


def _of_json(report: str) -> Printed:
    try:
        raw = json.loads(report)
        heads = {
            str(article["id"]): tuple(filter(_HASH.fullmatch, map(str, article["heads"])))
            for article in raw["articles"]
        }
        return Printed(str(raw["as_of"]), {id: hashes for id, hashes in heads.items() if hashes})
    except (ValueError, KeyError, TypeError, RecursionError):
        return Printed("", {})


def _of_text(report: str) -> Printed:
    import html  # noqa: PLC0415 - for reports

    heads = {}
    for found in re.finditer(_HEADS, report):
        id = html.unescape(found["md"] or found["html"])
        heads[id] = tuple(_HASH.findall(found["mds"] or found["htmls"]))
    time = re.search(_AS_OF, report)
    if time is None:
        return Printed("", heads)
    return Printed(time["time"] or f"{time['day']}T{time['minute']}", heads)


def differences(events: Sequence[Event], heads: Iterable[str], as_of: str) -> list[str]:
    """How a history departs from the one that had these heads, one line each.

    Args:
        events: of one article, as they are now.
        heads: that a report printed.
        as_of: the time of the report. Events dated before it that lead to none of its heads came
            in afterwards: by a merge, or because somebody inserted them.
    """
    known = {event.id: event for event in events}
    problems = [
        f"event {head[:12]} is missing, which the report ends with: events were dropped or changed"
        for head in heads
        if head not in known
    ]
    seen: set[str] = set()
    waiting = [head for head in heads if head in known]
    while waiting:
        id = waiting.pop()
        if id not in seen:
            seen.add(id)
            waiting += [parent for parent in known[id].parents if parent in known]
    limit = as_of.removesuffix("Z")
    problems += [
        f"event {event.id[:12]} by {event.reviewer} is dated {event.time[:19]}, before the report,"
        " which did not know it: it was merged later, or inserted"
        for event in events
        if limit and event.id not in seen and event.time[: len(limit)] < limit
    ]
    return problems
