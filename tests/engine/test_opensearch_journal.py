"""What is kept of a batch until it is sent, and the names and texts that go through it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from engine_contract import HARD, lines, make
from hypothesis import given
from hypothesis import strategies as st

from searchkit.engine.opensearch.documents import article_of, claim_of
from searchkit.engine.opensearch.journal import Journal
from searchkit.engine.opensearch.layout import name_of, name_term
from searchkit.errors import EngineError
from searchkit.files import TEMPORARY


@given(st.text(max_size=50) | st.text("\\u0123d8\ud800\udfff", max_size=30))
def test_a_name_is_counted_and_comes_back(name: str) -> None:
    term = name_term(name)
    term.encode()
    assert name_of(term) == name


def test_of_each_article_the_last_change_is_sent(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    unfinished = journal.begin()
    last = make("a1", HARD, title=HARD)
    for article in (make("a1", "first"), make("a2", "gone"), last):
        unfinished.put(article, lines(article))
    unfinished.delete("a2")
    assert not journal.pending.exists()
    journal.complete(unfinished)
    first, second = journal.changes()
    assert (first.article, second.article, second.documents) == ("a1", "a2", [])
    sources = [json.loads(source) for _, source in first.documents]
    assert [claim_of(one) for one in sources[:-1]] == lines(last)
    assert article_of("a1", sources[-1]["stored"]) == last
    journal.done()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_writer_began_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / f"{TEMPORARY}1234").write_bytes(b'["a1"')
    again = Journal(tmp_path).begin()
    assert len(list(tmp_path.iterdir())) == 1
    again.drop()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cut", [slice(1, None), slice(60, None), slice(-9), slice(-60)], ids=str)
def test_a_damaged_journal_is_told(tmp_path: Path, cut: slice) -> None:
    journal = Journal(tmp_path)
    unfinished = journal.begin()
    unfinished.put(make("a1", "moon"), lines(make("a1", "moon")))
    journal.complete(unfinished)
    whole = journal.pending.read_bytes()
    journal.pending.write_bytes(whole[cut])
    with pytest.raises(EngineError, match="damaged"):
        list(journal.changes())
