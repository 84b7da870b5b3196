"""The engines that are compared, behind one face.

Each stores id, title, body, outlet and date, and finds words by English stems with positions. What
differs: searchkit and tantivy count all matches, FTS5 and Whoosh rank the ten best without a
count; searchkit folds inflected forms, accents and widths and makes pairs of Chinese characters,
the others take a Chinese run as one word; FTS5 has no fuzzy search; Whoosh's best ten are sometimes
wrong.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Protocol

from benchmarks.speed.queries import Query
from searchkit.engine.base import Engine
from searchkit.model import Article

#: Articles that are given to an engine together, as `searchkit index` does with large files.
BATCH = 25_000
_TOP = 10


class Peer(Protocol):
    """An engine with an index in a folder of its own."""

    name: str

    def build(self, folder: Path, articles: Iterable[Article]) -> None:
        """Make the index."""

    def open(self, folder: Path) -> None:
        """Open it for searching."""

    def ask(self, query: Query) -> Callable[[], list[str]]:
        """A search for the ids of the ten best, ready to be timed; it parses its own text."""

    def add(self, articles: Sequence[Article]) -> None:
        """Add articles and commit."""


class Searchkit:
    """Columnar segments."""

    name = "searchkit"

    def build(self, folder: Path, articles: Iterable[Article]) -> None:
        """See `Peer`."""
        from searchkit.engine.whoosh import WhooshEngine

        self.engine: Engine = WhooshEngine.open(folder, create=True)
        remaining = iter(articles)
        while some := list(islice(remaining, BATCH)):
            self.add(some)
        self.engine.close()

    def open(self, folder: Path) -> None:
        """See `Peer`."""
        from searchkit.engine.whoosh import WhooshEngine

        self.engine = WhooshEngine.open(folder)

    def ask(self, query: Query) -> Callable[[], list[str]]:
        """See `Peer`."""
        from searchkit.query import parse

        text = _written(query, "-")
        if query.days:
            text += f" date:[{query.days[0]} TO {query.days[1]}]"
        return lambda: [hit.id for hit in self.engine.search("articles", parse(text)).hits]

    def add(self, articles: Sequence[Article]) -> None:
        """See `Peer`."""
        with self.engine.batch() as batch:
            for article in articles:
                batch.put(article, ())


class Stock:
    """Whoosh as it comes."""

    name = "stock Whoosh"

    def build(self, folder: Path, articles: Iterable[Article]) -> None:
        """See `Peer`."""
        from whoosh import fields, index
        from whoosh.analysis import StemmingAnalyzer

        text = fields.TEXT(stored=True, phrase=True, analyzer=StemmingAnalyzer(stoplist=None))
        schema = fields.Schema(
            id=fields.ID(stored=True, unique=True),
            title=text,
            body=text,
            outlet=fields.TEXT(stored=True),
            date=fields.NUMERIC(stored=True),
        )
        writer = index.create_in(str(folder), schema).writer(limitmb=256)
        for a in articles:
            writer.add_document(**_plain(a))
        writer.commit()

    def open(self, folder: Path) -> None:
        """See `Peer`."""
        from whoosh import index
        from whoosh.qparser import FuzzyTermPlugin, MultifieldParser

        self._index = index.open_dir(str(folder))
        self._searcher = self._index.searcher()
        self._parser = MultifieldParser(["title", "body"], self._index.schema)
        self._parser.add_plugin(FuzzyTermPlugin())

    def ask(self, query: Query) -> Callable[[], list[str]]:
        """See `Peer`."""
        text = _written(query, "NOT ")
        if query.days:
            first, last = (day.toordinal() for day in query.days)
            text += f" date:[{first} TO {last}]"

        def run() -> list[str]:
            found = self._searcher.search(self._parser.parse(text), limit=_TOP)
            return [hit.fields()["id"] for hit in found]

        return run

    def add(self, articles: Sequence[Article]) -> None:
        """See `Peer`."""
        writer = self._index.writer()
        for article in articles:
            writer.add_document(**_plain(article))
        writer.commit()


class Fts5:
    """The full-text index of SQLite."""

    name = "SQLite FTS5"

    def build(self, folder: Path, articles: Iterable[Article]) -> None:
        """See `Peer`."""
        db = sqlite3.connect(folder / "fts.sqlite")
        db.execute(
            "CREATE VIRTUAL TABLE d USING fts5(id UNINDEXED, title, body, outlet, date UNINDEXED,"
            " tokenize = 'porter unicode61')"
        )
        db.executemany(
            "INSERT INTO d VALUES (:id, :title, :body, :outlet, :date)", map(_plain, articles)
        )
        db.commit()
        db.close()

    def open(self, folder: Path) -> None:
        """See `Peer`. Its segments are merged before it is searched."""
        self._db = sqlite3.connect(folder / "fts.sqlite")
        self._db.execute("INSERT INTO d(d) VALUES ('optimize')")
        self._db.commit()

    def ask(self, query: Query) -> Callable[[], list[str]]:
        """See `Peer`."""
        words = query.words
        text = {
            "AND NOT": f"{words[0]} NOT {words[-1]}",
            "three-term OR": " OR ".join(words),
            "two-field AND": f"title: {words[0]} AND body: {words[-1]}",
            "phrase": f'"{" ".join(words)}"',
            "prefix": f"{words[0]}*",
        }.get(query.shape, " AND ".join(words))
        if query.shape != "two-field AND":
            text = f"{{title body}} : ({text})"
        where, values = "", ()
        if query.days:
            where = "AND date BETWEEN ? AND ? "
            values = tuple(day.toordinal() for day in query.days)
        sql = (
            "SELECT id, bm25(d, 0, 2, 1) AS score FROM d WHERE d MATCH ? "
            f"{where}ORDER BY score LIMIT {_TOP}"
        )
        return lambda: [row[0] for row in self._db.execute(sql, (text, *values))]

    def add(self, articles: Sequence[Article]) -> None:
        """See `Peer`."""
        self._db.executemany(
            "INSERT INTO d VALUES (:id, :title, :body, :outlet, :date)", map(_plain, articles)
        )
        self._db.commit()


class Tantivy:
    """The Rust library through its Python binding."""

    name = "tantivy"

    def build(self, folder: Path, articles: Iterable[Article]) -> None:
        """See `Peer`."""
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw")
        schema.add_text_field("title", stored=True, tokenizer_name="en_stem")
        schema.add_text_field("body", stored=True, tokenizer_name="en_stem")
        schema.add_text_field("outlet", stored=True)
        schema.add_integer_field("date", stored=True, indexed=True, fast=True)
        index = tantivy.Index(schema.build(), str(folder))
        self._write(index, articles)

    @staticmethod
    def _write(index: Any, articles: Iterable[Article]) -> None:
        import tantivy

        writer = index.writer(128 << 20, 1)
        for article in articles:
            writer.add_document(tantivy.Document(**_plain(article)))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        """See `Peer`."""
        import tantivy

        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def ask(self, query: Query) -> Callable[[], list[str]]:
        """See `Peer`."""
        make = self._maker(query)

        def run() -> list[str]:
            found = self._searcher.search(make(), _TOP)
            return [self._searcher.doc(address)["id"][0] for _, address in found.hits]

        return run

    def _maker(self, query: Query) -> Callable[[], Any]:
        """What parses or builds the query."""
        import tantivy

        words = query.words
        if query.shape in ("prefix", "fuzzy"):
            kind = tantivy.Query
            one = kind.regex_query if query.shape == "prefix" else kind.fuzzy_term_query
            text = f"{words[0]}.*" if query.shape == "prefix" else words[0]
            should = tantivy.Occur.Should
            schema = self._index.schema
            return lambda: kind.boolean_query(
                [(should, one(schema, field, text)) for field in ("title", "body")]
            )
        text = {
            "AND NOT": f"+{words[0]} -{words[-1]}",
            "three-term OR": " OR ".join(words),
            "two-field AND": f"+title:{words[0]} +body:{words[-1]}",
            "phrase": f'"{" ".join(words)}"',
        }.get(query.shape, " ".join(f"+{word}" for word in words))
        if query.days:
            first, last = (day.toordinal() for day in query.days)
            text += f" +date:[{first} TO {last}]"
        return lambda: self._index.parse_query(text, ["title", "body"])

    def add(self, articles: Sequence[Article]) -> None:
        """See `Peer`."""
        self._write(self._index, articles)


PEERS: dict[str, type[Peer]] = {
    "searchkit": Searchkit,
    "stock": Stock,
    "fts5": Fts5,
    "tantivy": Tantivy,
}


def fresh(folder: Path) -> Path:
    """An empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _written(query: Query, without: str) -> str:
    """A query but for its dates, as searchkit and Whoosh write it.

    Args:
        without: what stands before a word that must not be there.
    """
    words = query.words
    return {
        "AND NOT": f"{words[0]} {without}{words[-1]}",
        "three-term OR": " OR ".join(words),
        "two-field AND": f"title:{words[0]} body:{words[-1]}",
        "phrase": f'"{" ".join(words)}"',
        "prefix": f"{words[0]}*",
        "fuzzy": f"{words[0]}~",
    }.get(query.shape, " ".join(words))


def _plain(article: Article) -> dict[str, Any]:
    return {
        "id": article.id,
        "title": article.title,
        "body": article.text,
        "outlet": " ".join(article.outlets),
        "date": article.date.toordinal() if article.date else 0,
    }
