"""Collections as they are found: headers or none, ids that are numbers, titles that are missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.beir import read


def _collection(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


CORPUS = (
    '{"_id": "d1", "title": "T", "text": "one"}\n{"_id": 2, "title": null, "text": "a\u2028"}\n\n'
)
QUERIES = '{"_id": "q1", "text": "one?"}\n{"_id": 7, "text": "月"}\n{"_id": "x", "text": "none"}\n'


@pytest.mark.parametrize(
    ("name", "judgements"),
    [
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t2\n7\t2\t1\nx\td1\t0\n"),
        ("qrels/test.tsv", "q1\td1\t2\n7\t2\t1\n"),
        ("qrels/test.tsv", "\ufeffquery-id\tcorpus-id\tscore\r\nq1\td1\t2.0\r\n7\t2\t1\r\n\r\n"),
        ("qrels/test.tsv", "q1 0 d1 2\n7 0 2 1\n"),
        ("train.tsv", "q1\td1\t1\nq1\td1\t2\n7\t2\t1\n"),
    ],
)
def test_every_layout_is_read_alike(tmp_path: Path, name: str, judgements: str) -> None:
    files = {"corpus.jsonl": CORPUS, "queries.jsonl": QUERIES, name: judgements}
    found = read(_collection(tmp_path, files))
    assert found.documents == {"d1": ("T", "one"), "2": ("", "a\u2028")}
    assert found.queries == {"q1": "one?", "7": "月"}
    assert found.answers == {"q1": {"d1": 2}, "7": {"2": 1}}


def test_a_split_has_its_own_judgements_and_queries(tmp_path: Path) -> None:
    files = {
        "corpus.jsonl": CORPUS,
        "queries_train.jsonl": '{"_id": "1", "text": "train"}\n',
        "queries_dev.jsonl": '{"_id": "1", "text": "dev"}\n',
        "train.tsv": "1\td1\t1\n",
        "dev.tsv": "1\t2\t1\n",
    }
    found = read(_collection(tmp_path, files), "train")
    assert (found.queries, found.answers) == ({"1": "train"}, {"1": {"d1": 1}})


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "there is no such file"),
        ({"corpus.jsonl": CORPUS}, "no judgements"),
        ({"corpus.jsonl": CORPUS, "qrels.tsv": "q1\td1\t1\nq1\td1\tmuch\n"}, "qrels.tsv:2"),
        ({"corpus.jsonl": CORPUS, "qrels.tsv": "q1\td1\t1\n"}, "no query has an answer"),
    ],
)
def test_what_is_missing_is_named(tmp_path: Path, files: dict[str, str], told: str) -> None:
    with pytest.raises(SystemExit, match=told):
        read(_collection(tmp_path, files))
