"""The values that every room speaks of: frozen, comparable, and touching no files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from searchkit.lazily import names

if TYPE_CHECKING:
    from searchkit.model.articles import Article, Claim, ClaimKind, Origin, Source, Span
    from searchkit.model.parsed import LeftOut, Parsed
    from searchkit.model.reviewed import ReviewedArticle, ReviewedClaim
    from searchkit.model.reviews import (
        QUOTED,
        STANCES,
        Action,
        Anchor,
        AnchorState,
        ClaimState,
        Event,
        Evidence,
        Identity,
        Judgement,
        Note,
        Selector,
        Stance,
    )
    from searchkit.model.scale import DEFAULT_SCALE, UNREVIEWED, Scale, Status
    from searchkit.model.worth import Worth

_HOMES = {
    "articles": ("Article", "Claim", "ClaimKind", "Origin", "Source", "Span"),
    "parsed": ("LeftOut", "Parsed"),
    "reviewed": ("ReviewedArticle", "ReviewedClaim"),
    "reviews": (
        "QUOTED",
        "STANCES",
        "Action",
        "Anchor",
        "AnchorState",
        "ClaimState",
        "Event",
        "Evidence",
        "Identity",
        "Judgement",
        "Note",
        "Selector",
        "Stance",
    ),
    "scale": ("DEFAULT_SCALE", "UNREVIEWED", "Scale", "Status"),
    "worth": ("Worth",),
}

__all__ = [
    "DEFAULT_SCALE",
    "QUOTED",
    "STANCES",
    "UNREVIEWED",
    "Action",
    "Anchor",
    "AnchorState",
    "Article",
    "Claim",
    "ClaimKind",
    "ClaimState",
    "Event",
    "Evidence",
    "Identity",
    "Judgement",
    "LeftOut",
    "Note",
    "Origin",
    "Parsed",
    "ReviewedArticle",
    "ReviewedClaim",
    "Scale",
    "Selector",
    "Source",
    "Span",
    "Stance",
    "Status",
    "Worth",
]

# Each class is built in half a millisecond, and a search needs few of those about reviews.
__getattr__ = names(__name__, _HOMES)
