"""Articles on the subject of an article."""

from __future__ import annotations

from searchkit.errors import NotFoundError
from searchkit.query.tree import And, Boost, IdSet, Node, Or, Word
from searchkit.workflow.loosening import telling_words
from searchkit.workflow.reading import resolve_article, resolve_claim
from searchkit.workflow.workspace import Workspace


def others_like(ws: Workspace, handle: str) -> Node:
    """A query for other articles with the telling words of one.

    Args:
        handle: of the article, or of a claim that stands in it.

    Raises:
        NotFoundError, AmbiguousError: of the article.
        NotFoundError: its words are no longer in the corpus, or there are none.
    """
    try:
        id = resolve_article(ws, handle)
    except NotFoundError as error:
        try:
            id, _ = resolve_claim(ws, handle)
        except NotFoundError:
            raise error from None
    words = telling_words(ws.engine, ws.engine.articles([id]), [1.0])
    if not words:
        raise NotFoundError(f"article {id} has no words to go by", remedy="search for some")
    told = Or(tuple(Boost(Word(word), weight) for word, weight in words))
    return And((told, IdSet(frozenset({id}), complement=True)))
