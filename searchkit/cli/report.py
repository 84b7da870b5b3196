"""``searchkit report``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from searchkit.cli.app import App, Words, filter_options, pass_app
from searchkit.cli.screen import clean, counted, note

if TYPE_CHECKING:
    from searchkit.workflow.selection import ClaimFilter


@click.command(cls=Words)
@click.option("-o", "output", type=click.Path(path_type=Path), metavar="FILE", help="Write to it.")
@click.option(
    "--format",
    "format_",
    metavar="NAME",
    help="markdown, html, csv, json, claimreview or annotations.  [default: by the file's name,"
    " else markdown]",
)
@click.option("--all", "everything", is_flag=True, help="Claims without a verdict too.")
@click.option("--base-url", metavar="URL", help="Where the report will stand; for claimreview.")
@click.option("--utf16", is_flag=True, help="Positions as JavaScript counts; for annotations.")
@click.option("--strict", is_flag=True, help="Refuse, with a list, what is not fit to publish.")
@filter_options
@pass_app
def report(
    app: App,
    *,
    wanted: ClaimFilter,
    output: Path | None,
    format_: str | None,
    everything: bool,
    base_url: str | None,
    utf16: bool,
    strict: bool,
) -> None:
    """Write a report of what was verified, for an editor to publish from.

    WORDS are a query over claims, as in `claims`.
    """
    from searchkit.errors import SearchkitError, UsageError  # noqa: PLC0415
    from searchkit.files import write_atomic  # noqa: PLC0415
    from searchkit.reports import format_for, unfit  # noqa: PLC0415
    from searchkit.workflow.formats import renderers  # noqa: PLC0415
    from searchkit.workflow.reporting import report as run  # noqa: PLC0415

    known = renderers(base_url=base_url, utf16=utf16)
    name = format_ or (format_for(output) if output else "markdown")
    if name not in known:
        remedy = f"take one of: {', '.join(known)}"
        raise UsageError(f"there is no format {name!r}", remedy=remedy)
    with app.workspace() as ws:
        made = run(
            ws,
            app.config.report,
            wanted,
            everything=everything,
            beside=output.parent if output else None,
        )
    if strict and (reasons := unfit(made)):
        for reason in reasons:
            click.echo(clean(reason), err=True)
        raise SearchkitError(f"not fit to publish: {counted(len(reasons), 'reason')}, listed above")
    if not made.scope.checked:
        note("nobody gave a verdict on these claims yet; give some with: searchkit review")
    text = known[name](made)
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    write_atomic(output, text.encode())
    note(f"{output}: {made.scope.sentence}")
