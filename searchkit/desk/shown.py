"""What a page showed when its form was made: no verdict on unread words or under another name."""

from __future__ import annotations

import hashlib

from flask import request

from searchkit.errors import SearchkitError
from searchkit.workflow.reading import show_claim
from searchkit.workflow.workspace import Workspace

_CHANGED = "the text changed while you read it"


class OutdatedError(SearchkitError):
    """The page that a form stands on shows what is no longer so; nothing was written."""


def digest(text: str) -> str:
    """What tells whether a text is still the one that a page showed."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def same_words(ws: Workspace, article_id: str, claim_id: str) -> None:
    """Refuse a form that was made for other words of its claim.

    Raises:
        OutdatedError: the words changed, or the form does not say what they were.
    """
    _, claim = show_claim(ws, article_id, claim_id)
    if not _is("shown", claim.claim.text):
        remedy = "nothing was written: read the words below, then decide again"
        raise OutdatedError(_CHANGED, remedy=remedy)


def same_text(text: str) -> None:
    """Refuse a form whose place was chosen in another text of the article.

    Raises:
        OutdatedError: the text changed, or the form does not say what it was.
    """
    if not _is("text", text):
        raise OutdatedError(_CHANGED, remedy="choose the words once more")


def same_name(name: str) -> None:
    """Refuse a form whose page named somebody else as the one who marks.

    Raises:
        OutdatedError: another name was given since, or the form does not say which one it was.
    """
    if not _is("marking", name):
        remedy = "nothing was written: decide again under this name, or change it first"
        raise OutdatedError(f"you are now marking as {name}", remedy=remedy)


def _is(field: str, text: str) -> bool:
    """Whether a form says that its page showed a text."""
    return request.form.get(field) == digest(text)
