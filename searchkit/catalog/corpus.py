"""What the corpus held when it was last read: files, articles, and what these are recognised by."""

from __future__ import annotations

import datetime as dt
import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import pairwise
from pathlib import Path

from attrs import frozen

from searchkit.catalog import database
from searchkit.catalog.arrivals import Arrivals
from searchkit.catalog.reviewed import Reviewed
from searchkit.model import Identity, LeftOut, Source


@frozen
class FileRecord:
    """What was known of a corpus file when it was last read."""

    path: str
    #: Inode, size and times: equal as long as nobody wrote to the file.
    stamp: str
    #: SHA-256 (hex) of the bytes; empty when they could not be read.
    digest: str
    #: Version of the readers that parsed it; empty when it is to be parsed again though it stays
    #: as it is.
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
    #: What comes after the path where the article stands in an archive: "/folder/page.html".
    member: str = ""


@frozen
class Stored:
    """What the engine holds of an article."""

    article: str
    #: What tells it from other states; empty when the engine holds nothing.
    fingerprint: str = ""
    #: Number of its claims.
    claims: int = 0
    #: Stamp of the sidecar whose own claims are among them.
    reviews: str = ""


class Catalog:
    """The open catalog.

    Args:
        path: the SQLite file; made when it is missing and `create` is set.

    Raises:
        EngineError: it is missing, damaged or of another version.
    """

    def __init__(self, path: Path, *, create: bool = False):
        self._db = database.opened(path, create=create)
        self.arrivals = Arrivals(self._db)
        self.reviewed = Reviewed(self._db)

    def transaction(self, *, wait: float = database.WAIT) -> AbstractContextManager[None]:
        """All changes in the block, or none.

        Args:
            wait: seconds to wait for another writer.

        Raises:
            UnwritableError: it did not end in time, or the file is read-only.
        """
        return database.transaction(self._db, wait=wait)

    def problems(self) -> list[str]:
        """What is damaged in the file, in one line.

        Raises:
            EngineError: it is damaged so that it cannot be looked through.
        """
        if found := database.problems(self._db):
            return found
        self.reviewed.read(self.reviewed.stamps())
        if wrong := sum(not self._recognised(identity) for identity in self._held()):
            return [str(self._db.damaged(f"{wrong} of its articles are not as they were written"))]
        return []

    def _held(self) -> Iterator[Identity]:
        """What the articles that the engine holds are recognised by."""
        rows = self._db.execute(
            "SELECT id, title, sources, content, sketch FROM articles WHERE stored != ''"
        )
        return self._db.made(rows, _identity)

    def _recognised(self, identity: Identity) -> bool:
        """Whether an article has the keys that follow from it, and a sketch that can be one."""
        from searchkit.identity import keys  # noqa: PLC0415 - for indexing

        numbers = identity.sketch
        return all(a < b for a, b in pairwise(numbers)) and all(
            self._db.execute(
                "SELECT 1 FROM keys WHERE key = ? AND article = ?", (key, identity.id)
            ).fetchone()
            for key in keys(identity)
        )

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def meta(self, key: str) -> str | None:
        """One remembered word about the catalog as a whole."""
        return database.meta(self._db, key)

    def set_meta(self, key: str, value: str) -> None:
        """Remember one word about the catalog as a whole."""
        database.set_meta(self._db, key, value)

    # Files ----------------------------------------------------------------------------------

    def files(self) -> dict[str, FileRecord]:
        """Every known corpus file by its path."""
        rows = self._db.execute("SELECT path, stamp, digest, reader, problem FROM files")
        return {row[0]: FileRecord(*row) for row in rows}

    def put_file(self, record: FileRecord, left_out: Sequence[LeftOut]) -> None:
        """Replace all that is known of a file; its entries come after that."""
        self.drop_file(record.path)
        self._db.execute(
            "INSERT INTO files VALUES (?, ?, ?, ?, ?)",
            (record.path, record.stamp, record.digest, record.reader, record.problem),
        )
        self._db.executemany(
            "INSERT INTO left_out VALUES (?, ?, ?, ?)",
            [(piece.path, piece.line, piece.reason, piece.excerpt) for piece in left_out],
        )

    def add_entries(self, entries: Iterable[Entry]) -> None:
        """Articles that a file holds."""
        self._db.executemany(
            "INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?)",
            [(e.path, e.number, e.article, e.line, e.content, e.member) for e in entries],
        )

    def touch_file(self, record: FileRecord) -> None:
        """The file has another stamp or digest, and what else is known of it holds."""
        self._db.execute(
            "UPDATE files SET stamp = ?, digest = ? WHERE path = ?",
            (record.stamp, record.digest, record.path),
        )

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

    def articles_of_file(self, path: str) -> list[str]:
        """The ids of the articles that a file held."""
        rows = self._db.execute("SELECT article FROM entries WHERE path = ?", (path,))
        return [row[0] for row in rows]

    def places(self, articles: Iterable[str]) -> dict[str, list[Entry]]:
        """Where each of the articles stands, the place that lends its text first.

        An article that stands nowhere has no key in the answer.
        """
        rows = self._db.execute(
            "SELECT * FROM entries WHERE article IN (SELECT value FROM json_each(?))"
            " ORDER BY article, path, number",
            (json.dumps(list(articles)),),
        )
        found: dict[str, list[Entry]] = {}
        for row in rows:
            found.setdefault(row[2], []).append(Entry(*row))
        return found

    def source_links(self) -> Iterator[tuple[str, str]]:
        """Article and link of every source of the articles that the engine holds."""
        rows = self._db.execute("SELECT id, sources FROM articles WHERE stored != '' ORDER BY id")
        for id, sources in self._db.made(rows, lambda id, written: (id, _sources(written))):
            yield from ((id, source.link) for source in sources if source.link)

    # Articles -------------------------------------------------------------------------------

    def knows(self, article: str) -> bool:
        """Whether the id is taken."""
        row = self._db.execute("SELECT 1 FROM articles WHERE id = ?", (article,)).fetchone()
        return row is not None

    def known(self, articles: Iterable[str]) -> dict[str, Identity]:
        """What those of the articles are recognised by that have a taken id, by id."""
        rows = self._db.execute(
            "SELECT id, title, sources, content, sketch FROM articles"
            " WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(articles)),),
        )
        return {identity.id: identity for identity in self._db.made(rows, _identity)}

    def candidates(self, keys: Iterable[int]) -> dict[int, list[Identity]]:
        """Known articles by the keys that they have.

        A key that none has is not in the answer.
        """
        rows = self._db.execute(
            "SELECT key, article FROM keys WHERE key IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        ).fetchall()
        known = self.known({article for _, article in rows})
        found: dict[int, list[Identity]] = {}
        for key, article in rows:
            if article in known:
                found.setdefault(key, []).append(known[article])
        return found

    def add_identities(self, added: Sequence[tuple[Identity, Sequence[int]]]) -> None:
        """Remember what articles are recognised by that had no keys, and the keys of each."""
        self._db.executemany(
            "INSERT INTO articles(id, content, title, sources, sketch) VALUES (?, ?, ?, ?, ?)"
            " ON CONFLICT(id) DO UPDATE SET content = excluded.content, title = excluded.title,"
            " sources = excluded.sources, sketch = excluded.sketch",
            [_row(identity) for identity, _ in added],
        )
        self._db.executemany(
            "INSERT OR IGNORE INTO keys VALUES (?, ?)",
            sorted((key, identity.id) for identity, keys in added for key in keys),
        )

    def put_identity(self, identity: Identity, keys: Sequence[int]) -> None:
        """Remember what an article is recognised by, in place of what was known of it."""
        self._drop_keys(identity.id)
        self.add_identities([(identity, keys)])

    def _drop_keys(self, article: str) -> None:
        from searchkit.identity import keys  # noqa: PLC0415 - for indexing

        self._db.executemany(
            "DELETE FROM keys WHERE key = ? AND article = ?",
            [(key, id) for id, known in self.known([article]).items() for key in keys(known)],
        )

    def set_stored(self, rows: Iterable[Stored]) -> None:
        """Remember what the engine holds of articles."""
        run = self.arrivals.run
        self._db.executemany(
            "UPDATE articles SET stored = ?, claims = ?, reviews = ?,"
            " added = CASE added WHEN 0 THEN ? ELSE added END WHERE id = ?",
            [(s.fingerprint, s.claims, s.reviews, run, s.article) for s in rows],
        )

    def review_stamps(self, articles: Iterable[str]) -> dict[str, str]:
        """The stamp of the sidecar that a stored article's claims were made with, if of any.

        Args:
            articles: that are in the answer even when their claims were made with none.
        """
        rows = self._db.execute(
            "SELECT id, reviews FROM articles WHERE stored != ''"
            " AND (reviews != '' OR id IN (SELECT value FROM json_each(?)))",
            (json.dumps(list(articles)),),
        )
        return dict(rows)

    def drop_article(self, article: str) -> None:
        """Forget an article."""
        self._drop_keys(article)
        self._db.execute("DELETE FROM articles WHERE id = ?", (article,))

    def stored_ids(self) -> set[str]:
        """Ids of the articles that the engine should hold."""
        return {row[0] for row in self._db.execute("SELECT id FROM articles WHERE stored != ''")}

    def fingerprints(self, articles: Iterable[str]) -> dict[str, str]:
        """What tells the stored state of articles from others, by id, of those the engine holds."""
        rows = self._db.execute(
            "SELECT id, stored FROM articles"
            " WHERE stored != '' AND id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(articles)),),
        )
        return dict(rows)

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

    def file_count(self) -> int:
        """How many files were read."""
        row = self._db.execute("SELECT count(*) FROM files WHERE problem IS NULL").fetchone()
        return int(row[0])

    def totals(self) -> tuple[int, int, int]:
        """Numbers of files read, articles and claims."""
        articles, claims = self._db.execute(
            "SELECT count(*), coalesce(sum(claims), 0) FROM articles WHERE stored != ''"
        ).fetchone()
        return self.file_count(), articles, claims


def _row(identity: Identity) -> tuple[str, str, str, str, bytes]:
    sources = [[s.outlet, s.date.isoformat() if s.date else None, s.link] for s in identity.sources]
    sketch = array("I", identity.sketch).tobytes()
    return identity.id, identity.content, identity.title, json.dumps(sources), sketch


def _identity(id: str, title: str, sources: str, content: str, sketch: bytes) -> Identity:
    numbers = array("I")
    numbers.frombytes(sketch)
    return Identity(
        id=id,
        title=title,
        sources=_sources(sources),
        content=content,
        sketch=tuple(numbers),
    )


def _sources(written: str) -> tuple[Source, ...]:
    return tuple(
        Source(outlet, dt.date.fromisoformat(date) if date else None, link)
        for outlet, date, link in json.loads(written)
    )
