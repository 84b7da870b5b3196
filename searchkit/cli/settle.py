"""``searchkit confirm`` and ``reattach``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from searchkit.cli import mark, offers
from searchkit.cli.app import App, by_option, json_option, pass_app


@click.command()
@click.argument("claims", nargs=-1, required=True, metavar="CLAIM...", shell_complete=offers.claims)
@by_option
@json_option
@pass_app
def confirm(app: App, claims: Sequence[str], by: str | None, as_json: bool) -> None:
    """Say that a verdict is still right although the text changed.

    Your own verdict, or the one that stands: it is then yours too. `searchkit show CLAIM` shows
    what changed; `searchkit claims --flag stale` lists what waits.
    """
    from searchkit.workflow.settling import confirm as run  # noqa: PLC0415

    with app.workspace() as ws:
        done = run(ws, claims, reviewer=app.reviewer(ws, by))
    mark.answer(done, as_json=as_json)


@click.command()
@click.argument("claim", shell_complete=offers.claims)
@click.argument("place", shell_complete=offers.claims)
@by_option
@json_option
@pass_app
def reattach(app: App, claim: str, place: str, by: str | None, as_json: bool) -> None:
    """Give a claim whose words are gone its new place.

    PLACE is a claim of the same article that nobody reviewed, or exact words in quotes. If CLAIM
    has a verdict, you stand for it: it holds for the words of the new place.
    """
    from searchkit.workflow.settling import reattach as run  # noqa: PLC0415

    with app.workspace() as ws:
        done = run(ws, claim, place, reviewer=app.reviewer(ws, by))
    mark.answer([done], as_json=as_json)
