"""``searchkit stats``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from searchkit.cli.app import App, json_option, pass_app
from searchkit.cli.screen import bold, counted, json_out, note, say, table

if TYPE_CHECKING:
    from searchkit.workflow.reporting import Coverage, Stats

_MOST_SHOWN = 20


@click.command()
@json_option
@pass_app
def stats(app: App, as_json: bool) -> None:
    """Show how much was checked: by status, flag, outlet, month and reviewer."""
    from searchkit.workflow.reporting import stats as run  # noqa: PLC0415

    with app.workspace() as ws:
        found = run(ws)
        app.missing += ws.damaged.values()
    if as_json:
        json_out(_plain(found))
        return
    say(
        f"{counted(found.files, 'file')}, {counted(found.articles, 'article')},"
        f" {counted(found.claims, 'claim')}, {found.checked:,} checked"
    )
    if found.lost:
        say(f"{found.lost:,} of the checked claims are no longer in the texts")
    _counts("status", found.statuses)
    _counts("flag", found.flags)
    _coverage("outlet", found.outlets)
    _coverage("month", found.months)
    _counts("reviewer", found.reviewers)
    if found.judged_twice:
        share = found.agreed / found.judged_twice
        twice = f"{counted(found.judged_twice, 'claim')} that two or more judged"
        say()
        say(f"reviewers agree on {share:.0%} of {twice}")
    _hint(found)


def _hint(found: Stats) -> None:
    """What to do next."""
    if found.flags.get("stale") or found.flags.get("orphaned"):
        note("some verdicts are on words that changed or are gone; settle with: searchkit review")
    elif found.claims and not found.checked:
        note("give the first verdict with: searchkit review")


def _counts(name: str, counts: Mapping[str, int]) -> None:
    if counts:
        say()
        say(bold(f"by {name}"))
        table([("   ", value, f"{count:,}") for value, count in counts.items()])


def _coverage(name: str, rows: Sequence[Coverage]) -> None:
    if not rows:
        return
    say()
    say(bold(f"by {name}"))
    table([("   ", r.name, f"{r.checked:,} of {r.claims:,}") for r in rows[:_MOST_SHOWN]])
    if len(rows) > _MOST_SHOWN:
        say(f"    … and {len(rows) - _MOST_SHOWN} more (--json lists all)")


def _plain(found: Stats) -> dict[str, Any]:
    return {
        "files": found.files,
        "articles": found.articles,
        "claims": found.claims,
        "checked": found.checked,
        "lost": found.lost,
        "statuses": dict(found.statuses),
        "flags": dict(found.flags),
        "outlets": [_part(part) for part in found.outlets],
        "months": [_part(part) for part in found.months],
        "reviewers": dict(found.reviewers),
        "judged_twice": found.judged_twice,
        "agreed": found.agreed,
    }


def _part(part: Coverage) -> dict[str, Any]:
    return {"name": part.name, "claims": part.claims, "checked": part.checked}
