"""Outside formats, both ways; each file one of them."""

from __future__ import annotations

import csv
import datetime as dt
import json
import re
from typing import Any

from searchkit.errors import ReadError
from searchkit.interchange import claimreview, report, webannotation
from searchkit.interchange.record import ClaimRecord, JudgedRecord, Records
from searchkit.model import Scale

__all__ = ["ClaimRecord", "JudgedRecord", "Records", "claimreview", "parse", "webannotation"]

_SCRIPT = re.compile(
    r"<script[^>]*type\s*=\s*[\"']?application/ld\+json[^>]*>(.*?)</script", re.DOTALL | re.I
)
_REMEDY = "give a report of searchkit as JSON or CSV, Web Annotations, or ClaimReview"


def parse(data: bytes, place: str, scale: Scale, now: dt.datetime) -> Records:
    """What a file of one of the formats says of claims; which format it is, it tells itself.

    Args:
        data: untrusted bytes: a JSON or CSV report of ours, Web Annotations, ClaimReview as JSON,
            JSON Lines, or within a saved web page.
        place: the file, for error messages.
        scale: the statuses that ratings of others are turned into.
        now: times far after it are absurd.

    Raises:
        ReadError: it is none of these.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError("it is not UTF-8", place=place, remedy=_REMEDY) from error
    if "\0" in text:
        raise ReadError("it is no text", place=place, remedy=_REMEDY)
    start = text.lstrip()[:1]
    if start not in ("{", "[", "<"):
        try:
            return report.from_csv(text, now)
        except csv.Error as error:
            message = f"it is no report as a table ({error})"
            raise ReadError(message, place=place, remedy=_REMEDY) from error
    raws = _page(text) if start == "<" else _json(text, place)
    return _objects(raws, place, scale, now)


def _objects(raws: list[Any], place: str, scale: Scale, now: dt.datetime) -> Records:
    objects = [raw for raw in raws if isinstance(raw, dict)]
    if len(objects) == 1 and "articles" in objects[0] and "scale" in objects[0]:
        version = objects[0].get("version")
        if version != 1:
            remedy = "upgrade searchkit"
            raise ReadError(f"a report of version {version!r}", place=place, remedy=remedy)
        return report.from_json(objects[0], now)
    if objects and any(map(webannotation.is_annotation, objects)):
        return webannotation.from_json([*objects], now)
    if reviews := list(claimreview.reviews_in(raws)):
        return claimreview.from_json(reviews, scale, now)
    raise ReadError("nothing in it is known", place=place, remedy=_REMEDY)


def _page(text: str) -> list[Any]:
    found = []
    for script in _SCRIPT.findall(text):
        try:
            found.append(json.loads(script))
        except (ValueError, RecursionError):
            continue
    return found


def _json(text: str, place: str) -> list[Any]:
    try:
        try:
            raw = json.loads(text)
        except ValueError:
            lines = [line for line in text.splitlines() if line.strip()]
            if len(lines) < 2:
                raise
            return [json.loads(line) for line in lines]
    except (ValueError, RecursionError) as error:
        message = f"it is no sound JSON ({str(error)[:80]})"
        raise ReadError(message, place=place, remedy=_REMEDY) from error
    return raw if isinstance(raw, list) else [raw]
