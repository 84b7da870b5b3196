"""``searchkit claims``, and ``claims add``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from searchkit.cli.app import (
    App,
    Words,
    by_option,
    filter_options,
    json_option,
    page_options,
    pages_left,
    pass_app,
    sort_option,
)
from searchkit.cli.claimlines import left_out, standing
from searchkit.cli.screen import (
    bold,
    clean,
    counted,
    dim,
    json_out,
    note,
    paragraph,
    say,
)
from searchkit.cli.search import meant, nothing

if TYPE_CHECKING:
    from searchkit.engine.base import Sort
    from searchkit.workflow.searching import ClaimHit, ClaimListing
    from searchkit.workflow.selection import ClaimFilter

_INDENT = 4
_REASONS = 4


class _Unnamed(click.Context):
    """The listing goes by the group's own name in help and errors."""

    @property
    def command_path(self) -> str:
        return self.parent.command_path if self.parent else "claims"


class _Listing(Words):
    context_class = _Unnamed


class _Claims(click.Group):
    """Lists claims, unless the first word is "add"."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args[:1] != ["add"]:
            args = ["list", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Claims)
def claims() -> None:
    """Find claims, the best first; or mark out one of your own."""


@claims.command(name="list", cls=_Listing)
@page_options
@sort_option
@click.option("--worth", is_flag=True, help="The most check-worthy first, with the reasons.")
@filter_options
@json_option
@pass_app
def list_claims(
    app: App,
    *,
    wanted: ClaimFilter,
    limit: int,
    page: int,
    sort: Sort,
    worth: bool,
    as_json: bool,
) -> None:
    """Find claims, the best first.

    WORDS are a query as in `search`. To mark out a claim of your own:
    `claims add ARTICLE "exact words"`; to search for the word "add": `claims -- add`.
    """
    from searchkit.workflow.reading import remember_listing  # noqa: PLC0415
    from searchkit.workflow.searching import find_claims  # noqa: PLC0415

    with app.workspace() as ws:
        found = find_claims(ws, wanted, limit=limit, page=page, worth=worth, sort=sort)
        if found.items:
            remember_listing(ws, [(h.article.id, h.claim.claim.id) for h in found.items])
        app.missing += ws.damaged.values()
    if as_json:
        json_out(_plain(found))
        return
    for number, hit in enumerate(found.items, 1):
        _print_hit(number, hit)
    if found.total or found.left_out:
        least = "at least " if found.cut else ""
        say(dim(f"{least}{counted(found.total, 'claim')}{left_out(found.left_out)}"))
    if found.loosened:
        note("no claim has all these words; these have some of them, the best first")
        meant(found.suggestions)
    if found.note:
        note(found.note)
    if found.total and not found.items:
        note("there is no such page")
    elif left := pages_left(found.total, page, limit):
        note(left)
    if not found.total and not found.left_out:
        nothing(found.suggestions, bool(wanted.text), narrowed=wanted.narrowed)


@claims.command(name="add")
@click.argument("article")
@click.argument("words")
@by_option
@pass_app
def add(app: App, article: str, words: str, by: str | None) -> None:
    """Mark out a claim of your own.

    WORDS stand in the article exactly so, and once.
    """
    from searchkit.workflow.reviewing import add_claim  # noqa: PLC0415

    with app.workspace() as ws:
        done = add_claim(ws, article, words, reviewer=app.reviewer(ws, by))
    text = clean(done.claim.claim.text)
    say(f"claim {bold(done.handle)}  “{text}”   {dim(f'undo: searchkit undo {done.handle}')}")
    if done.note:
        note(done.note)


def _print_hit(number: int, hit: ClaimHit) -> None:
    say(f"{number:>2}  {bold(hit.handle)}  {standing(hit.claim)}")
    snippet = next((s for s in hit.snippets if s.field == "body"), None)
    if hit.same_as:
        paragraph(f"says nearly the same as {hit.same_as}", indent=_INDENT, style=dim)
    if snippet:
        paragraph(snippet.text, indent=_INDENT, marks=snippet.marks)
    else:
        paragraph(hit.claim.claim.text, indent=_INDENT)
    where = f"{clean(hit.article.title)}  {hit.article.id}:{hit.claim.claim.number}"
    paragraph(where, indent=_INDENT, style=dim)
    if hit.worth:
        reasons = ", ".join(
            f"{reason} {weight:+.1f}" for reason, weight in hit.worth.reasons[:_REASONS]
        )
        paragraph(f"worth {hit.worth.score:.2f}: {reasons}", indent=_INDENT, style=dim)


def _plain(found: ClaimListing) -> dict[str, Any]:
    from searchkit.cli import plain  # noqa: PLC0415

    items = []
    for hit in found.items:
        item = plain.claim(hit.claim, hit.handle)
        item |= {
            "title": hit.article.title,
            "score": hit.score,
            "snippets": plain.snippets(hit.snippets),
        }
        if hit.same_as:
            item["same_as"] = hit.same_as
        if hit.worth:
            item["worth"] = {
                "score": hit.worth.score,
                "reasons": [{"reason": r, "weight": w} for r, w in hit.worth.reasons],
            }
        items.append(item)
    shown: dict[str, Any] = {"total": found.total, "cut": found.cut, "items": items}
    if found.loosened:
        shown["loosened"] = True
    if found.note:
        shown["note"] = found.note
    if found.left_out:
        shown["left_out"] = found.left_out
    if found.suggestions:
        shown["suggestions"] = {word: list(near) for word, near in found.suggestions.items()}
    return shown
