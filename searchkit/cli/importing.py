"""``searchkit import``."""

from __future__ import annotations

from pathlib import Path

import click

from searchkit.cli.app import App, by_option, json_option, pass_app
from searchkit.cli.screen import clean, counted, dim, json_out, note, say

_MOST_SHOWN = 20


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@by_option
@json_option
@pass_app
@click.pass_context
def import_(ctx: click.Context, app: App, file: Path, by: str | None, as_json: bool) -> None:
    """Take over verdicts from a file.

    FILE is a report of searchkit as JSON or CSV, Web Annotations, or ClaimReview, in a saved page
    too. Verdicts keep their reviewers and times; their history says that you imported them. What
    stands already is not written again; what cannot be used is listed.
    """
    from searchkit.workflow.importing import import_reviews  # noqa: PLC0415

    with app.workspace() as ws:
        done = import_reviews(ws, file, importer=app.reviewer(ws, by))
    if as_json:
        items = [{"id": id, "events": new} for id, new in done.new.items()]
        shown = {"total": len(items), "items": items}
        json_out({**shown, "claims": done.claims, "dropped": list(done.dropped)})
    else:
        events = counted(sum(done.new.values()), "event")
        looked = counted(done.claims, "claim")
        say(f"{events} taken over on {counted(len(done.new), 'article')}; {looked} looked at")
        for line in done.dropped[:_MOST_SHOWN]:
            click.echo(f"not taken: {clean(line)}", err=True)
        if len(done.dropped) > _MOST_SHOWN:
            more = len(done.dropped) - _MOST_SHOWN
            click.echo(dim(f"… and {more:,} more (--json lists all)"), err=True)
        if done.note:
            note(done.note)
    if done.dropped:
        ctx.exit(1)
