"""The query language: text -> query tree, errors with a place."""

from __future__ import annotations

from searchkit.query.parse import parse, positive_leaves, replace_reviews, review_fields

__all__ = ["parse", "positive_leaves", "replace_reviews", "review_fields"]
