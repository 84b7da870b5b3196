"""Articles and claims with what reviewers said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from searchkit.model.articles import Article, Claim
from searchkit.model.scale import UNREVIEWED

if TYPE_CHECKING:
    from searchkit.model.reviews import Anchor, ClaimState


@frozen
class ReviewedClaim:
    """A claim of today's article with what reviewers said of it."""

    claim: Claim
    #: None when nobody ever touched it.
    state: ClaimState | None = None
    #: None when nobody ever touched it.
    anchor: Anchor | None = None
    flags: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """The effective status."""
        return self.state.status if self.state else UNREVIEWED


@frozen
class ReviewedArticle:
    """An article with all its claims, reviewed or not, orphaned ones last."""

    #: As in the corpus today; from its sidecar (empty text) when it left the corpus.
    article: Article
    claims: tuple[ReviewedClaim, ...]
    #: What the history stands at: ids of events that no later event has seen.
    heads: tuple[str, ...] = ()
    #: False when the article left the corpus.
    in_corpus: bool = True

    @property
    def present(self) -> tuple[Claim, ...]:
        """The claims whose words stand in today's text."""
        return tuple(
            reviewed.claim
            for reviewed in self.claims
            if reviewed.anchor is None or reviewed.anchor.state != "orphaned"
        )

    def claim(self, id: str | None) -> ReviewedClaim | None:
        """The claim with that id; None when it has none."""
        return next((claim for claim in self.claims if claim.claim.id == id), None)
