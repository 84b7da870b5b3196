"""Reviewed claims whose words no text holds any more: which of them fit a request."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from searchkit.errors import SidecarError
from searchkit.model import UNREVIEWED, Article
from searchkit.query.tree import (
    And,
    DateRange,
    Fuzzy,
    IdSet,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Review,
    Wildcard,
    Word,
)
from searchkit.snippets import occurrences, words_of
from searchkit.workflow import summaries
from searchkit.workflow.workspace import Workspace

if TYPE_CHECKING:
    from searchkit.catalog import Summary
    from searchkit.workflow.selection import Selection

_Fits = Callable[["Summary"], bool]
#: What is known of an article by its id: its title and sources.
_About = Callable[[str], Article]


def lost(ws: Workspace, chosen: Selection) -> list[tuple[str, str]]:
    """(article, claim) of those that fit, by their reviews and the sources of their articles.

    None where the request is not about reviews, or about words too: what the texts hold is meant.
    """
    fits = _fits(ws, chosen.asked, lru_cache(lambda article: _about(ws, article)))
    if fits is None or not _names_reviews(chosen.asked):
        return []
    reviewed = [s for s in chosen.reviews.claims if chosen.article in (None, s.article)]
    ids = IdSet(frozenset(s.claim for s in reviewed))
    present = {hit.id for hit in ws.engine.search("claims", ids, limit=None).hits}
    return [(s.article, s.claim) for s in reviewed if s.claim not in present and fits(s)]


def _fits(ws: Workspace, asked: Node, about: _About, *, wanted: bool = True) -> _Fits | None:
    """Whether a lost claim fits, or does not; None where it is asked for words."""
    match asked:
        case Not(child):
            return _fits(ws, child, about, wanted=not wanted)
        case And(children) | Or(children):
            together = all if isinstance(asked, And) == wanted else any
            parts = [f for child in children if (f := _fits(ws, child, about, wanted=wanted))]
            every = len(parts) == len(children)
            return (lambda s: together(fits(s) for fits in parts)) if every else None
        case Review(field="status", value=value) if value.lower() == UNREVIEWED:
            judged = summaries.matcher(ws, asked)
            # Nobody can judge it any more: it does not wait for a verdict.
            return (lambda _: False) if wanted else judged
        case Review():
            matches = summaries.matcher(ws, asked)
            return lambda summary: matches(summary) == wanted
    holds = _of_sources(asked)
    return holds and (lambda summary: holds(about(summary.article)) == wanted)


def _names_reviews(asked: Node) -> bool:
    match asked:
        case Not(child):
            return _names_reviews(child)
        case And(children) | Or(children):
            return any(map(_names_reviews, children))
        case _:
            return isinstance(asked, Review)


def _of_sources(asked: Node) -> Callable[[Article], bool] | None:
    """Whether a condition on the sources of an article holds; None where it is another."""
    match asked:
        case DateRange():
            return lambda article: _dated(article, asked)
        case Word() | Phrase() | Prefix() | Wildcard() | Fuzzy() if asked.field == "outlet":
            return lambda article: any(occurrences(asked, words_of(o)) for o in article.outlets)
        case _:
            return None


def _dated(article: Article, within: DateRange) -> bool:
    day = article.date
    return day is not None and not (
        (within.start and day < within.start) or (within.end and day > within.end)
    )


def _about(ws: Workspace, id: str) -> Article:
    for article in ws.engine.articles([id]):
        return article
    with suppress(SidecarError):
        if sidecar := ws.reviews.load(id):
            return Article(sidecar.identity.title, "", sidecar.identity.sources, id=id)
    return Article("", "", id=id)
