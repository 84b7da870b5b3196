"""What others make of a collection: SQLite FTS5, tantivy and stock Whoosh."""

from __future__ import annotations

import re
import sqlite3

import tantivy
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.query import Or, Term

from benchmarks.beir import Collection

#: Documents of an answer.
DEPTH = 1_000
_WORD = re.compile(r"\w+")

#: Query id -> documents with their scores, the best first.
Run = dict[str, list[tuple[str, float]]]


def fts5(collection: Collection) -> Run:
    """SQLite's full-text search with porter stems, ranked by its bm25()."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE d USING fts5(id UNINDEXED, title, text, tokenize='porter')")
    rows = [(id, *document) for id, document in collection.documents.items()]
    db.executemany("INSERT INTO d VALUES (?, ?, ?)", rows)
    run: Run = {}
    for query, text in collection.queries.items():
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(_WORD.findall(text.lower())))
        found = db.execute(
            "SELECT id, -bm25(d) FROM d WHERE d MATCH ? ORDER BY bm25(d), rowid LIMIT ?",
            (words or '""', DEPTH),
        )
        run[query] = list(found)
    return run


def tantivy_run(collection: Collection) -> Run:
    """tantivy through its Python binding, with its English stemmer."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    for name in ("title", "text"):
        builder.add_text_field(name, tokenizer_name="en_stem")
    index = tantivy.Index(builder.build())
    writer = index.writer()
    for id, (title, text) in collection.documents.items():
        writer.add_document(tantivy.Document(id=[id], title=[title], text=[text]))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    run: Run = {}
    for query, text in collection.queries.items():
        words = " ".join(dict.fromkeys(_WORD.findall(text.lower())))
        parsed, _ = index.parse_query_lenient(words, ["title", "text"])
        hits = searcher.search(parsed, DEPTH).hits
        run[query] = [(searcher.doc(at)["id"][0], score) for score, at in hits]
    return run


def stock_whoosh(collection: Collection) -> Run:
    """Whoosh as it comes with its StemmingAnalyzer, every match scored."""
    analyzer = StemmingAnalyzer()
    schema = Schema(id=ID(stored=True), title=TEXT(analyzer), text=TEXT(analyzer))
    index = RamStorage().create_index(schema)
    writer = index.writer(limitmb=512)
    for id, (title, text) in collection.documents.items():
        writer.add_document(id=id, title=title, text=text)
    writer.commit()
    run: Run = {}
    with index.searcher() as searcher:
        for query, text in collection.queries.items():
            words = dict.fromkeys(token.text for token in analyzer(text))
            terms = [Term(field, word) for word in words for field in ("title", "text")]
            hits = searcher.search(Or(terms), limit=None)
            run[query] = [
                (hits.fields(at)["id"], hits.score(at)) for at in range(min(DEPTH, len(hits)))
            ]
    return run
