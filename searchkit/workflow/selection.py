"""Which claims or articles a request is about: filters and words as one query tree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from attrs import frozen

from searchkit.errors import QueryError
from searchkit.query import parse, replace_reviews
from searchkit.query.tree import (
    And,
    DateRange,
    Everything,
    IdSet,
    Node,
    Or,
    Phrase,
    Review,
    ReviewField,
)
from searchkit.workflow import summaries
from searchkit.workflow.reading import resolve_article
from searchkit.workflow.workspace import Workspace


@frozen
class ClaimFilter:
    """Which claims are meant. What is left empty leaves nothing out."""

    #: In the query language.
    text: str = ""
    #: Handle of an article.
    article: str | None = None
    #: Any one of each must fit.
    statuses: Sequence[str] = ()
    flags: Sequence[str] = ()
    reviewers: Sequence[str] = ()
    outlets: Sequence[str] = ()
    #: Dates of the articles, both included.
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def narrowed(self) -> bool:
        """Whether more than words is asked for."""
        return self != ClaimFilter(self.text)

    @property
    def described(self) -> str:
        """The filter in words; empty when it leaves nothing out."""
        parts: Mapping[str, Sequence[str]] = {
            "words": [self.text] if self.text else [],
            "article": [self.article] if self.article else [],
            "status": self.statuses,
            "flag": self.flags,
            "reviewer": self.reviewers,
            "since": [self.since.isoformat()] if self.since else [],
            "until": [self.until.isoformat()] if self.until else [],
            "outlet": self.outlets,
        }
        return "; ".join(f"{name}: {' or '.join(given)}" for name, given in parts.items() if given)


class Selection(NamedTuple):
    """A filter, ready for the engine."""

    #: As asked, with terms about reviews in it.
    asked: Node
    #: For the engine: those terms replaced by sets of ids.
    tree: Node
    #: Id of the article that was named.
    article: str | None
    reviews: summaries.Reviews


def select(ws: Workspace, wanted: ClaimFilter) -> Selection:
    """Look up what a filter is about.

    Raises:
        QueryError: the text is not a query, or a status or flag does not exist.
        NotFoundError, AmbiguousError: of the article.
    """
    asked = narrowed(
        parse(wanted.text),
        since=wanted.since,
        until=wanted.until,
        outlets=wanted.outlets,
        reviews={
            "status": wanted.statuses,
            "flag": wanted.flags,
            "reviewer": wanted.reviewers,
        },
    )
    reviews = summaries.load(ws)
    tree = replaced(asked, summaries.id_sets(ws, reviews, "claims"), wanted.text)
    article = None
    if wanted.article is not None:
        article = resolve_article(ws, wanted.article)
        tree = And((tree, IdSet(frozenset({article}), key="article")))
    return Selection(asked, tree, article, reviews)


def matching_claims(ws: Workspace, wanted: ClaimFilter) -> set[str] | None:
    """Ids of all claims that fit, those whose words are lost included; None: nothing is left out.

    Raises:
        QueryError, NotFoundError, AmbiguousError: as `select`.
    """
    chosen = select(ws, wanted)
    if isinstance(chosen.tree, Everything):
        return None
    from searchkit.workflow.lost import lost  # noqa: PLC0415 - not for searching articles

    found = ws.engine.search("claims", chosen.tree, limit=None)
    return {hit.id for hit in found.hits} | {id for _, id in lost(ws, chosen)}


def narrowed(
    tree: Node,
    *,
    since: dt.date | None,
    until: dt.date | None,
    outlets: Sequence[str],
    reviews: Mapping[ReviewField, Sequence[str]],
) -> Node:
    """A query with more conditions.

    Raises:
        QueryError: the dates are the wrong way around.
    """
    parts: list[Node] = [] if isinstance(tree, Everything) else [tree]
    if since or until:
        if since and until and since > until:
            raise QueryError("--since is later than --until", remedy="exchange the two")
        parts.append(DateRange(since, until))
    if outlets:
        parts.append(Or(tuple(Phrase(name, "outlet") for name in outlets)))
    for name, values in reviews.items():
        if values:
            parts.append(Or(tuple(Review(name, value) for value in values)))
    if not parts:
        return Everything()
    return parts[0] if len(parts) == 1 else And(tuple(parts))


def replaced(tree: Node, resolve: summaries.Resolve, text: str) -> Node:
    """A query with sets of ids for its terms about reviews.

    Args:
        text: that the query was read from, which errors point into.

    Raises:
        QueryError: a status or flag does not exist.
    """
    try:
        return replace_reviews(tree, resolve)
    except QueryError as error:
        if text and not error.place:
            error.place = f"query, character {error.position + 1}"
        raise
