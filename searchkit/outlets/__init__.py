"""One name for each outlet: BBC, BBC News and bbc.com are one, by a table that users can extend."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib import resources
from urllib.parse import urlsplit

from attrs import evolve, frozen

from searchkit.errors import SearchkitError
from searchkit.model import Article, Source
from searchkit.text import normalise

_HOST = re.compile(r"(?:https?://)?((?:[a-z0-9-]+\.)+[a-z]{2,})/?", re.IGNORECASE)
#: The host of most links, without what takes `urlsplit` its time.
_PLAIN_HOST = re.compile(r"https?://([a-z0-9.-]+)/", re.IGNORECASE | re.ASCII)
_LEADING = re.compile(r"(?:the\s+|www\.)(?=\S)")

#: Outlet -> what else it goes by: names, and hosts with those below them.
Table = Mapping[str, Sequence[str]]


@frozen
class Outlets:
    """Names and hosts of outlets."""

    #: Folded name or host -> the outlet's one name.
    known: Mapping[str, str]
    #: Changes whenever the table does.
    version: str

    def name(self, written: str) -> str:
        """The outlet's one name; one that the table does not know stays as it is written."""
        return self.known.get(_folded(written), written)

    def of_link(self, link: str) -> str | None:
        """The outlet that a link's host, or a domain above it, belongs to."""
        if plain := _PLAIN_HOST.match(link):
            host = plain[1].lower()
        else:
            try:
                host = urlsplit(link).hostname or ""
            except ValueError:
                return None
        labels = host.rstrip(".").split(".")
        domains = (".".join(labels[at:]) for at in range(len(labels) - 1))
        return next((self.known[domain] for domain in domains if domain in self.known), None)

    def settled(self, article: Article) -> Article:
        """The article with one name for each outlet, and for the hosts of links without one."""
        sources = tuple(dict.fromkeys(map(self._source, article.sources)))
        return article if sources == article.sources else evolve(article, sources=sources)

    def _source(self, source: Source) -> Source:
        owner = self.of_link(source.link) if source.link else None
        name = owner
        if source.outlet:
            name, folded = self.name(source.outlet), _folded(source.outlet)
            if owner and folded not in self.known and self._begins_with(folded, owner):
                # "BBC News - World", as feeds call themselves.
                name = owner
        return source if name == source.outlet else evolve(source, outlet=name)

    def _begins_with(self, folded: str, outlet: str) -> bool:
        own = (alias for alias, name in self.known.items() if name == outlet)
        return any(
            folded.startswith(alias) and not folded[len(alias) :][:1].isalnum() for alias in own
        )


def outlets(*tables: Table) -> Outlets:
    """The table that comes with searchkit, and others, each of which overrules those before it.

    Raises:
        SearchkitError: one table gives the same name or host to two outlets.
    """
    known: dict[str, str] = {}
    for table in (_shipped(), *tables):
        own: dict[str, str] = {}
        for outlet, aliases in table.items():
            for alias in (outlet, *aliases):
                if own.setdefault(_folded(alias), outlet) != outlet:
                    message = f"{alias!r} stands for both {own[_folded(alias)]!r} and {outlet!r}"
                    raise SearchkitError(message, remedy="correct [outlets] in searchkit.toml")
        known |= own
    digest = hashlib.sha256(repr(sorted(known.items())).encode()).hexdigest()
    return Outlets(known, digest[:12])


@cache
def _shipped() -> Table:
    text = resources.files("searchkit.outlets").joinpath("outlets.toml").read_text("utf-8")
    return tomllib.loads(text)


@lru_cache(maxsize=1024)
def _folded(written: str) -> str:
    """What two spellings have in common: case, typography, "The" and "www." make no difference."""
    folded = normalise(written).casefold()
    if host := _HOST.fullmatch(folded):
        folded = host[1]
    leading = _LEADING.match(folded)
    return folded[leading.end() :] if leading else folded
