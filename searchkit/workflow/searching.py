"""Search: words to ranked articles or claims, with what reviewers said of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import evolve, field, frozen

from searchkit.engine.base import Contribution, Facet, Found, Sort
from searchkit.errors import SidecarError
from searchkit.model import Article, ReviewedArticle, ReviewedClaim
from searchkit.query import parse, positive_leaves
from searchkit.query.tree import (
    And,
    Everything,
    IdSet,
    Node,
    Review,
)
from searchkit.snippets import Snippet, snippets
from searchkit.workflow import summaries
from searchkit.workflow.bestclaims import best_claim, rarity
from searchkit.workflow.likeness import others_like
from searchkit.workflow.loosening import any_of, plain_words, question
from searchkit.workflow.reading import handles, read_article
from searchkit.workflow.recency import POOL, by_recency
from searchkit.workflow.selection import ClaimFilter, narrowed, replaced, select
from searchkit.workflow.suggestions import suggestions
from searchkit.workflow.workspace import Workspace

if TYPE_CHECKING:
    from searchkit.model import Worth

#: Check-worthiness is computed when asked for, over this many of the newest claims.
WORTH_POOL = 1_000


@frozen
class ArticleHit:
    """An article found."""

    article: Article
    score: float
    snippets: tuple[Snippet, ...]
    #: Effective statuses of its reviewed claims, with their numbers.
    statuses: Mapping[str, int]
    #: The claim that answers the words best.
    best: ReviewedClaim | None
    #: Shortest unique prefix of the best claim's id.
    handle: str
    explanation: tuple[Contribution, ...] = ()


@frozen
class ArticleListing:
    """A page of articles found."""

    total: int
    #: The total is a lower bound, because an expansion was cut.
    cut: bool
    items: tuple[ArticleHit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(factory=dict)
    #: For words that find nothing: what may have been meant.
    suggestions: Mapping[str, tuple[str, ...]] = field(factory=dict)
    #: No article has all the words of a long question; these have some of them.
    loosened: bool = False


@frozen
class ClaimHit:
    """A claim found."""

    claim: ReviewedClaim
    article: Article
    handle: str
    score: float
    snippets: tuple[Snippet, ...] = ()
    worth: Worth | None = None
    #: Handle of the claim listed before it that says nearly the same; empty when there is none.
    same_as: str = ""


@frozen
class ClaimListing:
    """A page of claims found."""

    total: int
    cut: bool
    items: tuple[ClaimHit, ...]
    #: What the reader should know about the listing as a whole.
    note: str | None = None
    suggestions: Mapping[str, tuple[str, ...]] = field(factory=dict)
    #: No claim has all the words of a long question; these have some of them.
    loosened: bool = False
    #: Others that fit, of articles whose sidecars are damaged: their statuses are not known.
    left_out: int = 0


def search(
    ws: Workspace,
    text: str,
    *,
    like: str | None = None,
    limit: int = 10,
    page: int = 1,
    sort: Sort = "relevance",
    recent: bool = False,
    since: dt.date | None = None,
    until: dt.date | None = None,
    outlets: Sequence[str] = (),
    statuses: Sequence[str] = (),
    facets: bool = False,
    explain: bool = False,
) -> ArticleListing:
    """Articles that match, the best first.

    Args:
        text: in the query language.
        like: handle of an article: others with its telling words, the more of them the better.
        limit: articles a page.
        page: counted from 1.
        recent: newer articles stand before older ones that answer about as well.
        since, until: dates of the articles, both included.
        outlets, statuses: any one of them must fit.
        facets: count matches by outlet, month and status.
        explain: say how each score comes about.

    The statuses of an article whose sidecar is damaged are not known: none are shown, and
    ``ws.damaged`` names it.

    Raises:
        QueryError: the text is not a query, or names a status or flag that does not exist.
        NotFoundError, AmbiguousError: of the article.
    """

    def with_filters(node: Node) -> Node:
        return narrowed(
            node, since=since, until=until, outlets=outlets, reviews={"status": statuses}
        )

    parsed = parse(text)
    if like is not None:
        parsed = And((parsed, others_like(ws, like)))
    asked = with_filters(parsed)
    reviews = summaries.load(ws)
    resolve = summaries.id_sets(ws, reviews, "articles")
    tree = shown = replaced(asked, resolve, text)
    wanted: tuple[Facet, ...] = ("outlet", "month") if facets else ()
    start = (page - 1) * limit

    def run(node: Node) -> Found:
        deep = recent and start < POOL
        most, skipped = (max(POOL, start + limit), 0) if deep else (limit, start)
        found = ws.engine.search(
            "articles", node, limit=most, offset=skipped, sort=sort, facets=wanted
        )
        if not deep:
            return found
        pool = found.hits[:POOL]
        dates = {article.id: article.date for article in ws.engine.articles(h.id for h in pool)}
        ordered = [*by_recency(pool, dates), *found.hits[POOL:]]
        return evolve(found, hits=tuple(ordered[start : start + limit]))

    found = run(tree)
    suggested = {} if found.total else suggestions(ws.engine, asked)
    asking = "" if found.total else question(parsed)
    if asking:
        tree = replaced(with_filters(any_of(ws.engine, asking)), resolve, text)
        asked = with_filters(plain_words(asking))
        shown = replaced(asked, resolve, text)
        found = run(tree)
    counted = dict(found.facets)
    if facets:
        counted["status"] = _status_facet(ws, tree, reviews, text)
    articles = {a.id: a for a in ws.engine.articles(hit.id for hit in found.hits)}
    best = _best_claims(ws, asked, articles, reviews, text)
    short = handles(ws, (claim.claim.id for claim in best.values()))
    items = []
    for hit in found.hits:
        if not (article := articles.get(hit.id)):
            continue
        counts: dict[str, int] = {}
        for summary in reviews.by_article.get(hit.id, ()):
            if summary.statuses:
                counts[summary.status] = counts.get(summary.status, 0) + 1
        top = best.get(hit.id)
        items.append(
            ArticleHit(
                article=article,
                score=hit.score,
                snippets=snippets(shown, article.title, article.text),
                statuses={n: counts[n] for n in ws.scale.names if n in counts}
                | {n: c for n, c in sorted(counts.items()) if n not in ws.scale.names},
                best=top,
                handle=short[top.claim.id] if top else "",
                explanation=tuple(ws.engine.explain("articles", tree, hit.id)) if explain else (),
            )
        )
    return ArticleListing(
        found.total, found.cut, tuple(items), counted, suggested, bool(asking and found.total)
    )


def find_claims(
    ws: Workspace,
    wanted: ClaimFilter | str = "",
    *,
    limit: int = 20,
    page: int = 1,
    worth: bool = False,
    sort: Sort = "relevance",
) -> ClaimListing:
    """Claims that match, the best first; with `worth`, the most check-worthy first.

    Of a page ranked by its words, claims that say nearly the same stand together.

    Reviewed claims whose words are no longer in the corpus are listed last, when the request
    is about reviews and not about words. Claims of an article whose sidecar is damaged are
    left out and counted apart, because their statuses are not known; ``ws.damaged`` names it.

    Args:
        wanted: a filter, or words in the query language.

    Raises:
        QueryError: the text is not a query, or names a status or flag that does not exist.
        NotFoundError, AmbiguousError: of the article.
    """
    from searchkit.workflow.lost import lost  # noqa: PLC0415 - not for searching articles

    wanted = ClaimFilter(wanted) if isinstance(wanted, str) else wanted
    chosen = select(ws, wanted)
    start = (page - 1) * limit
    note = None
    ranked: Mapping[str, Worth] = {}
    tree, left_out = told(ws, chosen.tree)
    if worth:
        pool, ranked = most_worthy(ws, tree)
        found = evolve(pool, hits=pool.hits[start : start + limit])
        note = pool_note(pool)
    else:
        found = ws.engine.search("claims", tree, limit=limit, offset=start, sort=sort)
    gone = lost(ws, chosen)
    offered = {} if found.total or left_out else suggestions(ws.engine, chosen.asked)
    shown = chosen.tree
    asking = "" if found.total or gone or left_out else question(parse(wanted.text))
    if asking:
        others = select(ws, evolve(wanted, text="")).tree
        tree, left_out = told(ws, And((any_of(ws.engine, asking, "claims"), others)))
        found = ws.engine.search("claims", tree, limit=limit, offset=start, sort=sort)
        shown = plain_words(asking)
    ids = [hit.id for hit in found.hits]
    more = gone[max(0, start - found.total) : max(0, start + limit - found.total)]
    scores = {hit.id: hit.score for hit in found.hits}
    articles: dict[str, ReviewedArticle | None] = {}
    places = {c.id: c.article for c in ws.engine.claims(ids)}
    short = handles(ws, [*ids, *(claim for _, claim in more)])
    items = []
    for id, where in [*((id, places[id]) for id in ids), *((c, a) for a, c in more)]:
        if where not in articles:
            articles[where] = _readable(ws, where)
        holder = articles[where]
        reviewed = holder.claim(id) if holder else None
        if holder is None or reviewed is None:
            continue
        items.append(
            ClaimHit(
                claim=reviewed,
                article=holder.article,
                handle=short[id],
                score=scores.get(id, 0.0),
                snippets=snippets(shown, "", reviewed.claim.text),
                worth=ranked.get(id),
            )
        )
    if sort == "relevance" and not worth and positive_leaves(shown):
        items = _grouped(items)
    return ClaimListing(
        found.total + len(gone),
        found.cut,
        tuple(items),
        note,
        offered,
        loosened=bool(asking and found.total),
        left_out=left_out,
    )


def _grouped(items: Sequence[ClaimHit]) -> list[ClaimHit]:
    """The claims of a page, each followed by those that say nearly the same."""
    from searchkit.matching import near_duplicates  # noqa: PLC0415 - not for searching articles

    firsts = near_duplicates([item.claim.claim.text for item in items])
    return [
        item if at == first else evolve(item, same_as=items[first].handle)
        for first, at, item in sorted(
            zip(firsts, range(len(items)), items, strict=True), key=_place
        )
    ]


def _place(grouped: tuple[int, int, ClaimHit]) -> tuple[int, int]:
    return grouped[:2]


def told(ws: Workspace, tree: Node) -> tuple[Node, int]:
    """A query without articles whose sidecars are damaged, and how many claims that leaves out."""
    if not ws.damaged:
        return tree, 0
    ids = frozenset(ws.damaged)
    left_out = ws.engine.count("claims", And((tree, IdSet(ids, key="article"))))
    return And((tree, IdSet(ids, complement=True, key="article"))), left_out


def most_worthy(ws: Workspace, tree: Node) -> tuple[Found, Mapping[str, Worth]]:
    """The newest of the claims that a query finds, the most check-worthy first.

    Returns:
        At most `WORTH_POOL` hits beside the total of all, and the worth of each.
    """
    pool = ws.engine.search("claims", tree, limit=WORTH_POOL, sort="newest")
    claims = ws.engine.claims(hit.id for hit in pool.hits)
    from searchkit.worth import worth as worth_of  # noqa: PLC0415 - only when asked for

    ranked = {claim.id: worth_of(claim.text, kind=claim.kind) for claim in claims}
    order = sorted(pool.hits, key=lambda hit: -ranked[hit.id].score)
    return evolve(pool, hits=tuple(order)), ranked


def pool_note(pool: Found) -> str | None:
    """What to say where not all claims were ranked by their worth."""
    if pool.total <= WORTH_POOL:
        return None
    return f"ranked the newest {WORTH_POOL:,} of {pool.total:,} claims"


def _status_facet(
    ws: Workspace, tree: Node, reviews: summaries.Reviews, text: str
) -> tuple[tuple[str, int], ...]:
    resolve = summaries.id_sets(ws, reviews, "articles")
    counts = []
    for name in ws.scale.names:
        only = And((tree, replaced(Review("status", name), resolve, text)))
        counts.append((name, ws.engine.count("articles", only)))
    return tuple(sorted(((n, c) for n, c in counts if c), key=lambda pair: (-pair[1], pair[0])))


def _best_claims(
    ws: Workspace,
    asked: Node,
    articles: Mapping[str, Article],
    reviews: summaries.Reviews,
    text: str,
) -> dict[str, ReviewedClaim]:
    """In each article the claim that answers best: by its own words, else by its reviews."""
    if not articles or isinstance(asked, Everything):
        return {}
    holders = {id: held for id, article in articles.items() if (held := _readable(ws, id, article))}
    leaves = tuple(leaf for leaf in positive_leaves(asked) if leaf.field != "outlet")
    if leaves:
        weights = rarity(ws.engine, leaves, ws.engine.count("articles", Everything()))
        found = {id: best_claim(holder, weights) for id, holder in holders.items()}
        return {id: claim for id, claim in found.items() if claim}
    resolve = summaries.id_sets(ws, reviews, "claims")
    tree = And((replaced(asked, resolve, text), IdSet(frozenset(articles), key="article")))
    hits = ws.engine.search("claims", tree, limit=None).hits
    chosen: dict[str, ReviewedClaim] = {}
    for claim in ws.engine.claims(hit.id for hit in hits):
        of = holders.get(claim.article)
        if of and claim.article not in chosen and (reviewed := of.claim(claim.id)):
            chosen[claim.article] = reviewed
            if len(chosen) == len(holders):
                break
    return chosen


def _readable(ws: Workspace, id: str, article: Article | None = None) -> ReviewedArticle | None:
    """As `read_article`; None, and noted, when the sidecar is damaged: statuses are not known."""
    try:
        return read_article(ws, id, article)
    except SidecarError as error:
        ws.damaged[id] = str(error)
        return None
