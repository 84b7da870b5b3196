"""Whoosh's own searcher finds in the columnar index what the vectorised search finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_contract import put
from engine_contract_search import ARTICLES
from whoosh import query, scoring
from whoosh.qparser import FuzzyTermPlugin, MultifieldParser
from whoosh.query import spans
from whoosh.reading import TermNotFound
from whoosh.searching import Searcher

from searchkit.engine.whoosh import WhooshEngine
from searchkit.query import parse


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[WhooshEngine]:
    opened = WhooshEngine.open(tmp_path, create=True)
    put(opened, *ARTICLES[:4])
    put(opened, *ARTICLES[3:])
    yield opened
    opened.close()


@pytest.fixture
def searcher(engine: WhooshEngine) -> Iterator[Searcher]:
    with engine.searcher() as opened:
        yield opened


def ids(searcher: Searcher, asked: query.Query | str) -> list[str]:
    """What a query finds, as words in title or body where it is a text."""
    if isinstance(asked, str):
        parser = MultifieldParser(["title", "body"], searcher.schema)
        parser.add_plugin(FuzzyTermPlugin())
        asked = parser.parse(asked)
    return sorted(hit.fields()["id"] for hit in searcher.search(asked, limit=None))


@pytest.mark.parametrize(
    "text",
    [
        "moon",
        "reports",
        "moon report",
        "moon OR 月球",
        "moon NOT men",
        '"sent 2000 men they reported"',
        '"moon report"',
        "月球背面",
        "title:moon",
        "body:moon",
        "outlet:times",
        "paulo 49.4",
        "covid19",
    ],
)
def test_both_find_the_same(engine: WhooshEngine, searcher: Searcher, text: str) -> None:
    found = engine.search("articles", parse(text), limit=None).hits
    assert ids(searcher, text) == sorted(hit.id for hit in found)


def test_shapes_that_only_whoosh_has(searcher: Searcher) -> None:
    moon, report = query.Term("body", "moon"), query.Term("body", "report")
    best = query.DisjunctionMax([query.Term("title", "moon"), moon])
    assert ids(searcher, best) == ["a1", "a2"]
    near = spans.SpanNear(moon, report, slop=1, ordered=True)
    assert ids(searcher, near) == ["a2"]
    assert ids(searcher, spans.SpanFirst(query.Term("body", "one"))) == ["a6"]
    assert ids(searcher, query.AndMaybe(report, query.Term("title", "report"))) == ["a1", "a2"]
    assert ids(searcher, query.Every()) == ["a1", "a2", "a3", "a4", "a5", "a6"]
    assert ids(searcher, query.Prefix("body", "pand")) == ["a5"]
    assert ids(searcher, query.FuzzyTerm("body", "mopn")) == ["a1", "a2"]


def test_scores_follow_the_chosen_model(engine: WhooshEngine) -> None:
    with engine.searcher() as searcher:
        found = searcher.search(query.Term("body", "moon"))
        assert [hit.fields()["id"] for hit in found] == ["a2", "a1"]
        weighted = Searcher(searcher.reader(), weighting=scoring.Frequency())
        assert [hit.score for hit in weighted.search(query.Term("body", "moon"))] == [3.0, 1.0]


def test_highlights_are_of_stored_text(searcher: Searcher) -> None:
    (hit,) = searcher.search(query.Term("body", "panda"))
    assert '<b class="match term0">pandas</b>' in hit.highlights("body")


def test_statistics_leave_deleted_articles_out(searcher: Searcher) -> None:
    reader = searcher.reader()
    assert (reader.doc_count(), reader.doc_count_all(), reader.has_deletions()) == (6, 7, True)
    assert reader.doc_frequency("body", "covid") == reader.frequency("body", "covid") == 1
    assert reader.field_length("title") == sum(
        reader.doc_field_length(number, "title") for number in reader.all_doc_ids()
    )
    assert len(list(reader.all_stored_fields())) == 6
    assert ("title", b"moon") in reader
    assert ("title", b"covid") not in reader
    assert ("id", b"a1") not in reader
    with pytest.raises(TermNotFound):
        reader.postings("title", "covid")
    matcher = reader.postings("body", "moon")
    matcher.skip_to(1)
    assert (matcher.id(), matcher.value_as("positions")) == (1, [0, 2, 3])
