"""``searchkit conflicts``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from searchkit.cli.app import App, Words, filter_options, json_option, pass_app
from searchkit.cli.claimlines import print_claim
from searchkit.cli.screen import counted, dim, highlighted, json_out, note, paragraph, say
from searchkit.cli.search import about

if TYPE_CHECKING:
    from searchkit.workflow.contradictions import Side
    from searchkit.workflow.selection import ClaimFilter

_INDENT = 4


@click.command(cls=Words)
@filter_options
@json_option
@pass_app
def conflicts(app: App, *, wanted: ClaimFilter, as_json: bool) -> None:
    """List claims that say the same with other figures, in different articles.

    WORDS are a query over claims, as in `claims`: one of the two has to fit.
    """
    from searchkit.workflow.contradictions import contradictions  # noqa: PLC0415

    with app.workspace() as ws:
        found = contradictions(ws, wanted)
        app.missing += ws.damaged.values()
    if as_json:
        items = [{"sides": [_plain(pair.one), _plain(pair.other)]} for pair in found]
        json_out({"total": len(items), "items": items})
        return
    for pair in found:
        shown = [highlighted(", ".join(side.figures)) for side in (pair.one, pair.other)]
        say(f"{shown[0]} against {shown[1]}")
        for side in (pair.one, pair.other):
            _print(side)
        say()
    if found:
        say(dim(counted(len(found), "conflict")))
    else:
        note("no claims that say the same with other figures")


def _print(side: Side) -> None:
    print_claim(side.claim, side.article, side.handle, lead="  ")
    if line := about(side.article):
        paragraph(line, indent=_INDENT, style=dim)


def _plain(side: Side) -> dict[str, Any]:
    from searchkit.cli import plain  # noqa: PLC0415

    return {
        **plain.claim(side.claim, side.handle),
        "title": side.article.title,
        "figures": list(side.figures),
    }
