"""Already checked, and who else says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from searchkit.catalog import Statement
from searchkit.errors import AmbiguousError, NotFoundError, SearchkitError
from searchkit.matching import (
    independent,
    may_say_the_same,
    most_similar,
    says_the_same,
    stems,
)
from searchkit.model import Article, Claim, ReviewedClaim
from searchkit.workflow import summaries
from searchkit.workflow.nearby import nearby
from searchkit.workflow.reading import handles, read_article, resolve_claim
from searchkit.workflow.workspace import Workspace

_MOST = 3
_LONGEST = 2_000


@frozen
class ReviewedMatch:
    """A claim with a verdict that may say the same."""

    claim: ReviewedClaim
    article: Article
    handle: str
    #: 0 to 1.
    score: float


@frozen
class Echo:
    """An article that says so too."""

    claim: Claim
    article: Article


@frozen
class Similar:
    """What is known of a statement from elsewhere."""

    text: str
    matches: tuple[ReviewedMatch, ...]
    #: Other articles that say it, by independent source.
    sources: tuple[tuple[Echo, ...], ...]


def similar(ws: Workspace, wanted: str) -> Similar:
    """Reviewed claims that say the same as a claim or a text, and articles that say it too.

    Args:
        wanted: the handle of a claim, else a sentence; words that stand in several claims are
            a sentence too.

    Raises:
        AmbiguousError: the handle could mean several claims.
        SearchkitError: it is empty or too long.
    """
    if not wanted.strip():
        raise SearchkitError("nothing to compare with", remedy="name a claim, or quote a sentence")
    if len(wanted) > _LONGEST:
        raise SearchkitError(f"the text is longer than {_LONGEST:,} characters")
    try:
        article, id = resolve_claim(ws, wanted)
    except (NotFoundError, AmbiguousError) as error:
        handle = wanted.isascii() and len(wanted.split()) == 1
        if handle and isinstance(error, AmbiguousError):
            raise
        return Similar(wanted, reviewed_matches(ws, wanted), corroboration(ws, wanted))
    found = read_article(ws, article)
    claim = found.claim(id)
    assert claim is not None, "it was resolved a moment ago"
    text = claim.claim.text
    own = found.article if found.in_corpus else None
    return Similar(text, reviewed_matches(ws, text, id), corroboration(ws, text, own))


def known_of(ws: Workspace, claim: ReviewedClaim, own: Article | None) -> Similar:
    """What a reviewer should see beside a claim: matches worth a look, and corroboration.

    Args:
        own: its article; None when that left the corpus.
    """
    text = claim.claim.text
    wanted = stems(text)
    near = _read(
        ws,
        (
            (one, score)
            for one, score in _ranked(ws, text, claim.claim.id)
            if may_say_the_same(wanted, one.stems)
        ),
    )
    return Similar(text, near, corroboration(ws, text, own))


def reviewed_matches(
    ws: Workspace, text: str, besides: str | None = None
) -> tuple[ReviewedMatch, ...]:
    """The three reviewed claims most similar to a text, the best first.

    Args:
        besides: the id of the claim itself.
    """
    return _read(ws, _ranked(ws, text, besides))


def _ranked(ws: Workspace, text: str, besides: str | None) -> Iterator[tuple[Statement, float]]:
    """What the most similar of the reviewed claims say, with scores from 0 to 1."""
    known = [one for one in summaries.statements(ws) if one.claim != besides]
    found = most_similar(text, [one.words for one in known], [one.stems for one in known], _MOST)
    return ((known[match.index], match.score) for match in found)


def _read(ws: Workspace, ranked: Iterable[tuple[Statement, float]]) -> tuple[ReviewedMatch, ...]:
    matches = []
    for statement, score in ranked:
        article = read_article(ws, statement.article)
        if claim := article.claim(statement.claim):
            handle = handles(ws, [statement.claim])[statement.claim]
            matches.append(ReviewedMatch(claim, article.article, handle, score))
    return tuple(matches)


def corroboration(
    ws: Workspace, text: str, own: Article | None = None
) -> tuple[tuple[Echo, ...], ...]:
    """Other articles that say it, grouped by independent source.

    Args:
        own: the article that the text stands in; what depends on it corroborates nothing.
    """
    wanted = stems(text)
    said: dict[str, Claim] = {}
    for claim in nearby(ws, text):
        new = claim.article not in said and not (own and claim.article == own.id)
        if new and says_the_same(text, claim.text, wanted, stems(claim.text)):
            said[claim.article] = claim
    articles = ws.engine.articles(said)
    return tuple(_voices(articles, said, own))


def _voices(
    articles: Sequence[Article], said: dict[str, Claim], own: Article | None
) -> Iterable[tuple[Echo, ...]]:
    together = [own, *articles] if own else list(articles)
    for group in independent(together):
        members = [together[at] for at in group]
        if own is None or own not in members:
            yield tuple(Echo(said[article.id], article) for article in members)
