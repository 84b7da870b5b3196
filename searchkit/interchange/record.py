"""What outside formats say of claims, in one form for all of them."""

from __future__ import annotations

from typing import Any

from attrs import frozen

from searchkit.model import Evidence, Selector


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


def text_of(value: Any) -> str | None:
    """A text that is not empty, else None."""
    return value.strip() or None if isinstance(value, str) else None


def list_of(value: Any) -> list[Any]:
    """A list as it is, nothing as none, anything else as the only one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
