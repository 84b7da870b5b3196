"""What browsers send, as the values that use cases take."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence

from attrs import field, frozen
from werkzeug.datastructures import MultiDict

from searchkit.errors import QueryError, UsageError
from searchkit.model import STANCES, Stance
from searchkit.workflow.links import Link
from searchkit.workflow.selection import ClaimFilter

Fields = MultiDict[str, str]

_LAST_PAGE = 1_000_000


@frozen
class Draft:
    """A verdict as a form asks for it."""

    links: tuple[Link, ...] = ()
    note: str | None = None
    wording: str | None = None
    said_by: str | None = None
    status: str | None = None


@frozen
class Row:
    """The fields of one link, as they were filled in."""

    url: str = ""
    stance: str = ""
    quote: str = ""


@frozen
class Typed:
    """What a claim's forms held when one was refused, letter by letter, to be shown again."""

    #: The verdict that was asked for.
    status: str = ""
    #: The links that it was to carry.
    rows: tuple[Row, ...] = (Row(),)
    note: str = ""
    wording: str = ""
    said_by: str = ""
    #: A link without a verdict.
    link: Row = Row()
    remark: str = ""
    #: Who was to be at work on the claim.
    to: str = ""
    #: Where a claim was to stand whose words are gone.
    place: str = ""


@frozen
class Filter:
    """A filter of claims, with what the browser sent for it."""

    wanted: ClaimFilter
    #: For links that keep it: (name, value), without what is empty.
    fields: tuple[tuple[str, str], ...] = field(factory=tuple)


def draft_of(form: Fields) -> Draft:
    """The links and texts of a verdict's form.

    Raises:
        UsageError: a stance is none.
    """
    urls, stances, quotes = (form.getlist(name) for name in ("url", "stance", "quote"))
    links = []
    for at, url in enumerate(urls):
        quote = text_of(quotes[at]) if at < len(quotes) else None
        if url.strip():
            links.append(Link(url.strip(), _stance(stances[at : at + 1]), quote))
        elif quote:
            raise UsageError("a quote has no link", remedy="give the address that it is from")
    return Draft(
        links=tuple(links),
        note=text_of(form.get("note")),
        wording=text_of(form.get("wording")),
        said_by=text_of(form.get("said_by")),
        status=form.get("status") or None,
    )


def typed_of(form: Fields, act: str) -> Typed:
    """What the form of an act held, whatever is wrong with it."""
    columns = (form.getlist(name) for name in ("url", "stance", "quote"))
    rows = [Row(*row) for row in itertools.zip_longest(*columns, fillvalue="")]
    filled = tuple(row for row in rows if row != Row()) or (Row(),)
    texts = ("status", "note", "wording", "said_by", "remark", "to", "place")
    return Typed(
        rows=filled if act == "mark" else (Row(),),
        link=filled[0] if act == "link" else Row(),
        **{name: form.get(name, "").replace("\r\n", "\n") for name in texts},
    )


def text_of(typed: str | None) -> str | None:
    """What was typed, with plain line ends; None when nothing was."""
    return (typed or "").replace("\r\n", "\n").strip() or None


def filter_of(args: Fields) -> Filter:
    """The filter that an address asks for.

    Raises:
        QueryError: a date is none.
    """
    wanted = ClaimFilter(
        text=args.get("q", "").strip(),
        article=args.get("article") or None,
        statuses=_several(args, "status"),
        flags=_several(args, "flag"),
        reviewers=_several(args, "reviewer"),
        outlets=_several(args, "outlet"),
        since=day_of(args.get("since")),
        until=day_of(args.get("until")),
    )
    names = ("q", "article", "status", "flag", "reviewer", "outlet", "since", "until")
    fields = tuple((name, one) for name in names for one in _several(args, name))
    return Filter(wanted, fields)


def day_of(typed: str | None) -> dt.date | None:
    """A day as browsers send it.

    Raises:
        QueryError: it is none.
    """
    if not typed or not typed.strip():
        return None
    try:
        return dt.date.fromisoformat(typed.strip())
    except ValueError:
        raise QueryError(f"{typed!r} is no date", remedy="write it as 2024-08-05") from None


def page_of(args: Fields) -> int:
    """The number of the page asked for, counted from 1; 1 for what is no number."""
    typed = args.get("page", "1")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 8 else 1
    return min(max(1, number), _LAST_PAGE)


def _several(args: Fields, name: str) -> Sequence[str]:
    return tuple(dict.fromkeys(one.strip() for one in args.getlist(name) if one.strip()))


def _stance(given: Sequence[str]) -> Stance | None:
    named = given[0] if given else ""
    found = next((stance for stance in STANCES if stance == named), None)
    if named and found is None:
        raise UsageError(
            f"there is no stance {named!r}", remedy=f"take one of: {', '.join(STANCES)}"
        )
    return found
