"""The queue: one claim after the other, with a key for each verdict."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for

from searchkit.desk.forms import Filter, filter_of
from searchkit.desk.panel import Panel, panel_of
from searchkit.desk.state import desk
from searchkit.desk.text import Passage, passages, title_pieces
from searchkit.desk.views import Answer, page, reading, reviewer
from searchkit.errors import NotFoundError
from searchkit.reviews import FLAGS
from searchkit.workflow import queue as waiting
from searchkit.workflow.workspace import Workspace

pages = Blueprint("queue", __name__)

#: Keys of the page itself, and those that do something else in the terminal's queue.
_TAKEN = frozenset("nwt=sbuao/?qjkl")
#: Blocks of the article that are shown before and after that of the claim.
_AROUND = 2

Pair = tuple[str, str]


def status_keys(names: tuple[str, ...]) -> dict[str, str]:
    """The key of each status, as in the terminal, by the status."""
    return {name: key for key, name in waiting.status_keys(names, _TAKEN).items()}


@pages.get("/queue")
@reading
def queue(ws: Workspace) -> Answer:
    """The claim whose turn it is, with its article around it."""
    asked = filter_of(request.args)
    second = request.args.get("second") == "1"
    name = reviewer() or ""
    order = _order(ws, asked, name, second=second)
    at = _at(order.order)
    if "at" not in request.args and order.order:
        return redirect(_url(asked, second, order.order[0]))
    coverage = waiting.coverage(ws, asked.wanted, name, second_opinion=second)
    values = {"asked": asked, "second": second, "note": order.note, "coverage": coverage}
    values["damaged"] = len(ws.damaged)
    if not order.order or not (found := _found(ws, order.order, at)):
        return page("queue.html", panel=None, flags=FLAGS, **values)
    at, pair = found
    after = order.order[at + 1] if at + 1 < len(order.order) else None
    onward = _url(asked, second, after)
    here = _url(asked, second, pair)
    panel = panel_of(ws, *pair, next=onward, here=here, second=second)
    blocks, place = _around(panel)
    return page(
        "queue.html",
        panel=panel,
        flags=FLAGS,
        title=title_pieces(panel.article),
        passages=blocks,
        cut_before=place > _AROUND,
        position=at + 1,
        waiting=len(order.order),
        onward=onward,
        back=_url(asked, second, order.order[at - 1]) if at else None,
        **values,
    )


def _order(ws: Workspace, asked: Filter, name: str, *, second: bool) -> waiting.Waiting:
    """What waits: ranked anew where a queue begins or ends, else as it was."""
    key = (name, second, asked.fields)
    known = desk().queues.get(key) if "at" in request.args else None
    if known is None:
        known = waiting.waiting(ws, asked.wanted, name, second_opinion=second)
        desk().queues.put(key, known)
    return known


def _at(order: tuple[Pair, ...]) -> int:
    """The place in the order that the address names; a claim that is not in it comes first."""
    article, _, claim = request.args.get("at", "").partition("/")
    return order.index((article, claim)) if (article, claim) in order else 0


def _found(ws: Workspace, order: tuple[Pair, ...], at: int) -> tuple[int, Pair] | None:
    """The first claim from a place on that is still there."""
    for place in range(at, len(order)):
        try:
            if waiting.queued(ws, *order[place]):
                return place, order[place]
        except NotFoundError:
            continue
    return None


def _url(asked: Filter, second: bool, pair: Pair | None) -> str:
    fields: dict[str, list[str]] = {}
    for name, value in asked.fields:
        fields.setdefault(name, []).append(value)
    if second:
        fields["second"] = ["1"]
    if pair:
        fields["at"] = ["/".join(pair)]
    return url_for("queue.queue", **fields)  # type: ignore[arg-type]


def _around(panel: Panel) -> tuple[list[Passage], int]:
    """The blocks around the claim, and the number of its own among all."""
    found = passages(panel.article)
    id = panel.claim.claim.id
    own = [
        at
        for at, passage in enumerate(found)
        if any(piece.claim and piece.claim.claim.id == id for piece in passage.pieces)
    ]
    first, last = (own[0], own[-1]) if own else (0, 0)
    return found[max(0, first - _AROUND) : last + _AROUND + 1], first
