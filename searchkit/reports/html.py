"""A report as one HTML file that needs nothing else: no script, no picture, no font."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib import resources

from attrs import frozen
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from searchkit.model import QUOTED
from searchkit.reports.escape import address, plain
from searchkit.reports.markup import difference, language, minute, shown, tone
from searchkit.reports.view import ClaimView, Context, Report


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
        autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True, finalize=shown
    )
    environment.filters |= {
        "address": address,
        "anchor": _anchor,
        "around": _around,
        "difference": difference,
        "in_context": _in_context,
        "language": language,
        "minute": minute,
        "paragraphs": _paragraphs,
        "quoted": QUOTED.get,
        "tone": tone,
    }
    return environment.from_string(_file("report.html.jinja"))


@cache
def _css() -> Markup:
    return Markup(_file("report.css"))  # noqa: S704 - our own file


def _file(name: str) -> str:
    return resources.files("searchkit.reports").joinpath(name).read_text("utf-8")


def _paragraphs(text: str | None) -> list[str]:
    parts = (text or "").replace("\r\n", "\n").split("\n\n")
    return [part for part in parts if plain(part)]


def _anchor(id: str) -> str:
    return re.sub("[^0-9A-Za-z-]", "", id)


def _around(context: Context) -> bool:
    return bool(context.lead_in or context.before or context.after)


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
