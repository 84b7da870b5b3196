"""Searches that are kept under a name, and what came since somebody last looked at them.

They stand in ``index/searches.json``. When each was last looked at stands in the catalog, as for
`new_articles`: whoever makes the cache anew has everything to look at again.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

from attrs import frozen

from searchkit.errors import NotFoundError, QueryError, SearchkitError, UsageError
from searchkit.files import locked, write_atomic
from searchkit.query import parse
from searchkit.query.tree import And, IdSet, Node
from searchkit.workflow import summaries
from searchkit.workflow.news import News, looked
from searchkit.workflow.selection import replaced
from searchkit.workflow.workspace import LOCK_TIMEOUT, Workspace

FILE = "searches.json"
_LONGEST_NAME = 100
_MOST = 1_000


@frozen
class SavedSearch:
    """A query with a name."""

    name: str
    query: str
    #: Articles that match, and those of them that came since the last look.
    total: int = 0
    new: int = 0
    #: Why it cannot be searched for any more: a status may be gone, or somebody edited the file.
    problem: str | None = None


def save_search(ws: Workspace, name: str, query: str) -> str | None:
    """Keep a query under a name, in place of what that name stood for.

    What it finds today counts as seen.

    Returns:
        The query that had the name before, if it was another.

    Raises:
        QueryError: it is no query, or names a status or flag that does not exist.
        SearchkitError: it is empty, the name is no printable line, or there are too many.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise UsageError("that is no name for a search", remedy="give one short printable line")
    if not query.strip():
        remedy = "`searchkit new` lists what came"
        raise UsageError("an empty search finds everything", remedy=remedy)
    _matching(ws, query)
    with _changing(ws):
        known = dict(_read(ws))
        if name not in known and len(known) >= _MOST:
            raise SearchkitError(f"there are {_MOST:,} saved searches", remedy="forget some")
        _write(ws, known | {name: query.strip()})
    with ws.catalog.transaction():
        ws.catalog.arrivals.look(name)
    before = known.get(name)
    return before if before != query.strip() else None


def forget_search(ws: Workspace, name: str) -> None:
    """Drop a saved search.

    Raises:
        NotFoundError: there is none of that name.
    """
    with _changing(ws):
        known = dict(_read(ws))
        _found(known, name)
        del known[name]
        _write(ws, known)


def saved_searches(ws: Workspace) -> tuple[SavedSearch, ...]:
    """Every saved search by its name, with what it finds."""
    found = []
    for name, query in sorted(_read(ws).items()):
        try:
            tree = _matching(ws, query)
            fresh = And((tree, IdSet(frozenset(ws.catalog.arrivals.new(name)))))
            counts = ws.engine.count("articles", tree), ws.engine.count("articles", fresh)
            found.append(SavedSearch(name, query, *counts))
        except QueryError as error:
            found.append(SavedSearch(name, query, problem=str(error)))
    return tuple(found)


def new_in(ws: Workspace, name: str, *, keep: bool = False) -> News:
    """What a saved search finds among the articles that came since the last look.

    Args:
        keep: do not count this as a look: they stay new.

    Raises:
        NotFoundError: there is none of that name.
    """
    query = _found(_read(ws), name)
    tree = And((_matching(ws, query), IdSet(frozenset(ws.catalog.arrivals.new(name)))))
    found = ws.engine.search("articles", tree, limit=None, sort="newest")
    articles = tuple(ws.engine.articles(hit.id for hit in found.hits))
    news = News(articles, found.cut, name, query)
    return news if keep else looked(ws, news)


def as_query(
    text: str,
    *,
    since: dt.date | None = None,
    until: dt.date | None = None,
    outlets: Sequence[str] = (),
    statuses: Sequence[str] = (),
) -> str:
    """Words and options as one query that says the same."""
    parts = []
    if since or until:
        parts.append(f"date:[{since or '*'} TO {until or '*'}]")
    for name, values in (("outlet", outlets), ("status", statuses)):
        if values:
            parts.append(f"{name}:({' OR '.join(map(_quoted, values))})")
    if not parts:
        return text
    words = [f"({text})" if len(text.split()) > 1 else text] if text.strip() else []
    return " ".join(words + parts)


def _quoted(value: str) -> str:
    marked = re.sub(r'(["“”„‟＂\\])', r"\\\1", value)
    return f'"{marked}"'


def _matching(ws: Workspace, query: str) -> Node:
    """A query for the engine."""
    resolve = summaries.id_sets(ws, summaries.load(ws), "articles")
    return replaced(parse(query), resolve, query)


def _changing(ws: Workspace) -> AbstractContextManager[None]:
    return locked(ws.index / ".lock-searches", timeout=LOCK_TIMEOUT, what="saving a search")


def _found(known: Mapping[str, str], name: str) -> str:
    if name not in known:
        names = ", ".join(sorted(known))
        remedy = f"there are: {names}" if known else "save one with `searchkit search --save`"
        raise NotFoundError(f"there is no saved search {name!r}", remedy=remedy)
    return known[name]


def _read(ws: Workspace) -> dict[str, str]:
    path = ws.index / FILE
    remedy = "mend it, or delete it and save the searches again"
    try:
        held = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        message = f"the saved searches cannot be read ({error})"
        raise SearchkitError(message, place=str(path), remedy=remedy) from error
    if not isinstance(held, dict) or not all(isinstance(query, str) for query in held.values()):
        raise SearchkitError("not names with queries", place=str(path), remedy=remedy)
    return held


def _write(ws: Workspace, searches: Mapping[str, str]) -> None:
    text = json.dumps(searches, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    write_atomic(ws.index / FILE, text.encode())
