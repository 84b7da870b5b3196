"""What an event must look like: the same checks for what is read and for what is written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, get_args

from searchkit.model import QUOTED, STANCES, Action, ClaimKind, Evidence, Selector

ACTIONS: frozenset[str] = frozenset(get_args(Action))
KINDS: frozenset[str] = frozenset(get_args(ClaimKind))

#: Integers that every JSON implementation keeps exactly.
MAX_INTEGER = 2**53 - 1
#: Objects and lists within one another, in one event.
MAX_DEPTH = 32

_HASH = re.compile(r"[0-9a-f]{64}")
_TIME_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", re.ASCII)
#: Actions that may concern the article as a whole; they then pin down no words.
_WHOLE = frozenset({"note", "assign", "undo"})

#: What may be said of a piece of evidence besides its link and stance.
LINK_FIELDS = ("quote", "title", "publisher", "accessed", "copy")

#: Keys with what tells what is wrong with their values.
Checks = tuple[tuple[str, Callable[[Any], str | None]], ...]


def _text(value: Any) -> str | None:
    return None if type(value) is str and value else "is no text, or empty"


def _words(value: Any) -> str | None:
    return None if type(value) is str else "is no text"


def _hash(value: Any) -> str | None:
    return None if type(value) is str and _HASH.fullmatch(value) else "is no SHA-256"


def _parents(value: Any) -> str | None:
    if type(value) is not list or any(map(_hash, value)):
        return "is no list of SHA-256"
    return "is not sorted" if any(a >= b for a, b in pairwise(value)) else None


def _time(value: Any) -> str | None:
    return None if is_time(value) else "is no time like 2024-08-01T09:30:00.000000Z"


def _claim(value: Any) -> str | None:
    return None if value is None or (type(value) is str and value) else "is neither an id nor null"


def _object(value: Any) -> str | None:
    return None if type(value) is dict else "is no object"


def _state(value: Any) -> str | None:
    return None if value in ("in-review", "released") else "is neither 'in-review' nor 'released'"


def _natural(value: Any) -> str | None:
    return None if type(value) is int and value >= 0 else "is no count"


def _kind(value: Any) -> str | None:
    return None if type(value) is str and value in KINDS else "is unknown"


def _stance(value: Any) -> str | None:
    return None if type(value) is str and value in STANCES else "is unknown"


def _selector(value: Any) -> str | None:
    if type(value) is not dict:
        return "is no object"
    problem = _any_fault(value, _SELECTOR) or _any_fault(value, _SELECTOR_MORE, needed=False)
    if problem is None and value.get("start", 0) > value.get("end", 0):
        problem = "'end' is before 'start'"
    return f"is no selector: {problem}" if problem else None


def _evidence(value: Any) -> str | None:
    if type(value) is not list:
        return "is no list"
    for item in value:
        if type(item) is not dict:
            return "holds something that is no object"
        problem = _any_fault(item, _LINK) or _any_fault(item, _LINK_MORE, needed=False)
        if problem:
            return f"holds a link whose {problem}"
    return None


_SELECTOR: Checks = (("exact", _text),)
_SELECTOR_MORE: Checks = (
    ("prefix", _words),
    ("suffix", _words),
    ("start", _natural),
    ("end", _natural),
    ("kind", _kind),
)


def _found(value: Any) -> str | None:
    return None if type(value) is str and value in QUOTED else "is unknown"


def _headers(value: Any) -> str | None:
    sound = type(value) is dict and all(type(one) is str for one in value.values())
    return None if sound else "is no object of texts"


_LINK: Checks = (("url", _text), ("stance", _stance))
_LINK_MORE: Checks = tuple((key, _words) for key in LINK_FIELDS)
_EVENT: Checks = (
    ("parents", _parents),
    ("time", _time),
    ("reviewer", _text),
    ("action", _text),
    ("claim", _claim),
    ("data", _object),
)
_ID: Checks = (("id", _hash),)
_REQUIRED: dict[str, Checks] = {
    "judge": (("status", _text),),
    "link": (("evidence", _evidence),),
    "unlink": (("url", _text),),
    "note": (("text", _text),),
    "assign": (("state", _state), ("to", _text)),
    "confirm": (),
    "reattach": (),
    "add-claim": (),
    "preserve": (("url", _text), ("copy", _hash), ("time", _time), ("address", _text)),
    "undo": (("event", _hash),),
}
_SETTLE_MORE: Checks = (("status", _text),)
_MORE: dict[str, Checks] = {
    "judge": (
        ("note", _words),
        ("wording", _words),
        ("said_by", _words),
        ("evidence", _evidence),
    ),
    "confirm": _SETTLE_MORE,
    "reattach": _SETTLE_MORE,
    "preserve": (
        ("view", _hash),
        ("status", _natural),
        ("headers", _headers),
        ("quote", _words),
        ("found", _found),
        ("archived", _words),
    ),
}
_PINNED: Checks = (("selector", _selector),)
_WITHOUT_SELECTOR = frozenset({"unlink", "preserve", "undo"})


def _any_fault(raw: Mapping[str, Any], checks: Checks, *, needed: bool = True) -> str | None:
    for key, check in checks:
        if key in raw:
            if problem := check(raw[key]):
                return f"{key!r} {problem}"
        elif needed:
            return f"{key!r} is missing"
    return None


def fault(raw: Any) -> str | None:
    """What is wrong with the form of an event, or None.

    An action that is not known here is no fault: it may be kept, but not understood.

    Args:
        raw: the event as an object of JSON, with or without its id.
    """
    if type(raw) is not dict:
        return "is no object"
    if problem := _any_fault(raw, _EVENT) or _any_fault(raw, _ID, needed=False):
        return problem
    action, claim, data = raw["action"], raw["claim"], raw["data"]
    if action not in ACTIONS:
        return None
    if claim is None and action not in _WHOLE:
        return f"'claim' must be named to {action}"
    problem = _any_fault(data, _REQUIRED[action])
    if problem is None:
        problem = _any_fault(data, _MORE.get(action, ()), needed=False)
    if problem is None and claim is not None and action not in _WITHOUT_SELECTOR:
        problem = _any_fault(data, _PINNED)
    return problem


def is_time(value: Any) -> bool:
    """Whether this is a time as events write it: UTC, ISO 8601, microseconds, "Z"."""
    if type(value) is not str or not _TIME_FORM.fullmatch(value):
        return False
    try:
        dt.datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def too_deep(value: Any) -> bool:
    """Whether objects and lists stand in one another more than `MAX_DEPTH` times."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for outer in level
            for item in (outer.values() if type(outer) is dict else outer)
            if type(item) is dict or type(item) is list
        ]
        if not level:
            return False
    return True


def plain(value: Any, depth: int = 0) -> Any:
    """A copy made of nothing but dict, list, str, int, bool and None.

    Raises:
        ValueError: JSON cannot hold it faithfully: a float, a huge integer, a key that is no text,
            or more levels than `MAX_DEPTH`.
    """
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if abs(value) > MAX_INTEGER:
            raise ValueError(f"an integer beyond 2^53: {value}")
        return value
    if depth > MAX_DEPTH:
        raise ValueError("nested too deeply")
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError("a key that is no text")
        return {key: plain(item, depth + 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, depth + 1) for item in value]
    raise ValueError(f"a value of type {type(value).__name__}")


def selector_data(selector: Selector) -> dict[str, Any]:
    """A selector as event data holds it."""
    return {
        "exact": selector.exact,
        "prefix": selector.prefix,
        "suffix": selector.suffix,
        "start": selector.start,
        "end": selector.end,
        "kind": selector.kind,
    }


def selector_of(data: Mapping[str, Any]) -> Selector | None:
    """The selector that event data holds, if any."""
    raw = data.get("selector")
    if raw is None:
        return None
    return Selector(
        exact=raw["exact"],
        prefix=raw.get("prefix", ""),
        suffix=raw.get("suffix", ""),
        start=raw.get("start", 0),
        end=raw.get("end", 0),
        kind=raw.get("kind", "sentence"),
    )


def evidence_data(evidence: Evidence) -> dict[str, str]:
    """A piece of evidence as event data holds it; its reviewer and event are the event's own."""
    data = {"url": evidence.url, "stance": evidence.stance}
    for key in LINK_FIELDS:
        value = getattr(evidence, key)
        if value is not None:
            data[key] = value
    return data
