"""``searchkit doctor``."""

from __future__ import annotations

import click

from searchkit.cli.app import App, json_option, pass_app
from searchkit.cli.screen import clean, json_out, say


@click.command()
@json_option
@pass_app
@click.pass_context
def doctor(ctx: click.Context, app: App, as_json: bool) -> None:
    """Prove the index, the sidecars and their histories; exit 1 when something is wrong."""
    from searchkit.workflow.reporting import doctor as run  # noqa: PLC0415

    with app.workspace() as ws:
        problems = run(ws)
    if as_json:
        json_out({"total": len(problems), "items": problems})
    elif problems:
        for problem in problems:
            click.echo(clean(problem), err=True)
    else:
        say("all is well: index, sidecars and histories are sound")
    if problems:
        ctx.exit(1)
