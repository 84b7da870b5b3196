"""``searchkit report``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import click

from searchkit.cli.app import App, Words, filter_options, pass_app
from searchkit.cli.screen import clean, counted, note


@click.command(cls=Words)
@click.argument("words", nargs=-1)
@click.option("-o", "output", type=click.Path(path_type=Path), metavar="FILE", help="Write to it.")
@click.option(
    "--format",
    "format_",
    metavar="NAME",
    help="markdown, html, csv or json.  [default: by the file's name, else markdown]",
)
@click.option("--all", "everything", is_flag=True, help="Claims without a verdict too.")
@click.option("--strict", is_flag=True, help="Refuse, with a list, what is not fit to publish.")
@filter_options
@pass_app
def report(
    app: App,
    *,
    words: Sequence[str],
    output: Path | None,
    format_: str | None,
    everything: bool,
    strict: bool,
    article: str | None,
    statuses: Sequence[str],
    flags: Sequence[str],
    reviewers: Sequence[str],
    since: dt.date | None,
    until: dt.date | None,
    outlets: Sequence[str],
) -> None:
    """Write a report of what was verified, for an editor to publish from.

    WORDS are a query over claims, as in `claims`.
    """
    from searchkit.errors import SearchkitError, UsageError  # noqa: PLC0415
    from searchkit.files import write_atomic  # noqa: PLC0415
    from searchkit.reports import RENDERERS, format_for, unfit  # noqa: PLC0415
    from searchkit.workflow.reporting import report as run  # noqa: PLC0415

    name = format_ or (format_for(output) if output else "markdown")
    if name not in RENDERERS:
        remedy = f"take one of: {', '.join(RENDERERS)}"
        raise UsageError(f"there is no format {name!r}", remedy=remedy)
    with app.workspace() as ws:
        made = run(
            ws,
            app.config.report,
            text=" ".join(words),
            article=article,
            statuses=statuses,
            flags=flags,
            reviewers=reviewers,
            since=since,
            until=until,
            outlets=outlets,
            everything=everything,
        )
    if strict and (reasons := unfit(made)):
        for reason in reasons:
            click.echo(clean(reason), err=True)
        raise SearchkitError(f"not fit to publish: {counted(len(reasons), 'reason')}, listed above")
    text = RENDERERS[name](made)
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    write_atomic(output, text.encode())
    note(f"{output}: {made.scope.sentence}")
