"""``searchkit links check``, ``preserve`` and ``verify``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from searchkit.cli.app import App, by_option, json_option, pass_app
from searchkit.cli.screen import bold, clean, counted, dim, json_out, note, progress, say

if TYPE_CHECKING:
    from searchkit.workflow.checking import CheckedLink, CheckReport
    from searchkit.workflow.preserving import Preserved

_MOST_PLACES = 3
#: States in the order of a report, with their colours and what they mean.
_STATES = {
    "dead": ("red", "gone by two checks, a day or more apart"),
    "missing": ("yellow", "answered 404 or 410; checked again after a day, it may prove dead"),
    "moved": ("yellow", "moved for good"),
    "refused": ("", "the server refuses to tell; look at it in a browser"),
    "failing": ("", "no answer, or a fault of the server; that says nothing about the page"),
    "forbidden": ("", "not asked: a private network, or no http link; see --allow-private"),
    "alive": ("green", "answered with the page"),
}


@click.group()
def links() -> None:
    """Check evidence and source links, keep copies of pages, and prove the copies."""


_private_option = click.option(
    "--allow-private",
    is_flag=True,
    help="Ask private networks and this machine too.",
)


@links.command()
@click.option("--evidence", is_flag=True, help="Links of evidence only, not those of articles.")
@click.option("--again", is_flag=True, help="Also what was checked within the last 12 hours.")
@_private_option
@json_option
@pass_app
def check(app: App, *, evidence: bool, again: bool, allow_private: bool, as_json: bool) -> None:
    """Ask every link whether its page is still there.

    A link is dead only when two checks, a day or more apart, were answered with 404 or 410. A run
    that was stopped goes on where it was. Nothing that a person concluded is changed.
    """
    from searchkit.workflow.checking import check_links, fetcher  # noqa: PLC0415
    from searchkit.workflow.reading import handles  # noqa: PLC0415

    web = fetcher(allow_private=allow_private)
    with app.workspace() as ws, progress("checking") as tell:
        found = check_links(ws, web, sources=not evidence, again=again, progress=tell)
        app.missing += ws.damaged.values()
        short = handles(ws, {u.claim for link in found.links for u in link.uses if u.claim})
    if as_json:
        json_out(_plain_check(found))
    else:
        _print_check(found, short)


@links.command()
@click.argument("names", nargs=-1, metavar="[CLAIM|URL]...")
@click.option("--again", is_flag=True, help="A new copy of what has one.")
@click.option("--archive", is_flag=True, help="Ask the Wayback Machine to keep the page too.")
@_private_option
@by_option
@json_option
@pass_app
@click.pass_context
def preserve(
    ctx: click.Context,
    app: App,
    *,
    names: Sequence[str],
    again: bool,
    archive: bool,
    allow_private: bool,
    by: str | None,
    as_json: bool,
) -> None:
    """Keep copies of the pages behind evidence, and look for the quotes in them.

    Without names, of every link of evidence that has no copy yet. A copy is a WARC file and an
    HTML file under index/evidence/; that it was made is recorded on the claim, with your name.
    """
    from searchkit.workflow.checking import fetcher  # noqa: PLC0415
    from searchkit.workflow.preserving import preserve as run  # noqa: PLC0415
    from searchkit.workflow.reading import handles  # noqa: PLC0415

    web = fetcher(allow_private=allow_private)
    with app.workspace() as ws, progress("preserving") as tell:
        done = run(
            ws,
            web,
            names,
            reviewer=app.reviewer(ws, by),
            again=again,
            archive=app.config.values["links.archive"] if archive else None,
            progress=tell,
        )
        app.missing += ws.damaged.values()
        short = handles(ws, {claim for one in done for claim in one.quotes})
    if as_json:
        json_out({"total": len(done), "items": [_plain_preserved(one) for one in done]})
    else:
        for one in done:
            _print_preserved(one, short)
        if not done:
            say("every web link of evidence has a copy" if not names else "it has a copy already")
            note("a new one: --again")
    if any(one.copy is None for one in done):
        ctx.exit(1)


@links.command()
@json_option
@pass_app
@click.pass_context
def verify(ctx: click.Context, app: App, *, as_json: bool) -> None:
    """Prove every preserved copy; exit 1 when one is missing or was changed."""
    from searchkit.installed import needed  # noqa: PLC0415
    from searchkit.workflow.proving import verify_copies  # noqa: PLC0415

    needed("warcio", "links")
    with app.workspace() as ws:
        proof = verify_copies(ws)
        app.missing += ws.damaged.values()
    if as_json:
        items = list(proof.problems)
        json_out({"total": len(items), "items": items, "copies": proof.copies})
    else:
        for problem in proof.problems:
            click.echo(clean(problem), err=True)
        if not proof.problems:
            say(f"{counted(proof.copies, 'copy')}, each of them what it was")
        if proof.unnamed:
            note(f"{counted(proof.unnamed, 'copy')} that no event names")
    if proof.problems:
        ctx.exit(1)


def _print_check(found: CheckReport, short: Mapping[str, str]) -> None:
    counts = ", ".join(
        f"{count:,} {state}"
        for state in reversed(_STATES)
        if (count := found.counts[state])  # type: ignore[index]
    )
    took = f"; {found.seconds:.1f} s" if sys.stdout.isatty() else ""
    say(f"{counted(len(found.links), 'link')}{f': {counts}' if counts else ''}{dim(took)}")
    for state, (colour, meaning) in _STATES.items():
        shown = [link for link in found.links if link.result.state == state]
        if state == "alive" or not shown:
            continue
        say()
        say(f"{click.style(state, fg=colour or None, bold=True)}  {dim(meaning)}")
        for link in shown:
            _print_link(link, short)
    if drifted := [link for link in found.links if link.drifted]:
        say()
        meaning = "the page no longer says what its kept copy says"
        say(f"{click.style('changed', fg='yellow', bold=True)}  {dim(meaning)}")
        for link in drifted:
            _print_link(link, short)
    if earlier := sum(not link.now for link in found.links):
        note(f"{counted(earlier, 'result')} of the last 12 hours taken over; ask anew with --again")


def _print_link(link: CheckedLink, short: Mapping[str, str]) -> None:
    found = link.result
    say(f"  {clean(found.url)}")
    told = [clean(found.problem)] if found.problem else []
    if found.status is not None and not 200 <= found.status < 300:
        told.append(str(found.status))
    if found.address:
        told.append(f"→ {clean(found.address)}")
    if found.gone_since:
        told.append(f"gone since {found.gone_since[:10]}")
    if link.drifted and found.likeness is not None:
        told.append(f"{found.likeness:.0%} alike")
        if found.quotes:
            told.append(f"{counted(found.quotes, 'quote')} gone")
    places = list(dict.fromkeys(short.get(u.claim or "", u.article) for u in link.uses))
    more = f" and {len(places) - _MOST_PLACES} more" if len(places) > _MOST_PLACES else ""
    told.append(dim(f"{', '.join(places[:_MOST_PLACES])}{more}"))
    say(f"    {'  '.join(told)}")


def _plain_check(found: CheckReport) -> dict[str, Any]:
    return {
        "total": len(found.links),
        "items": [_plain_link(link) for link in found.links],
        "counts": dict(found.counts),
        "drifted": found.drifted,
        "seconds": round(found.seconds, 3),
    }


def _plain_link(link: CheckedLink) -> dict[str, Any]:
    found = link.result
    return {
        "url": found.url,
        "state": found.state,
        "status": found.status,
        "address": found.address,
        "problem": found.problem,
        "checked": found.checked,
        "gone_since": found.gone_since,
        "likeness": found.likeness,
        "quotes_gone": found.quotes,
        "drifted": link.drifted,
        "now": link.now,
        "uses": [{"article": use.article, "claim": use.claim} for use in link.uses],
    }


def _print_preserved(one: Preserved, short: Mapping[str, str]) -> None:
    if one.copy is None:
        line = f"{click.style('no copy', fg='red')}  {clean(one.url)}  {clean(one.problem or '')}"
        click.echo(line, err=True)
        return
    from searchkit.model import QUOTED  # noqa: PLC0415 - not for -h

    say(f"{click.style('preserved', fg='green')}  {clean(one.url)}")
    say(f"    {dim(f'index/evidence/{one.copy}.html')}")
    for claim, found in one.quotes.items():
        colour = {"found": None, "changed": "yellow"}.get(found, "red")
        say(f"    {bold(short[claim])}  {click.style(QUOTED[found], fg=colour)}")
    if one.archived:
        say(f"    archived  {clean(one.archived)}")
    if one.problem:
        note(one.problem)


def _plain_preserved(one: Preserved) -> dict[str, Any]:
    return {
        "url": one.url,
        "copy": one.copy,
        "problem": one.problem,
        "archived": one.archived,
        "claims": [
            {"article": use.article, "id": use.claim, "quote": one.quotes.get(use.claim or "")}
            for use in one.uses
        ],
    }
