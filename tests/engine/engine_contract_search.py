"""How every engine searches; an engine's tests are a subclass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import attrs
import pytest
from engine_contract import KINDS, Reopen, lines, make, put

from searchkit.engine.base import Engine
from searchkit.errors import QueryError
from searchkit.model import Article, Source
from searchkit.query import parse
from searchkit.query.tree import Everything, Fuzzy, Node, Review, Wildcard, Word

ARTICLES = (
    make("a1", "The U.S. sent 2,000 men.\nThey reported from the moon.", title="Men on the Moon"),
    make("a2", "Moons go moon moon report.", title="Reports", outlet="The Times"),
    make("a3", "嫦娥六号从月球背面采集样品。", title="月球样品", outlet="新华社"),
    make("a4", "COVID-19 cases fell 49.4% in São Paulo.", title="Chang’e-6 returns", outlet="CNN"),
    make("a5", "ﾊﾟﾝﾀﾞ are pandas; we saw them going.", title="パンダ", outlet="The Sun"),
    attrs.evolve(
        make("a6", "one two three one four"), sources=(Source("New York"), Source("Times Union"))
    ),
)

#: query, the articles that match it
MATCHES = (
    ("us", "a1"),
    ("U.S.", "a1"),
    ("2000", "a1"),
    ("2,000 men", "a1"),
    ('"sent 2000 men they reported"', "a1"),
    ("reports", "a1 a2"),
    ('"reporting from"', ""),
    ('"reported from"', "a1"),
    ('"reporting from"~1', "a1"),
    ('"moon report"', "a2"),
    ('"moons report"', ""),
    ('"moon reported"~1', "a2"),
    ('"reported moon"~2', "a1"),
    ('"reported moon"~1', ""),
    ('"moon moon"', "a2"),
    ('"moon moon moon"', ""),
    ('"moon moon moon"~1', "a2"),
    ("go", "a2 a5"),
    ("title:moon", "a1"),
    ("body:moon", "a1 a2"),
    ("title:(moon OR 月球)", "a1 a3"),
    ("月球", "a3"),
    ("月", "a3"),
    ("面", "a3"),
    ("样品。", "a3"),
    ("月球背面", "a3"),
    ("月球样品 月球背面", "a3"),
    ("月面", ""),
    ('"月球背面采集"', "a3"),
    ('"月球 采集"~5', "a3"),
    ("月球*", "a3"),
    ("covid19", "a4"),
    ("covid", "a4"),
    ("49.4", "a4"),
    ("49", ""),
    ("49*", "a4"),
    ("sao paulo", "a4"),
    ("change", "a4"),
    ("Chang'e6", "a4"),
    ("パンダ", "a5"),
    ("ﾊﾟﾝ*", "a5"),
    ("panda", "a5"),
    ("pand*", "a5"),
    ("p?nda*", "a5"),
    ("*ndas", "a5"),
    ("padna~ OR pnda~", ""),
    ("padnas~", "a5"),
    ("paulp~ moom~", ""),
    ("paulp~ OR moom~", "a1 a2 a4"),
    ("mienn~2", "a1"),
    ("outlet:times", "a2 a6"),
    ('outlet:"the times"', "a2"),
    ('outlet:"york times"~100', ""),
    ("outlet:新华社", "a3"),
    ("times", ""),
    ("moon -men", "a2"),
    ("-moon -月球 -one", "a4 a5"),
    ("moon OR -the", "a1 a2 a3 a4 a5 a6"),
    ("NOT (moon OR 月球 OR one) panda*", "a5"),
    ("date:2024-07-01 -date:2024-06", "a1 a2 a3 a4 a5"),
    ("-date:*", "a6"),
    ("date:[* TO 2024-06-30]", ""),
    ("id:a", "a1 a2 a3 a4 a5 a6"),
    ("id:A2 OR id:a6", "a2 a6"),
    ("moon^5 OR panda^0.1", "a1 a2 a5"),
    ("", "a1 a2 a3 a4 a5 a6"),
)


def many_words() -> list[Article]:
    """Nine articles of a thousand words each, all different, that begin alike."""
    letters = str.maketrans("0123456789", "ghijklmnop")
    words = [f"zz{n:04x}".translate(letters) for n in range(9000)]
    return [make(f"a{n}", " ".join(words[n * 1000 : (n + 1) * 1000])) for n in range(9)]


class SearchContract:
    """What is found, and in what order."""

    @pytest.fixture
    def empty(self, reopen: Reopen) -> Iterator[Engine]:
        opened = reopen()
        yield opened
        opened.close()

    @pytest.fixture
    def engine(self, empty: Engine) -> Engine:
        put(empty, *ARTICLES[:4])
        put(empty, *ARTICLES[4:])
        return empty

    def test_what_matches(self, engine: Engine) -> None:
        for text, ids in MATCHES:
            found = engine.search("articles", parse(text), limit=None)
            assert sorted(hit.id for hit in found.hits) == ids.split(), text
            assert found.total == engine.count("articles", parse(text)) == len(ids.split())
            assert not found.cut

    def test_near_phrases_count_each_end_once(self, engine: Engine) -> None:
        for text, frequency in (('"one four"~5', 1), ('"one one"~5', 1), ('"moon moon"~1', 2)):
            (part,) = [
                p for id in ("a2", "a6") for p in engine.explain("articles", parse(text), id)
            ]
            assert (part.field, part.frequency) == ("body", frequency), text

    def test_claims_are_found_by_their_words_and_their_title(self, engine: Engine) -> None:
        found = engine.search("claims", parse("moon"), limit=None)
        # Their own words first; the rest of a1 stands under a title with the word.
        assert [hit.id for hit in found.hits][-1] == "a1x1"
        assert {hit.id for hit in found.hits} == {"a1x0", "a1x1", "a1x2", "a2x1"}
        assert engine.count("claims", parse("body:moon")) == 3
        assert engine.count("claims", parse("outlet:times")) == 4

    def test_paging(self, engine: Engine) -> None:
        every = engine.search("claims", Everything(), limit=None)
        assert every.total == len(every.hits) == 13
        pages = [engine.search("claims", Everything(), limit=4, offset=n) for n in range(0, 20, 4)]
        assert [hit for page in pages for hit in page.hits] == list(every.hits)
        assert {page.total for page in pages} == {13}
        assert engine.search("claims", Everything(), limit=0).hits == ()
        assert len(engine.search("claims", Everything()).hits) == 10

    def test_ties_stand_newest_first_then_by_article_and_number(self, empty: Engine) -> None:
        days = (dt.date(2024, 7, 1), None, dt.date(2024, 7, 3), dt.date(2024, 7, 1))
        articles = [
            Article("", "moon\nmoon", (Source(None, day, None),), id=id)
            for id, day in zip(("a9", "a3", "a8", "a1"), days, strict=True)
        ]
        for article in articles:
            put(empty, article)
        moon = parse("body:moon")
        expected = {
            "relevance": "a8x1 a8x2 a1x1 a1x2 a9x1 a9x2 a3x1 a3x2",
            "newest": "a8x1 a8x2 a1x1 a1x2 a9x1 a9x2 a3x1 a3x2",
            "oldest": "a1x1 a1x2 a9x1 a9x2 a8x1 a8x2 a3x1 a3x2",
        }
        for sort in ("relevance", "newest", "oldest"):
            hits = empty.search("claims", moon, sort=sort).hits
            assert " ".join(hit.id for hit in hits) == expected[sort]

    def test_facets_count_all_matches(self, engine: Engine) -> None:
        found = engine.search("articles", Everything(), limit=1, facets=("outlet", "month"))
        outlets = ("CNN", "New York", "The Sun", "The Times", "Times Union", "新华社")
        assert dict(found.facets) == {
            "outlet": tuple((outlet, 1) for outlet in outlets),
            "month": (("2024-07", 5),),
        }
        claims = engine.search("claims", parse("moon"), limit=0, facets=("outlet",))
        assert dict(claims.facets) == {"outlet": (("The Times", 1),)}

    def test_boosts_change_the_order_only(self, engine: Engine) -> None:
        for text, first in (("moon OR panda^50", "a5"), ("moon^50 OR panda", "a2")):
            hits = engine.search("articles", parse(text)).hits
            assert hits[0].id == first
            assert len(hits) == 3

    def test_an_expansion_is_whole_or_says_that_it_was_cut(self, empty: Engine) -> None:
        put(empty, *many_words(), make("b1", "moon"))
        for text, whole in (("zz*", 9), ("zz?*", 9), ("*g*", 9), ("moon OR zz*", 10), ("-zz*", 1)):
            found = empty.search("articles", parse(text), limit=None)
            assert found.cut or found.total == whole, text
            assert found.total == len(found.hits)
        assert 0 < empty.count("articles", parse("zz*")) <= 9
        whole = empty.search("articles", parse("zzg* OR moon"))
        assert (whole.total, whole.cut) == (6, False)

    def test_suggestions(self, engine: Engine) -> None:
        assert engine.suggest("moom") == ["moon"]
        assert engine.suggest("Repport") == ["report"]
        assert engine.suggest("pual0") == engine.suggest("moon") == engine.suggest("月背") == []
        assert engine.suggest("12") == engine.suggest("two words") == engine.suggest("") == []
        assert engine.suggest("omon") == ["moon"]
        assert engine.suggest("re port") == ["report"]
        assert engine.suggest("moonreport") == ["moon report"]
        with engine.batch() as batch:
            batch.delete("a1")
            batch.delete("a2")
        assert engine.suggest("moom") == []

    @pytest.mark.parametrize(
        "node",
        [
            Word("%", position=7),
            Fuzzy("…", position=7),
            Wildcard("a-b*", position=7),
            Review("status", "false", 7),
        ],
        ids=repr,
    )
    def test_what_cannot_be_searched_is_refused(self, engine: Engine, node: Node) -> None:
        for kind in KINDS:
            with pytest.raises(QueryError) as caught:
                engine.search(kind, node)
            assert caught.value.position == 7
            with pytest.raises(QueryError):
                engine.count(kind, node)

    def test_every_stored_claim_is_found_by_its_own_words(self, engine: Engine) -> None:
        for article in ARTICLES:
            for claim in lines(article):
                if claim.text:
                    hits = engine.search("claims", parse(f'body:"{claim.text}"')).hits
                    assert claim.id in [hit.id for hit in hits]
