"""``searchkit new``."""

from __future__ import annotations

import click

from searchkit.cli.app import App, json_option, pass_app
from searchkit.cli.screen import bold, clean, counted, dim, json_out, paragraph, say
from searchkit.cli.search import about


@click.command()
@click.option("--keep", is_flag=True, help="Show them again next time.")
@json_option
@pass_app
def new(app: App, keep: bool, as_json: bool) -> None:
    """List the articles that were indexed since you last looked, the newest first."""
    from searchkit.workflow.news import new_articles  # noqa: PLC0415

    with app.workspace() as ws:
        found = new_articles(ws, keep=keep)
    if as_json:
        from searchkit.cli import plain  # noqa: PLC0415

        json_out({"total": len(found), "items": [plain.article(article) for article in found]})
        return
    for article in found:
        say(f"{bold(article.id)}  {clean(article.title)}")
        if line := about(article):
            paragraph(line, indent=4, style=dim)
    say(dim(f"{counted(len(found), 'new article')}"))
