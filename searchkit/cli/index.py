"""``searchkit index``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from searchkit.cli.app import App, json_option, pass_app
from searchkit.cli.screen import clean, counted, dim, json_out, note, progress, say

if TYPE_CHECKING:
    from searchkit.workflow.indexing import IndexReport

_MOST_SHOWN = 20


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--forget",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="Drop a remembered folder or file, with its articles.",
)
@click.option("--rebuild", is_flag=True, help="Make the index anew.")
@click.option("--prune", is_flag=True, help="Drop vanished files without asking.")
@click.option("--left-out", is_flag=True, help="List every piece that went into no article.")
@json_option
@pass_app
@click.pass_context
def index(
    ctx: click.Context,
    app: App,
    *,
    paths: Sequence[Path],
    forget: Sequence[Path],
    rebuild: bool,
    prune: bool,
    left_out: bool,
    as_json: bool,
) -> None:
    """Read what is new or changed.

    PATHs are folders and files of articles. They are remembered; without any, all remembered ones
    are read again (at first: corpus/).
    """
    from searchkit.workflow.indexing import index as run  # noqa: PLC0415

    with app.workspace(create=True) as ws, progress("reading") as tell:
        done = run(
            ws,
            paths,
            forget=forget,
            rebuild=rebuild,
            prune=prune,
            confirm=_confirm if sys.stdin.isatty() and sys.stderr.isatty() else None,
            progress=tell,
        )
    if as_json:
        json_out(_plain(done))
    else:
        _print(done, everything=left_out)
        _hint(done)
    if any(not skipped.foreign for skipped in done.skipped):
        ctx.exit(1)


def _hint(done: IndexReport) -> None:
    """What to do next."""
    if done.unsettled:
        what = counted(done.unsettled, "verdict")
        note(f"{what} on words that changed or are gone; settle with: searchkit review")
    elif done.added and done.added == done.files:
        note("find something: searchkit search WORDS")


def _confirm(vanished: int, known: int) -> bool:
    question = f"{vanished} of {known} files vanished. Drop their articles?"
    return click.confirm(question, default=False, err=True)


def _print(done: IndexReport, *, everything: bool) -> None:
    say(
        f"{counted(done.articles, 'article')}, {counted(done.claims, 'claim')}"
        f" in {counted(done.files, 'file')}"
    )
    took = f"; {done.seconds:.1f} s" if sys.stdout.isatty() else ""
    say(
        dim(
            f"{done.added} new, {done.changed} changed, {done.unchanged} unchanged,"
            f" {done.removed} removed{took}"
        )
    )
    for notice in done.notices:
        note(notice)
    foreign = [s for s in done.skipped if s.foreign]
    problems = [s for s in done.skipped if not s.foreign]
    for skipped in problems:
        click.echo(f"skipped {clean(skipped.path)}: {clean(skipped.reason)}", err=True)
    for skipped in foreign[:_MOST_SHOWN]:
        say(dim(f"skipped {clean(skipped.path)}: {clean(skipped.reason)}"))
    if len(foreign) > _MOST_SHOWN:
        say(dim(f"… and {len(foreign) - _MOST_SHOWN} more without a reader (--json lists all)"))
    if everything:
        for piece in done.left_out:
            line = f"left out {piece.path}:{piece.line}: {piece.reason}  {piece.excerpt}"
            say(dim(clean(line)))
    elif done.left_out:
        pieces = counted(len(done.left_out), "piece")
        say(dim(f"{pieces} went into no article (list them with --left-out)"))


def _plain(done: IndexReport) -> dict[str, Any]:
    return {
        "files": done.files,
        "articles": done.articles,
        "claims": done.claims,
        "added": done.added,
        "changed": done.changed,
        "unchanged": done.unchanged,
        "removed": done.removed,
        "skipped": [
            {"path": s.path, "reason": s.reason, "foreign": s.foreign} for s in done.skipped
        ],
        "left_out": [
            {"path": p.path, "line": p.line, "reason": p.reason, "excerpt": p.excerpt}
            for p in done.left_out
        ],
        "notices": list(done.notices),
        "unsettled": done.unsettled,
        "seconds": round(done.seconds, 3),
    }
