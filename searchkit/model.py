"""The values that every room speaks of: frozen, comparable, and touching no files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from attrs import field, frozen

ClaimKind = Literal["title", "sentence", "clause", "custom"]
Stance = Literal["supports", "refutes", "context"]
AnchorState = Literal["unchanged", "moved", "changed", "orphaned"]
Action = Literal[
    "judge",
    "link",
    "unlink",
    "note",
    "assign",
    "confirm",
    "reattach",
    "add-claim",
    "preserve",
    "undo",
]

STANCES: tuple[Stance, ...] = ("supports", "refutes", "context")
UNREVIEWED = "unreviewed"
#: What became of a quoted passage in a preserved copy, with the words for it.
QUOTED: Mapping[str, str] = {
    "found": "the quote stands in it",
    "changed": "other words stand there in place of the quote",
    "missing": "the quote is not in it",
}


class Span(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int


@frozen
class Source:
    """Where an article came from. Whatever the text does not say is None."""

    outlet: str | None = None
    date: dt.date | None = None
    link: str | None = None


@frozen
class Origin:
    """The place in the corpus that an article was read from."""

    #: POSIX path, relative to the project folder where the file lies inside it, else absolute.
    path: str
    #: First line of the article in that file, counted from 1.
    line: int = 1


@frozen
class Article:
    """One news text."""

    title: str
    #: The body verbatim; the offsets of claims and selectors count its code points.
    text: str
    sources: tuple[Source, ...] = ()
    origins: tuple[Origin, ...] = ()
    #: Short, letter first, minted once; empty as long as a reader has it in hand.
    id: str = ""

    @property
    def date(self) -> dt.date | None:
        """The latest date among the sources."""
        return max((s.date for s in self.sources if s.date), default=None)

    @property
    def outlets(self) -> tuple[str, ...]:
        """The outlets named by the sources, each once, in their order."""
        return tuple(dict.fromkeys(s.outlet for s in self.sources if s.outlet))

    @property
    def links(self) -> tuple[str, ...]:
        """The links given by the sources, each once, in their order."""
        return tuple(dict.fromkeys(s.link for s in self.sources if s.link))


@frozen
class LeftOut:
    """A piece of a corpus file that went into no article."""

    path: str
    #: First line of the piece, counted from 1.
    line: int
    #: Why it was left out, in a few words: "boilerplate", "unknown key 'foo'" …
    reason: str
    #: The beginning of the piece, on one line, at most 80 characters.
    excerpt: str = ""


@frozen
class Parsed:
    """What a reader made of one file."""

    articles: tuple[Article, ...]
    left_out: tuple[LeftOut, ...] = ()


@frozen
class Claim:
    """A checkable passage of an article."""

    #: Short, letter first, minted once.
    id: str
    #: The id of the article it stands in.
    article: str
    #: 0 for the title, then 1, 2, … in reading order; custom claims follow the others.
    number: int
    kind: ClaimKind
    #: The words verbatim: ``article.text[start:end]``, of the title for kind "title".
    text: str
    span: Span
    #: The whole sentence that a clause was cut from.
    sentence: Span | None = None
    #: The line ending in ":" that introduces the list item.
    lead_in: Span | None = None


@frozen
class Selector:
    """A passage pinned down by its words and by its place (W3C TextQuote and TextPosition)."""

    exact: str
    prefix: str = ""
    suffix: str = ""
    start: int = 0
    end: int = 0
    kind: ClaimKind = "sentence"


@frozen
class Anchor:
    """Where a selector's words stand in today's text."""

    state: AnchorState
    #: None when orphaned.
    span: Span | None
    #: Similarity of the judged words to today's, 0 to 1.
    score: float = 1.0


@frozen
class Worth:
    """How much a claim deserves checking, with the reasons."""

    #: 0 to 1.
    score: float
    #: Readable reasons with their weights, the weightiest first.
    reasons: tuple[tuple[str, float], ...] = ()


@frozen
class Evidence:
    """A supporting link."""

    url: str
    stance: Stance
    quote: str | None = None
    #: The page's own title and publisher, where the reviewer gave them.
    title: str | None = None
    publisher: str | None = None
    #: When the reviewer looked at it: UTC, ISO 8601.
    accessed: str | None = None
    #: SHA-256 of the preserved copy.
    copy: str | None = None
    #: When the page was preserved (UTC, ISO 8601), and whether the quote stood in it: word for
    #: word ("found"), in other words ("changed") or not ("missing"). None: nobody looked.
    copied: str | None = None
    quoted: str | None = None
    #: Who added it, and the event that did.
    reviewer: str = ""
    event: str = ""


@frozen
class Event:
    """One act of one reviewer at one time."""

    #: SHA-256 (hex) over the canonical JSON of the other fields.
    id: str
    #: The heads that its author saw, sorted.
    parents: tuple[str, ...]
    #: UTC, ISO 8601 with microseconds and "Z".
    time: str
    reviewer: str
    action: Action
    #: Claim id; None for an event about the article as a whole.
    claim: str | None
    data: Mapping[str, Any] = field(factory=dict, hash=False)
    #: Fields that this version does not know; kept, and covered by the id.
    extra: Mapping[str, Any] = field(factory=dict, hash=False)


@frozen
class Identity:
    """What an article is recognised by; stored in its sidecar so that it stands alone."""

    id: str
    title: str
    sources: tuple[Source, ...]
    #: SHA-256 (hex) of the normalised title and text.
    content: str
    #: Similarity sketch of the text: sorted 32-bit hashes.
    sketch: tuple[int, ...] = ()


@frozen
class Judgement:
    """What one reviewer concluded last about one claim."""

    reviewer: str
    status: str
    time: str
    event: str
    note: str | None = None
    #: The words that it is about, as they were judged or confirmed last.
    words: str = ""


@frozen
class Note:
    """A remark without a verdict."""

    reviewer: str
    time: str
    text: str
    event: str


@frozen
class ClaimState:
    """The reviews of one claim, folded into what stands now."""

    claim: str
    #: The words as last judged (or first touched, when nobody judged yet).
    selector: Selector
    #: Effective status: the reviewers' agreement, else the newest judgement.
    status: str = UNREVIEWED
    #: Each reviewer's latest, the newest last.
    judgements: tuple[Judgement, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[Note, ...] = ()
    #: Reviewers who are at work on it.
    assigned: tuple[str, ...] = ()
    #: Self-contained wording for publication.
    wording: str | None = None
    said_by: str | None = None
    #: Every event that concerns the claim, in fold order, the undone ones included.
    history: tuple[Event, ...] = ()
    #: Ids of events that were undone.
    undone: frozenset[str] = frozenset()


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


@frozen
class Status:
    """One step of a scale."""

    name: str
    label: str
    meaning: str
    #: ClaimReview rating from 1 (worst) to 5 (best); None where the status has no order.
    rating: int | None = None


@frozen
class Scale:
    """The statuses that a reviewer can conclude; the first is the absence of a verdict."""

    statuses: tuple[Status, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """All names, `unreviewed` included."""
        return tuple(s.name for s in self.statuses)

    @property
    def verdicts(self) -> tuple[str, ...]:
        """The names that a reviewer can give."""
        return tuple(s.name for s in self.statuses if s.name != UNREVIEWED)

    def get(self, name: str) -> Status:
        """The status of that name; one that the scale no longer knows comes back unexplained."""
        for status in self.statuses:
            if status.name == name:
                return status
        return Status(name, name, "not in the present scale")


DEFAULT_SCALE = Scale(
    (
        Status(UNREVIEWED, "Unreviewed", "Nobody has judged it."),
        Status("verified", "Verified", "Evidence supports it as stated.", 5),
        Status("mixed", "Mixed", "Parts of it are right and parts are wrong.", 3),
        Status("misleading", "Misleading", "The words are accurate, the impression is wrong.", 2),
        Status("false", "False", "Evidence refutes it.", 1),
        Status("disputed", "Disputed", "Credible sources contradict it or one another."),
        Status("unproven", "Unproven", "There is not enough evidence either way."),
        Status("not-checkable", "Not checkable", "It is an opinion or a prediction."),
    )
)
