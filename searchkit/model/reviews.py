"""What reviewers do, and what it comes to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from attrs import field, frozen

from searchkit.model.articles import ClaimKind, Source, Span
from searchkit.model.scale import UNREVIEWED

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
#: What became of a quoted passage in a preserved copy, with the words for it.
QUOTED: Mapping[str, str] = {
    "found": "the quote stands in it",
    "changed": "other words stand there in place of the quote",
    "missing": "the quote is not in it",
}


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
