"""Preserved copies of evidence: the only files that the desk serves besides its own, and inert."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Blueprint, Response, send_file
from werkzeug.exceptions import NotFound

from searchkit.desk.state import desk
from searchkit.errors import SearchkitError
from searchkit.files import contained

pages = Blueprint("copies", __name__)

_HASH = re.compile(r"[0-9a-f]{64}")
#: No script, no form, no request of any kind: what was preserved shows, and does nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
#: Endings of copies, what is shown first; all others are downloads.
_ENDINGS = (".html", ".warc.gz", ".warc", "")


@pages.get("/copies/<hash>")
def copy(hash: str) -> Response:
    """A preserved copy by its SHA-256."""
    path = _path(desk().settings.index / "evidence", hash)
    shown = path.suffix == ".html"
    response = send_file(
        path,
        mimetype="text/html" if shown else "application/octet-stream",
        as_attachment=not shown,
        download_name=path.name,
    )
    response.headers["Content-Security-Policy"] = _POLICY
    return response


def _path(folder: Path, hash: str) -> Path:
    """The file of a copy.

    Raises:
        NotFound: there is none, or it lies elsewhere.
    """
    if not _HASH.fullmatch(hash):
        raise NotFound
    for ending in _ENDINGS:
        try:
            path = contained(folder, Path(f"{hash}{ending}"))
        except SearchkitError:
            continue
        if path.is_file():
            return path
    raise NotFound
