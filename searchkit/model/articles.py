"""Articles and their claims."""

from __future__ import annotations

import datetime as dt
from typing import Literal, NamedTuple

from attrs import frozen

ClaimKind = Literal["title", "sentence", "clause", "custom"]


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


class Claim(NamedTuple):
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
