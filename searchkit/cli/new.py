"""``searchkit new``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from searchkit.cli.app import App, json_option, pass_app
from searchkit.cli.screen import bold, clean, counted, dim, json_out, paragraph, say
from searchkit.cli.search import about

if TYPE_CHECKING:
    from searchkit.workflow.news import News


@click.command()
@click.option("--keep", is_flag=True, help="Show them again next time.")
@json_option
@pass_app
def new(app: App, keep: bool, as_json: bool) -> None:
    """List the articles that were indexed since you last looked, the newest first."""
    from searchkit.workflow.news import new_articles  # noqa: PLC0415

    with app.workspace() as ws:
        found = new_articles(ws, keep=keep)
    print_news(app, found, as_json=as_json)


def print_news(app: App, news: News, *, as_json: bool) -> None:
    """Print what is new."""
    if news.unkept:
        app.missing.append(news.unkept)
    if as_json:
        from searchkit.cli import plain  # noqa: PLC0415

        items = [plain.article(article) for article in news.articles]
        json_out({"total": len(items), "items": items})
        return
    for article in news.articles:
        say(f"{bold(article.id)}  {clean(article.title)}")
        if line := about(article):
            paragraph(line, indent=4, style=dim)
    say(dim(f"{counted(len(news.articles), 'new article')}"))
