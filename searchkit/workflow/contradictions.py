"""Contradicting figures in the index."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from searchkit.matching import Conflict, Statement, conflicts, statement
from searchkit.model import Article, ReviewedClaim
from searchkit.workflow.nearby import nearby
from searchkit.workflow.reading import handles, read_article
from searchkit.workflow.selection import ClaimFilter, matching_claims
from searchkit.workflow.workspace import Workspace

#: Articles whose claims are read together.
_CHUNK = 100


@frozen
class Side:
    """One of two claims that contradict one another."""

    claim: ReviewedClaim
    article: Article
    handle: str
    #: What it says and the other does not, as written.
    figures: tuple[str, ...]


@frozen
class Contradiction:
    """Two articles that give different figures for the same."""

    one: Side
    other: Side


def contradictions(ws: Workspace, wanted: ClaimFilter | None = None) -> list[Contradiction]:
    """Pairs of claims of different articles that say the same with another figure.

    Args:
        wanted: at least one of the two has to fit; all by default.

    Raises:
        QueryError, NotFoundError, AmbiguousError: of the filters.
    """
    chosen = matching_claims(ws, wanted) if wanted else None
    found = []
    for pair in conflicts(list(_statements(ws))):
        if chosen is None or chosen & {pair.one.claim, pair.other.claim}:
            found.append(_contradiction(ws, pair))
    return found


def contradicting(ws: Workspace, claim: ReviewedClaim) -> list[Contradiction]:
    """What contradicts one claim, among the claims of other articles that share most words.

    Rare words weigh less among so few than in the whole index: what `contradictions` finds may
    be missing here.
    """
    own = statement(claim.claim.article, claim.claim.id, claim.claim.text)
    if own is None:
        return []
    near = nearby(ws, claim.claim.text, own.words)
    others = [statement(one.article, one.id, one.text) for one in near if one.id != own.claim]
    pairs = conflicts([own, *(one for one in others if one)])
    return [_contradiction(ws, pair) for pair in pairs if pair.one is own]


def _statements(ws: Workspace) -> Iterator[Statement]:
    ids = ws.engine.ids("articles")
    for first in range(0, len(ids), _CHUNK):
        for id in ids[first : first + _CHUNK]:
            for claim in read_article(ws, id).claims:
                if claim.anchor is None or claim.anchor.state != "orphaned":
                    found = statement(id, claim.claim.id, claim.claim.text)
                    if found:
                        yield found


def _contradiction(ws: Workspace, pair: Conflict) -> Contradiction:
    return Contradiction(
        _side(ws, pair.one, [fact.span for fact in pair.figures]),
        _side(ws, pair.other, [fact.span for fact in pair.other_figures]),
    )


def _side(ws: Workspace, found: Statement, spans: list[tuple[int, int]]) -> Side:
    article = read_article(ws, found.article)
    claim = article.claim(found.claim)
    assert claim is not None, "it was read a moment ago"
    handle = handles(ws, [found.claim])[found.claim]
    written = tuple(claim.claim.text[start:end] for start, end in spans)
    return Side(claim, article.article, handle, written)
