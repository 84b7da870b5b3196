"""``searchkit saved``."""

from __future__ import annotations

import click

from searchkit.cli.app import App, json_option, pass_app
from searchkit.cli.new import print_news
from searchkit.cli.screen import clean, dim, json_out, note, say, table
from searchkit.errors import UsageError


@click.command()
@click.argument("name", required=False)
@click.option("--keep", is_flag=True, help="Show them again next time.")
@click.option("--forget", is_flag=True, help="Drop the search.")
@json_option
@pass_app
def saved(app: App, name: str | None, keep: bool, forget: bool, as_json: bool) -> None:
    """List the saved searches; or with NAME what is new in one since you last looked.

    `search --save NAME` saves one.
    """
    from searchkit.workflow.saved import forget_search, new_in, saved_searches  # noqa: PLC0415

    if name is None and (keep or forget):
        raise UsageError("no search is named", remedy="`searchkit saved` lists them")
    if keep and forget:
        raise UsageError("--keep and --forget exclude each other", remedy="take one of them")
    with app.workspace() as ws:
        if name is None:
            found = saved_searches(ws)
        elif forget:
            forget_search(ws, name)
            note(f"forgotten: {clean(name)}")
            return
        else:
            fresh = new_in(ws, name, keep=keep)
    if name is not None:
        print_news(app, fresh, as_json=as_json)
        if fresh.cut:
            note("a pattern stands for too many words: there may be more")
        return
    if as_json:
        items = [
            {"name": s.name, "query": s.query, "articles": s.total, "new": s.new}
            | ({"problem": s.problem} if s.problem else {})
            for s in found
        ]
        json_out({"total": len(items), "items": items})
        return
    if not found:
        note("no search is saved; `searchkit search --save NAME WORDS` saves one")
        return
    rows = [(clean(s.name), s.new, s.total, clean(s.query)) for s in found if not s.problem]
    table(rows, ("name", "new", "articles", "query"))
    for search in found:
        if search.problem:
            app.missing.append(f"saved search {search.name!r}: {search.problem}")
    say(dim("`searchkit saved NAME` lists what is new"))
