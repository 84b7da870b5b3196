"""Facets and page numbers: links that change one thing of an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import frozen
from flask import request, url_for

from searchkit.desk.forms import Fields


@frozen
class Facet:
    """A value that narrows a listing, or no longer does."""

    name: str
    value: str
    count: int
    #: Whether it does so now.
    chosen: bool
    #: The fields of the address that its link leads to.
    fields: Mapping[str, Sequence[str]]

    @property
    def url(self) -> str:
        """Where its link leads."""
        return here(self.fields)


@frozen
class Pager:
    """Where a page stands among the others."""

    #: More than `count` when there is no such page.
    number: int
    count: int
    before: str | None
    after: str | None
    last: str


def here(fields: Mapping[str, Sequence[str]]) -> str:
    """This page with other fields; empty ones are left out of the address."""
    assert request.endpoint, "a page is being made"
    given = {name: values for name, values in fields.items() if any(values)}
    return url_for(request.endpoint, **(request.view_args or {}), **given)  # type: ignore[arg-type]


def facets_of(
    counts: Mapping[str, Sequence[tuple[str, int]]], args: Fields
) -> list[tuple[str, list[Facet]]]:
    """Outlets and statuses as links, chosen ones first."""
    found = []
    for name in ("status", "outlet"):
        chosen = args.getlist(name)
        known = dict(counts.get(name, ()))
        values = [*chosen, *(value for value in known if value not in chosen)]
        facets = [_facet(name, value, known.get(value, 0), args) for value in dict.fromkeys(values)]
        if facets:
            found.append((name, facets))
    return found


def _facet(name: str, value: str, count: int, args: Fields) -> Facet:
    fields = {key: args.getlist(key) for key in args}
    chosen = value in fields.get(name, [])
    others = [one for one in fields.get(name, []) if one != value]
    fields[name] = others if chosen else [*others, value]
    fields["page"] = []
    return Facet(name, value, count, chosen, fields)


def pager(args: Fields, number: int, total: int, limit: int) -> Pager:
    """Links to the pages before and after."""
    count = max(1, -(-total // limit))
    number = number if total else 1
    fields = {key: args.getlist(key) for key in args}

    def to(page: int) -> str:
        return here(fields | {"page": [str(page)]})

    before = to(number - 1) if 1 < number <= count else None
    return Pager(number, count, before, to(number + 1) if number < count else None, to(count))
