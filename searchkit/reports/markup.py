"""How untrusted text and statuses look in HTML, in reports and on the desk alike."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from searchkit.model import Status
from searchkit.reports.escape import plain
from searchkit.worddiff import Piece

#: How statuses of the usual scale look; others by their rating.
_TONES = {
    "verified": "good",
    "mixed": "fair",
    "misleading": "fair",
    "false": "bad",
    "disputed": "odd",
}
_RATED = {1: "bad", 2: "fair", 3: "fair", 4: "good", 5: "good"}
_KANA = re.compile("[\u3041-\u30ff]")
_HAN = re.compile("[\u3400-\u9fff]")


def shown(value: object) -> object:
    """Whatever is printed: visible characters only."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def language(text: str | None) -> Markup:
    """An attribute that lets browsers take the right font; empty for other scripts."""
    found = len(_HAN.findall(text or ""))
    if text and _KANA.search(text):
        return Markup(' lang="ja"')
    return Markup(' lang="zh"') if text and found * 4 > len(text) else Markup("")


def minute(time: str) -> str:
    """A time of an event, to the minute."""
    return f"{time[:16].replace('T', ' ')} UTC"


def tone(status: Status) -> str:
    """The class of a status: good, fair, bad, odd or none."""
    return _TONES.get(status.name) or _RATED.get(status.rating or 0, "none")


def difference(piece: Piece) -> Markup:
    """A piece of a word diff, marked as gone or new."""
    words = escape(plain(piece.text))
    before = " " if piece.text[:1].isspace() else ""
    after = " " if piece.text[-1:].isspace() else ""
    tag = {"same": "", "gone": "del", "new": "ins"}[piece.kind] if words else ""
    return Markup(f"{before}<{tag}>{words}</{tag}>{after}" if tag else f"{before}{words}{after}")  # noqa: S704 - escaped
