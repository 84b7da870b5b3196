"""How often the reviewed claim that says the same is among the first five: MAP@5.

    python -m benchmarks.matching FOLDER

FOLDER holds `corpus.jsonl`, `queries_SPLIT.jsonl` and `SPLIT.tsv` (BEIR's layout). Printed with
the interval of a bootstrap over the queries.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import interval, records
from searchkit.matching import most_similar, stems

AT = 5


def judged(folder: Path, split: str) -> list[tuple[str, set[str]]]:
    """Each query with the ids of what answers it."""
    queries = {one["_id"]: one["text"] for one in records(folder / f"queries_{split}.jsonl")}
    answers: dict[str, set[str]] = defaultdict(set)
    for line in (folder / f"{split}.tsv").read_text("utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade) > 0:
            answers[query].add(document)
    return [(queries[query], found) for query, found in answers.items()]


def average_precision(ranked: Sequence[str], right: set[str]) -> float:
    """Of one query, at five."""
    hits, total = 0, 0.0
    for place, id in enumerate(ranked[:AT], 1):
        if id in right:
            hits += 1
            total += hits / place
    return total / min(len(right), AT)


def main() -> None:
    """Print the figures of the folder given."""
    folder = Path(sys.argv[1])
    documents = list(records(folder / "corpus.jsonl"))
    statements = [f"{one['title']}. {one['text']}" for one in documents]
    stemmed = [stems(statement) for statement in statements]
    ids = [one["_id"] for one in documents]
    for split in ("train", "dev"):
        queries = judged(folder, split)
        values, took = [], []
        for text, right in queries:
            start = time.perf_counter()
            found = most_similar(text, statements, stemmed, AT)
            took.append(1000 * (time.perf_counter() - start))
            values.append(average_precision([ids[match.index] for match in found], right))
        low, high = interval(values)
        print(
            f"{split:5} MAP@{AT} {statistics.fmean(values):.4f} ({low:.4f} to {high:.4f}),"
            f" {len(queries)} queries over {len(ids)} claims, {statistics.median(took):.0f} ms each"
        )


if __name__ == "__main__":
    main()
