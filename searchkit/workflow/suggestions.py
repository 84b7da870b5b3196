"""What may have been meant by words that nothing has."""

from __future__ import annotations

from itertools import pairwise

from attrs import evolve

from searchkit.engine.base import Engine
from searchkit.query import positive_leaves
from searchkit.query.tree import Node, Word

#: Words of a query that are looked at; further ones are no slips of the hand.
_MOST = 20


def suggestions(engine: Engine, asked: Node) -> dict[str, tuple[str, ...]]:
    """For words that no article has, and for neighbours that may be one word, what was meant."""
    words = [leaf for leaf in positive_leaves(asked) if isinstance(leaf, Word)][:_MOST]
    offered: dict[str, tuple[str, ...]] = {}
    halves: set[Word] = set()
    for one, other in pairwise(words):
        both = f"{one.text} {other.text}"
        if joined := tuple(engine.suggest(both)):
            offered[both] = joined
            halves |= {one, other}
    for leaf in words:
        nowhere = leaf not in halves and not engine.count("articles", evolve(leaf, field=None))
        if nowhere and (near := tuple(engine.suggest(leaf.text))):
            offered[leaf.text] = near
    return offered
