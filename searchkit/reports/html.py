"""A report as one HTML file that needs nothing else: no script, no picture, no font."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from attrs import frozen
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from searchkit.model import QUOTED, Status
from searchkit.reports.escape import address, plain
from searchkit.reports.view import ClaimView, Context, Report
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


@frozen
class _Part:
    """A piece of a claim's surroundings."""

    text: str
    #: Whether it is the claim itself.
    own: bool = False


def render(report: Report) -> str:
    """The report as HTML.

    No text from the corpus or from a reviewer becomes markup; http, https and doi links alone
    become links. Reads well on a phone, in the dark, and on paper.
    """
    most = max((count for _, count in report.summary), default=1)
    return _template().render(report=report, css=_css(), most=most)


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True, finalize=_shown
    )
    environment.filters |= {
        "address": address,
        "anchor": _anchor,
        "around": _around,
        "difference": _difference,
        "in_context": _in_context,
        "language": _language,
        "minute": _minute,
        "paragraphs": _paragraphs,
        "quoted": QUOTED.get,
        "tone": _tone,
    }
    return environment.from_string(_file("report.html.jinja"))


@cache
def _css() -> Markup:
    return Markup(_file("report.css"))  # noqa: S704 - our own file


def _file(name: str) -> str:
    return resources.files("searchkit.reports").joinpath(name).read_text("utf-8")


def _shown(value: object) -> object:
    """Whatever is printed: visible characters only."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _language(text: str | None) -> Markup:
    """An attribute that lets browsers take the right font; empty for other scripts."""
    found = len(_HAN.findall(text or ""))
    if text and _KANA.search(text):
        return Markup(' lang="ja"')
    return Markup(' lang="zh"') if text and found * 4 > len(text) else Markup("")


def _minute(time: str) -> str:
    return f"{time[:16].replace('T', ' ')} UTC"


def _paragraphs(text: str | None) -> list[str]:
    parts = (text or "").replace("\r\n", "\n").split("\n\n")
    return [part for part in parts if plain(part)]


def _tone(status: Status) -> str:
    return _TONES.get(status.name) or _RATED.get(status.rating or 0, "none")


def _anchor(id: str) -> str:
    return re.sub("[^0-9A-Za-z-]", "", id)


def _around(context: Context) -> bool:
    return bool(context.lead_in or context.before or context.after)


def _difference(piece: Piece) -> Markup:
    words = escape(plain(piece.text))
    before = " " if piece.text[:1].isspace() else ""
    after = " " if piece.text[-1:].isspace() else ""
    tag = {"same": "", "gone": "del", "new": "ins"}[piece.kind] if words else ""
    return Markup(f"{before}<{tag}>{words}</{tag}>{after}" if tag else f"{before}{words}{after}")  # noqa: S704 - escaped


def _in_context(claim: ClaimView) -> Iterator[_Part]:
    context = claim.context
    assert context
    for text in (context.lead_in, context.before):
        if text:
            yield _Part(text)
    before, own, after = context.sentence.partition(claim.text)
    yield from (_Part(*part) for part in ((before,), (own, True), (after,)) if part[0].strip())
    if context.after:
        yield _Part(context.after)
