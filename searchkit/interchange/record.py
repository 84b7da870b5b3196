"""What outside formats say of claims, in one form for all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen

from searchkit.model import ClaimKind, Evidence, Selector


@frozen
class JudgedRecord:
    """A verdict."""

    reviewer: str
    #: The name of a status; what the file says where that is none of the scale.
    status: str
    #: UTC, ISO 8601; None where the file does not say, or says something absurd.
    time: str | None = None
    note: str | None = None


@frozen
class NoteRecord:
    """A remark without a verdict."""

    reviewer: str
    text: str
    time: str | None = None


@frozen
class ClaimRecord:
    """What a file says of one claim."""

    #: Where in the file it stands, for messages.
    place: str
    #: The words, with as much of their place as is known.
    selector: Selector
    #: Ids of searchkit; None in files of others.
    article: str | None = None
    claim: str | None = None
    #: Of the article.
    links: tuple[str, ...] = ()
    title: str | None = None
    wording: str | None = None
    said_by: str | None = None
    judgements: tuple[JudgedRecord, ...] = ()
    #: Each with its reviewer; empty where the file names none.
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[NoteRecord, ...] = ()


@frozen
class Records:
    """What a file holds."""

    claims: tuple[ClaimRecord, ...]
    #: What could not be used, one line each.
    dropped: tuple[str, ...] = ()


def selector_of(
    quote: Mapping[str, Any], position: Mapping[str, Any], kind: Any
) -> Selector | None:
    """The selector in a quote and a position; what of them is missing or odd is left empty.

    Args:
        kind: what the file says the words are; only titles and custom claims are told apart.

    Returns:
        None when the quote has no words.
    """
    if not text_of(quote.get("exact")):
        return None
    prefix, suffix = (
        quote[key] if isinstance(quote.get(key), str) else "" for key in ("prefix", "suffix")
    )
    start, end = (
        max(0, position[key]) if type(position.get(key)) is int else 0 for key in ("start", "end")
    )
    return Selector(quote["exact"], prefix, suffix, start, max(start, end), kind_of(kind))


def kind_of(said: Any) -> ClaimKind:
    """The kind of claim that a file says its words are."""
    if said == "title":
        return "title"
    return "custom" if said == "custom" else "sentence"


def text_of(value: Any) -> str | None:
    """A text that is not empty, else None."""
    return value.strip() or None if isinstance(value, str) else None


def list_of(value: Any) -> list[Any]:
    """A list as it is, nothing as none, anything else as the only one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
