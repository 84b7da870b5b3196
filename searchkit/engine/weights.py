"""The parameters of the ranking, which all engines share; docs/ranking.md has the formula."""

from __future__ import annotations

import math
from collections.abc import Mapping

from searchkit.engine.base import Kind
from searchkit.query.tree import Leaf, TextField

K1 = 1.2
B = 0.75
#: What is searched when the query names no field, and how much an occurrence counts there. A
#: claim is judged by its own words; the title of its article is context.
WEIGHTS: Mapping[Kind, Mapping[TextField, float]] = {
    "articles": {"title": 2.0, "body": 1.0},
    "claims": {"title": 0.3, "body": 1.0},
}


def fields_of(leaf: Leaf, kind: Kind) -> Mapping[TextField, float]:
    """The fields that a leaf is looked for in, with their weights."""
    return {leaf.field: 1.0} if leaf.field else WEIGHTS[kind]


def idf(count: int, holding: int) -> float:
    """How much a leaf tells documents apart.

    Args:
        count: all documents of the kind.
        holding: those that it occurs in.
    """
    return math.log1p((count - holding + 0.5) / (holding + 0.5))
