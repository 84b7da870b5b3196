"""The view model of a report: all that a renderer shows, and nothing that is not to be published.

Texts in it are verbatim: each renderer escapes them for its own format.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from attrs import field, frozen

from searchkit.model import ClaimKind, Evidence, Note, Selector, Source, Status
from searchkit.worddiff import WordDiff


@frozen
class ReportSettings:
    """What the publisher says of the report and of itself. None is shown as "not stated"."""

    title: str = "Fact-check report"
    publisher: str | None = None
    #: Where readers can turn to: a link, an address, a telephone number.
    contact: str | None = None
    #: How claims are chosen and checked.
    method: str | None = None
    #: The corrections policy.
    corrections: str | None = None


@frozen
class Scope:
    """How much there is, and how much of it the report shows."""

    #: Articles and claims of the whole index.
    articles_total: int
    claims_total: int
    #: Articles and claims in the report.
    articles: int
    claims: int
    #: Claims in the report that somebody judged.
    checked: int
    #: Of these, how many stand in no text of the corpus any more.
    lost: int
    #: Whether filters chose the claims.
    filtered: bool = False

    @property
    def sentence(self) -> str:
        """The scope in words: "8 articles, 112 claims, 3 checked"."""
        total = f"{_count(self.articles_total, 'article')}, {_count(self.claims_total, 'claim')}"
        if self.filtered:
            said = f"{total}; {self.claims:,} selected, {self.checked:,} of them checked"
        else:
            said = f"{total}, {self.checked:,} checked"
        if self.lost:
            said += f" ({self.lost:,} of the checked no longer in the texts)"
        return said


@frozen
class Flag:
    """What a reader should know about a claim's reviews."""

    name: str
    label: str


@frozen
class Context:
    """The sentence that a claim stands in, and what stands around it in its paragraph."""

    #: More than one sentence when the claim reaches over several.
    sentence: str
    #: The sentences next to it; None at the ends of the paragraph.
    before: str | None = None
    after: str | None = None
    #: The line ending in ":" that introduces the list item.
    lead_in: str | None = None


@frozen
class JudgementView:
    """What one reviewer concludes at present."""

    reviewer: str
    status: Status
    #: UTC, ISO 8601.
    time: str
    #: The reasoning.
    note: str | None = None
    #: The words that it is about, where they are neither today's nor those judged last.
    words: str | None = None


@frozen
class Correction:
    """A verdict that its reviewer replaced by another."""

    #: When the new verdict was given: UTC, ISO 8601.
    time: str
    reviewer: str
    before: Status
    after: Status


@frozen
class Step:
    """One act in the history of a claim. Who is at work on it is no part of what is published."""

    #: UTC, ISO 8601.
    time: str
    reviewer: str
    #: What was done, in words: "concluded", "added a link" …
    act: str
    #: The verdict that was given.
    status: Status | None = None
    #: Reasoning, or a remark.
    text: str | None = None
    links: tuple[str, ...] = ()
    #: Somebody took it back later.
    undone: bool = False
    #: From the words that were judged before to those that this is about; None: the same.
    difference: WordDiff | None = None


@frozen
class ClaimView:
    """A claim with what is known about it."""

    id: str
    #: Its place in the article; 0 for the title.
    number: int
    kind: ClaimKind
    #: As it stands in the text today; as last judged where it stands there no more.
    text: str
    #: Whether the words stand in a text of the corpus today.
    in_text: bool
    status: Status
    #: Self-contained wording.
    wording: str | None = None
    #: The words as last judged, where they differ from today's.
    as_judged: str | None = None
    #: The words as last judged or first touched, with what stood around them; None: untouched.
    selector: Selector | None = None
    #: From the words as last judged to today's; None where they are the same, or gone.
    difference: WordDiff | None = None
    #: None for a title, and where the words stand in no text.
    context: Context | None = None
    said_by: str | None = None
    flags: tuple[Flag, ...] = ()
    #: Each reviewer's latest, the newest last.
    judgements: tuple[JudgementView, ...] = ()
    supports: tuple[Evidence, ...] = ()
    refutes: tuple[Evidence, ...] = ()
    background: tuple[Evidence, ...] = ()
    notes: tuple[Note, ...] = ()
    #: The oldest first.
    corrections: tuple[Correction, ...] = ()
    #: The oldest first.
    history: tuple[Step, ...] = ()
    #: The earliest verdict that stands, and the latest verdict or confirmation. None: no verdict.
    first_checked: str | None = None
    last_checked: str | None = None
    #: The latest act that changed what is shown here.
    last_changed: str | None = None

    @property
    def heading(self) -> str:
        """What the verdict is about: its own wording, else the words that were judged."""
        return self.wording or self.as_judged or self.text


@frozen
class ArticleView:
    """An article with those of its claims that the report shows, by number."""

    id: str
    title: str
    sources: tuple[Source, ...]
    #: False when the article left the corpus.
    in_corpus: bool
    #: What its history stands at; a dropped event shows by a head that is missing.
    heads: tuple[str, ...]
    claims: tuple[ClaimView, ...]
    #: Today's text, which no renderer shows whole: positions are counted in it.
    text: str = ""

    @property
    def date(self) -> dt.date | None:
        """The latest date among the sources."""
        return max((s.date for s in self.sources if s.date), default=None)


@frozen
class Report:
    """A report, ready to be rendered."""

    settings: ReportSettings
    scope: Scope
    #: The time whose state it shows: UTC, ISO 8601.
    as_of: str
    #: Whether claims without a verdict are shown too.
    everything: bool
    #: The filters in words; empty when there are none.
    filters: str
    #: All statuses with their meanings, used or not, in the order of the scale.
    scale: tuple[Status, ...]
    #: How many claims of the report have each status; statuses without any are left out.
    summary: tuple[tuple[Status, int], ...] = ()
    #: The newest first.
    articles: tuple[ArticleView, ...] = ()
    #: Where the preserved copies lie that are there: SHA-256 -> relative link, percent-encoded.
    copies: Mapping[str, str] = field(factory=dict)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
