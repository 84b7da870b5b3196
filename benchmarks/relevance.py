"""How well the product ranks, beside its peers on the same collection in the same run.

    python -m benchmarks.relevance DIR...

DIR holds a collection in BEIR's layout: `corpus.jsonl`, `queries*.jsonl`, and `qrels.tsv` or
`qrels/*.tsv`. Every system gets title and text and finds documents with any word of the query. The
product runs with its own analysis and engine; SQLite FTS5 with porter stems and its bm25(); tantivy
with its English stemmer; stock Whoosh with its StemmingAnalyzer, every match scored. Metrics are
those of ir-measures; behind each stands the interval of a bootstrap over the queries.
"""

from __future__ import annotations

import re
import sqlite3
import statistics
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import ir_measures
import tantivy
from attrs import frozen
from ir_measures import AP, RR, Qrel, R, ScoredDoc, nDCG
from whoosh.analysis import StemmingAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.query import Or as WhooshOr
from whoosh.query import Term

from benchmarks.measure import interval, records
from searchkit.analysis import tokens
from searchkit.model import Article
from searchkit.query.tree import Word
from searchkit.workflow.loosening import any_of
from searchkit.workflow.workspace import Workspace

DEPTH = 1_000
MEASURES = {"nDCG@10": nDCG @ 10, "MAP": AP, "MAP@5": AP @ 5, "MRR@10": RR @ 10, "R@100": R @ 100}
_WORD = re.compile(r"\w+")


@frozen
class Collection:
    """Documents, queries, and which answer which."""

    name: str
    #: id -> title, text
    documents: Mapping[str, tuple[str, str]]
    queries: Mapping[str, str]
    answers: Sequence[Qrel]


#: Query id -> documents with their scores, the best first.
Run = dict[str, list[tuple[str, float]]]


def read(folder: Path) -> Collection:
    """A collection; judgements of several files are taken together."""
    files = [*folder.glob("qrels.tsv"), *folder.glob("qrels/*.tsv"), *folder.glob("t*n.tsv")]
    answers = []
    for file in files:
        for line in file.read_text("utf-8").splitlines()[1:]:
            query, document, grade = line.split("\t")
            answers.append(Qrel(query, document, int(grade)))
    judged = {answer.query_id for answer in answers}
    queries = {
        one["_id"]: one["text"]
        for file in sorted(folder.glob("queries*.jsonl"))
        for one in records(file)
        if one["_id"] in judged
    }
    documents = {
        one["_id"]: (one.get("title", ""), one["text"]) for one in records(folder / "corpus.jsonl")
    }
    return Collection(folder.name, documents, queries, answers)


def product(collection: Collection) -> Run:
    """Our own ranking."""
    names = {f"a{at}": id for at, id in enumerate(collection.documents)}
    run: Run = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "index", create=True) as ws,
    ):
        ws.create_cache()
        with ws.writing(), ws.engine.batch() as batch:
            for name, id in names.items():
                title, text = collection.documents[id]
                batch.put(Article(title, text, id=name), ())
        ws.engine.refresh()
        for query, text in collection.queries.items():
            words = dict.fromkeys(token.word for token in tokens(text, query=True))
            tree = any_of(ws.engine, [Word(word) for word in words])
            hits = ws.engine.search("articles", tree, limit=DEPTH).hits
            run[query] = [(names[hit.id], hit.score) for hit in hits]
    return run


def fts5(collection: Collection) -> Run:
    """SQLite's full-text search."""
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE d USING fts5(id UNINDEXED, title, text, tokenize='porter')")
    rows = [(id, *document) for id, document in collection.documents.items()]
    db.executemany("INSERT INTO d VALUES (?, ?, ?)", rows)
    run: Run = {}
    for query, text in collection.queries.items():
        words = " OR ".join(f'"{word}"' for word in dict.fromkeys(_WORD.findall(text.lower())))
        found = db.execute(
            "SELECT id, -bm25(d) FROM d WHERE d MATCH ? ORDER BY bm25(d), id LIMIT ?",
            (words, DEPTH),
        )
        run[query] = list(found)
    return run


def tantivy_run(collection: Collection) -> Run:
    """tantivy through its Python binding."""
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
    """Whoosh as it comes, every match scored."""
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
            hits = searcher.search(WhooshOr(terms), limit=None)
            run[query] = [(hit.fields()["id"], hit.score) for hit in list(hits)[:DEPTH]]
    return run


SYSTEMS = {
    "searchkit": product,
    "FTS5": fts5,
    "tantivy": tantivy_run,
    "stock Whoosh": stock_whoosh,
}


def flat(run: Run) -> Iterable[ScoredDoc]:
    """A run as ir-measures takes it; ties in the order found."""
    for query, hits in run.items():
        for place, (document, _) in enumerate(hits):
            yield ScoredDoc(query, document, float(DEPTH - place))


def main() -> None:
    """Print the table of each collection given."""
    for folder in map(Path, sys.argv[1:]):
        collection = read(folder)
        print(f"{collection.name}: {len(collection.documents)} documents,", end=" ")
        print(f"{len(collection.queries)} queries")
        for name, system in SYSTEMS.items():
            values: dict[str, list[float]] = {str(m): [] for m in MEASURES.values()}
            scored = list(flat(system(collection)))
            for one in ir_measures.iter_calc([*MEASURES.values()], collection.answers, scored):
                values[str(one.measure)].append(one.value)
            cells = []
            for label, measure in MEASURES.items():
                found = values[str(measure)]
                low, high = interval(found)
                cells.append(f"{label} {statistics.fmean(found):.3f} ({low:.3f}-{high:.3f})")
            print(f"  {name:12} {'  '.join(cells)}")


if __name__ == "__main__":
    main()
