"""Claims that share words with a text: those that are then compared with it closely."""

from __future__ import annotations

from collections.abc import Container

from searchkit.analysis import stem, tokens
from searchkit.model import Claim
from searchkit.query.tree import Or, Word
from searchkit.workflow.workspace import Workspace

#: How many claims are compared closely.
_MOST = 60


def nearby(ws: Workspace, text: str, stems: Container[str] | None = None) -> list[Claim]:
    """The claims with the most words of a text in them, the rarest counting most; the best first.

    The titles of their articles do not count: what is compared are the claims' own words.

    Args:
        stems: words with other stems are passed over.
    """
    words = {stem(token.word): token.word for token in tokens(text, query=True)}
    chosen = [word for root, word in words.items() if stems is None or root in stems]
    if not chosen:
        return []
    tree = Or(tuple(Word(word, "body") for word in chosen))
    hits = ws.engine.search("claims", tree, limit=_MOST).hits
    return ws.engine.claims(hit.id for hit in hits)
