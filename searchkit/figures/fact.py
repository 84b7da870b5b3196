"""What the rules of this room find."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from searchkit.model import Span

FactKind = Literal["figure", "date", "name", "negation"]


@frozen
class Fact:
    """A figure, date, name or negation of a text."""

    kind: FactKind
    span: Span
    #: Equal for two ways of writing the same: "2,000" and "two thousand", "isn't" and "is not".
    value: str


def words(listed: str) -> tuple[str, ...]:
    """Words given in one line."""
    return tuple(listed.split())
