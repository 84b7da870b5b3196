"""Reading a collection in BEIR's layout, as it is found in practice.

A folder holds `corpus.jsonl` (`_id`, `title`, `text`), `queries*.jsonl` (`_id`, `text`), and the
judgements: `qrels.tsv`, `qrels/*.tsv` or `SPLIT.tsv`. Titles may be missing, ids may be numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from benchmarks.measure import records


@frozen
class Collection:
    """Documents, queries, and which answer which."""

    name: str
    #: id -> title, text
    documents: Mapping[str, tuple[str, str]]
    #: Those that have an answer.
    queries: Mapping[str, str]
    #: Query id -> document id -> grade.
    answers: Mapping[str, Mapping[str, int]]


def read(folder: Path, split: str | None = None) -> Collection:
    """A collection; judgements of several files are taken together.

    Args:
        split: only judgements from files of that name (``train`` for ``train.tsv``), and queries
            from ``queries_train.jsonl`` where there is such a file.

    Raises:
        SystemExit: a file is missing or cannot be understood; the message says which.
    """
    corpus = folder / "corpus.jsonl"
    if not corpus.is_file():
        raise SystemExit(f"{corpus}: there is no such file; name a folder in BEIR's layout")
    documents = {_id(one): (_text(one, "title"), _text(one, "text")) for one in records(corpus)}
    judged = [*sorted(folder.glob("*.tsv")), *sorted(folder.glob("qrels/*.tsv"))]
    if split:
        judged = [file for file in judged if file.stem == split]
    if not judged:
        raise SystemExit(f"{folder}: there are no judgements (qrels.tsv, qrels/*.tsv)")
    answers: dict[str, dict[str, int]] = {}
    for file in judged:
        for query, document, grade in _judgements(file):
            found = answers.setdefault(query, {})
            found[document] = max(grade, found.get(document, grade))
    asked = sorted(folder.glob("queries*.jsonl"))
    own = [file for file in asked if split and file.stem == f"queries_{split}"]
    queries = {
        id: _text(one, "text")
        for file in own or asked
        for one in records(file)
        if max(answers.get(id := _id(one), {"": 0}).values()) > 0
    }
    if not queries:
        raise SystemExit(f"{folder}: no query has an answer")
    name = f"{folder.name} {split}" if split else folder.resolve().name
    return Collection(name, documents, queries, {id: answers[id] for id in queries})


def _id(record: Mapping[str, Any]) -> str:
    return str(record["_id"])


def _text(record: Mapping[str, Any], key: str) -> str:
    return str(record.get(key) or "")


def _judgements(file: Path) -> Iterator[tuple[str, str, int]]:
    """Query, document, grade; also in TREC's four columns, with a header or without."""
    for number, line in enumerate(file.read_text("utf-8-sig").splitlines(), 1):
        columns = line.split("\t") if "\t" in line else line.split()
        if not line.strip():
            continue
        if number == 1 and not re.fullmatch(r"-?[0-9.]+", columns[-1].strip()):
            continue
        try:
            query, *_, document, grade = (column.strip() for column in columns)
            yield query, document, int(float(grade))
        except ValueError:
            raise SystemExit(
                f"{file}:{number}: not a judgement; write query, document and grade"
            ) from None
