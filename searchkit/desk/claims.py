"""Claims as a list: what a number of the dashboard stands for."""

from __future__ import annotations

from flask import Blueprint, request

from searchkit.desk.forms import filter_of, page_of
from searchkit.desk.pages import pager
from searchkit.desk.views import Answer, page, reading
from searchkit.reviews import FLAGS
from searchkit.workflow.searching import find_claims
from searchkit.workflow.workspace import Workspace

pages = Blueprint("claims", __name__)

_LIMIT = 25


@pages.get("/claims")
@reading
def claims(ws: Workspace) -> Answer:
    """Claims that fit a filter."""
    number = page_of(request.args)
    asked = filter_of(request.args)
    found = find_claims(
        ws,
        asked.wanted,
        limit=_LIMIT,
        page=number,
        sort="relevance" if asked.wanted.text else "newest",
    )
    return page(
        "claims.html",
        asked=asked,
        flags=FLAGS,
        found=found,
        pager=pager(request.args, number, found.total, _LIMIT),
        damaged=len(ws.damaged),
    )
