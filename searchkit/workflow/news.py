"""Articles that came since the user last looked."""

from __future__ import annotations

from attrs import evolve, frozen

from searchkit.errors import UnwritableError
from searchkit.model import Article
from searchkit.workflow.workspace import Workspace


@frozen
class News:
    """What came since the last look."""

    #: The newest first.
    articles: tuple[Article, ...]
    #: The expansion of a pattern was cut: there may be more.
    cut: bool = False
    #: The saved search that found it; empty for all that came.
    name: str = ""
    query: str = ""
    #: Why this could not be kept as a look: it will all be new again.
    unkept: str | None = None


def new_articles(ws: Workspace, *, keep: bool = False) -> News:
    """Articles that were indexed since this was last asked.

    Args:
        keep: do not count this as a look: they stay new.
    """
    found = ws.engine.articles(ws.catalog.arrivals.new())
    dated = sorted(found, key=lambda article: (article.title, article.id))
    dated.sort(key=lambda a: a.date.toordinal() if a.date else 0, reverse=True)
    news = News(tuple(dated))
    return news if keep else looked(ws, news)


def looked(ws: Workspace, news: News) -> News:
    """From now on only what comes later is new, unless that cannot be kept, which is noted."""
    try:
        with ws.catalog.transaction():
            ws.catalog.arrivals.look(news.name)
    except UnwritableError as error:
        error.remedy = "what is new will be shown again"
        return evolve(news, unkept=str(error))
    return news
