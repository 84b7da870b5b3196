"""How far the reviewing has come, whether all is sound, and who sits at the browser."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from searchkit.desk import charts, people
from searchkit.desk.guard import local
from searchkit.desk.looks import without_paths
from searchkit.desk.state import desk
from searchkit.desk.views import Answer, name_cookie, page, reading, reviewer
from searchkit.errors import UsageError
from searchkit.workflow.reporting import stats
from searchkit.workflow.workspace import Workspace

pages = Blueprint("overview", __name__)


@pages.get("/dashboard")
@reading
def dashboard(ws: Workspace) -> Answer:
    """Coverage by status, outlet, month and reviewer; agreement; verdicts over time."""
    found = stats(ws)
    given = desk().activity.of(ws)
    return page(
        "dashboard.html",
        stats=found,
        statuses=charts.shares(found.statuses, ws.scale),
        outlets=charts.rows(found.outlets),
        months=charts.months(found.months),
        trend=charts.weeks(given),
        by_reviewer=charts.by_reviewer(found.reviewers, given),
        damaged=len(ws.damaged),
    )


@pages.get("/health")
def health() -> Answer:
    """What `doctor` said last."""
    state = desk().health
    # In this order, and once: a check that ends in between must not lend its time to old findings.
    running, last = state.running, state.last
    root = desk().settings.index.absolute().parent
    problems = [without_paths(one, root) for one in last.problems] if last else []
    values = {"running": running, "last": last, "done_of": (state.done, state.total)}
    response = make_response(page("health.html", problems=problems, **values))
    if running:
        response.headers["Refresh"] = "2"
    return response


@pages.post("/health")
def check() -> Answer:
    """Let `doctor` look at everything."""
    desk().health.start()
    return redirect(url_for("overview.health"), 303)


@pages.route("/you", methods=["GET", "POST"])
def you() -> Answer:
    """Ask for the reviewer's name, and remember it."""
    if request.method == "POST":
        try:
            name = people.name_of(request.form.get("name", ""))
        except UsageError as error:
            return page("you.html", name=request.form.get("name", ""), problem=str(error)), 400
        onward = local(request.form.get("next"), url_for("search.search"))
        response: AnyResponse = redirect(onward, 303)
        people.remember(response, name_cookie(), name)  # type: ignore[arg-type]
        return response
    return page("you.html", name=reviewer() or "", problem=None)
