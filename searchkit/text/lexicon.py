"""Word lists as a person reads them."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a list that is written with spaces and line breaks."""
    return frozenset(text.split())
