"""``searchkit search``."""

from __future__ import annotations

import datetime as dt
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from searchkit.cli import offers
from searchkit.cli.app import (
    App,
    Words,
    json_option,
    page_options,
    pages_left,
    pass_app,
    sort_option,
    status_option,
    when_options,
)
from searchkit.cli.screen import (
    bold,
    clean,
    counted,
    dim,
    json_out,
    note,
    paragraph,
    say,
    shortened,
    status,
    table,
)
from searchkit.errors import UsageError

if TYPE_CHECKING:
    from searchkit.engine.base import Contribution, Sort
    from searchkit.model import Article
    from searchkit.workflow.searching import ArticleHit, ArticleListing

_INDENT = 4
_LONGEST_CLAIM = 160


@click.command(cls=Words)
@click.argument("words", nargs=-1)
@page_options
@sort_option
@click.option("--recent", is_flag=True, help="Newer ones before older ones that answer as well.")
@when_options
@status_option
@click.option(
    "--like", metavar="ID", help="On the subject of this article.", shell_complete=offers.articles
)
@click.option("--save", metavar="NAME", help="Keep the search; `saved` says what is new in it.")
@click.option("--facets", is_flag=True, help="Count by outlet, month and status.")
@click.option("--explain", is_flag=True, help="Say how each score comes about.")
@json_option
@pass_app
def search(
    app: App,
    *,
    words: Sequence[str],
    limit: int,
    page: int,
    sort: Sort,
    recent: bool,
    since: dt.date | None,
    until: dt.date | None,
    outlets: Sequence[str],
    statuses: Sequence[str],
    like: str | None,
    save: str | None,
    facets: bool,
    explain: bool,
    as_json: bool,
) -> None:
    """Find articles, the best first.

    WORDS are a query: words, "phrases", OR, -not, title:word, date:2024-08, begin*, and more in
    docs/query.md.
    """
    from searchkit.workflow.reading import remember_listing  # noqa: PLC0415
    from searchkit.workflow.searching import search as run  # noqa: PLC0415

    text = " ".join(words)
    if save is not None and like is not None:
        remedy = "save a search for some of its words"
        raise UsageError("a search with --like cannot be saved", remedy=remedy)
    if recent and sort != "relevance":
        raise UsageError(
            f"--recent and --sort {sort} exclude each other", remedy="take one of them"
        )
    with app.workspace() as ws:
        found = run(
            ws,
            text,
            like=like,
            limit=limit,
            page=page,
            sort=sort,
            recent=recent,
            since=since,
            until=until,
            outlets=outlets,
            statuses=statuses,
            facets=facets,
            explain=explain,
        )
        listed = [(h.article.id, h.best.claim.id if h.best else "") for h in found.items]
        if found.items:
            remember_listing(ws, listed)
        replaced = None
        if save is not None:
            from searchkit.workflow.saved import as_query, save_search  # noqa: PLC0415

            query = as_query(text, since=since, until=until, outlets=outlets, statuses=statuses)
            replaced = save_search(ws, save, query)
        app.missing += ws.damaged.values()
    if as_json:
        json_out(_plain(found))
        return
    for number, hit in enumerate(found.items, 1):
        _print_hit(number, hit)
    _print_facets(found.facets)
    if found.total:
        say(dim(f"{'at least ' if found.cut else ''}{counted(found.total, 'article')}"))
    if found.loosened:
        note("no article has all these words; these have some of them, the best first")
        meant(found.suggestions)
    if found.total and not found.items:
        note("there is no such page")
    elif left := pages_left(found.total, page, limit):
        note(left)
    if not found.total:
        narrowed = bool(since or until or outlets or statuses or like)
        nothing(found.suggestions, bool(words), narrowed=narrowed)
    if save is not None:
        told = f"saved in place of {clean(replaced)}" if replaced else "saved"
        note(f"{told}; `searchkit saved {shlex.quote(save)}` lists what is new in it")


def meant(suggestions: Mapping[str, Sequence[str]]) -> None:
    """For words that are nowhere, say what may have been meant."""
    for word, near in suggestions.items():
        note(f"no article has {word!r}; did you mean {' or '.join(near)}?")


def nothing(
    suggestions: Mapping[str, Sequence[str]], words: bool, *, narrowed: bool = False
) -> None:
    """Say that there are no hits, and what to try.

    Args:
        suggestions: for words that are nowhere, what may have been meant.
        words: whether there were any.
        narrowed: whether options such as ``--since`` left something out.
    """
    say("nothing found")
    meant(suggestions)
    if narrowed:
        note("try it with fewer options: they leave out what does not fit")
    elif not suggestions:
        note(
            "try fewer words, OR between them, or the beginning of one: begin*"
            if words
            else "is anything indexed? `searchkit stats` counts"
        )


def about(article: Article) -> str:
    """The sources and the place of an article, on one line."""
    sources = [
        ", ".join(filter(None, (s.outlet, s.date.isoformat() if s.date else None)))
        for s in article.sources
    ]
    places = [f"{origin.path}:{origin.line}" for origin in article.origins]
    return clean(" · ".join([*filter(None, sources), *places]))


def _print_hit(number: int, hit: ArticleHit) -> None:
    head = f"{number:>2}  "
    title = next((s for s in hit.snippets if s.field == "title"), None)
    say(f"{head}{bold(clean(hit.article.title))}  {dim(hit.article.id)}")
    if line := about(hit.article):
        paragraph(line, indent=_INDENT, style=dim)
    for snippet in hit.snippets:
        if snippet is not title:
            paragraph(snippet.text, indent=_INDENT, marks=snippet.marks)
    if hit.best:
        text = shortened(hit.best.claim.text, _LONGEST_CLAIM)
        say(f"{' ' * _INDENT}{bold(hit.handle)}  {status(hit.best.status)}")
        paragraph(f"“{text}”", indent=_INDENT + 2)
    if hit.statuses:
        counts = ", ".join(f"{count} {name}" for name, count in hit.statuses.items())
        say(f"{' ' * _INDENT}{dim(f'reviewed: {counts}')}")
    if hit.explanation:
        _print_explanation(hit.score, hit.explanation)
    say()


def _print_explanation(score: float, parts: Sequence[Contribution]) -> None:
    rows = [
        (f"{p.score:.3f}", p.field, p.term, p.frequency, p.length, f"{p.idf:.3f}") for p in parts
    ]
    say(dim(f"{' ' * _INDENT}score {score:.3f} ="))
    table(rows, ("score", "field", "term", "times", "of words", "idf"))


def _print_facets(facets: Mapping[str, Sequence[tuple[str, int]]]) -> None:
    for name, counts in facets.items():
        if counts:
            say(bold(name))
            table([("   ", value, count) for value, count in counts])
            say()


def _plain(found: ArticleListing) -> dict[str, Any]:
    from searchkit.cli import plain  # noqa: PLC0415

    shown: dict[str, Any] = {
        "total": found.total,
        "cut": found.cut,
        "items": [
            {
                **plain.article(hit.article),
                "score": hit.score,
                "statuses": dict(hit.statuses),
                "snippets": plain.snippets(hit.snippets),
                "best": plain.claim(hit.best, hit.handle) if hit.best else None,
                **({"explanation": _explained(hit.explanation)} if hit.explanation else {}),
            }
            for hit in found.items
        ],
    }
    if found.facets:
        shown["facets"] = {
            name: [{"value": value, "count": count} for value, count in counts]
            for name, counts in found.facets.items()
        }
    if found.loosened:
        shown["loosened"] = True
    if found.suggestions:
        shown["suggestions"] = {word: list(near) for word, near in found.suggestions.items()}
    return shown


def _explained(parts: Sequence[Contribution]) -> list[dict[str, Any]]:
    return [
        {
            "field": p.field,
            "term": p.term,
            "frequency": p.frequency,
            "length": p.length,
            "idf": p.idf,
            "score": p.score,
        }
        for p in parts
    ]
