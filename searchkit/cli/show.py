"""``searchkit show``, ``open`` and ``history``."""

from __future__ import annotations

import webbrowser
from typing import TYPE_CHECKING

import click

from searchkit.cli import offers
from searchkit.cli.app import App, json_option, pass_app
from searchkit.cli.claimlines import flags, left_out, standing
from searchkit.cli.difference import difference
from searchkit.cli.screen import (
    bold,
    clean,
    counted,
    dim,
    json_out,
    note,
    paragraph,
    say,
    status,
    width,
)
from searchkit.cli.search import about
from searchkit.cli.similar import print_matches, print_sources
from searchkit.errors import SidecarError

if TYPE_CHECKING:
    from searchkit.model import Article, Event, Evidence, ReviewedArticle, ReviewedClaim
    from searchkit.workflow.workspace import Workspace

_INDENT = 12
_DEEP = 6
_SIDES = {"supports": "for", "refutes": "against", "context": "context"}


@click.command()
@click.argument("handle", metavar="ID", shell_complete=offers.articles_and_claims)
@json_option
@pass_app
def show(app: App, handle: str, as_json: bool) -> None:
    """Show an article as numbered claims, or one claim with all that was said of it."""
    from searchkit.workflow.reading import bare_article  # noqa: PLC0415
    from searchkit.workflow.reading import show as run  # noqa: PLC0415

    with app.workspace() as ws:
        try:
            found = run(ws, handle)
        except SidecarError as error:
            article = bare_article(ws, handle)
            if article is None:
                raise
            _show_bare(article, _claim_count(ws, article), as_json=as_json)
            app.missing.append(str(error))
            return
        if isinstance(found, tuple):
            _show_claim(ws, *found, as_json=as_json)
        else:
            _show_article(ws, found, as_json=as_json)


@click.command(name="open")
@click.argument("handle", metavar="ID", shell_complete=offers.articles_and_claims)
@pass_app
def open_source(app: App, handle: str) -> None:
    """Open the source of an article, or of a claim's article, in the browser."""
    from searchkit.workflow.reading import source_link  # noqa: PLC0415

    with app.workspace() as ws:
        link = source_link(ws, handle)
    say(clean(link))
    if not webbrowser.open(link):
        note("no browser could be started; open the link yourself")


@click.command()
@click.argument("claim", shell_complete=offers.claims)
@json_option
@pass_app
def history(app: App, claim: str, as_json: bool) -> None:
    """Show everything that was ever done on a claim, the oldest first."""
    from searchkit.reviews import undone  # noqa: PLC0415
    from searchkit.workflow.reviewing import history as run  # noqa: PLC0415

    with app.workspace() as ws:
        events = run(ws, claim)
    gone = undone(events)
    if as_json:
        from searchkit.cli import plain  # noqa: PLC0415

        items = [plain.event(event, event.id in gone) for event in events]
        json_out({"total": len(items), "items": items})
        return
    for event in events:
        _print_event(event, undone=event.id in gone)
    if not events:
        say("nobody has done anything on it")


def _show_article(ws: Workspace, found: ReviewedArticle, *, as_json: bool) -> None:
    from searchkit.workflow.reading import handles, remember_listing  # noqa: PLC0415

    short = handles(ws, (claim.claim.id for claim in found.claims))
    if as_json:
        from searchkit.cli import plain  # noqa: PLC0415

        items = [plain.full_claim(c, short[c.claim.id]) for c in found.claims]
        article = plain.reviewed_article(found)
        json_out({"total": len(items), "items": items, "article": article})
        return
    _print_head(found.article)
    if not found.in_corpus:
        note("this article is no longer in the corpus; its reviews are kept")
    say()
    lead_in = above = None
    for claim in found.claims:
        if claim.claim.lead_in != lead_in:
            lead_in = claim.claim.lead_in
            # As a rule the claim above is the lead-in, or the end of it.
            if lead_in and not (above and above.end == lead_in.end):
                text = found.article.text[lead_in.start : lead_in.end]
                paragraph(text, indent=_INDENT, style=dim)
        handle = short[claim.claim.id]
        shown = "" if claim.status == "unreviewed" else f"  {status(claim.status)}"
        lead = f"{claim.claim.number:>4}  {bold(handle)}  "
        paragraph(claim.claim.text, indent=_INDENT, lead=lead)
        if shown or claim.flags:
            say(f"{' ' * _INDENT}{shown.strip()}{flags(claim)}")
        above = None if claim.claim.kind == "title" else claim.claim.span
    # A number names the claim that bears it here; claim 0 goes by its id.
    remember_listing(ws, [(c.claim.article, c.claim.id) for c in found.claims if c.claim.number])
    checked = sum(1 for claim in found.claims if claim.state and claim.state.judgements)
    say()
    say(dim(f"{counted(len(found.claims), 'claim')}, {checked} checked"))
    if found.claims and not checked:
        handle = short[found.claims[-1].claim.id]
        note(f"give a verdict, for example: searchkit mark {handle} verified URL")


def _show_bare(article: Article, claims: int, *, as_json: bool) -> None:
    """Show an article without its claims, because what stands on them is not known."""
    if as_json:
        from searchkit.cli import plain  # noqa: PLC0415

        shown = {**plain.article(article), "text": article.text, "heads": None}
        json_out({"total": 0, "items": [], "left_out": claims, "article": shown})
        return
    _print_head(article)
    say()
    for line in article.text.splitlines():
        paragraph(line)
        if not line.strip():
            say()
    say()
    say(dim(f"{counted(0, 'claim')}{left_out(claims)}"))


def _claim_count(ws: Workspace, article: Article) -> int:
    from searchkit.query.tree import IdSet  # noqa: PLC0415 - for damage only

    return ws.engine.count("claims", IdSet(frozenset({article.id}), key="article"))


def _print_head(article: Article) -> None:
    say(f"{bold(clean(article.title))}  {dim(article.id)}")
    if line := about(article):
        paragraph(line, style=dim)
    for link in article.links:
        say(dim(clean(link)))


def _show_claim(
    ws: Workspace, article: ReviewedArticle, claim: ReviewedClaim, *, as_json: bool
) -> None:
    from searchkit.workflow.reading import handles  # noqa: PLC0415
    from searchkit.workflow.similar import known_of  # noqa: PLC0415

    handle = handles(ws, [claim.claim.id])[claim.claim.id]
    if as_json:
        from searchkit.cli import plain  # noqa: PLC0415

        items = [plain.full_claim(claim, handle)]
        json_out({"total": 1, "items": items, "article": plain.reviewed_article(article)})
        return
    say(f"{bold(handle)}  {standing(claim)}")
    if claim.claim.lead_in:
        lead_in = claim.claim.lead_in
        paragraph(article.article.text[lead_in.start : lead_in.end], indent=4, style=dim)
    paragraph(claim.claim.text, indent=4)
    if claim.claim.sentence:
        whole = article.article.text[claim.claim.sentence.start : claim.claim.sentence.end]
        paragraph(f"in: {whole}", indent=4, style=dim)
    number = f"{article.article.id}:{claim.claim.number}"
    paragraph(f"{article.article.title}  {number}", indent=4, style=dim)
    if line := about(article.article):
        paragraph(line, indent=4, style=dim)
    _print_state(claim)
    own = article.article if article.in_corpus else None
    known = known_of(ws, claim, own)
    if known.matches:
        say()
        say(bold("reviewed claims that may say the same"))
        print_matches(known.matches)
    print_sources(known)


def _print_state(claim: ReviewedClaim) -> None:
    from searchkit.reviews import earlier_words  # noqa: PLC0415 - as the caller's imports

    state = claim.state
    if state is None:
        return
    if "orphaned" in claim.flags:
        paragraph(f"as judged: {state.selector.exact}", indent=4)
    elif changed := difference(claim, width() - _DEEP):
        say()
        say("    changed since it was judged:")
        for line in changed:
            say(f"{' ' * _DEEP}{line}")
    if state.wording:
        paragraph(f"wording: {state.wording}", indent=4)
    if state.said_by:
        paragraph(f"said by: {state.said_by}", indent=4)
    say()
    for judgement in state.judgements:
        when = f"{clean(judgement.reviewer)}, {judgement.time[:10]}"
        say(f"    {status(judgement.status)}  {dim(when)}")
        if judgement.note:
            paragraph(judgement.note, indent=_DEEP)
        if earlier := earlier_words(judgement, state, claim.claim.text):
            paragraph(f"on earlier words: {earlier}", indent=_DEEP, style=dim)
    for evidence in state.evidence:
        _print_evidence(evidence)
    for remark in state.notes:
        say(f"    note  {dim(f'{clean(remark.reviewer)}, {remark.time[:10]}')}")
        paragraph(remark.text, indent=_DEEP)
    if state.assigned:
        say(f"    at work on it: {clean(', '.join(state.assigned))}")
    say(dim(f"    {counted(len(state.history), 'event')}: searchkit history {claim.claim.id}"))


def _print_evidence(evidence: Evidence) -> None:
    say(f"    {_SIDES[evidence.stance]}: {clean(evidence.url)}")
    if evidence.quote:
        paragraph(f"“{evidence.quote}”", indent=_DEEP)
    if evidence.copy:
        from searchkit.model import QUOTED  # noqa: PLC0415 - as the caller's imports

        when = f" of {evidence.copied[:10]}" if evidence.copied else ""
        told = f": {QUOTED[evidence.quoted]}" if evidence.quoted else ""
        paragraph(f"copy{when} {evidence.copy[:12]}…{told}", indent=_DEEP, style=dim)


def _print_event(event: Event, *, undone: bool) -> None:
    data = event.data
    told = ("status", "text", "url", "state", "to")
    said = [str(data[key]) for key in told if key in data]
    links = [str(one.get("url", "")) for one in data.get("evidence", []) if isinstance(one, dict)]
    parts = [event.time[:19].replace("T", " "), event.reviewer, event.action, *said, *links]
    if event.action == "undo":
        parts.append(str(data.get("event", ""))[:10])
    if data.get("note"):
        parts.append(f"“{data['note']}”")
    line = "  ".join(map(clean, parts))
    say(f"{dim(event.id[:10])}  {line}{dim('  (undone)') if undone else ''}")
