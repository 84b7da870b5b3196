"""How well the product ranks, beside its peers on the same collection in the same run.

    python -m benchmarks.relevance [--split NAME] [--only SYSTEM] DIR...

DIR holds a collection in BEIR's layout (`benchmarks/beir.py`). Every system gets title and text and
finds documents with any word of the query: the product by its own analysis, loosening and engine;
SQLite FTS5 with porter stems; tantivy with its English stemmer; stock Whoosh with its
StemmingAnalyzer. Metrics are those of ir-measures; behind each stands the interval of a bootstrap
over the queries, and at the end the time taken to index and to answer all of them. Below stands how
far the first system is ahead, query by query.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import ir_measures
from ir_measures import AP, RR, Qrel, R, ScoredDoc, nDCG

from benchmarks.beir import Collection, read
from benchmarks.measure import interval
from benchmarks.peers import DEPTH, Run, fts5, stock_whoosh, tantivy_run
from searchkit.model import Article
from searchkit.workflow.loosening import any_of
from searchkit.workflow.workspace import Workspace

MEASURES = {"nDCG@10": nDCG @ 10, "MAP": AP, "MAP@5": AP @ 5, "MRR@10": RR @ 10, "R@100": R @ 100}
#: Articles that are held in memory until they are written.
_BATCH = 10_000


def product(collection: Collection) -> Run:
    """Our own ranking."""
    # Ties stand in the order of the corpus, as those of the peers do.
    names = {f"a{at:08}": id for at, id in enumerate(collection.documents)}
    run: Run = {}
    with (
        tempfile.TemporaryDirectory() as folder,
        Workspace.open(Path(folder) / "index", create=True) as ws,
    ):
        ws.create_cache()
        for start in range(0, len(names), _BATCH):
            with ws.writing(), ws.engine.batch() as batch:
                for name, id in list(names.items())[start : start + _BATCH]:
                    title, text = collection.documents[id]
                    batch.put(Article(title, text, id=name), ())
        ws.engine.refresh()
        for query, text in collection.queries.items():
            hits = ws.engine.search("articles", any_of(ws.engine, text), limit=DEPTH).hits
            run[query] = [(names[hit.id], hit.score) for hit in hits]
    return run


SYSTEMS: Mapping[str, Callable[[Collection], Run]] = {
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


def measured(collection: Collection, run: Run) -> dict[str, list[float]]:
    """The values of each metric, one for each query, in their order."""
    answers = [
        Qrel(query, document, grade)
        for query, grades in collection.answers.items()
        for document, grade in grades.items()
    ]
    places = {query: at for at, query in enumerate(collection.queries)}
    values = {str(measure): [0.0] * len(places) for measure in MEASURES.values()}
    for one in ir_measures.iter_calc([*MEASURES.values()], answers, list(flat(run))):
        values[str(one.measure)][places[one.query_id]] = one.value
    return values


def shown(values: Sequence[float]) -> str:
    """A mean with its interval."""
    low, high = interval(values)
    return f"{statistics.fmean(values):.3f} ({low:.3f}-{high:.3f})"


def main() -> None:
    """Print the table of each collection given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.relevance")
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--split", help="only judgements of that name, such as train")
    parser.add_argument("--only", choices=SYSTEMS, action="append", help="leave out the others")
    given = parser.parse_args()
    for folder in given.folders:
        collection = read(folder, given.split)
        print(f"{collection.name}: {len(collection.documents)} documents,", end=" ")
        print(f"{len(collection.queries)} queries", flush=True)
        found: dict[str, dict[str, list[float]]] = {}
        for name in given.only or SYSTEMS:
            began = time.perf_counter()
            run = SYSTEMS[name](collection)
            seconds = time.perf_counter() - began
            found[name] = measured(collection, run)
            cells = [f"{label} {shown(found[name][str(m)])}" for label, m in MEASURES.items()]
            print(f"  {name:12} {'  '.join(cells)}  {seconds:.0f} s", flush=True)
        first, *others = found
        for name in others:
            ahead = [x - y for x, y in zip(found[first]["AP"], found[name]["AP"], strict=True)]
            print(f"  {first} ahead of {name} by MAP {shown(ahead)}")


if __name__ == "__main__":
    main()
