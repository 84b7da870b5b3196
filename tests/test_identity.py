"""Identity: an article stays itself through corrections, and is never taken for another."""

from __future__ import annotations

import datetime as dt
import random
import re
import zlib
from importlib import import_module
from itertools import pairwise

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from searchkit.identity import (
    SIMILAR,
    canonical_link,
    content_hash,
    identity_of,
    keys,
    match,
    mint,
    similarity,
    sketch,
    sketches,
    title_key,
)
from searchkit.model import Article, Source
from tests.engine.fresh import alone

uncompiled = alone(import_module("searchkit.identity.sketch"))

WORDS = [f"{a}{b}" for a in "bcdfgklmnprst" for b in ("andor", "elion", "irut", "opa", "usk", "ay")]
LINK = "https://example.org/news/1"


def story(seed: int, length: int = 200) -> list[str]:
    return random.Random(seed).choices(WORDS, k=length)


def article(
    words: list[str], title: str = "A title", link: str | None = LINK, id: str = ""
) -> Article:
    return Article(title, " ".join(words), (Source(link=link),), id=id)


# Content and likeness.


def test_content_ignores_typography_only() -> None:
    assert content_hash("It’s", "“A  b”\n") == content_hash("It's ", '"A b"')
    assert content_hash("a", "b") != content_hash("a", "B")
    assert content_hash("a b", "c") != content_hash("a", "b c")
    assert re.fullmatch("[0-9a-f]{64}", content_hash("", ""))


def test_lone_surrogates_do_not_stop_it() -> None:
    odd = article(["a\ud800b", "c"], title="\udfff", link=None)
    assert match(identity_of(odd), [identity_of(odd)])
    assert mint(odd, ())


@given(st.text(max_size=200), st.text(max_size=200))
def test_similarity_is_a_similarity(a: str, b: str) -> None:
    one, two = sketch(a), sketch(b)
    assert list(one) == sorted(set(one))
    assert len(one) <= 64
    assert all(0 <= number < 2**32 for number in one)
    assert similarity(one, one) == 1
    assert 0 <= similarity(one, two) <= 1
    assert similarity(one, two) == similarity(two, one)


_SPOKEN = st.sampled_from(["ito", "strasse", "日", "本", "ニ", "한", "é", "4", "x" * 40, "y" * 41])


@given(st.lists(st.lists(_SPOKEN, max_size=90), max_size=5))
def test_a_sketch_is_the_smallest_checksums_of_words_and_pairs(texts: list[list[str]]) -> None:
    def smallest(words: list[str]) -> tuple[int, ...]:
        units = [word for word in words if word not in ("日", "本", "ニ", "한")]
        units += [" ".join(pair) for pair in pairwise(words)]
        return tuple(sorted({zlib.crc32(unit.encode()) for unit in units})[:64])

    assert sketches([" ".join(words) for words in texts]) == list(map(smallest, texts))


@given(st.lists(st.text(st.characters() | st.sampled_from("ab_ 日ニ々한é٣"), max_size=60)))
def test_a_sketch_is_the_same_where_nothing_was_compiled(texts: list[str]) -> None:
    assert sketches(texts) == uncompiled.sketches(texts)


@pytest.mark.parametrize(
    ("changed", "low", "high"), [(0.05, 0.7, 1), (0.1, 0.55, 0.9), (0.9, 0, 0.2)]
)
def test_similarity_follows_the_share_of_changed_words(
    changed: float, low: float, high: float
) -> None:
    for seed in range(20):
        rng = random.Random(seed)
        words = story(seed, 400)
        edited = [f"x{rng.random()}" if rng.random() < changed else word for word in words]
        assert low <= similarity(sketch(" ".join(words)), sketch(" ".join(edited))) <= high


def test_similarity_estimates_the_jaccard_index() -> None:
    def features(words: list[str]) -> set[str]:
        return {*words, *(f"{a} {b}" for a, b in pairwise(words))}

    errors = []
    for seed in range(60):
        words = story(seed, 300)
        edited = words[: 5 * seed] + story(seed + 1000, 300 - 5 * seed)
        one, two = features(words), features(edited)
        estimate = similarity(sketch(" ".join(words)), sketch(" ".join(edited)))
        errors.append(estimate - len(one & two) / len(one | two))
    assert abs(sum(errors) / len(errors)) < 0.03
    assert max(map(abs, errors)) < 0.25


def test_chinese_and_japanese_texts_have_likenesses() -> None:
    one = "嫦娥六号于六月返回地球，带回一千九百三十五克月球背面样品。"
    assert similarity(sketch(one), sketch(one.replace("，", " , "))) == 1
    assert similarity(sketch(one), sketch(one.replace("六月", "七月"))) > 0.6
    assert similarity(sketch(one), sketch("国家统计局公布了上半年的经济数据，增速有所放缓。")) < 0.1


# Links and titles.


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a?b=1&c=2",
        "http://example.org/a?b=1&c=2",
        " HTTPS://WWW.Example.ORG:443/a/?c=2&b=1#top ",
        "http://example.org:80/a?b=1&utm_source=x&c=2&UTM_Medium=y&fbclid=z",
        "https://user:secret@example.org./a?b=1&c=2&",
    ],
)
def test_spellings_of_one_link(url: str) -> None:
    assert canonical_link(url) == "https://example.org/a?b=1&c=2"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://example.org/", "https://example.org"),
        ("https://example.org/Case?Q=Case", "https://example.org/Case?Q=Case"),
        ("https://example.org:8080/a", "https://example.org:8080/a"),
        ("https://m.example.org/a", "https://m.example.org/a"),
        ("https://www.org/a", "https://www.org/a"),
        ("http://[2001:DB8::1]/a", "https://[2001:db8::1]/a"),
        ("https://例え.jp/月/", "https://例え.jp/月"),
        (" doi:10.1000/1 ", "doi:10.1000/1"),
        ("files/copy.pdf", "files/copy.pdf"),
        ("http://[broken", "http://[broken"),
        ("https://example.org:port/", "https://example.org:port/"),
        ("https:///a", "https:///a"),
        ("", ""),
        ("https://amp.example.org/a", "https://example.org/a"),
        ("https://example.org/news/amp/world-1", "https://example.org/news/world-1"),
        ("https://example.org/a/amp/?amp=1&b=2", "https://example.org/a?b=2"),
        ("https://example.org/a.amp.html?outputType=amp", "https://example.org/a.html"),
        ("https://example.org/a.amp", "https://example.org/a"),
        ("https://example.org/a?outputType=print", "https://example.org/a?outputType=print"),
        ("https://www.google.co.uk/amp/s/www.example.org/a", "https://example.org/a"),
        ("https://example-org.cdn.ampproject.org/c/s/example.org/a/amp", "https://example.org/a"),
        ("https://example.org/amp", "https://example.org/amp"),
        (
            "https://example.org/amplifiers?amplitude=2",
            "https://example.org/amplifiers?amplitude=2",
        ),
    ],
)
def test_canonical_link(url: str, canonical: str) -> None:
    assert canonical_link(url) == canonical


urls = st.builds(
    "{}://{}{}{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP"]),
    st.sampled_from(["www.", "www.www.", "amp.www.", "google.com/amp/s/", "u@", ""]),
    st.sampled_from(["example.org", "a.b.", "www", "[::1]", "localhost:80", "x:443"]),
    st.text("/aB.;%20é", max_size=8).map("/{}".format)
    | st.sampled_from(["", "/amp", "/a.amp", "/amp/b.amp.amp/", "/a.amp.html/amp"]),
    st.text("?&=ab/#", max_size=8).map("?{}".format) | st.just(""),
    st.sampled_from(["", "#x", "&utm_id=4", "/"]),
)


@given(urls | st.text(max_size=40))
def test_canonical_is_canonical(url: str) -> None:
    once = canonical_link(url)
    assert canonical_link(once) == once
    assert once == once.strip()


def test_title_key_compares_words_only() -> None:
    assert title_key(" “Chang’e-6”: A FIRST! ") == title_key("Chang'e 6 - a first")
    assert title_key("A first") != title_key("At first")
    assert title_key("月球样品！") == title_key("月球样品")
    assert title_key("…") == ""


# Ids.

dates = st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1))
sources = st.builds(
    Source,
    st.none() | st.sampled_from(["CNN", "BBC"]),
    st.none() | dates,
    st.none() | st.sampled_from([LINK, "http://example.org/2", "https://www.example.org/3/"]),
)
articles = st.builds(
    Article, st.text(max_size=10), st.text(max_size=30), st.lists(sources, max_size=3).map(tuple)
)


@given(articles, st.randoms(use_true_random=False))
def test_ids_are_short_stable_and_free(one: Article, rng: random.Random) -> None:
    shuffled = list(one.sources)
    rng.shuffle(shuffled)
    taken: list[str] = []
    for _ in range(4):
        id = mint(one, taken)
        assert re.fullmatch("[a-hjkmnp-tv-z][0-9a-hjkmnp-tv-z]{7}", id)
        assert id not in taken
        assert mint(evolve(one, sources=tuple(shuffled)), taken) == id
        taken.append(id)


def test_what_an_id_comes_from() -> None:
    linked = article(["a"])
    assert mint(linked, ()) == mint(article(["b"], "Other", "http://www.example.org/news/1/"), ())
    assert mint(linked, ()) != mint(article(["a"], link="https://example.org/news/2"), ())

    dated = Article("A title", "a", (Source("CNN", dt.date(2024, 7, 1)),))
    assert mint(dated, ()) == mint(evolve(dated, title="a TITLE!", text="b"), ())
    for other in (Source("BBC", dt.date(2024, 7, 1)), Source("CNN", dt.date(2024, 7, 2))):
        assert mint(dated, ()) != mint(evolve(dated, sources=(other,)), ())

    plain = Article("A title", "a")
    assert mint(plain, ()) == mint(Article("A  title", "a\n"), ())
    assert mint(plain, ()) != mint(Article("A title", "b"), ())


def test_two_articles_under_one_link_get_lasting_ids() -> None:
    first = mint(article(["a"]), ())
    second = mint(article(["b"]), {first})
    assert second not in (first, mint(article(["c"]), {first}))
    assert second == mint(article(["b"]), {first, "other"})


def test_ids_do_not_collide_in_a_large_corpus() -> None:
    ids = {mint(Article(f"Title {n}", "a"), ()) for n in range(20_000)}
    assert len(ids) == 20_000


# Recognising.


def test_identity_carries_the_keys() -> None:
    one = article(story(1), id="k7f")
    identity = identity_of(one)
    assert (identity.id, identity.title, identity.sources) == ("k7f", one.title, one.sources)
    assert identity.content == content_hash(one.title, one.text)
    assert identity.sketch == sketch(one.text)


def test_the_same_content_is_the_same_article() -> None:
    words = story(1)
    known = identity_of(article(words, id="a", link=None))
    assert match(identity_of(article(words, link="https://elsewhere.org")), [known]) == known


@pytest.mark.parametrize("shared", ["link", "title"])
def test_a_correction_is_the_same_article(shared: str) -> None:
    words = story(1)
    known = identity_of(article(words, id="a"))
    edited = article([*words[:150], *story(2, 80)])
    kept = evolve(edited, title="New") if shared == "link" else evolve(edited, sources=())
    assert match(identity_of(kept), [known]) == known
    stranger = evolve(edited, title="New", sources=())
    assert match(identity_of(stranger), [known]) is None


def test_another_text_under_the_same_link_and_title_is_another_article() -> None:
    texts = ["one two three four " * 9, "five six seven eight " * 9]
    one, two = (
        identity_of(Article("News", text, (Source(link=LINK),), id=text[:3])) for text in texts
    )
    assert similarity(one.sketch, two.sketch) < SIMILAR
    assert match(one, [two]) is None


def test_no_title_is_no_likeness() -> None:
    words = story(1)
    one = identity_of(Article("", " ".join(words)))
    two = identity_of(Article("…", " ".join(words[:-5]), id="b"))
    assert match(one, [two]) is None


@given(st.permutations(range(4)))
def test_the_best_candidate_wins_in_any_order(order: list[int]) -> None:
    words = story(1)
    known = [
        identity_of(article([*words[:150], *story(2, 50)], id="far")),
        identity_of(article([*words[:190], *story(3, 10)], id="near", link=None)),
        identity_of(article([*words[:190], *story(3, 10)], id="near-and-linked", title="Other")),
        identity_of(article(story(4), id="stranger")),
    ]
    found = match(identity_of(article(words)), [known[n] for n in order])
    assert found
    assert found.id == "near-and-linked"
    exact = identity_of(article(words, id="exact", title="A title", link=None))
    found = match(identity_of(article(words)), [*[known[n] for n in order], exact])
    assert found == exact


@given(st.permutations([LINK, "https://example.org/2", "https://example.org/3"]))
def test_the_order_of_links_does_not_matter(links: list[str]) -> None:
    words = story(1)
    known = identity_of(article(words, id="a", title="Old", link="http://www.example.org/2/"))
    sources = tuple(Source(link=link) for link in links)
    edited = Article("New", " ".join(words[:-9]), sources)
    assert match(identity_of(edited), [known]) == known


def test_weekly_reports_that_share_title_and_most_words_are_told_apart() -> None:
    words = story(7)
    first = identity_of(article([*words, "31"], link="https://example.org/1", id="aaaaaaaa"))
    later = article([*words, "32"], link="https://example.org/2")
    unlinked = article([*words, "33"], link=None)
    assert match(identity_of(later), [first]) is None
    assert match(identity_of(unlinked), [first]) == first


_ANY = st.builds(
    lambda title, words, number, link: article(words, title, link and f"{LINK}{link}", str(number)),
    st.sampled_from(["", "News", "news!", "Other"]),
    st.lists(st.sampled_from(WORDS[:9]), max_size=4),
    st.integers(0, 99),
    st.sampled_from([None, "?a", "/?utm_source=x", "?b"]),
)


@given(_ANY, _ANY)
def test_articles_that_are_the_same_share_a_key(one: Article, other: Article) -> None:
    if match(identity_of(one), [identity_of(other)]):
        assert set(keys(identity_of(one))) & set(keys(identity_of(other)))
