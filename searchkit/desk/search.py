"""The search page."""

from __future__ import annotations

import calendar

from flask import Blueprint, request

from searchkit.desk.forms import filter_of, page_of
from searchkit.desk.pages import Facet, facets_of, pager
from searchkit.desk.views import Answer, page, reading
from searchkit.engine.base import Sort
from searchkit.errors import QueryError
from searchkit.workflow.searching import search as find
from searchkit.workflow.workspace import Workspace

pages = Blueprint("search", __name__)

_LIMIT = 10
#: The first is what a request has that names none: words that follow are not sorted by date
#: because the page before had none.
_SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")


@pages.get("/")
@reading
def search(ws: Workspace) -> Answer:
    """Articles that answer a query, the best first; without one, the newest."""
    words = request.args.get("q", "").strip()
    sorts = _SORTS if words else _SORTS[1:]
    sort = next((one for one in sorts if one == request.args.get("sort")), sorts[0])
    number = page_of(request.args)
    asked = filter_of(request.args)
    wanted = asked.wanted
    problem, found = None, None
    try:
        found = find(
            ws,
            words,
            limit=_LIMIT,
            page=number,
            sort=sort,
            since=wanted.since,
            until=wanted.until,
            outlets=wanted.outlets,
            statuses=wanted.statuses,
            facets=True,
        )
    except QueryError as error:
        problem = str(error)
    return page(
        "search.html",
        words=words,
        sort=sort,
        sorts=sorts,
        found=found,
        problem=problem,
        wanted=wanted,
        facets=facets_of(found.facets, request.args) if found else [],
        months=_months(found.facets.get("month", ())) if found else [],
        damaged=len(ws.damaged),
        pager=pager(request.args, number, found.total if found else 0, _LIMIT),
    )


def _months(counts: tuple[tuple[str, int], ...]) -> list[Facet]:
    """Months as links that narrow the dates, the newest first."""
    found = []
    for month, count in sorted(counts, reverse=True):
        year, number = map(int, month.split("-"))
        last = calendar.monthrange(year, number)[1]
        first, end = f"{month}-01", f"{month}-{last:02}"
        chosen = (request.args.get("since"), request.args.get("until")) == (first, end)
        given = {name: request.args.getlist(name) for name in request.args}
        given |= {"since": [] if chosen else [first], "until": [] if chosen else [end], "page": []}
        found.append(Facet("month", month, count, chosen, given))
    return found
