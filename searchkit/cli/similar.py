"""``searchkit similar``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from searchkit.cli import offers
from searchkit.cli.app import App, json_option, pass_app
from searchkit.cli.claimlines import print_claim
from searchkit.cli.screen import bold, counted, dim, json_out, note, paragraph, say
from searchkit.cli.search import about

if TYPE_CHECKING:
    from searchkit.workflow.similar import ReviewedMatch, Similar

_INDENT = 4


@click.command()
@click.argument(
    "wanted", nargs=-1, required=True, metavar="CLAIM|TEXT", shell_complete=offers.claims
)
@json_option
@pass_app
def similar(app: App, wanted: Sequence[str], as_json: bool) -> None:
    """Show reviewed claims that may say the same, and who else says so.

    Of the reviewed claims the three most similar, however little that is. Articles count by
    independent source: copies of one text and articles of one outlet count once.
    """
    from searchkit.workflow.similar import similar as run  # noqa: PLC0415

    with app.workspace() as ws:
        found = run(ws, " ".join(wanted))
        app.missing += ws.damaged.values()
    if as_json:
        json_out(_plain(found))
        return
    print_matches(found.matches)
    if not found.matches:
        note("no reviewed claim has a word in common with it")
    print_sources(found)
    if not found.sources:
        note("no other article says so")


def print_matches(matches: Sequence[ReviewedMatch]) -> None:
    """Reviewed claims with their verdicts."""
    for match in matches:
        print_claim(match.claim, match.article, match.handle)


def print_sources(found: Similar) -> None:
    """Who else says it, by independent source."""
    if not found.sources:
        return
    say()
    others = counted(len(found.sources), "independent source")
    say(bold(f"{others} seem{'s' if len(found.sources) == 1 else ''} to say so too"))
    for voices in found.sources:
        for at, echo in enumerate(voices):
            lead = "  - " if at == 0 else "    "
            paragraph(echo.claim.text, indent=_INDENT, lead=lead)
            line = f"{echo.article.title}  {echo.article.id}:{echo.claim.number}"
            paragraph(line, indent=_INDENT, style=dim)
            if where := about(echo.article):
                paragraph(where, indent=_INDENT, style=dim)


def _plain(found: Similar) -> dict[str, Any]:
    from searchkit.cli import plain  # noqa: PLC0415

    return {
        "total": len(found.matches),
        "items": [
            {
                **plain.full_claim(match.claim, match.handle),
                "title": match.article.title,
                "score": match.score,
            }
            for match in found.matches
        ],
        "text": found.text,
        "sources": [
            [
                {
                    "article": plain.article(echo.article),
                    "claim": echo.claim.id,
                    "number": echo.claim.number,
                    "text": echo.claim.text,
                }
                for echo in voices
            ]
            for voices in found.sources
        ],
    }
