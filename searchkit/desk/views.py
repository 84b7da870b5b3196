"""What the functions behind addresses share: the workspace, the reviewer, fragments, messages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response, g, render_template, request, session
from werkzeug.wrappers import Response as AnyResponse

from searchkit.desk import people
from searchkit.desk.shown import same_name
from searchkit.desk.state import desk
from searchkit.errors import UsageError

Answer = AnyResponse | str | tuple[str, int]


def reading(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Give a view that changes nothing a workspace as its first argument."""

    @wraps(view)
    def run(**given: Any) -> Answer:
        return desk().workspaces.read(lambda ws: view(ws, **given))

    return run


def acting(view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Give a view that changes something a workspace as its first argument; it is tried once."""

    @wraps(view)
    def run(**given: Any) -> Answer:
        with desk().workspaces.lent() as ws:
            return view(ws, **given)

    return run


def reviewer() -> str | None:
    """Who sits at this browser; None when nobody was named."""
    named: str | None = g.get("named") or people.given_name(request, name_cookie())
    return named or desk().settings.reviewer


def reviewer_now() -> str:
    """Who marks: as the form says where it asks, else who sits at this browser.

    Raises:
        UsageError: nobody is named.
        OutdatedError: the form's page named another.
    """
    if typed := request.form.get("reviewer"):
        g.named = people.name_of(typed)
        return str(g.named)
    name = reviewer()
    if name is None:
        remedy = "say who you are first"
        raise UsageError("nobody is named as the reviewer", remedy=remedy)
    same_name(name)
    return name


def name_cookie() -> str:
    """The cookie that holds the reviewer's name; desks on other ports have their own."""
    return f"searchkit-reviewer-{desk().settings.port}"


def with_name(response: Response) -> Response:
    """Remember a name that a form asked for."""
    if "named" in g:
        people.remember(response, name_cookie(), g.named)
    return response


def wants_part() -> bool:
    """Whether the desk's own script asks for a part of a page."""
    return request.headers.get("X-Desk") == "part"


def page(template: str, **values: Any) -> str:
    """A whole page, with what was done last told once, to a person and not to the script."""
    done = None if wants_part() else session.pop("done", None)
    return render_template(template, done=done, **values)
