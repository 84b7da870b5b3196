"""What every engine keeps of what it is given; an engine's tests are a subclass."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import attrs
import pytest

from searchkit.engine.base import Engine, Kind
from searchkit.errors import LockedError
from searchkit.model import Article, Claim, Origin, Source, Span
from searchkit.query import parse
from searchkit.query.tree import Everything, Id, IdSet

KINDS: tuple[Kind, ...] = ("articles", "claims")
#: Opens the store under test once more, as another process would; it gives up on locks at once.
Reopen = Callable[[], Engine]

HARD = "\ufeff CRLF\r\nU+00A0\u00a0, NUL\0, LS\u2028, 🚀𠮷, e\u0301 é, \ud800 lone, ﬁ \t\n\n\r end "


def make(id: str, text: str = "", *, title: str = "", outlet: str | None = None) -> Article:
    """An article from one source."""
    source = Source(outlet, dt.date(2024, 7, 1), f"https://example.org/{id}")
    return Article(title, text, (source,), (Origin("corpus/a.txt", 3),), id)


def _all(text: str) -> Span:
    return Span(0, len(text))


def lines(article: Article) -> list[Claim]:
    """The title and every line as claims."""
    found = [Claim(f"{article.id}x0", article.id, 0, "title", article.title, _all(article.title))]
    start = 0
    for number, text in enumerate(article.text.split("\n") if article.text else (), 1):
        span = Span(start, start + len(text))
        lead_in = Span(0, 1) if number > 1 else None
        id = f"{article.id}x{number}"
        found.append(Claim(id, article.id, number, "clause", text, span, span, lead_in))
        start = span.end + 1
    return found


def put(engine: Engine, *articles: Article) -> None:
    """Store articles, with their lines as claims, in one batch."""
    with engine.batch() as batch:
        for article in articles:
            batch.put(article, lines(article))


class _Troubled(list[Any]):
    """Claims that do something when an engine reads them."""

    def __init__(self, claims: Sequence[Claim], trouble: Callable[[], None]):
        super().__init__(claims)
        self._trouble = trouble

    def __iter__(self) -> Iterator[Claim]:
        yield from super().__iter__()
        self._trouble()


class StoreContract:
    """Batches, and what is stored."""

    @pytest.fixture
    def engine(self, reopen: Reopen) -> Iterator[Engine]:
        opened = reopen()
        yield opened
        opened.close()

    def _state(self, engine: Engine) -> tuple[list[Article], list[Claim]]:
        return engine.articles(engine.ids("articles")), engine.claims(engine.ids("claims"))

    def test_an_empty_index_answers(self, engine: Engine) -> None:
        assert self._state(engine) == ([], [])
        assert engine.outlets() == engine.suggest("mooon") == engine.check() == []
        for kind in KINDS:
            for text in ("", "moon", '"a b"~3', "moo*", "m?on", "moon~", "-moon", "outlet:cnn"):
                found = engine.search(kind, parse(text), facets=("outlet", "month"))
                assert (found.total, found.hits, found.cut) == (0, (), False)
                assert dict(found.facets) == {"outlet": (), "month": ()}
                assert engine.count(kind, parse(text)) == 0
                assert engine.explain(kind, parse(text), "a1") == []

    def test_what_is_stored_comes_back_verbatim(self, engine: Engine) -> None:
        source = Source(HARD, dt.date(1, 1, 1), HARD)
        origins = (Origin("corpus/ä b.txt", 7), Origin("/elsewhere"))
        articles = [
            Article(HARD, HARD, (source, Source(), source), origins, "a1"),
            Article("", "", id="a2"),
            make("a3", "long " * 60_000 + "x" * 300_000 + "月" * 100_000, outlet="o" * 70_000),
        ]
        put(engine, *articles)
        assert engine.articles(["a3", "a1", "a2"]) == [articles[2], articles[0], articles[1]]
        claims = [claim for article in articles for claim in lines(article)]
        assert engine.claims([claim.id for claim in claims]) == claims
        some = claims[::-1]
        assert engine.claims([some[0].id, "unknown", *(c.id for c in some[1:])]) == some
        assert engine.count("articles", parse("crlf 🚀𠮷 fi")) == 1
        assert engine.count("claims", parse("body:lone")) == 2
        assert engine.check() == []

    def test_a_claim_id_that_two_articles_have_gives_both(self, engine: Engine) -> None:
        articles = [make("a1", "Same words."), make("b2", "Same words.")]
        claims = [lines(article)[1]._replace(id="same") for article in articles]
        with engine.batch() as batch:
            for article, claim in zip(articles, claims, strict=True):
                batch.put(article, [claim])
        found = engine.claims(["same"])
        assert sorted(found, key=lambda claim: claim.article) == claims

    def test_lone_surrogates_find_nothing_and_break_nothing(self, engine: Engine) -> None:
        put(engine, make("a1", "\ud800", outlet="\ud800 x"))
        assert engine.articles(["\ud800"]) == []
        assert engine.ids("articles", "\udcff") == []
        assert engine.count("articles", Id("\ud800")) == 0
        assert engine.count("articles", IdSet(frozenset({"\ud800"}))) == 0
        assert engine.suggest("\ud800") == []
        assert len(engine.outlets()) == 1

    def test_an_article_is_replaced_with_its_claims(self, engine: Engine) -> None:
        put(engine, make("a1", "old\nolder"), make("a2", "other"))
        changed = make("a1", "new")
        put(engine, changed)
        assert self._state(engine) == (
            [changed, make("a2", "other")],
            [*lines(changed), *lines(make("a2", "other"))],
        )
        assert engine.count("claims", parse("old OR older")) == 0

    def test_an_article_is_deleted_with_its_claims(self, engine: Engine) -> None:
        put(engine, make("a1", "moon"), make("a2", "mars"))
        with engine.batch() as batch:
            batch.delete("a1")
            batch.delete("unknown")
        assert engine.ids("articles") == ["a2"]
        assert engine.ids("claims") == ["a2x0", "a2x1"]
        for kind in KINDS:
            assert engine.count(kind, parse("moon")) == 0
            assert engine.count(kind, parse("-moon")) == len(engine.ids(kind))

    def test_the_last_change_of_a_batch_stands(self, engine: Engine) -> None:
        put(engine, make("a3", "stored before"))
        with engine.batch() as batch:
            batch.put(make("a1", "first"), lines(make("a1", "first")))
            batch.put(make("a1", "last"), lines(make("a1", "last")))
            batch.put(make("a2"), lines(make("a2")))
            batch.delete("a2")
            batch.delete("a3")
            batch.put(make("a3", "again"), [])
        assert engine.articles(["a1", "a2", "a3"]) == [make("a1", "last"), make("a3", "again")]
        assert engine.ids("claims") == ["a1x0", "a1x1"]
        assert engine.search("articles", Everything()).total == 2

    def test_an_exception_takes_the_whole_batch_back(self, engine: Engine, reopen: Reopen) -> None:
        put(engine, make("a1", "kept"))
        before = self._state(engine)
        with contextlib.suppress(ZeroDivisionError), engine.batch() as batch:
            batch.put(make("a1", "changed"), [])
            batch.put(make("a2"), [])
            batch.delete("a1")
            raise ZeroDivisionError
        for seen in (engine, reopen()):
            assert self._state(seen) == before
        put(engine, make("a2", "the engine still works"))
        assert engine.ids("articles") == ["a1", "a2"]

    def test_a_failure_while_storing_takes_the_whole_batch_back(
        self, engine: Engine, reopen: Reopen
    ) -> None:
        put(engine, make("a1", "kept"))
        before = self._state(engine)
        failures = iter(range(3))

        def fail() -> None:
            if next(failures) == 1:
                raise ZeroDivisionError

        def store() -> None:
            with engine.batch() as batch:
                batch.delete("a1")
                batch.put(make("a2", "moon"), lines(make("a2", "moon")))
                batch.put(make("a3"), _Troubled(lines(make("a3")), fail))

        with pytest.raises(ZeroDivisionError):
            store()
        for seen in (engine, reopen()):
            assert self._state(seen) == before
            assert seen.check() == []
            assert seen.count("articles", parse("moon")) == 0
        put(engine, make("a4", "the engine still works"))
        assert engine.ids("articles") == ["a1", "a4"]
        assert engine.check() == []

    def test_claims_of_another_article_are_refused(self, engine: Engine) -> None:
        with pytest.raises(ValueError, match="own claims"), engine.batch() as batch:
            batch.put(make("a1"), lines(make("a2")))
        with pytest.raises(ValueError, match="under its id"), engine.batch() as batch:
            batch.put(make(""), [])
        assert engine.ids("articles") == []

    def test_another_writer_is_told_when_one_is_at_work(
        self, engine: Engine, reopen: Reopen
    ) -> None:
        told = []

        def write() -> None:
            try:
                put(reopen(), make("a2"))
            except LockedError as error:
                told.append(str(error))

        with engine.batch() as batch:
            batch.put(make("a1"), _Troubled([], write))
        assert told
        assert "try again" in told[0]
        put(reopen(), make("a2"))
        engine.refresh()
        assert engine.ids("articles") == ["a1", "a2"]

    def test_commits_are_seen_after_a_refresh(self, engine: Engine, reopen: Reopen) -> None:
        other = reopen()
        assert other.count("articles", Everything()) == 0
        put(engine, make("a1", "moon"))
        other.refresh()
        assert self._state(other) == self._state(engine)
        assert other.count("claims", parse("moon")) == 1

    def test_a_reader_keeps_its_state_while_others_commit(
        self, engine: Engine, reopen: Reopen
    ) -> None:
        first = [make(f"a{n}", f"moon {n}", outlet="CNN") for n in range(6)]
        put(engine, *first)
        reader = reopen()
        assert reader.count("articles", Everything()) == 6
        assert reader.count("claims", Everything()) == 12
        for n in range(8):
            put(engine, make("a0", f"changed {n}"), make(f"b{n}", "moon"))
        found = reader.search("articles", parse("moon"), sort="newest", facets=("outlet",))
        assert (found.total, dict(found.facets)) == (6, {"outlet": (("CNN", 6),)})
        assert reader.articles(hit.id for hit in found.hits) == first
        assert len(reader.claims(reader.ids("claims"))) == 12
        reader.refresh()
        assert reader.count("articles", parse("moon")) == 13

    def test_two_engines_can_write_in_turn(self, engine: Engine, reopen: Reopen) -> None:
        other = reopen()
        for n in range(6):
            writer = (engine, other)[n % 2]
            assert writer.count("articles", Everything()) in range(7)
            put(writer, make(f"a{n}", f"text {n}"), make("a0", f"state {n}"))
        other.refresh()
        assert other.ids("articles") == [f"a{n}" for n in range(6)]
        assert other.articles(["a0", "a3"]) == [make("a0", "state 5"), make("a3", "text 3")]
        assert other.check() == []

    def test_ids_by_prefix(self, engine: Engine) -> None:
        put(engine, *(make(id) for id in ("b1", "a2", "a10", "a1")))
        assert engine.ids("articles") == ["a1", "a10", "a2", "b1"]
        assert engine.ids("articles", "a1") == ["a1", "a10"]
        assert engine.ids("articles", "a", limit=2) == ["a1", "a10"]
        assert engine.ids("articles", limit=0) == engine.ids("articles", "c") == []
        assert engine.ids("claims", "a1x") == ["a1x0"]

    def test_outlets_are_those_of_stored_articles(self, engine: Engine) -> None:
        two = attrs.evolve(make("a3"), sources=(Source("CNN"), Source("新华社"), Source()))
        put(engine, make("a1", outlet="The Times"), make("a2", outlet="CNN"), two)
        assert engine.outlets() == ["CNN", "The Times", "新华社"]
        with engine.batch() as batch:
            batch.delete("a1")
        assert engine.outlets() == ["CNN", "新华社"]

    def test_progress_of_a_check(self, engine: Engine) -> None:
        put(engine, *(make(f"a{n}", "moon") for n in range(9)))
        told: list[tuple[int, int]] = []
        assert engine.check(lambda done, total: told.append((done, total))) == []
        done, total = told[-1]
        assert done == total >= 9
        assert told == sorted(told)
