"""``searchkit link``, ``unlink``, ``note``, ``assign`` and ``undo``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from searchkit.cli import mark, offers
from searchkit.cli.app import App, by_option, pass_app
from searchkit.cli.claimlines import standing
from searchkit.cli.screen import bold, clean, dim, say, shortened
from searchkit.errors import UsageError


@click.command()
@click.argument("claim", shell_complete=offers.claims)
@click.argument("urls", nargs=-1, metavar="[URL]...")
@mark.evidence_options
@by_option
@pass_app
def link(
    app: App,
    *,
    claim: str,
    urls: Sequence[str],
    supports: Sequence[str],
    refutes: Sequence[str],
    context: Sequence[str],
    quote: str | None,
    by: str | None,
) -> None:
    """Add evidence to a claim without a verdict.

    A bare URL takes its stance from the status that stands.
    """
    from searchkit.workflow.reviewing import link as run  # noqa: PLC0415

    evidence = mark.links(urls, supports, refutes, context, quote)
    if not evidence:
        raise UsageError("no link given", remedy="name at least one URL")
    with app.workspace() as ws:
        mark.answer([run(ws, claim, evidence, reviewer=app.reviewer(ws, by))])


@click.command()
@click.argument("claim", shell_complete=offers.claims)
@click.argument("url")
@by_option
@pass_app
def unlink(app: App, claim: str, url: str, by: str | None) -> None:
    """Take a link back; the history keeps it."""
    from searchkit.workflow.reviewing import unlink as run  # noqa: PLC0415

    with app.workspace() as ws:
        mark.answer([run(ws, claim, url, reviewer=app.reviewer(ws, by))])


@click.command()
@click.argument("claim", shell_complete=offers.claims)
@click.argument("text")
@by_option
@pass_app
def note(app: App, claim: str, text: str, by: str | None) -> None:
    """Add a remark to a claim without a verdict."""
    from searchkit.workflow.reviewing import note as run  # noqa: PLC0415

    with app.workspace() as ws:
        mark.answer([run(ws, claim, text, reviewer=app.reviewer(ws, by))])


@click.command()
@click.argument("claim", shell_complete=offers.claims)
@click.option("--to", metavar="NAME", help="Who shall work on it.  [default: you]")
@click.option("--release", is_flag=True, help="No longer.")
@by_option
@pass_app
def assign(app: App, claim: str, to: str | None, release: bool, by: str | None) -> None:
    """Say who is at work on a claim."""
    from searchkit.workflow.reviewing import assign as run  # noqa: PLC0415

    with app.workspace() as ws:
        done = run(ws, claim, to=to, release=release, reviewer=app.reviewer(ws, by))
    mark.answer([done])
    if done.claim.state and done.claim.state.assigned:
        say(dim(f"at work on it: {clean(', '.join(done.claim.state.assigned))}"))


@click.command()
@click.argument("claim", required=False, shell_complete=offers.claims)
@by_option
@pass_app
def undo(app: App, claim: str | None, by: str | None) -> None:
    """Take back what you did last: on CLAIM, or at all.

    Nothing is erased: the history keeps what was done, and that it was undone.
    """
    from searchkit.workflow.reviewing import undo as run  # noqa: PLC0415

    with app.workspace() as ws:
        done = run(ws, claim, reviewer=app.reviewer(ws, by))
    text = shortened(done.claim.claim.text)
    say(f"undone  {bold(done.handle)}  “{text}”  now {standing(done.claim)}")
    if done.note:
        say(dim(done.note))
