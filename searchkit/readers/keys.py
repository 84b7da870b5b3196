"""The keys under which front matter and JSON name an article's parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from attrs import field, frozen

from searchkit.model import Source
from searchkit.readers.dates import read_date
from searchkit.readers.labels import LINK, read_label

#: Part of an article -> the keys it goes by, in lower case; the first that holds something wins.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "text": ("text", "body", "content", "maintext"),
    "outlet": ("outlet", "source", "publisher", "site_name", "site"),
    "date": ("date", "published", "date_publish", "pubdate"),
    "link": ("link", "url", "source_url"),
    "sources": ("sources",),
}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_NOWHERE = Source()
_KINDS = {bool: "true or false", int: "a number", float: "a number", list: "a list"}

#: Takes the reason and the piece that was left out.
Leave = Callable[[str, str], None]


@frozen
class Parts:
    """What a mapping says of one article."""

    title: str = ""
    text: str = ""
    sources: tuple[Source, ...] = field(default=())


def read_parts(values: Mapping[Any, Any], leave: Leave, *, text: bool = True) -> Parts:
    """Title, text and sources from a mapping's known keys, in any letter case.

    Args:
        values: as YAML or JSON gave them.
        leave: told of every value that no part was made of: unknown keys, other types than
            text, dates that are none, second names of a part.
        text: False where the text stands elsewhere, so that its keys are unknown ones.
    """
    parts = [part for part in ALIASES if text or part != "text"]
    found = _pick(values, parts, leave)
    given = [_source(found, leave)]
    listed = found.get("sources")
    if listed is not None:
        given += _sources(listed, leave)
    return Parts(
        title=_one_line(_string(found, "title", leave)),
        text=_string(found, "text", leave).strip(),
        sources=tuple(dict.fromkeys(source for source in given if source != _NOWHERE)),
    )


def describe_kind(value: object) -> str:
    """The type of a JSON or YAML value in plain words."""
    if isinstance(value, Mapping):
        return "an object"
    return "text" if isinstance(value, str) else _KINDS.get(type(value), "nothing")


def _pick(values: Mapping[Any, Any], parts: Iterable[str], leave: Leave) -> dict[str, Any]:
    lowered = {str(key).lower(): key for key in values}
    found: dict[str, Any] = {}
    taken = set()
    for part in parts:
        for alias in ALIASES[part]:
            key = lowered.get(alias)
            if key is None:
                continue
            value = values[key]
            taken.add(key)
            if value is None or value == "":
                continue
            if part not in found:
                found[part] = value
            elif value != found[part]:
                leave(f"key {_shown(key)} beside another one for the {part}", _piece(value))
    for key, value in values.items():
        if key not in taken:
            leave(f"unknown key {_shown(key)}", _piece(value))
    return found


def _string(found: Mapping[str, Any], part: str, leave: Leave) -> str:
    value = found.get(part)
    if value is None:
        return ""
    if not isinstance(value, str):
        leave(f"the {part} is {describe_kind(value)}, not text", _piece(value))
        return ""
    return whole(value)


def _source(found: Mapping[str, Any], leave: Leave) -> Source:
    outlet = _one_line(_string(found, "outlet", leave)) or None
    link = _string(found, "link", leave).strip() or None
    if outlet and not link and LINK.fullmatch(outlet):
        outlet, link = None, outlet
    value = found.get("date")
    date = read_date(value)
    if value is not None and date is None:
        leave("the date is not understood", _piece(value))
    return Source(outlet, date, link)


def _sources(listed: object, leave: Leave) -> list[Source]:
    made = []
    for entry in listed if isinstance(listed, list) else [listed]:
        if isinstance(entry, str):
            made += read_label(whole(entry))
        elif isinstance(entry, Mapping):
            found = _pick(entry, ("outlet", "date", "link"), leave)
            made.append(_source(found, leave))
        else:
            leave(f"a source is {describe_kind(entry)}, not text or an object", _piece(entry))
    return made


def whole(text: str) -> str:
    """The text with U+FFFD for surrogates that lost their other half; no file could hold them."""
    return text if text.isascii() else _LONE_SURROGATE.sub("\ufffd", text)


def _one_line(text: str) -> str:
    return " ".join(part.strip() for part in text.splitlines() if part.strip())


def _shown(key: object) -> str:
    return repr(" ".join(whole(str(key)).split())[:40])


def _piece(value: object) -> str:
    if isinstance(value, str):
        return whole(value)
    # A list or object could be of any size and depth.
    return str(value) if isinstance(value, (bool, int, float)) else describe_kind(value)
