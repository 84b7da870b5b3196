"""All that follows from an article alone, before it is known which one it is (pure)."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve, frozen

from searchkit.claims import Passage, passages
from searchkit.identity import identities, keys, mint
from searchkit.model import Article, Identity


@frozen
class Prepared:
    """What an article is recognised by, and where it claims something."""

    #: Under the id that the article gets when it is new and nobody else has that id.
    identity: Identity
    #: Those of the identity.
    keys: tuple[int, ...]
    #: Of its claims, under the same id.
    passages: Sequence[Passage]


def prepare(articles: Sequence[Article]) -> list[Prepared]:
    """Take the articles of a file, which have no ids yet, as far as each goes by itself."""
    named = [evolve(article, id=mint(article, ())) for article in articles]
    return [
        Prepared(identity, keys(identity), passages(article))
        for identity, article in zip(identities(named), named, strict=True)
    ]
