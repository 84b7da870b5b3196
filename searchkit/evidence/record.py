"""What checks of links found: kept between runs, so that a run goes on where another stopped.

A page that is gone is dead only when two checks, apart, say so. Nothing here is a person's word:
the file can be deleted, and costs the checks.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from attrs import frozen

from searchkit.errors import SearchkitError

State = Literal["alive", "moved", "missing", "dead", "refused", "failing", "forbidden"]
STATES: tuple[State, ...] = (
    "alive",
    "moved",
    "missing",
    "dead",
    "refused",
    "failing",
    "forbidden",
)
#: How far apart the checks must be that together call a link dead.
APART = dt.timedelta(days=1)
_GONE = frozenset({404, 410})
_VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS links(
    url TEXT PRIMARY KEY, checked TEXT NOT NULL, state TEXT NOT NULL, status INTEGER,
    address TEXT, problem TEXT, gone_since TEXT, likeness REAL, quotes INTEGER
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS links_by_state ON links(state);
"""


@frozen
class Answer:
    """What a link came to in one check."""

    #: None when no answer came.
    status: int | None = None
    #: Where redirects led, when they did.
    address: str | None = None
    #: Whether all these redirects are for good.
    for_good: bool = False
    #: Why no answer came.
    problem: str | None = None
    #: It was not asked, because it must not be.
    forbidden: bool = False
    #: Likeness of the page's text to that of the kept copy, 0 to 1; None where that was not asked.
    likeness: float | None = None
    #: How many of the quoted passages are no longer in the page.
    quotes: int | None = None


@frozen
class Checked:
    """What is known of a link."""

    url: str
    #: UTC, ISO 8601.
    checked: str
    state: State
    status: int | None = None
    #: Where it leads; for a link that moved, where to.
    address: str | None = None
    problem: str | None = None
    #: When it first answered 404 or 410, with no page since.
    gone_since: str | None = None
    likeness: float | None = None
    quotes: int | None = None


def judged(url: str, answer: Answer, before: Checked | None, now: dt.datetime) -> Checked:
    """What a link is, by an answer and what was known before.

    Only 404 and 410 ever count against it, and only twice, `APART` from one another: a server that
    refuses (401, 403, 429 …), fails (5xx), redirects to nowhere or is silent says nothing about the
    page.
    """
    gone_since = before.gone_since if before else None
    state: State
    if answer.forbidden:
        state = "forbidden"
    elif answer.status is None or answer.status >= 500:
        state = "failing"
    elif answer.status in _GONE:
        gone_since = gone_since or _stamp(now)
        state = "dead" if now - dt.datetime.fromisoformat(gone_since) >= APART else "missing"
    elif answer.status >= 400:
        state = "refused"
    elif answer.status >= 300:
        state = "failing"
    else:
        gone_since = None
        state = "moved" if answer.address and answer.for_good else "alive"
    return Checked(
        url=url,
        checked=_stamp(now),
        state=state,
        status=answer.status,
        address=answer.address,
        problem=answer.problem,
        gone_since=gone_since,
        likeness=answer.likeness,
        quotes=answer.quotes,
    )


class LinkRecord:
    """The file of results. Use it as a context manager.

    Args:
        path: an SQLite file; made when it is missing.

    Raises:
        SearchkitError: it cannot be opened; or at the end, it could not be used.
    """

    def __init__(self, path: Path):
        self._path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None, timeout=20)
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _VERSION):
                raise sqlite3.DatabaseError(f"version {version}")
            self._db.executescript(_SCHEMA)
            self._db.execute(f"PRAGMA user_version = {_VERSION}")
        except sqlite3.Error as error:
            raise self._unusable(error) from error

    def _unusable(self, error: sqlite3.Error) -> SearchkitError:
        message = f"the record of checked links cannot be used ({error})"
        remedy = "try again, or delete it: only the checks are lost"
        return SearchkitError(message, place=str(self._path), remedy=remedy)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._db.close()
        if isinstance(error, sqlite3.Error):
            raise self._unusable(error) from error

    def get(self, url: str) -> Checked | None:
        """What is known of a link."""
        row = self._db.execute("SELECT * FROM links WHERE url = ?", (url,)).fetchone()
        return Checked(*row) if row else None

    def put(self, found: Iterable[Checked]) -> None:
        """Remember what links are: all of them, or none when it is stopped amid."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._db.executemany(
                "INSERT OR REPLACE INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        one.url,
                        one.checked,
                        one.state,
                        one.status,
                        one.address,
                        one.problem,
                        one.gone_since,
                        one.likeness,
                        one.quotes,
                    )
                    for one in found
                ],
            )
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")


def dead_links(path: Path) -> frozenset[str]:
    """The links that are dead; none where nothing was ever checked, or the record is damaged."""
    if not path.exists():
        return frozenset()
    try:
        db = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            return frozenset(r[0] for r in db.execute("SELECT url FROM links WHERE state = 'dead'"))
        finally:
            db.close()
    except sqlite3.Error:
        return frozenset()


def _stamp(time: dt.datetime) -> str:
    return time.astimezone(dt.UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
