"""The engines that are compared, behind one face.

Each stores id, title, body, outlet and date, finds words by English stems with positions and
Chinese by pairs of characters, and answers with the ids of the ten best and the number of all
matches. The others are given the pairs written apart, made before the clock runs, beside the text
that they store. What differs: searchkit also folds accents, widths and kinds of Han characters and
keeps the inflected words; FTS5 has no fuzzy search. Whoosh's optimised ten best are sometimes
wrong, so its plain collector is taken, which looks at every match as all the others do.
"""

from __future__ import annotations

import re
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
_HAN = re.compile("[\u4e00-\u9fff]+")

#: How many match, and the ids of the ten best.
Answer = tuple[int, list[str]]


class Peer(Protocol):
    """An engine with an index in a folder of its own."""

    name: str

    def prepared(self, article: Article) -> Any:
        """What it takes in for an article."""

    def build(self, folder: Path, prepared: Iterable[Any]) -> None:
        """Make the index."""

    def open(self, folder: Path) -> None:
        """Open it for searching."""

    def ask(self, query: Query) -> Callable[[], Answer]:
        """A search, ready to be timed; it parses its own text."""

    def add(self, prepared: Sequence[Any]) -> None:
        """Add articles and commit."""


class Searchkit:
    """Columnar segments."""

    name = "searchkit"

    def prepared(self, article: Article) -> Article:
        """See `Peer`."""
        return article

    def build(self, folder: Path, prepared: Iterable[Article]) -> None:
        """See `Peer`."""
        from searchkit.engine.whoosh import WhooshEngine

        self.engine: Engine = WhooshEngine.open(folder, create=True)
        remaining = iter(prepared)
        while some := list(islice(remaining, BATCH)):
            self.add(some)
        self.engine.close()

    def open(self, folder: Path) -> None:
        """See `Peer`."""
        from searchkit.engine.whoosh import WhooshEngine

        self.engine = WhooshEngine.open(folder)

    def ask(self, query: Query) -> Callable[[], Answer]:
        """See `Peer`."""
        from searchkit.query import parse

        text = _written(query, "-")
        if query.days:
            text += f" date:[{query.days[0]} TO {query.days[1]}]"

        def run() -> Answer:
            found = self.engine.search("articles", parse(text))
            return found.total, [hit.id for hit in found.hits]

        return run

    def add(self, prepared: Sequence[Article]) -> None:
        """See `Peer`."""
        with self.engine.batch() as batch:
            for article in prepared:
                batch.put(article, ())


class Stock:
    """Whoosh as it comes."""

    name = "stock Whoosh"

    def prepared(self, article: Article) -> dict[str, Any]:
        """See `Peer`."""
        fields = _plain(article)
        return {**fields, "_stored_title": article.title, "_stored_body": article.text}

    def build(self, folder: Path, prepared: Iterable[dict[str, Any]]) -> None:
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
        for fields_ in prepared:
            writer.add_document(**fields_)
        writer.commit()

    def open(self, folder: Path) -> None:
        """See `Peer`."""
        from whoosh import index
        from whoosh.qparser import FuzzyTermPlugin, MultifieldParser

        self._index = index.open_dir(str(folder))
        self._searcher = self._index.searcher()
        self._parser = MultifieldParser(["title", "body"], self._index.schema)
        self._parser.add_plugin(FuzzyTermPlugin())

    def ask(self, query: Query) -> Callable[[], Answer]:
        """See `Peer`."""
        text = _written(query, "NOT ")
        if query.days:
            first, last = (day.toordinal() for day in query.days)
            text += f" date:[{first} TO {last}]"

        from whoosh.collectors import TopCollector

        def run() -> Answer:
            collector = TopCollector(_TOP, usequality=False)
            collector.replace = 0
            self._searcher.search_with_collector(self._parser.parse(text), collector)
            found = collector.results()
            return len(found), [hit.fields()["id"] for hit in found]

        return run

    def add(self, prepared: Sequence[dict[str, Any]]) -> None:
        """See `Peer`."""
        writer = self._index.writer()
        for fields in prepared:
            writer.add_document(**fields)
        writer.commit()


class Fts5:
    """The full-text index of SQLite."""

    name = "SQLite FTS5"

    def prepared(self, article: Article) -> dict[str, Any]:
        """See `Peer`."""
        return {**_plain(article), "plain_title": article.title, "plain_body": article.text}

    def build(self, folder: Path, prepared: Iterable[dict[str, Any]]) -> None:
        """See `Peer`."""
        self._db = sqlite3.connect(folder / "fts.sqlite")
        self._db.execute(
            "CREATE TABLE a (number INTEGER PRIMARY KEY, id, title, body, outlet, date INTEGER)"
        )
        self._db.execute(
            "CREATE VIRTUAL TABLE d USING fts5(title, body, outlet, content = 'a',"
            " content_rowid = 'number', tokenize = 'porter unicode61')"
        )
        self.add(prepared)
        self._db.close()

    def open(self, folder: Path) -> None:
        """See `Peer`. Its segments are merged before it is searched."""
        self._db = sqlite3.connect(folder / "fts.sqlite")
        self._db.execute("INSERT INTO d(d) VALUES ('optimize')")
        self._db.commit()

    def ask(self, query: Query) -> Callable[[], Answer]:
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
        matching = f"FROM d JOIN a ON number = d.rowid WHERE d MATCH ? {where}"
        # Without the other table where only the index is asked.
        all_of_them = matching if query.days else "FROM d WHERE d MATCH ?"
        best = f"SELECT id, bm25(d, 2, 1) AS score {matching}ORDER BY score LIMIT {_TOP}"

        def run() -> Answer:
            given = (text, *values)
            (total,) = self._db.execute(f"SELECT count(*) {all_of_them}", given).fetchone()
            return total, [row[0] for row in self._db.execute(best, given)]

        return run

    def add(self, prepared: Iterable[dict[str, Any]]) -> None:
        """See `Peer`."""
        (last,) = self._db.execute("SELECT coalesce(max(number), 0) FROM a").fetchone()
        for number, fields in enumerate(prepared, last + 1):
            numbered = {**fields, "number": number}
            self._db.execute(
                "INSERT INTO a VALUES (:number, :id, :plain_title, :plain_body, :outlet, :date)",
                numbered,
            )
            self._db.execute(
                "INSERT INTO d (rowid, title, body, outlet)"
                " VALUES (:number, :title, :body, :outlet)",
                numbered,
            )
        self._db.commit()


class Tantivy:
    """The Rust library through its Python binding."""

    name = "tantivy"

    def prepared(self, article: Article) -> dict[str, Any]:
        """See `Peer`."""
        stored = {"plain_title": article.title.encode(), "plain_body": article.text.encode()}
        return {**_plain(article), **stored}

    def build(self, folder: Path, prepared: Iterable[dict[str, Any]]) -> None:
        """See `Peer`."""
        import tantivy

        schema = tantivy.SchemaBuilder()
        schema.add_text_field("id", stored=True, tokenizer_name="raw")
        schema.add_text_field("title", tokenizer_name="en_stem")
        schema.add_text_field("body", tokenizer_name="en_stem")
        schema.add_bytes_field("plain_title", stored=True)
        schema.add_bytes_field("plain_body", stored=True)
        schema.add_text_field("outlet", stored=True)
        schema.add_integer_field("date", stored=True, indexed=True, fast=True)
        index = tantivy.Index(schema.build(), str(folder))
        self._write(index, prepared)

    @staticmethod
    def _write(index: Any, prepared: Iterable[dict[str, Any]]) -> None:
        import tantivy

        writer = index.writer(128 << 20, 1)
        for fields in prepared:
            writer.add_document(tantivy.Document(**fields))
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> None:
        """See `Peer`."""
        import tantivy

        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def ask(self, query: Query) -> Callable[[], Answer]:
        """See `Peer`."""
        make = self._maker(query)

        def run() -> Answer:
            found = self._searcher.search(make(), _TOP)
            ids = [self._searcher.doc(address)["id"][0] for _, address in found.hits]
            return found.count, ids

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

    def add(self, prepared: Sequence[dict[str, Any]]) -> None:
        """See `Peer`."""
        self._write(self._index, prepared)


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
        "title": _paired(article.title),
        "body": _paired(article.text),
        "outlet": " ".join(article.outlets),
        "date": article.date.toordinal() if article.date else 0,
    }


def _paired(text: str) -> str:
    """A text with the pairs of its Chinese characters written apart, and the last one of a run."""

    def pairs(run: re.Match[str]) -> str:
        written = run[0]
        return f" {' '.join(map(str.__add__, written, written[1:]))} {written[-1]} "

    return text if text.isascii() else _HAN.sub(pairs, text)
