"""An article with its claims, one of them opened, and what is known of that one from elsewhere."""

from __future__ import annotations

import re

from flask import Blueprint, redirect, render_template, request, session, url_for

from searchkit.desk.looks import short, told
from searchkit.desk.panel import article_page, panel_of
from searchkit.desk.shown import OutdatedError, same_text
from searchkit.desk.views import Answer, acting, page, reading, reviewer_now, wants_part
from searchkit.errors import SearchkitError
from searchkit.workflow.contradictions import contradicting
from searchkit.workflow.reading import read_article, show_claim
from searchkit.workflow.reviewing import add_claim
from searchkit.workflow.similar import known_of
from searchkit.workflow.workspace import Workspace

#: As the script writes a place; no text has one with more digits.
_PLACE = re.compile("[0-9]{1,12}")

pages = Blueprint("articles", __name__, url_prefix="/articles")


@pages.get("/<article_id>")
@reading
def article(ws: Workspace, article_id: str) -> Answer:
    """An article as it reads, each claim tinted by what was concluded."""
    return article_page(read_article(ws, article_id))


@pages.get("/<article_id>/<claim_id>")
@reading
def claim(ws: Workspace, article_id: str, claim_id: str) -> Answer:
    """A claim, opened beside its article."""
    panel = panel_of(ws, article_id, claim_id)
    return article_page(panel.article, panel)


@pages.get("/<article_id>/<claim_id>/elsewhere")
@reading
def elsewhere(ws: Workspace, article_id: str, claim_id: str) -> Answer:
    """Claims that may say the same, others that say so too, and what contradicts it."""
    found, opened = show_claim(ws, article_id, claim_id)
    values = {
        "article": found,
        "claim": opened,
        "known": known_of(ws, opened, found.article if found.in_corpus else None),
        "against": contradicting(ws, opened),
    }
    if wants_part():
        return render_template("_elsewhere.html", **values)
    return page("elsewhere.html", **values)


@pages.post("/<article_id>/claims")
@acting
def mark_out(ws: Workspace, article_id: str) -> Answer:
    """Mark out a span of the text as a claim."""
    found = read_article(ws, article_id)
    try:
        start, words = _span(found.article.text)
        done = add_claim(ws, article_id, words, start=start, reviewer=reviewer_now())
    except SearchkitError as error:
        session["done"] = {"text": told(error, ws.root), "problem": True}
        code = 409 if isinstance(error, OutdatedError) else 400
        return article_page(read_article(ws, article_id)), code
    id = done.claim.claim.id
    text = f"Marked out: “{short(done.claim.claim.text)}”"
    session["done"] = {
        "text": f"{text} ({done.note})" if done.note else text,
        "article": article_id,
        "claim": id,
    }
    return redirect(url_for("articles.claim", article_id=article_id, claim_id=id), 303)


def _span(text: str) -> tuple[int | None, str]:
    """The place and the words that were chosen; no place where words were typed.

    Raises:
        OutdatedError: the text is another one by now.
    """
    words = request.form.get("words", "").replace("\r\n", "\n")
    start, end = request.form.get("start", ""), request.form.get("end", "")
    if not (_PLACE.fullmatch(start) and _PLACE.fullmatch(end)):
        return None, words
    same_text(text)
    return int(start), text[int(start) : int(end)]
