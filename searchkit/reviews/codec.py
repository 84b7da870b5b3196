"""A sidecar as bytes: strict in what it reads, laid out by hand in what it writes.

One event a line, with its comma in front, so that a new event is a new line and nothing else: a
diff shows what was done, and a line-wise merge of two people's additions gives sound JSON.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from searchkit.errors import SidecarError
from searchkit.model import Event, Identity, Source
from searchkit.reviews.events import (
    Sidecar,
    all_links,
    body,
    canonical_json,
    from_raw,
    header,
    ordered,
)
from searchkit.reviews.shape import MAX_INTEGER, fault, too_deep
from searchkit.sidecars import ARTICLE_ID

VERSION = 1

#: What to do about a sidecar that cannot be believed.
RESTORE = "restore it from a copy or from version control; it was left as it is"
_TOP = ("version", "article", "events")
_HEADER = ("id", "title", "sources", "links", "content", "sketch")
_SOURCE = ("outlet", "date", "link")
_line = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


def encode(sidecar: Sidecar) -> bytes:
    """The bytes of a sidecar; the same one always gives the same bytes."""
    shown = header(sidecar.identity)
    sources = shown["sources"]
    shown["links"] = list(all_links(sidecar.identity, sidecar.links))
    fields = [
        f'"sources": {_lines(sources, "    ", "  ")}'
        if key == "sources"
        else f'"{key}": {_line(shown[key])}'
        for key in _HEADER
    ]
    article = ",\n".join(f"  {line}" for line in fields)
    events = _lines([{**body(e), "id": e.id} for e in ordered(sidecar.events)], "", "")
    return (
        f'{{\n"version": {VERSION},\n"article": {{\n{article}\n}},\n"events": {events}\n}}\n'
    ).encode()


def _lines(items: list[dict[str, Any]], indent: str, close: str) -> str:
    if not items:
        return "[]"
    return f"[\n{indent} " + f"\n{indent},".join(_line(item) for item in items) + f"\n{close}]"


def decode(data: bytes, place: str) -> tuple[Identity, tuple[str, ...], list[Event]]:
    """Read the bytes of a sidecar. Ids and parents of the events are not proved here.

    Args:
        data: untrusted bytes.
        place: the file, for error messages.

    Returns:
        What the article is recognised by, its links, and the events as they stand there.

    Raises:
        SidecarError: it is no sidecar, or one of another version.
    """
    try:
        raw = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_object,
            parse_float=_no_float,
            parse_int=_integer,
            parse_constant=_no_float,
        )
    except RecursionError:
        raise _damaged(place, "nested too deeply") from None
    except ValueError as error:
        raise _damaged(place, f"not a sidecar: {_why(error)}") from None
    if type(raw) is not dict or type(raw.get("version")) is not int:
        raise _damaged(place, "not a sidecar: it has no version")
    if raw["version"] != VERSION:
        age = "a newer" if raw["version"] > VERSION else "another"
        message = f"version {raw['version']}, written by {age} searchkit"
        raise SidecarError(message, place=place, remedy="upgrade searchkit; it was left as it is")
    _only(raw, _TOP, place, "the sidecar")
    if type(raw.get("events")) is not list:
        raise _damaged(place, "'events' is no list")
    identity, links = _identity(raw.get("article"), place)
    return identity, links, [_event(item, at, place) for at, item in enumerate(raw["events"], 1)]


def _event(raw: Any, at: int, place: str) -> Event:
    problem = fault(raw)
    if problem is None and "id" not in raw:
        problem = "'id' is missing"
    if problem is None and too_deep(raw):
        problem = "is nested too deeply"
    if problem:
        id = raw.get("id") if type(raw) is dict else None
        named = f"event {at} ({id[:12]!a})" if type(id) is str else f"event {at}"
        raise _damaged(place, f"{named}: {problem}")
    return from_raw(raw)


def _identity(raw: Any, place: str) -> tuple[Identity, tuple[str, ...]]:
    if type(raw) is not dict:
        raise _damaged(place, "'article' is no object")
    _only(raw, _HEADER, place, "'article'")
    if too_deep(raw):
        raise _damaged(place, "'article' is nested too deeply")
    try:
        canonical_json(raw)
    except UnicodeEncodeError:
        raise _damaged(place, "'article' holds half a character") from None
    for key in ("id", "title", "content"):
        if type(raw.get(key)) is not str:
            raise _damaged(place, f"'article' has no {key!r}")
    if not ARTICLE_ID.fullmatch(raw["id"]):
        raise _damaged(place, "the article's 'id' is no article id")
    sources, links, sketch = raw.get("sources"), raw.get("links"), raw.get("sketch")
    if type(sources) is not list:
        raise _damaged(place, "the article's 'sources' is no list")
    if type(links) is not list or any(type(link) is not str for link in links):
        raise _damaged(place, "the article's 'links' is no list of texts")
    if type(sketch) is not list or any(type(part) is not int for part in sketch):
        raise _damaged(place, "the article's 'sketch' is no list of integers")
    identity = Identity(
        id=raw["id"],
        title=raw["title"],
        sources=tuple(_source(source, place) for source in sources),
        content=raw["content"],
        sketch=tuple(sketch),
    )
    return identity, tuple(links)


def _source(raw: Any, place: str) -> Source:
    if type(raw) is not dict or any(type(value) is not str for value in raw.values()):
        raise _damaged(place, "a source is no object of texts")
    _only(raw, _SOURCE, place, "a source")
    date = None
    if "date" in raw:
        try:
            date = dt.date.fromisoformat(raw["date"])
        except ValueError:
            date = None
        if date is None or date.isoformat() != raw["date"]:
            raise _damaged(place, "a source's 'date' is no date")
    return Source(raw.get("outlet"), date, raw.get("link"))


def _only(raw: Mapping[str, Any], keys: tuple[str, ...], place: str, where: str) -> None:
    # Outside events nothing could keep a field that is not known, and dropping it is no option.
    for key in raw:
        if key not in keys:
            raise _damaged(place, f"{where} has an unknown field {key[:40]!r}")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key occurs twice in one object")
    return found


def _no_float(text: str) -> Any:
    raise ValueError(f"a number that is no integer: {text[:20]}")


def _integer(text: str) -> int:
    if len(text) > 17 or abs(value := int(text)) > MAX_INTEGER:
        raise ValueError(f"an integer beyond 2^53: {text[:20]}")
    return value


def _why(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} in line {error.lineno}"
    if isinstance(error, UnicodeDecodeError):
        return f"byte {error.start} is not UTF-8"
    return str(error)


def _damaged(place: str, message: str) -> SidecarError:
    return SidecarError(message, place=place, remedy=RESTORE)
