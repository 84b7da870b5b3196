"""What a reviewer does to a claim: each form is one event, and nothing unseen is passed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, request, session, url_for
from werkzeug.exceptions import NotFound

from searchkit.desk.forms import draft_of, text_of, typed_of
from searchkit.desk.guard import filled_in, local
from searchkit.desk.looks import short, told
from searchkit.desk.panel import article_page, panel_of
from searchkit.desk.shown import OutdatedError, same_text, same_words
from searchkit.desk.views import Answer, acting, page, reviewer_now, wants_part
from searchkit.errors import NotFoundError, SearchkitError, UnseenError, UsageError
from searchkit.model import UNREVIEWED
from searchkit.workflow import reviewing, settling
from searchkit.workflow.reading import read_article, resolve_claim
from searchkit.workflow.workspace import Workspace
from searchkit.workflow.writing import Done

pages = Blueprint("verdicts", __name__, url_prefix="/articles")


@pages.post("/<article_id>/<claim_id>/<act>")
@acting
def act(ws: Workspace, article_id: str, claim_id: str, act: str) -> Answer:
    """Do something on a claim, and show it as it stands then."""
    if act not in _ACTS:
        raise NotFound
    try:
        if resolve_claim(ws, claim_id) != (article_id, claim_id):
            raise NotFoundError(f"article {article_id} has no claim {claim_id}")
    except NotFoundError:
        return page("gone.html", article_id=article_id, fields=filled_in(request)), 404
    onward = request.form.get("next")
    try:
        if act in _CONCLUDING:
            same_words(ws, article_id, claim_id)
        done = _ACTS[act](ws, claim_id, reviewer_now())
    except SearchkitError as error:
        panel = panel_of(
            ws,
            article_id,
            claim_id,
            typed=typed_of(request.form, act),
            alert=told(error, ws.root),
            unseen=error.events if isinstance(error, UnseenError) else (),
            next=onward,
            here=request.form.get("here"),
            second=_second(),
        )
        asked = isinstance(error, (UnseenError, OutdatedError))
        return article_page(panel.article, panel), 409 if asked else 400
    return _answer(ws, act, done, onward)


def _answer(ws: Workspace, act: str, done: Done, onward: str | None) -> Answer:
    claim = done.claim.claim
    text = _told(ws, act, done)
    # One that its reviewer marked out and took back is no claim any more.
    there = read_article(ws, claim.article).claim(claim.id) is not None
    if wants_part() and there:
        undoable = act != "undo"
        panel = panel_of(
            ws, claim.article, claim.id, told=text, undoable=undoable, second=_second()
        )
        return article_page(panel.article, panel)
    alone = url_for("articles.claim", article_id=claim.article, claim_id=claim.id)
    here = local(request.form.get("here"), alone)
    session["done"] = {
        "text": text,
        **({} if act == "undo" else {"article": claim.article, "claim": claim.id}),
        "back": here,
    }
    home = here if there else url_for("articles.article", article_id=claim.article)
    return redirect(local(onward, home) if act in _SETTLING else home, 303)


def _told(ws: Workspace, act: str, done: Done) -> str:
    """What was done, in words."""
    words = f"“{short(done.claim.claim.text, 60)}”"
    status = ws.scale.get(done.claim.status).label
    if act == "mark":
        given = ws.scale.get(str(done.event.data["status"])).label
        text = f"{given}: {words}"
        if "reviewers-differ" in done.claim.flags and done.claim.state:
            others = [
                f"{j.reviewer} says {ws.scale.get(j.status).label}"
                for j in done.claim.state.judgements
                if j.reviewer != done.event.reviewer
            ]
            text += f" You differ: {', '.join(others)}."
    elif act == "undo":
        left = "without a verdict" if done.claim.status == UNREVIEWED else status
        text = f"Taken back: {words} is {left} now."
    else:
        text = f"{_SAID[act]}: {words}"
    return f"{text} ({done.note})" if done.note else text


def _mark(ws: Workspace, claim: str, reviewer: str) -> Done:
    draft = draft_of(request.form)
    if draft.status is None:
        raise UsageError("no verdict was chosen", remedy="press the button of one")
    return reviewing.mark(
        ws,
        [claim],
        draft.status,
        draft.links,
        reviewer=reviewer,
        note=draft.note,
        wording=draft.wording,
        said_by=draft.said_by,
        seen=_seen(),
    )[0]


def _confirm(ws: Workspace, claim: str, reviewer: str) -> Done:
    return settling.confirm(ws, [claim], reviewer=reviewer, seen=_seen())[0]


def _reattach(ws: Workspace, claim: str, reviewer: str) -> Done:
    article, _ = resolve_claim(ws, claim)
    same_text(read_article(ws, article).article.text)
    place = request.form.get("place", "")
    return settling.reattach(ws, claim, place, reviewer=reviewer, seen=_seen())


def _link(ws: Workspace, claim: str, reviewer: str) -> Done:
    links = draft_of(request.form).links
    if not links:
        raise UsageError("no link was given", remedy="paste its address")
    if _second() and not all(one.stance for one in links):
        # It would be that of the verdict that is hidden.
        raise UsageError("no stance was chosen", remedy="say whether the link supports the claim")
    return reviewing.link(ws, claim, links, reviewer=reviewer)


def _unlink(ws: Workspace, claim: str, reviewer: str) -> Done:
    return reviewing.unlink(ws, claim, request.form.get("gone", ""), reviewer=reviewer)


def _note(ws: Workspace, claim: str, reviewer: str) -> Done:
    return reviewing.note(ws, claim, request.form.get("remark", ""), reviewer=reviewer)


def _assign(ws: Workspace, claim: str, reviewer: str) -> Done:
    to = text_of(request.form.get("to"))
    release = request.form.get("release") == "1"
    return reviewing.assign(ws, claim, to=to, reviewer=reviewer, release=release)


def _undo(ws: Workspace, claim: str, reviewer: str) -> Done:
    return reviewing.undo(ws, claim, reviewer=reviewer)


_ACTS: Mapping[str, Callable[[Workspace, str, str], Done]] = {
    "mark": _mark,
    "confirm": _confirm,
    "reattach": _reattach,
    "link": _link,
    "unlink": _unlink,
    "note": _note,
    "assign": _assign,
    "undo": _undo,
}
#: What makes a verdict stand on the words that the claim has now.
_CONCLUDING = frozenset({"mark", "confirm", "reattach"})
#: What a claim's turn in the queue ends with.
_SETTLING = frozenset({"mark", "confirm"})
_SAID = {
    "confirm": "Confirmed for the changed words",
    "reattach": "In its new place",
    "link": "Link added",
    "unlink": "Link taken back",
    "note": "Noted",
    "assign": "Assignment changed",
}


def _seen() -> list[str]:
    """The heads that the form was made with."""
    return request.form.get("heads", "").split()


def _second() -> bool:
    """Whether the form asked for a second opinion, with the first one hidden."""
    return request.form.get("second") == "1"
