"""Articles that came since the user last looked."""

from __future__ import annotations

from searchkit.model import Article
from searchkit.workflow.workspace import Workspace


def new_articles(ws: Workspace, *, keep: bool = False) -> tuple[Article, ...]:
    """Articles that were indexed since this was last asked, the newest first.

    Args:
        keep: do not count this as a look: they stay new.
    """
    found = ws.engine.articles(ws.catalog.new())
    if not keep:
        with ws.catalog.transaction():
            ws.catalog.look()
    dated = sorted(found, key=lambda article: (article.title, article.id))
    return tuple(sorted(dated, key=lambda a: a.date.toordinal() if a.date else 0, reverse=True))
