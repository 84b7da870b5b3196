"""What a reviewer may give as evidence: a web page, a DOI, or a file of the corpus."""

from __future__ import annotations

import os
import re
import unicodedata
from pathlib import Path
from urllib.parse import urlsplit

from attrs import frozen

from searchkit.errors import SearchkitError
from searchkit.files import contained
from searchkit.model import Stance
from searchkit.workflow.workspace import Workspace

LONGEST = 2_048
_DOI = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)?(10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(r"[^\s/@:\[\]]+\.?|\[[0-9a-f:.]+\]", re.IGNORECASE)


@frozen
class Link:
    """Evidence as given: its stance may follow from the verdict."""

    url: str
    stance: Stance | None = None
    quote: str | None = None


def parse_link(ws: Workspace, url: str) -> str:
    """Check the form of a link, and give it back as it is stored.

    Args:
        url: ``http://…``, ``https://…``, ``doi:10.…``, or the path of a file in the corpus.

    Raises:
        SearchkitError: it is anything else.
    """
    url = url.strip()
    remedy = "give an http or https address, a doi, or a file of the corpus"
    if not url:
        raise SearchkitError("an empty link", remedy=remedy)
    shown = url if len(url) <= 80 else f"{url[:79]}…"
    if len(url) > LONGEST:
        raise SearchkitError(f"longer than {LONGEST:,} characters", place=shown, remedy=remedy)
    if any(c.isspace() or unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in url):
        message = "a link has no spaces or invisible characters in it"
        raise SearchkitError(message, place=repr(shown), remedy=remedy)
    if doi := _DOI.fullmatch(url):
        return f"https://doi.org/{doi[1]}"
    if _SCHEME.match(url):
        return _web(url, shown, remedy)
    return _file(ws, url, remedy)


def _web(url: str, shown: str, remedy: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise SearchkitError(f"not a link ({error})", place=shown, remedy=remedy) from error
    if parts.scheme.lower() not in ("http", "https"):
        message = f"{parts.scheme}: links are not taken"
        raise SearchkitError(message, place=shown, remedy=remedy)
    if parts.username is not None or parts.password is not None:
        message = "the link has a user name or password in it, which a report would print"
        raise SearchkitError(message, place=shown, remedy="leave them out")
    bare = f"[{host}]" if ":" in host else host
    if not _HOST.fullmatch(bare) or port == 0:
        raise SearchkitError("the link names no host", place=shown, remedy=remedy)
    return url


def _file(ws: Workspace, given: str, remedy: str) -> str:
    for base in (Path.cwd(), ws.root):
        path = base / given
        if not path.is_file():
            continue
        for root in ws.roots:
            try:
                folder = root if root.is_dir() else root.parent
                contained(folder, path)
            except SearchkitError:
                continue
            return ws.display(Path(os.path.abspath(path)))  # noqa: PTH100 - keeps links as typed
        raise SearchkitError("the file lies outside the corpus", place=given, remedy=remedy)
    raise SearchkitError("neither a link nor a file", place=given, remedy=remedy)
