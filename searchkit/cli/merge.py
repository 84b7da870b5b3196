"""``searchkit merge``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from searchkit.cli.app import App, json_option, pass_app
from searchkit.cli.screen import clean, counted, json_out, note, say

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("sources", nargs=-1, required=True, type=_PATH, metavar="DIR...")
@click.option(
    "--into",
    type=_PATH,
    metavar="FILE",
    help="Unite sidecar files in this one instead; for git (docs/reviewers.md).",
)
@json_option
@pass_app
@click.pass_context
def merge(
    ctx: click.Context, app: App, *, sources: Sequence[Path], into: Path | None, as_json: bool
) -> None:
    """Take over the reviews of other people.

    DIR is a copy of their project folder, their index/, or their index/reviews/. Nothing is lost
    on either side, in whatever order and however often it is done.
    """
    if into is not None:
        from searchkit.reviews import merge_files  # noqa: PLC0415

        new = merge_files(into, sources)
        say(f"{counted(new, 'event')} taken over")
        return
    from searchkit.workflow.merging import merge as run  # noqa: PLC0415

    with app.workspace() as ws:
        merged = [(clean(str(source)), run(ws, source)) for source in sources]
    problems = [problem for _, done in merged for problem in done.problems]
    if as_json:
        items = [
            {"source": source, "id": id, "events": new}
            for source, done in merged
            for id, new in done.new.items()
        ]
        json_out({"total": len(items), "items": items, "problems": problems})
    else:
        for source, done in merged:
            events = counted(sum(done.new.values()), "event")
            articles = counted(len(done.new), "article")
            say(f"{source}: {events} taken over on {articles}")
            if done.note:
                note(done.note)
    for problem in problems:
        click.echo(f"not merged: {clean(problem)}", err=True)
    if problems:
        ctx.exit(1)
