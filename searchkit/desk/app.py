"""The application: a plain WSGI callable, put together from its pages."""

from __future__ import annotations

import secrets
from typing import Any, ClassVar

from flask import Flask, render_template, request
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException

from searchkit.desk import (
    articles,
    claims,
    copies,
    guard,
    looks,
    overview,
    queue,
    reports,
    search,
    shown,
    verdicts,
    views,
)
from searchkit.desk.settings import Settings
from searchkit.desk.state import Desk
from searchkit.errors import (
    AmbiguousError,
    EngineError,
    LockedError,
    NotFoundError,
    SearchkitError,
    UnseenError,
)
from searchkit.reports.escape import address, plain
from searchkit.reports.markup import difference, language, minute, tone
from searchkit.reports.markup import shown as printed

#: A form holds notes of 20,000 characters at most; this is far more.
_LARGEST = 1_000_000
_CODES: tuple[tuple[type[SearchkitError], int], ...] = (
    (NotFoundError, 404),
    (AmbiguousError, 404),
    (UnseenError, 409),
    (shown.OutdatedError, 409),
    (LockedError, 503),
    (EngineError, 503),
)


class _Flask(Flask):
    """Everything that a template prints is escaped, and holds visible characters only."""

    jinja_options: ClassVar[dict[str, Any]] = {  # type: ignore[misc]
        "finalize": printed,
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }

    def select_jinja_autoescape(self, filename: str | None) -> bool:  # noqa: ARG002 - all of them
        return True


def create(settings: Settings) -> Flask:
    """The desk as a WSGI callable.

    Args:
        settings: with the port that it will be reached under.
    """
    app = _Flask("searchkit.desk")
    app.config |= {
        "SECRET_KEY": secrets.token_bytes(32),
        "SESSION_COOKIE_NAME": f"searchkit-desk-{settings.port}",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": _LARGEST,
        "MAX_FORM_MEMORY_SIZE": _LARGEST,
        "MAX_FORM_PARTS": 500,
    }
    with app.app_context():
        Desk.of(settings).install()
    guard.install(app, settings)
    app.after_request(views.with_name)
    _templates(app, settings)
    for pages in (articles, claims, copies, overview, queue, reports, search, verdicts):
        app.register_blueprint(pages.pages)
    _errors(app, settings)
    return app


def _templates(app: Flask, settings: Settings) -> None:
    root = settings.index.absolute().parent
    app.jinja_env.filters |= {
        "address": address,
        "checked": looks.checked,
        "difference": difference,
        "digest": shown.digest,
        "highlighted": looks.highlighted,
        "language": language,
        "minute": minute,
        "places": looks.places,
        "plain": plain,
        "reasons": looks.reasons,
        "short": looks.short,
        "flag_label": looks.flag_label,
        "tone": tone,
        "verbatim": looks.verbatim,
        "without_paths": lambda text: looks.without_paths(text, root),
    }
    app.jinja_env.globals |= {
        "scale": settings.scale,
        "look": lambda claim: looks.look(claim, settings.scale),
        "said": lambda claim: looks.said(claim, settings.scale),
        "reviewer": views.reviewer,
        "keys": queue.status_keys(settings.scale.verdicts),
    }


def _errors(app: Flask, settings: Settings) -> None:
    root = settings.index.absolute().parent

    @app.errorhandler(SearchkitError)
    def told(error: SearchkitError) -> tuple[str, int]:
        code = next((code for kind, code in _CODES if isinstance(error, kind)), 400)
        candidates = error.candidates if isinstance(error, AmbiguousError) else ()
        return _problem(looks.told(error, root), candidates), code

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Any:
        code = error.code or 500
        if code < 400:
            return error
        return _problem(error.description or error.name), code

    @app.errorhandler(Exception)
    def failed(error: Exception) -> tuple[str, int]:
        app.logger.error("%s %s", request.method, request.path, exc_info=error)
        message = "A mistake of the desk's own. Nothing was written; the terminal says more."
        return _problem(message), 500


def _problem(message: str, candidates: tuple[str, ...] = ()) -> str:
    return render_template("problem.html", message=message, candidates=candidates)
