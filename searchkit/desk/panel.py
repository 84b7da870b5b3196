"""A claim's panel: all that was said of it, and the forms to say more."""

from __future__ import annotations

from attrs import field, frozen
from flask import render_template, request

from searchkit.desk.forms import Typed
from searchkit.desk.text import passages, title_pieces
from searchkit.desk.views import page, reviewer, wants_part
from searchkit.model import ReviewedArticle, ReviewedClaim
from searchkit.reports import claim_view
from searchkit.reports.view import ClaimView
from searchkit.workflow.reading import handles, show_claim
from searchkit.workflow.workspace import Workspace


@frozen
class Panel:
    """What is shown of a claim."""

    article: ReviewedArticle
    claim: ReviewedClaim
    view: ClaimView
    handle: str
    #: What was typed and not written.
    typed: Typed = field(factory=Typed)
    #: Why it was not.
    alert: str | None = None
    #: What others did, that the reviewer had not seen.
    unseen: tuple[str, ...] = ()
    #: What was done just now.
    told: str | None = None
    #: Whether that can be taken back.
    undoable: bool = False
    #: Where to go on once a verdict is given; None: stay.
    next: str | None = None
    #: Where to stay otherwise, and to come back to when it is undone; given with `next`.
    here: str | None = None
    #: The verdicts of others are not shown before the reviewer's own.
    hidden: bool = False

    @property
    def heads(self) -> str:
        """What the history stands at on the screen, for the forms."""
        return " ".join(self.article.heads)


def panel_of(
    ws: Workspace,
    article_id: str,
    claim_id: str,
    *,
    typed: Typed | None = None,
    alert: str | None = None,
    unseen: tuple[str, ...] = (),
    told: str | None = None,
    undoable: bool = False,
    next: str | None = None,
    here: str | None = None,
    second: bool = False,
) -> Panel:
    """The panel of a claim.

    Args:
        second: a second opinion is asked for: until the reviewer gave one, the first is hidden.

    Raises:
        NotFoundError: there is none.
    """
    article, claim = show_claim(ws, article_id, claim_id)
    judges = {judgement.reviewer for judgement in (claim.state.judgements if claim.state else ())}
    return Panel(
        article=article,
        claim=claim,
        view=claim_view(article, claim, ws.scale),
        handle=handles(ws, [claim_id])[claim_id],
        typed=typed or Typed(),
        alert=alert,
        unseen=unseen,
        told=told,
        undoable=undoable,
        next=next,
        here=here,
        hidden=second and reviewer() not in judges,
    )


def article_page(article: ReviewedArticle, panel: Panel | None = None) -> str:
    """The page of an article, with a claim opened; its panel alone where the script asks so."""
    if panel and wants_part():
        return render_template("_panel.html", panel=panel)
    title, blocks = title_pieces(article), passages(article)
    pieces = [*title, *(piece for one in blocks for piece in one.pieces)]
    drawn = {id(piece.claim) for piece in pieces if piece.text.strip()}
    rest = [claim for claim in article.claims if id(claim) not in drawn]
    lost = [c for c in rest if not article.in_corpus or (c.anchor and not c.anchor.span)]
    return page(
        "article.html",
        article=article,
        title=title,
        passages=blocks,
        panel=panel,
        lost=lost,
        covered=[claim for claim in rest if claim not in lost],
        words=request.values.get("words", ""),
    )
