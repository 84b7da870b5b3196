"""Who sits at the browser: a name that the person gives, as on the command line."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote, unquote

from flask import Request, Response

from searchkit.errors import UsageError

LONGEST = 200
_YEAR = 365 * 24 * 3600


def given_name(request: Request, cookie: str) -> str | None:
    """The name that this browser was told; None when it was told none, or nonsense."""
    try:
        return name_of(unquote(request.cookies.get(cookie, "")))
    except UsageError:
        return None


def name_of(typed: str) -> str:
    """A reviewer's name as events hold it.

    Raises:
        UsageError: it is empty, too long, or more than one printable line.
    """
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    if not name or len(name) > LONGEST or not name.isprintable():
        raise UsageError("that is no reviewer's name", remedy="give one printable line")
    return name


def remember(response: Response, cookie: str, name: str) -> None:
    """Let the browser keep the name."""
    response.set_cookie(cookie, quote(name), max_age=_YEAR, httponly=True, samesite="Lax")
