"""The report: a preview, what is not fit to publish in it, and a file in every format."""

from __future__ import annotations

import datetime as dt

from attrs import evolve
from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import NotFound

from searchkit.desk.forms import filter_of
from searchkit.desk.state import desk
from searchkit.desk.views import Answer, page, reading
from searchkit.reports import Report, unfit
from searchkit.reviews import FLAGS
from searchkit.workflow.formats import FORMATS, renderers
from searchkit.workflow.reporting import report as make
from searchkit.workflow.workspace import Workspace

pages = Blueprint("reports", __name__, url_prefix="/report")

#: The report styles itself, and holds no script; its links open outside.
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'self';"
    " sandbox allow-popups allow-popups-to-escape-sandbox allow-top-navigation-by-user-activation"
)


@pages.get("")
@reading
def report(ws: Workspace) -> Answer:
    """The report's preview, and links to its files."""
    asked = filter_of(request.args)
    fields: dict[str, list[str]] = {}
    for name, value in asked.fields:
        fields.setdefault(name, []).append(value)
    if request.args.get("all") == "1":
        fields["all"] = ["1"]
    made = _made(ws)
    base_url = request.args.get("base_url", "").strip()
    links = {}
    for name in FORMATS:
        if name != "claimreview":
            links[name] = url_for("reports.download", name=name, **fields)  # type: ignore[arg-type]
        elif base_url:
            more = fields | {"base_url": [base_url]}
            links[name] = url_for("reports.download", name=name, **more)  # type: ignore[arg-type]
    return page(
        "report.html",
        asked=asked,
        flags=FLAGS,
        everything="all" in fields,
        base_url=base_url,
        report=made,
        reasons=unfit(made),
        links=links,
        preview=url_for("reports.preview", **fields),  # type: ignore[arg-type]
    )


@pages.get("/preview")
@reading
def preview(ws: Workspace) -> Answer:
    """The report as HTML, for a frame."""
    response = Response(renderers()["html"](_made(ws)), mimetype="text/html")
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@pages.get("/download/<name>")
@reading
def download(ws: Workspace, name: str) -> Answer:
    """The report as a file."""
    if name not in FORMATS:
        raise NotFound
    known = renderers(
        base_url=request.args.get("base_url") or None, utf16=request.args.get("utf16") == "1"
    )
    text = known[name](_made(ws))
    form = FORMATS[name]
    response = Response(text, content_type=f"{form.media_type}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="report.{form.ending}"'
    response.headers["Content-Security-Policy"] = f"{_POLICY.partition(' sandbox')[0]} sandbox"
    return response


def _made(ws: Workspace) -> Report:
    asked = filter_of(request.args)
    everything = request.args.get("all") == "1"
    # Between the page, its preview and its files nothing has to be put together anew.
    key = (asked.fields, everything, tuple(ws.review_stamps().items()), desk().workspaces.stamp())
    known = desk().reports.get(key)
    if known is None:
        known = make(ws, desk().settings.report, asked.wanted, everything=everything)
        desk().reports.put(key, known)
    now = dt.datetime.now(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds")
    return evolve(known, as_of=f"{now}Z")
