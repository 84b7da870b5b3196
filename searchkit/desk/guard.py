"""What stands between the web and the desk: every request passes it, every answer gets its headers.

The desk holds verdicts, and any page that the same browser has open can send it requests. So a
request must name the desk as its host (against DNS rebinding), a change must come from a page of
the desk itself (Origin, and a token that other sites cannot read), and nothing but POST changes
anything.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import urlsplit

from flask import Flask, Request, Response, redirect, render_template, request, session, url_for
from werkzeug.exceptions import BadRequest, Forbidden, MethodNotAllowed
from werkzeug.wrappers import Response as AnyResponse

from searchkit.desk.settings import Settings

#: No script and no style but the desk's own files; nothing from elsewhere; no frames around it.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would then send no Origin with a form either.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex",
}
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OPEN = frozenset({"guard.enter", "static"})
_YEAR = 365 * 24 * 3600


def install(app: Flask, settings: Settings) -> None:
    """Let every request of an application pass."""
    cookie = f"searchkit-token-{settings.port}"
    known = hashlib.sha256(f"desk {settings.token}".encode()).hexdigest()

    def check() -> AnyResponse | str | tuple[str, int] | None:
        if not settings.answers_to(request.host):
            raise BadRequest("This desk does not go by that name.")
        if request.method not in _READING:
            _own_page(request)
        asked = settings.token and request.endpoint not in _OPEN
        if asked and not _same(request.cookies.get(cookie, ""), known):
            return render_template("enter.html", wrong=False), 401
        if request.method not in _READING and not _known_form(request):
            return render_template("again.html", fields=filled_in(request)), 403
        return None

    def enter() -> AnyResponse | tuple[str, int]:
        if request.method != "POST":
            return render_template("enter.html", wrong=False), 401
        given = request.form.get("token", "")
        if settings.token and _same(given, settings.token):
            response = redirect(url_for("search.search"), 303)
            response.set_cookie(cookie, known, max_age=_YEAR, httponly=True, samesite="Lax")
            return response
        return render_template("enter.html", wrong=True), 401

    app.before_request(check)
    app.add_url_rule("/enter", "guard.enter", enter, methods=["GET", "POST"])
    app.after_request(_with_headers)
    app.jinja_env.globals["csrf"] = csrf


def csrf() -> str:
    """The token that a form of this browser carries."""
    if "csrf" not in session:
        session["csrf"] = secrets.token_urlsafe(24)
    return str(session["csrf"])


def local(url: str | None, otherwise: str) -> str:
    """An address within the desk to go on to; never one elsewhere."""
    url = url or ""
    fits = url.startswith("/") and not url.startswith(("//", "/\\")) and url.isprintable()
    return url if fits else otherwise


def _own_page(request: Request) -> None:
    """Refuse what another site sends.

    Raises:
        Forbidden: the request does not say that it comes from a page of this desk.
        MethodNotAllowed: it is no POST.
    """
    if request.method != "POST":
        raise MethodNotAllowed(["GET", "HEAD", "POST"])
    origin = request.headers.get("Origin")
    if origin is None:
        origin = request.headers.get("Referer", "")
    parts = urlsplit(origin)
    if parts.scheme not in ("http", "https") or parts.netloc.lower() != request.host.lower():
        raise Forbidden("Changes are taken from the desk's own pages only.")


def _known_form(request: Request) -> bool:
    given, own = request.form.get("csrf", ""), session.get("csrf", "")
    return bool(own) and _same(given, str(own))


def _same(given: str, known: str) -> bool:
    """Compare secrets, in a time that tells nothing."""
    return hmac.compare_digest(given.encode(errors="replace"), known.encode())


def filled_in(request: Request) -> list[tuple[str, str]]:
    """What a form held, to be shown again: nobody shall lose what was typed."""
    return [(key, value) for key, value in request.form.items(multi=True) if key != "csrf"]


def _with_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
