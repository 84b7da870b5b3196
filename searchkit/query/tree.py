"""The query tree: frozen nodes with raw-text leaves that each engine analyses and compiles."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from attrs import frozen

#: Fields that a reader of articles or claims can name; None searches title and body.
TextField = Literal["title", "body", "outlet"]
ReviewField = Literal["status", "flag", "reviewer"]


@frozen
class Word:
    """A word as typed; analysis may make several terms of it, which then stand side by side."""

    text: str
    field: TextField | None = None
    #: Offset of the leaf in the query text, in code points.
    position: int = 0


@frozen
class Phrase:
    """Words in this order. With slop, at most that many other words may stand between them."""

    text: str
    field: TextField | None = None
    slop: int = 0
    position: int = 0


@frozen
class Prefix:
    """Terms that begin with the text (folded, not stemmed)."""

    text: str
    field: TextField | None = None
    position: int = 0


@frozen
class Wildcard:
    """Terms that match a pattern of ``*`` (any run) and ``?`` (one character)."""

    pattern: str
    field: TextField | None = None
    position: int = 0


@frozen
class Fuzzy:
    """Terms within `distance` edits (1 or 2)."""

    text: str
    field: TextField | None = None
    distance: int = 1
    position: int = 0


@frozen
class DateRange:
    """Articles dated within the range, both ends included; None is open."""

    start: dt.date | None
    end: dt.date | None
    position: int = 0


@frozen
class Id:
    """The article or claim whose id begins with the text."""

    prefix: str
    position: int = 0


@frozen
class Review:
    """A term about reviews; `workflow` replaces it by an `IdSet` before an engine sees it."""

    field: ReviewField
    value: str
    position: int = 0


@frozen
class IdSet:
    """Documents with one of these ids (or, as complement, with none of them). Scores 0."""

    ids: frozenset[str]
    complement: bool = False
    #: "article" selects claims by the article that they stand in.
    key: Literal["id", "article"] = "id"


@frozen
class And:
    """All of the children."""

    children: tuple[Node, ...]


@frozen
class Or:
    """At least one of the children."""

    children: tuple[Node, ...]


@frozen
class Not:
    """The complement of the child. Scores 0."""

    child: Node


@frozen
class Boost:
    """The child with its score multiplied."""

    child: Node
    factor: float


@frozen
class Everything:
    """Every document, score 0: what an empty query asks for."""


Leaf = Word | Phrase | Prefix | Wildcard | Fuzzy
Node = Leaf | DateRange | Id | Review | IdSet | And | Or | Not | Boost | Everything
