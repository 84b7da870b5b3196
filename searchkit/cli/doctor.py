"""``searchkit doctor``."""

from __future__ import annotations

from pathlib import Path

import click

from searchkit.cli.app import App, json_option, pass_app
from searchkit.cli.screen import clean, json_out, say
from searchkit.installed import compiled


@click.command()
@click.option(
    "--heads",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A report: is everything still there that it was made from?",
)
@json_option
@pass_app
@click.pass_context
def doctor(ctx: click.Context, app: App, heads: Path | None, as_json: bool) -> None:
    """Prove the index, the sidecars and their histories; exit 1 when something is wrong."""
    from searchkit.workflow.reporting import compare_heads  # noqa: PLC0415
    from searchkit.workflow.reporting import doctor as run  # noqa: PLC0415

    with app.workspace() as ws:
        problems = run(ws)
        if heads is not None:
            problems += compare_heads(ws, heads)
    if as_json:
        json_out({"total": len(problems), "items": problems})
    elif problems:
        for problem in problems:
            click.echo(clean(problem), err=True)
    else:
        say("all is well: index, sidecars and histories are sound")
    if not compiled():
        say(
            "the inner loops of the index are not compiled: install a C compiler, then searchkit"
            " again, and it works twice as fast"
        )
    if problems:
        ctx.exit(1)
