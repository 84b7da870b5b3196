"""The contract that every engine keeps. One suite of tests runs over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal, NamedTuple, Protocol

from attrs import field, frozen

from searchkit.model import Article, Claim
from searchkit.query.tree import Node

Kind = Literal["articles", "claims"]
Sort = Literal["relevance", "newest", "oldest"]
Facet = Literal["outlet", "month"]


class Hit(NamedTuple):
    """One document found."""

    id: str
    score: float


@frozen
class Found:
    """The answer to a search."""

    #: All matches, before paging.
    total: int
    hits: tuple[Hit, ...]
    #: True when an expansion (prefix, wildcard, fuzzy) was cut: the total is a lower bound.
    cut: bool = False
    #: facet -> (value, number of matches), most frequent first, ties by value.
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(factory=dict)


class Contribution(NamedTuple):
    """What one term added to one document's score."""

    field: str
    term: str
    #: Occurrences in the field, and the field's length, both in terms.
    frequency: int
    length: int
    idf: float
    score: float


class Batch(Protocol):
    """Changes that become visible together when the batch's ``with`` block ends well."""

    def put(self, article: Article, claims: Sequence[Claim]) -> None:
        """Add an article with its claims, in place of what was stored under its id."""

    def delete(self, article_id: str) -> None:
        """Remove an article and its claims; an unknown id is no error."""


class Engine(Protocol):
    """Storage and search of articles and their claims, two kinds with statistics of their own."""

    def batch(self) -> AbstractContextManager[Batch]:
        """Open the one writer. An exception in the block takes every change back.

        Raises:
            LockedError: another writer did not finish in time.
            EngineError: the index cannot be written.
        """

    def search(
        self,
        kind: Kind,
        query: Node,
        *,
        limit: int | None = 10,
        offset: int = 0,
        sort: Sort = "relevance",
        facets: Iterable[Facet] = (),
    ) -> Found:
        """Find documents; ties in score stand newest first, then by article id and number.

        Raises:
            QueryError: the tree holds what this engine cannot do.
        """

    def count(self, kind: Kind, query: Node) -> int:
        """How many documents match."""

    def articles(self, ids: Iterable[str]) -> list[Article]:
        """The stored articles, in the order asked for; unknown ids are left out."""

    def claims(self, ids: Iterable[str]) -> list[Claim]:
        """The stored claims, in the order asked for; unknown ids are left out."""

    def ids(self, kind: Kind, prefix: str = "", limit: int | None = None) -> list[str]:
        """The ids that begin with the prefix, sorted."""

    def outlets(self) -> list[str]:
        """Every outlet, sorted."""

    def suggest(self, word: str, limit: int = 3) -> list[str]:
        """What a misspelt word may have meant, the likeliest first: indexed words, or two for one.

        Args:
            word: as typed; two words stand for the one that they may have been.
        """

    def explain(self, kind: Kind, query: Node, id: str) -> list[Contribution]:
        """How a document's score comes about, the weightiest first."""

    def refresh(self) -> None:
        """See what other processes have committed since."""

    def check(self, progress: Callable[[int, int], None] | None = None) -> list[str]:
        """Problems found in the stored index, one line each; empty when it is sound."""

    def close(self) -> None:
        """Let go of files."""
