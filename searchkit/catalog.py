"""SQLite cache of what the corpus held when it was last read, and of what reviewers said of it.

Everything in it can be computed again from the corpus and the sidecars; a catalog of another
version is simply made anew.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from attrs import frozen

from searchkit.errors import EngineError
from searchkit.identity import canonical_link, title_key
from searchkit.model import Identity, LeftOut, Source

VERSION = "3"

_SCHEMA = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE files(
    path TEXT PRIMARY KEY, stamp TEXT NOT NULL, digest TEXT NOT NULL, reader TEXT NOT NULL,
    problem TEXT
) WITHOUT ROWID;
CREATE TABLE entries(
    path TEXT NOT NULL, number INTEGER NOT NULL, article TEXT NOT NULL, line INTEGER NOT NULL,
    content TEXT NOT NULL, PRIMARY KEY(path, number)
) WITHOUT ROWID;
CREATE INDEX entries_by_article ON entries(article, path, number);
CREATE TABLE left_out(path TEXT NOT NULL, line INTEGER, reason TEXT, excerpt TEXT);
CREATE INDEX left_out_by_path ON left_out(path);
CREATE TABLE articles(
    id TEXT PRIMARY KEY, content TEXT NOT NULL, title TEXT NOT NULL, sources TEXT NOT NULL,
    sketch BLOB NOT NULL, stored TEXT NOT NULL DEFAULT '', reviews TEXT NOT NULL DEFAULT '',
    claims INTEGER NOT NULL DEFAULT 0, added INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE keys(key TEXT NOT NULL, article TEXT NOT NULL, PRIMARY KEY(key, article))
    WITHOUT ROWID;
CREATE INDEX keys_by_article ON keys(article);
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


@frozen
class FileRecord:
    """What was known of a corpus file when it was last read."""

    path: str
    #: Inode, size and times: equal as long as nobody wrote to the file.
    stamp: str
    #: SHA-256 (hex) of the bytes; empty when they could not be read.
    digest: str
    #: Version of the readers that parsed it.
    reader: str
    #: Why the file was skipped; None when it was read.
    problem: str | None = None


@frozen
class Entry:
    """One article in one place of the corpus."""

    path: str
    number: int
    article: str
    line: int
    content: str


@frozen
class Summary:
    """What the reviews of one claim come to, as far as searching needs it."""

    article: str
    claim: str
    status: str
    #: Each reviewer's latest status, without repeats.
    statuses: tuple[str, ...]
    #: Who judged it, and who judged it or is at work on it.
    judges: tuple[str, ...]
    reviewers: tuple[str, ...]
    flags: tuple[str, ...]


@frozen
class Statement:
    """What a judged claim says, to be compared with others."""

    article: str
    claim: str
    #: Its words as judged, with the self-contained wording where there is one.
    words: str
    #: The stems of the words, separated by spaces.
    stems: str


class Catalog:
    """The open catalog.

    Args:
        path: the SQLite file; made when it is missing and `create` is set.

    Raises:
        EngineError: it is missing, damaged or of another version.
    """

    def __init__(self, path: Path, *, create: bool = False):
        self._path = path
        #: Number of the run of indexing that is under way.
        self._run = 0
        remedy = "run `searchkit index --rebuild`"
        if not path.exists() and not create:
            raise EngineError("there is no catalog here", place=str(path), remedy=remedy)
        try:
            mode = "rwc" if create else "rw"
            uri = f"{path.absolute().as_uri()}?mode={mode}"
            try:
                self._db = sqlite3.connect(uri, uri=True, timeout=20, isolation_level=None)
                self._prepare(create)
            except sqlite3.OperationalError as error:
                if create or "readonly" not in str(error):
                    raise
                uri = f"{path.absolute().as_uri()}?mode=ro"
                self._db = sqlite3.connect(uri, uri=True, timeout=20, isolation_level=None)
        except sqlite3.Error as error:
            message = f"the catalog cannot be opened ({error})"
            raise EngineError(message, place=str(path), remedy=remedy) from error
        found = self.meta("version")
        if found != VERSION:
            message = f"the catalog is of version {found}, this searchkit writes {VERSION}"
            raise EngineError(message, place=str(path), remedy=remedy)

    def _prepare(self, create: bool) -> None:
        # A reader must not be shut out while a long run of indexing is under way.
        self._db.execute("PRAGMA cache_spill = OFF")
        if create and not self._db.execute("SELECT 1 FROM sqlite_master").fetchone():
            with self.transaction():
                for statement in _SCHEMA.split(";"):
                    self._db.execute(statement)
                self.set_meta("version", VERSION)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes in the block, or none."""
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def meta(self, key: str) -> str | None:
        """One remembered word about the catalog as a whole."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else None

    def set_meta(self, key: str, value: str) -> None:
        """Remember one word about the catalog as a whole."""
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    # Files ----------------------------------------------------------------------------------

    def files(self) -> dict[str, FileRecord]:
        """Every known corpus file by its path."""
        rows = self._db.execute("SELECT path, stamp, digest, reader, problem FROM files")
        return {row[0]: FileRecord(*row) for row in rows}

    def put_file(
        self, record: FileRecord, entries: Sequence[Entry], left_out: Sequence[LeftOut]
    ) -> None:
        """Replace all that is known of a file."""
        self.drop_file(record.path)
        self._db.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
            (record.path, record.stamp, record.digest, record.reader, record.problem),
        )
        self._db.executemany(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?)",
            [(e.path, e.number, e.article, e.line, e.content) for e in entries],
        )
        self._db.executemany(
            "INSERT INTO left_out VALUES (?, ?, ?, ?)",
            [(piece.path, piece.line, piece.reason, piece.excerpt) for piece in left_out],
        )

    def touch_file(self, path: str, stamp: str) -> None:
        """The file has a new stamp, but says what it said."""
        self._db.execute("UPDATE files SET stamp = ? WHERE path = ?", (stamp, path))

    def drop_file(self, path: str) -> None:
        """Forget a file and what it held."""
        for table in ("files", "entries", "left_out"):
            self._db.execute(f"DELETE FROM {table} WHERE path = ?", (path,))  # noqa: S608

    def skipped(self) -> list[tuple[str, str]]:
        """Path and reason of every file that was not read."""
        rows = self._db.execute(
            "SELECT path, problem FROM files WHERE problem IS NOT NULL ORDER BY path"
        )
        return list(rows)

    def left_out(self) -> list[LeftOut]:
        """Every piece of a corpus file that went into no article."""
        rows = self._db.execute(
            "SELECT path, line, reason, excerpt FROM left_out ORDER BY path, line"
        )
        return [LeftOut(*row) for row in rows]

    def entries_of_file(self, path: str) -> list[Entry]:
        """The articles that a file held."""
        rows = self._db.execute("SELECT * FROM entries WHERE path = ? ORDER BY number", (path,))
        return [Entry(*row) for row in rows]

    def entries_of_article(self, article: str) -> list[Entry]:
        """The places where an article stands, the one that lends its text first."""
        rows = self._db.execute(
            "SELECT * FROM entries WHERE article = ? ORDER BY path, number", (article,)
        )
        return [Entry(*row) for row in rows]

    # Articles -------------------------------------------------------------------------------

    def knows(self, article: str) -> bool:
        """Whether the id is taken."""
        row = self._db.execute("SELECT 1 FROM articles WHERE id = ?", (article,)).fetchone()
        return row is not None

    def put_identity(self, identity: Identity) -> None:
        """Remember what an article is recognised by."""
        sources = [
            [s.outlet, s.date.isoformat() if s.date else None, s.link] for s in identity.sources
        ]
        self._db.execute(
            "INSERT INTO articles(id, content, title, sources, sketch) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT(id) DO UPDATE SET content = excluded.content, title = excluded.title,"
            " sources = excluded.sources, sketch = excluded.sketch",
            (
                identity.id,
                identity.content,
                identity.title,
                json.dumps(sources),
                array("I", identity.sketch).tobytes(),
            ),
        )
        self._db.execute("DELETE FROM keys WHERE article = ?", (identity.id,))
        self._db.executemany(
            "INSERT OR IGNORE INTO keys VALUES (?, ?)",
            [(key, identity.id) for key in _keys(identity)],
        )

    def candidates(self, identity: Identity) -> list[Identity]:
        """Known articles that share a link, the title or the very words, by id."""
        keys = _keys(identity)
        marks = ",".join("?" * len(keys))
        rows = self._db.execute(
            "SELECT DISTINCT a.id, a.title, a.sources, a.content, a.sketch FROM keys k"  # noqa: S608
            f" JOIN articles a ON a.id = k.article WHERE k.key IN ({marks}) ORDER BY a.id",
            keys,
        )
        return [_identity(*row) for row in rows]

    def stored(self, article: str) -> str:
        """Fingerprint of what the engine holds of an article; empty when it holds nothing."""
        row = self._db.execute("SELECT stored FROM articles WHERE id = ?", (article,)).fetchone()
        return str(row[0]) if row else ""

    def set_stored(self, article: str, fingerprint: str, claims: int, reviews: str = "") -> None:
        """Remember what the engine holds of an article.

        Args:
            fingerprint: of the article and its claims; empty when the engine holds nothing.
            claims: their number.
            reviews: stamp of the sidecar whose own claims are among them.
        """
        self._db.execute(
            "UPDATE articles SET stored = ?, claims = ?, reviews = ?,"
            " added = CASE added WHEN 0 THEN ? ELSE added END WHERE id = ?",
            (fingerprint, claims, reviews, self._run, article),
        )

    def review_stamps(self) -> dict[str, str]:
        """For each stored article, the stamp of the sidecar that its claims were made with."""
        return dict(self._db.execute("SELECT id, reviews FROM articles WHERE stored != ''"))

    def drop_article(self, article: str) -> None:
        """Forget an article."""
        self._db.execute("DELETE FROM articles WHERE id = ?", (article,))
        self._db.execute("DELETE FROM keys WHERE article = ?", (article,))

    def stored_ids(self) -> set[str]:
        """Ids of the articles that the engine should hold."""
        return {row[0] for row in self._db.execute("SELECT id FROM articles WHERE stored != ''")}

    def contents(self) -> dict[str, str]:
        """Content hash of every article that the engine holds, by id."""
        return dict(self._db.execute("SELECT id, content FROM articles WHERE stored != ''"))

    def claim_counts(self, articles: Iterable[str]) -> dict[str, int]:
        """Number of claims in today's text of each article."""
        found = {}
        for article in articles:
            row = self._db.execute(
                "SELECT claims FROM articles WHERE id = ? AND stored != ''", (article,)
            ).fetchone()
            if row:
                found[article] = int(row[0])
        return found

    def totals(self) -> tuple[int, int, int]:
        """Numbers of files read, articles and claims."""
        files = self._db.execute("SELECT count(*) FROM files WHERE problem IS NULL").fetchone()[0]
        articles, claims = self._db.execute(
            "SELECT count(*), coalesce(sum(claims), 0) FROM articles WHERE stored != ''"
        ).fetchone()
        return files, articles, claims

    # What is new ----------------------------------------------------------------------------

    def begin_run(self) -> None:
        """Count a run of indexing; articles are known by the run that first stored them."""
        self._run = int(self.meta("run") or 0) + 1
        self.set_meta("run", str(self._run))

    def new(self) -> list[str]:
        """Ids of the articles that were first stored after the last look."""
        rows = self._db.execute(
            "SELECT id FROM articles WHERE stored != '' AND added > ? ORDER BY id",
            (int(self.meta("looked") or 0),),
        )
        return [row[0] for row in rows]

    def look(self) -> None:
        """From now on, only what comes later is new."""
        self.set_meta("looked", self.meta("run") or "0")

    def inherit(self, other: Catalog) -> None:
        """Take over from the catalog that this one replaces which articles are new."""
        run = int(other.meta("run") or 0)
        self.set_meta("run", str(run + 1))
        self.set_meta("looked", other.meta("looked") or "0")
        self._db.execute("UPDATE articles SET added = ?", (run + 1,))
        self._db.executemany(
            "UPDATE articles SET added = ? WHERE id = ?",
            other._db.execute("SELECT added, id FROM articles WHERE stored != ''"),
        )

    # Reviews --------------------------------------------------------------------------------

    def summary_stamps(self) -> dict[str, str]:
        """For each reviewed article, what its summaries were computed from."""
        return dict(self._db.execute("SELECT article, stamp FROM summaries"))

    def put_summaries(
        self,
        article: str,
        stamp: str,
        latest: dict[str, tuple[str, str]],
        rows: Sequence[Summary],
        statements: Sequence[Statement],
    ) -> None:
        """Replace what is known of the reviews of an article's claims.

        Args:
            latest: reviewer -> (time, id) of the last event that an undo would take back.
        """
        self.drop_summaries(article)
        self._db.execute(
            "INSERT INTO summaries VALUES (?, ?, ?)", (article, stamp, json.dumps(latest))
        )
        self._db.executemany(
            "INSERT INTO reviewed VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    row.article,
                    row.claim,
                    row.status,
                    json.dumps(row.statuses),
                    json.dumps(row.judges),
                    json.dumps(row.reviewers),
                    json.dumps(row.flags),
                )
                for row in rows
            ],
        )
        self._db.executemany(
            "INSERT INTO statements VALUES (?, ?, ?, ?)",
            [(one.article, one.claim, one.words, one.stems) for one in statements],
        )

    def drop_summaries(self, article: str) -> None:
        """Forget the summaries of an article's claims."""
        self._db.execute("DELETE FROM summaries WHERE article = ?", (article,))
        self._db.execute("DELETE FROM reviewed WHERE article = ?", (article,))
        self._db.execute("DELETE FROM statements WHERE article = ?", (article,))

    def summaries(self) -> list[Summary]:
        """The summary of every reviewed claim."""
        rows = self._db.execute("SELECT * FROM reviewed ORDER BY article, claim")
        return [
            Summary(
                article,
                claim,
                status,
                tuple(json.loads(statuses)),
                tuple(json.loads(judges)),
                tuple(json.loads(reviewers)),
                tuple(json.loads(flags)),
            )
            for article, claim, status, statuses, judges, reviewers, flags in rows
        ]

    def statements(self) -> list[Statement]:
        """What every judged claim says."""
        rows = self._db.execute("SELECT * FROM statements ORDER BY article, claim")
        return [Statement(*row) for row in rows]

    def latest(self) -> dict[str, dict[str, tuple[str, str]]]:
        """article -> reviewer -> (time, id) of the last event that an undo would take back."""
        rows = self._db.execute("SELECT article, latest FROM summaries")
        return {article: json.loads(latest) for article, latest in rows}


def _keys(identity: Identity) -> list[str]:
    keys = [f"link:{canonical_link(s.link)}" for s in identity.sources if s.link]
    return [*keys, f"title:{title_key(identity.title)}", f"content:{identity.content}"]


def _identity(id: str, title: str, sources: str, content: str, sketch: bytes) -> Identity:
    numbers = array("I")
    numbers.frombytes(sketch)
    return Identity(
        id=id,
        title=title,
        sources=tuple(
            Source(outlet, dt.date.fromisoformat(date) if date else None, link)
            for outlet, date, link in json.loads(sources)
        ),
        content=content,
        sketch=tuple(numbers),
    )
