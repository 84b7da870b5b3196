"""``searchkit mark``, ``verify`` and ``dispute``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from searchkit.cli import offers
from searchkit.cli.app import App, by_option, json_option, pass_app
from searchkit.cli.screen import bold, counted, dim, json_out, note, say, shortened, status
from searchkit.errors import SearchkitError, UsageError

if TYPE_CHECKING:
    from searchkit.workflow.links import Link
    from searchkit.workflow.writing import Done

_NUMBERED = re.compile(r"[a-z][a-z0-9-]*:[0-9]{1,6}", re.IGNORECASE)
#: What is meant as a link, well-formed or not; a claim in quotes has spaces.
_LINK = re.compile(
    r"https?://.*|[a-z][a-z0-9+.-]*:\S+|10\.[0-9]{4,9}/\S+|([a-z0-9-]+\.)+[a-z]{2,}/\S*",
    re.IGNORECASE | re.DOTALL,
)


def evidence_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """The options that give links with their stance."""
    for option in (
        click.option("--quote", metavar="TEXT", help="What the link says, word for word."),
        click.option("--context", "context", multiple=True, metavar="URL", help="Background."),
        click.option("--refutes", "refutes", multiple=True, metavar="URL", help="Against it."),
        click.option("--supports", "supports", multiple=True, metavar="URL", help="For it."),
    ):
        function = option(function)
    return function


def links(
    bare: Sequence[str],
    supports: Sequence[str],
    refutes: Sequence[str],
    context: Sequence[str],
    quote: str | None,
) -> list[Link]:
    """The links of a command line.

    Raises:
        UsageError: a quote that is not of one link.
    """
    from searchkit.workflow.links import Link  # noqa: PLC0415

    given = [Link(url) for url in bare]
    given += [Link(url, "supports") for url in supports]
    given += [Link(url, "refutes") for url in refutes]
    given += [Link(url, "context") for url in context]
    if quote is not None:
        if len(given) != 1:
            remedy = "give one link with its quote, and the others with `searchkit link`"
            raise UsageError("a quote belongs to exactly one link", remedy=remedy)
        given = [Link(given[0].url, given[0].stance, quote)]
    return given


_claims_argument = click.argument(
    "arguments",
    nargs=-1,
    required=True,
    metavar="CLAIM... [URL]...",
    shell_complete=offers.claims,
)


def _mark_options(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        json_option,
        by_option,
        click.option("--said-by", metavar="NAME", help="Who made the claim."),
        click.option("--as", "wording", metavar="TEXT", help="Self-contained wording."),
        click.option("--note", "reasoning", metavar="TEXT", help="Why."),
        evidence_options,
    ):
        function = option(function)
    return function


@click.command()
@click.argument(
    "arguments",
    nargs=-1,
    required=True,
    metavar="CLAIM... STATUS [URL]...",
    shell_complete=offers.claims_and_statuses,
)
@_mark_options
@pass_app
def mark(app: App, /, arguments: Sequence[str], **given: Any) -> None:
    """Judge claims, with links to the evidence.

    CLAIM is the beginning of an id, ARTICLE:3, a number of the last listing, or words in quotes
    that stand in one claim. A bare URL supports what is verified and refutes what is false,
    misleading or disputed; elsewhere it is context.
    """
    scale = app.config.scale
    at = next((at for at, word in enumerate(arguments) if at and word in scale.names), None)
    if at is None and arguments[0] in scale.names:
        remedy = f"name it before the status: `searchkit mark CLAIM {arguments[0]}`"
        raise UsageError("no claim given", remedy=remedy)
    if at is None:
        raise _no_status(arguments, scale.verdicts)
    _judge(app, arguments[:at], arguments[at], arguments[at + 1 :], **given)


@click.command()
@_claims_argument
@_mark_options
@pass_app
def verify(app: App, /, arguments: Sequence[str], **given: Any) -> None:
    """Mark claims as verified: short for `mark CLAIM… verified [URL…]`."""
    _judge(app, *_split(arguments, "verified"), **given)


@click.command()
@_claims_argument
@_mark_options
@pass_app
def dispute(app: App, /, arguments: Sequence[str], **given: Any) -> None:
    """Mark claims as disputed: short for `mark CLAIM… disputed [URL…]`."""
    _judge(app, *_split(arguments, "disputed"), **given)


def _no_status(arguments: Sequence[str], verdicts: Sequence[str]) -> SearchkitError:
    remedy = f"take one of: {', '.join(verdicts)}"
    for word in arguments[1:]:
        if near := difflib.get_close_matches(word.lower(), verdicts, n=1, cutoff=0.7):
            remedy = f"did you mean {near[0]}?"
            return SearchkitError(f"there is no status {word!r}", remedy=remedy)
    if len(arguments) > 1:
        return SearchkitError(f"there is no status in {arguments[-1]!r}", remedy=remedy)
    return UsageError("no status given", remedy=remedy)


def _split(arguments: Sequence[str], name: str) -> tuple[Sequence[str], str, Sequence[str]]:
    at = next((at for at, word in enumerate(arguments) if _is_link(word)), len(arguments))
    if at == 0:
        raise UsageError("no claim given", remedy="name the claim before the links")
    return arguments[:at], name, arguments[at:]


def _is_link(word: str) -> bool:
    if _NUMBERED.fullmatch(word):
        return False
    return bool(_LINK.fullmatch(word)) or ("/" in word and Path(word).exists())


def _judge(
    app: App,
    claims: Sequence[str],
    verdict: str,
    bare: Sequence[str],
    *,
    supports: Sequence[str],
    refutes: Sequence[str],
    context: Sequence[str],
    quote: str | None,
    reasoning: str | None,
    wording: str | None,
    said_by: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    from searchkit.workflow.reviewing import mark as run  # noqa: PLC0415

    evidence = links(bare, supports, refutes, context, quote)
    with app.workspace() as ws:
        done = run(
            ws,
            claims,
            verdict,
            evidence,
            reviewer=app.reviewer(ws, by),
            note=reasoning,
            wording=wording,
            said_by=said_by,
        )
    answer(done, as_json=as_json)


def answer(done: Sequence[Done], *, as_json: bool = False) -> None:
    """Say what stands on the claims now."""
    if as_json:
        from searchkit.cli import plain  # noqa: PLC0415

        items = [plain.full_claim(one.claim, one.handle) for one in done]
        json_out({"total": len(items), "items": items})
        return
    for one in done:
        text = shortened(one.claim.claim.text)
        state = one.claim.state
        count = len(state.evidence) if state else 0
        shown = f"  {counted(count, 'link')}" if count else ""
        undo = dim(f"undo: searchkit undo {one.handle}")
        say(f"{status(one.claim.status)}  {bold(one.handle)}  “{text}”{shown}   {undo}")
        if state and "reviewers-differ" in one.claim.flags:
            others = ", ".join(f"{j.reviewer}: {j.status}" for j in state.judgements)
            note(f"reviewers differ: {others}")
        if "stale" in one.claim.flags:
            note(f"its text changed: searchkit show {one.handle}")
        if one.note:
            note(one.note)
