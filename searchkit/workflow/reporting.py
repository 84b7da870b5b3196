"""What editors and maintainers ask of the whole index: the report, its coverage, its health."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from attrs import evolve, frozen

from searchkit.engine.base import Facet
from searchkit.errors import SearchkitError, SidecarError
from searchkit.model import UNREVIEWED, ReviewedArticle
from searchkit.query.tree import Everything, IdSet
from searchkit.reports import Report, ReportSettings, build
from searchkit.reviews import differences, printed_heads
from searchkit.workflow import summaries
from searchkit.workflow.proving import verify_copies
from searchkit.workflow.reading import read_article, resolve_article
from searchkit.workflow.searching import told
from searchkit.workflow.selection import ClaimFilter, matching_claims
from searchkit.workflow.workspace import Workspace


def report(
    ws: Workspace,
    settings: ReportSettings,
    wanted: ClaimFilter | None = None,
    *,
    everything: bool = False,
    as_of: dt.datetime | None = None,
    beside: Path | None = None,
) -> Report:
    """The view model of a report on the claims that fit.

    Args:
        wanted: all claims when it is not given.
        everything: claims without a verdict too.
        as_of: the time that the report states; now by default.
        beside: the folder that the report will lie in, from which its links to preserved copies
            start; the current one by default.

    Raises:
        QueryError, NotFoundError, AmbiguousError: of the filters.
        SidecarError: a sidecar is damaged: a report that lacks its verdicts would mislead.
    """
    wanted = wanted or ClaimFilter()
    chosen = matching_claims(ws, wanted)
    if everything:
        ids = set(ws.engine.ids("articles")) | set(ws.reviews.ids())
    else:
        ids = set(ws.reviews.ids())
    if wanted.article is not None:
        ids &= {resolve_article(ws, wanted.article)}
    found = []
    for id in sorted(ids):
        reviewed = read_article(ws, id)
        claims = tuple(
            claim
            for claim in reviewed.claims
            if (everything or claim.status != UNREVIEWED)
            and (chosen is None or claim.claim.id in chosen)
        )
        if claims:
            found.append(evolve(reviewed, claims=claims))
    return build(
        found,
        settings,
        ws.scale,
        as_of=as_of or dt.datetime.now(dt.UTC),
        articles_total=ws.engine.count("articles", Everything()),
        claims_total=ws.engine.count("claims", Everything()),
        everything=everything,
        filters=wanted.described,
        copies=_copies(ws, found, beside or Path.cwd()),
    )


def _copies(ws: Workspace, found: Iterable[ReviewedArticle], beside: Path) -> dict[str, str]:
    """Where the preserved copies lie that are there, seen from a folder."""
    folder = os.path.relpath(ws.index / "evidence", beside)
    hashes = {
        evidence.copy
        for article in found
        for claim in article.claims
        if claim.state
        for evidence in claim.state.evidence
        if evidence.copy and ws.copies.has(evidence.copy)
    }
    return {copy: quote(f"{Path(folder).as_posix()}/{copy}.html") for copy in sorted(hashes)}


@frozen
class Coverage:
    """How much of a part of the corpus was judged."""

    name: str
    claims: int
    checked: int


@frozen
class Stats:
    """Coverage of the whole index."""

    files: int
    articles: int
    claims: int
    #: Claims with a verdict of somebody's.
    checked: int
    #: Of these, how many stand in no text of the corpus any more.
    lost: int
    #: Status -> number of claims.
    statuses: Mapping[str, int]
    flags: Mapping[str, int]
    outlets: tuple[Coverage, ...]
    months: tuple[Coverage, ...]
    #: Reviewer -> number of claims that they judged or are at work on.
    reviewers: Mapping[str, int]
    #: Claims that two or more judged, and those of them on which all agree.
    judged_twice: int
    agreed: int


def stats(ws: Workspace) -> Stats:
    """Coverage by status, flag, outlet, month and reviewer, without what ``ws.damaged`` names."""
    reviews = summaries.load(ws).claims
    judged = [s for s in reviews if s.statuses]
    statuses: dict[str, int] = {}
    for summary in judged:
        statuses[summary.status] = statuses.get(summary.status, 0) + 1
    wanted: tuple[Facet, ...] = ("outlet", "month")
    # Whether somebody judged the claims of what is damaged is not known.
    tree, left_out = told(ws, Everything())
    every = ws.engine.search("claims", tree, limit=0, facets=wanted)
    present = IdSet(frozenset(s.claim for s in judged))
    done = ws.engine.search("claims", present, limit=0, facets=wanted)
    statuses[UNREVIEWED] = every.total - done.total
    return Stats(
        files=ws.catalog.file_count(),
        articles=ws.engine.count("articles", Everything()),
        claims=every.total + left_out,
        checked=len(judged),
        lost=len(judged) - done.total,
        statuses={n: statuses[n] for n in (*ws.scale.names, *sorted(statuses)) if n in statuses},
        flags=_counted(flag for s in reviews for flag in s.flags),
        outlets=_coverage(every.facets["outlet"], dict(done.facets["outlet"])),
        months=_coverage(sorted(every.facets["month"], reverse=True), dict(done.facets["month"])),
        reviewers=_counted(name for s in reviews for name in s.reviewers),
        judged_twice=sum(len(s.judges) > 1 for s in judged),
        agreed=sum(len(s.judges) > 1 and len(s.statuses) == 1 for s in judged),
    )


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def _coverage(every: Sequence[tuple[str, int]], done: Mapping[str, int]) -> tuple[Coverage, ...]:
    return tuple(Coverage(name, count, done.get(name, 0)) for name, count in every)


def doctor(ws: Workspace, progress: Callable[[int, int], None] | None = None) -> list[str]:
    """Everything that is wrong with sidecars, histories and the index, one line each."""
    checks: tuple[Callable[[], Iterable[str]], ...] = (
        ws.reviews.problems,
        lambda: ws.engine.check(progress),
        lambda: _catalog_problems(ws),
        lambda: verify_copies(ws, replay=False).problems,
    )
    problems: list[str] = []
    for check in checks:
        try:
            problems += check()
        except SearchkitError as error:
            problems.append(str(error))
    # Several checks may come upon the same damage.
    return list(dict.fromkeys(problems))


def compare_heads(ws: Workspace, report: Path) -> list[str]:
    """How today's histories depart from those that a report was made from, one line each.

    Args:
        report: as JSON, Markdown or HTML.

    Raises:
        SearchkitError: it cannot be read, or no heads stand in it.
    """
    try:
        text = report.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise SearchkitError(f"the report cannot be read ({why})", place=str(report)) from error
    try:
        printed = printed_heads(text)
    except SearchkitError as error:
        error.place = str(report)
        raise
    problems = []
    for id, heads in sorted(printed.heads.items()):
        try:
            sidecar = ws.reviews.load(id)
        except SidecarError as error:
            # Named by `doctor` already when it is damaged; an id that is none names no file.
            problems.append(f"article {id}: {error.message}")
            continue
        events = sidecar.events if sidecar else ()
        problems += [f"article {id}: {one}" for one in differences(events, heads, printed.as_of)]
    return problems


def _catalog_problems(ws: Workspace) -> list[str]:
    if damage := ws.catalog.problems():
        return damage
    remedy = "run `searchkit index`"
    problems = []
    if ws.catalog.meta("dirty"):
        problems.append(f"the last run of indexing did not end; {remedy}")
    held, expected = set(ws.engine.ids("articles")), ws.catalog.stored_ids()
    if lost := len(expected - held):
        problems.append(f"{lost} articles are missing from the index; {remedy} --rebuild")
    if extra := len(held - expected):
        problems.append(f"{extra} articles are in the index but in no file; {remedy} --rebuild")
    return problems
