"""What a page showed when its form was made: nobody concludes on words that nobody read."""

from __future__ import annotations

import hashlib

from flask import request

from searchkit.errors import SearchkitError
from searchkit.workflow.reading import show_claim
from searchkit.workflow.workspace import Workspace


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
    remedy = "nothing was written: read the words below, then decide again"
    _same("shown", claim.claim.text, remedy)


def same_text(text: str) -> None:
    """Refuse a form whose place was chosen in another text of the article.

    Raises:
        OutdatedError: the text changed, or the form does not say what it was.
    """
    _same("text", text, "choose the words once more")


def _same(field: str, text: str, remedy: str) -> None:
    if request.form.get(field) != digest(text):
        raise OutdatedError("the text changed while you read it", remedy=remedy)
