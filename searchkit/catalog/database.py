"""The SQLite file: its tables, its version, and how it is opened."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from searchkit.errors import EngineError

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


def opened(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """Open the catalog's file; read-only where the folder is.

    Args:
        create: make it when it is missing.

    Raises:
        EngineError: it is missing, damaged or of another version.
    """
    remedy = "run `searchkit index --rebuild`"
    if not path.exists() and not create:
        raise EngineError("there is no catalog here", place=str(path), remedy=remedy)
    try:
        try:
            db = _connected(path, "rwc" if create else "rw")
            _prepare(db, create=create)
        except sqlite3.OperationalError as error:
            if create or "readonly" not in str(error):
                raise
            db = _connected(path, "ro")
        found = meta(db, "version")
    except sqlite3.Error as error:
        message = f"the catalog cannot be opened ({error})"
        raise EngineError(message, place=str(path), remedy=remedy) from error
    if found != VERSION:
        message = f"the catalog is of version {found}, this searchkit writes {VERSION}"
        raise EngineError(message, place=str(path), remedy=remedy)
    return db


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    # Handed from thread to thread by the desk; only one of them uses it at a time.
    return sqlite3.connect(
        uri, uri=True, timeout=WAIT, isolation_level=None, check_same_thread=False
    )


def _prepare(db: sqlite3.Connection, *, create: bool) -> None:
    # A reader must not be shut out while a long run of indexing is under way.
    db.execute("PRAGMA cache_spill = OFF")
    if create and not db.execute("SELECT 1 FROM sqlite_master").fetchone():
        with transaction(db):
            for statement in _SCHEMA.split(";"):
                db.execute(statement)
            set_meta(db, "version", VERSION)


@contextmanager
def transaction(db: sqlite3.Connection, *, wait: float = WAIT) -> Iterator[None]:
    """All changes in the block, or none.

    Args:
        wait: seconds to wait for another writer.

    Raises:
        sqlite3.OperationalError: it did not end in time, or the file is read-only.
    """
    _wait_at_most(db, wait)
    try:
        db.execute("BEGIN IMMEDIATE")
    finally:
        _wait_at_most(db, WAIT)
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def _wait_at_most(db: sqlite3.Connection, seconds: float) -> None:
    db.execute(f"PRAGMA busy_timeout = {round(1000 * seconds)}")


def meta(db: sqlite3.Connection, key: str) -> str | None:
    """One remembered word about the catalog as a whole."""
    row = db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else None


def set_meta(db: sqlite3.Connection, key: str, value: str) -> None:
    """Remember one word about the catalog as a whole."""
    db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))
