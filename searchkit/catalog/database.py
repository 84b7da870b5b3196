"""The SQLite file: its tables, its version, and how it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from searchkit.errors import EngineError, UnwritableError

T = TypeVar("T")

VERSION = "5"
#: Seconds to wait for whoever else uses the file.
WAIT = 20.0

_SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE files(
    path TEXT PRIMARY KEY, stamp TEXT NOT NULL, digest TEXT NOT NULL, reader TEXT NOT NULL,
    problem TEXT
) WITHOUT ROWID;
CREATE TABLE entries(
    path TEXT NOT NULL, number INTEGER NOT NULL, article TEXT NOT NULL, line INTEGER NOT NULL,
    content TEXT NOT NULL, member TEXT NOT NULL, PRIMARY KEY(path, number)
) WITHOUT ROWID;
CREATE INDEX entries_by_article ON entries(article, path, number);
CREATE TABLE left_out(path TEXT NOT NULL, line INTEGER, reason TEXT, excerpt TEXT);
CREATE INDEX left_out_by_path ON left_out(path);
CREATE TABLE articles(
    id TEXT PRIMARY KEY, content TEXT NOT NULL, title TEXT NOT NULL, sources TEXT NOT NULL,
    sketch BLOB NOT NULL, stored TEXT NOT NULL DEFAULT '', reviews TEXT NOT NULL DEFAULT '',
    claims INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE keys(key INTEGER NOT NULL, article TEXT NOT NULL, PRIMARY KEY(key, article))
    WITHOUT ROWID;
CREATE TABLE summaries(article TEXT PRIMARY KEY, stamp TEXT NOT NULL, latest TEXT NOT NULL)
    WITHOUT ROWID;
CREATE TABLE reviewed(
    article TEXT NOT NULL, claim TEXT NOT NULL, status TEXT NOT NULL, statuses TEXT NOT NULL,
    judges TEXT NOT NULL, reviewers TEXT NOT NULL, flags TEXT NOT NULL,
    PRIMARY KEY(article, claim)
) WITHOUT ROWID;
CREATE TABLE statements(
    article TEXT NOT NULL, claim TEXT NOT NULL, words TEXT NOT NULL, stems TEXT NOT NULL,
    PRIMARY KEY(article, claim)
) WITHOUT ROWID;
"""

#: What SQLite says of a damaged file may quote it, and be no text.
_FAULTS = (sqlite3.Error, UnicodeDecodeError)
_LONGEST_REASON = 120
_REMEDY = "run `searchkit index --rebuild`"
_UNWRITABLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_FULL,
    }
)


class Database(sqlite3.Connection):
    """The one door to the file: whatever is wrong with it leaves as an `EngineError`."""

    #: The file, for errors.
    place = ""

    def execute(self, *given: Any) -> Rows:
        """Run a statement."""
        return self.cursor(Rows).execute(*given)

    def executemany(self, *given: Any) -> Rows:
        """Run a statement for each of the rows."""
        return self.cursor(Rows).executemany(*given)

    def made(self, rows: Iterable[Iterable[Any]], make: Callable[..., T]) -> Iterator[T]:
        """What is made of each row; where that cannot be made of it, the file is damaged."""
        for row in rows:
            try:
                yield make(*row)
            except (ValueError, TypeError, OverflowError) as error:
                raise self.damaged(error) from error

    def damaged(self, why: object) -> EngineError:
        """The error for content that cannot be what was written."""
        told = " ".join(str(why).split())[:_LONGEST_REASON]
        message = f"the catalog is damaged ({told})"
        return EngineError(message, place=self.place, remedy=_REMEDY)

    def told(self, error: Exception) -> Exception:
        """What a user should know of an error of SQLite; a mistake in a statement stays one."""
        if isinstance(error, sqlite3.ProgrammingError | sqlite3.InterfaceError):
            return error
        # The low byte; what the module itself finds wrong with a value has no code.
        if (getattr(error, "sqlite_errorcode", 0) & 0xFF) in _UNWRITABLE:
            message = f"the catalog cannot be written ({error})"
            remedy = (
                "try again when nobody else writes to it, and it is writable and the disk has room"
            )
            return UnwritableError(message, place=self.place, remedy=remedy)
        return self.damaged(error)


class Rows(sqlite3.Cursor):
    """Rows of a `Database`."""

    connection: Database

    def execute(self, *given: Any) -> Self:
        try:
            return super().execute(*given)
        except _FAULTS as error:
            raise self.connection.told(error) from error

    def executemany(self, *given: Any) -> Self:
        try:
            return super().executemany(*given)
        except _FAULTS as error:
            raise self.connection.told(error) from error

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except _FAULTS as error:
            raise self.connection.told(error) from error

    def fetchone(self) -> Any:
        return next(self, None)

    def fetchall(self) -> list[Any]:
        return list(self)


def opened(path: Path, *, create: bool = False) -> Database:
    """Open the catalog's file; read-only where the folder is.

    Args:
        create: make it when it is missing.

    Raises:
        EngineError: it is missing, damaged or of another version.
    """
    if not path.exists() and not create:
        raise EngineError("there is no catalog here", place=str(path), remedy=_REMEDY)
    try:
        return _ready(_connected(path, "rwc" if create else "rw"), create=create)
    except UnwritableError:
        if create:
            raise
        return _ready(_connected(path, "ro"), create=False)


def _connected(path: Path, mode: str) -> Database:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    try:
        # Handed from thread to thread by the desk; only one of them uses it at a time.
        db = sqlite3.connect(
            uri,
            uri=True,
            timeout=WAIT,
            isolation_level=None,
            check_same_thread=False,
            factory=Database,
        )
    except sqlite3.Error as error:
        message = f"the catalog cannot be opened ({error})"
        raise EngineError(message, place=str(path), remedy=_REMEDY) from error
    db.place = str(path)
    return db


def _ready(db: Database, *, create: bool) -> Database:
    """The file with its tables, if it is what it must be; else it is closed."""
    try:
        # A reader must not be shut out while a long run of indexing is under way.
        db.execute("PRAGMA cache_spill = OFF")
        if create and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
            with transaction(db):
                for statement in _SCHEMA.split(";"):
                    db.execute(statement)
                set_meta(db, "version", VERSION)
        found = meta(db, "version")
        if found != VERSION:
            message = f"the catalog is of version {found}, this searchkit writes {VERSION}"
            raise EngineError(message, place=db.place, remedy=_REMEDY)
    except BaseException:
        db.close()
        raise
    return db


def problems(db: Database) -> list[str]:
    """What is damaged in the file, in one line; all of it is read.

    Raises:
        EngineError: it is damaged so that it cannot be looked through.
    """
    found = [
        why.removeprefix("*** in database main ***").strip().partition("\n")[0]
        for (why,) in db.execute("PRAGMA integrity_check")
        if why != "ok"
    ]
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        return [str(db.damaged(f"{found[0]}{more}"))]
    tables = db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        # SQLite proves the structure; whether text is text is seen only when it is read.
        for _ in db.execute(f'SELECT * FROM "{table}"'):  # noqa: S608
            pass
    return []


@contextmanager
def transaction(db: Database, *, wait: float = WAIT) -> Iterator[None]:
    """All changes in the block, or none.

    Args:
        wait: seconds to wait for another writer.

    Raises:
        UnwritableError: it did not end in time, or the file is read-only.
    """
    _wait_at_most(db, wait)
    try:
        db.execute("BEGIN IMMEDIATE")
    finally:
        _wait_at_most(db, WAIT)
    try:
        yield
    except BaseException:
        # SQLite rolls back by itself where it cannot go on.
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _wait_at_most(db: Database, seconds: float) -> None:
    db.execute(f"PRAGMA busy_timeout = {round(1000 * seconds)}")


def meta(db: Database, key: str) -> str | None:
    """One remembered word about the catalog as a whole."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else None


def number(db: Database, key: str) -> int:
    """One remembered number about the catalog as a whole; 0 when there is none."""
    rows = db.execute("SELECT value FROM meta WHERE key = ?", (key,))
    return next(db.made(rows, lambda value: int(value or 0)), 0)


def set_meta(db: Database, key: str, value: str) -> None:
    """Remember one word about the catalog as a whole."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
