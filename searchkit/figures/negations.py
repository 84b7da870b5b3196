"""Negations."""

from __future__ import annotations

import re
from collections.abc import Iterator

from searchkit.figures.fact import Fact
from searchkit.model import Span

_NEGATION = re.compile(
    r"""
      (?P<not> \b(?:not|cannot)\b | (?<=[a-z])n['’]t\b )
    | (?P<word> \b(?:no|never|none|nobody|nothing|nowhere|neither|nor|without|hardly|barely
        |den(?:y|ies|ied|ying)|refus(?:e|es|ed|ing)|fail(?:s|ed|ing)?\s+to|lack(?:s|ed|ing)?
        |untrue|false(?:ly)?)\b )
    | (?P<chinese> [不没沒无無未非否勿] )
    | (?P<japanese> な(?:い|かっ|く|けれ) | ませ?ん
        | (?<=[\u3040-\u30ff\u4e00-\u9fff])ず(?=に|、|。|$) )
    """,
    re.VERBOSE | re.IGNORECASE,
)


def negations(text: str) -> Iterator[Fact]:
    """The negations of a text, and verbs that negate."""
    for found in _NEGATION.finditer(text):
        value = "not" if found["not"] else found[0].lower()
        yield Fact("negation", Span(*found.span()), value)
