"""What a reader makes of a file."""

from __future__ import annotations

from attrs import frozen

from searchkit.model.articles import Article


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
    #: Something of it may be read next time though the file stays as it is.
    transient: bool = False
