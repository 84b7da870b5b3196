"""Digest pages: titles, sources and verbatim bodies, whatever a page lacks."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.model import Article, Parsed, Source
from searchkit.readers import read

CORPUS = Path(__file__).parent.parent / "corpus"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def page(text: str) -> Parsed:
    return read(text.encode(), "corpus/page.txt")


def reasons(parsed: Parsed) -> list[tuple[int, str]]:
    return [(piece.line, piece.reason) for piece in parsed.left_out]


def only(text: str) -> Article:
    (article,) = page(text).articles
    return article


def test_a_page_of_several_articles() -> None:
    parsed = page(
        "Skip to content\n\nAll posts by Jane Doe\n\nFirst: A Title, the Courier Says\n\n"
        "One paragraph.\n\n  1. an item\n  2. another\n\nSource: Courier, August 3, 2024\n"
        "https://a.example/1\n\nSecond Title\nText at once.\nSource: Radio North, May 1, 2024\n"
        "https://b.example/2"
    )
    first, second = parsed.articles
    assert first.title == "First: A Title, the Courier Says"
    assert first.text == "One paragraph.\n\n  1. an item\n  2. another"
    assert first.sources == (Source("Courier", dt.date(2024, 8, 3), "https://a.example/1"),)
    assert (first.origins[0].path, first.origins[0].line) == ("corpus/page.txt", 5)
    assert (second.title, second.text) == ("Second Title", "Text at once.")
    assert second.sources == (Source("Radio North", dt.date(2024, 5, 1), "https://b.example/2"),)
    assert second.origins[0].line == 15
    assert reasons(parsed) == [(1, "boilerplate"), (3, "boilerplate")]
    assert parsed.left_out[1].excerpt == "All posts by Jane Doe"


def test_numbered_sources() -> None:
    article = only(
        "Title\n\nText.\n\nSources:\n(1) NBD, July 31, 2024\nhttps://a.example\n"
        "(2) Caixin, August 1, 2024\nhttps://b.example\nhttps://c.example\n"
    )
    assert article.sources == (
        Source("NBD", dt.date(2024, 7, 31), "https://a.example"),
        Source("Caixin", dt.date(2024, 8, 1), "https://b.example"),
        Source("Caixin", dt.date(2024, 8, 1), "https://c.example"),
    )
    assert article.date == dt.date(2024, 8, 1)


def test_sources_without_numbers() -> None:
    article = only(
        "Title\n\nText.\n\nSources:\nNBD, July 31, 2024\nhttps://a.example\nCaixin, 2024-08-01\n"
    )
    assert [source.outlet for source in article.sources] == ["NBD", "Caixin"]


@pytest.mark.parametrize(
    ("label", "outlet", "date"),
    [
        ("BBC, August 6, 2024", "BBC", dt.date(2024, 8, 6)),
        ("BBC,\u00a0August\u00a06,\u00a02024", "BBC", dt.date(2024, 8, 6)),
        ("News, Views, and 2023, Aug. 6, 2024", "News, Views, and 2023", dt.date(2024, 8, 6)),
        ("Agency (Taiwan), August 4, 2024", "Agency (Taiwan)", dt.date(2024, 8, 4)),
        ("AFP, 3 August 2024", "AFP", dt.date(2024, 8, 3)),
        ("Xinhua 2024-08-05", "Xinhua", dt.date(2024, 8, 5)),
        ("新华社，2024年8月5日", "新华社", dt.date(2024, 8, 5)),
        ("July 31, 2024", None, dt.date(2024, 7, 31)),
        ("Weekly", "Weekly", None),
        ("Weekly, February 30, 2024", "Weekly, February 30, 2024", None),
    ],
)
def test_labels_are_read_from_the_right(
    label: str, outlet: str | None, date: dt.date | None
) -> None:
    (source,) = only(f"Title\n\nText.\n\nSource: {label}\n").sources
    assert source == Source(outlet, date)


@pytest.mark.parametrize(
    "name", ["来源：", "來源:", "文章来源：", "出典：", "Source :", "SOURCES:"]
)
def test_names_of_the_source_line(name: str) -> None:
    article = only(f"标题\r\n\r\n正文。\r\n{name}新华社，2024年8月5日\r\nhttps://x.example/1\r\n")
    assert article.text == "正文。"
    assert article.sources == (Source("新华社", dt.date(2024, 8, 5), "https://x.example/1"),)


def test_links_beside_the_label() -> None:
    article = only("T\n\nx\n\nSource: BBC, May 1, 2024 <https://a.example>\n")
    assert article.sources == (Source("BBC", dt.date(2024, 5, 1), "https://a.example"),)
    assert only("T\n\nx\n\nSource: https://a.example").sources == (
        Source(link="https://a.example"),
    )


def test_words_beside_a_link_are_listed() -> None:
    parsed = page("T\n\nx\n\nSource: BBC\nhttps://a.example (archived)\n")
    assert parsed.articles[0].links == ("https://a.example",)
    assert reasons(parsed) == [(6, "words beside a link")]


def test_the_last_article_may_lack_sources() -> None:
    parsed = page("One\n\nText.\n\nSource: BBC\n\nTwo\n\nMore text")
    assert [(a.title, a.text, a.sources) for a in parsed.articles][1] == ("Two", "More text", ())


def test_a_source_right_under_the_only_title() -> None:
    article = only("标题\n来源：新华社 2024-08-05\n\n第一段。\n\n第二段。\n")
    assert article.text == "第一段。\n\n第二段。"
    assert article.sources == (Source("新华社", dt.date(2024, 8, 5)),)


def test_what_belongs_to_no_article_is_listed() -> None:
    parsed = page("https://stray.example\n\nSource: BBC\n\nTitle\n\nx\n\nSource: A\n\nThe end\n")
    assert [article.title for article in parsed.articles] == ["Title"]
    assert reasons(parsed) == [
        (1, "link without an article"),
        (3, "sources without an article"),
        (11, "a line without text or source"),
    ]


def test_boilerplate_is_cut_from_the_ends_of_a_body_only() -> None:
    parsed = page("T\nAll posts by Jo\nOne.\nAll posts by Jo\nTwo.\nAll posts by Jo\nSource: A\n")
    assert parsed.articles[0].text == "One.\nAll posts by Jo\nTwo."
    assert reasons(parsed) == [(2, "boilerplate"), (6, "boilerplate")]


def test_a_headline_that_begins_like_boilerplate() -> None:
    assert only("All Posts by Minister Deleted\n\nx\n\nSource: A\n").title.startswith("All Posts")


def test_a_paragraph_in_place_of_a_title_stays_in_the_body() -> None:
    paragraph = "The council met on Monday. " + "It talked for many hours. " * 20
    article = only(f"{paragraph}\nSource: A\n")
    assert article.title == "The council met on Monday."
    assert article.text == paragraph.strip()


def test_the_shipped_digest() -> None:
    parsed = read((CORPUS / "digest-2024-08.txt").read_bytes(), "corpus/digest-2024-08.txt")
    assert len(parsed.articles) == 8
    sources = [source for article in parsed.articles for source in article.sources]
    assert len(sources) == 9
    assert all(source.outlet and source.date and source.link for source in sources)
    assert [piece.reason for piece in parsed.left_out] == ["boilerplate"] * 2


WORDS = st.text("abcdeABCDE ,.’–\u00a0中文字", min_size=1, max_size=40).filter(str.strip)
OUTLETS = st.sampled_from(["BBC", "Radio Free Asia", "NBD, Daily", "新华社", "Agency (Taiwan)"])
DATES = st.dates(dt.date(1950, 1, 1), dt.date(2049, 12, 31))
LINKS = st.from_regex(r"https?://[a-z]{1,8}\.example/[a-z0-9?=&.-]{0,20}", fullmatch=True)


@st.composite
def made_pages(draw: st.DrawFn) -> tuple[str, list[Article]]:
    """A page and the articles that it is made of."""
    end = draw(st.sampled_from(["\n", "\r\n"]))
    text = draw(st.sampled_from(["", f"Skip to content{end}{end}"]))
    articles = []
    for _ in range(draw(st.integers(1, 5))):
        title = draw(WORDS).strip()
        blocks = draw(st.lists(WORDS.map(str.strip), min_size=1, max_size=4))
        body = (end * 2).join(blocks)
        sources = tuple(
            Source(draw(OUTLETS), draw(st.none() | DATES), draw(st.none() | LINKS))
            for _ in range(draw(st.integers(1, 3)))
        )
        text += title + end * draw(st.integers(1, 3)) + body + end * draw(st.integers(1, 3))
        text += _written(sources, end) + end * draw(st.integers(1, 2))
        articles.append(Article(title, body, tuple(dict.fromkeys(sources))))
    return text.strip() if draw(st.booleans()) else text, articles


def _written(sources: tuple[Source, ...], end: str) -> str:
    lines = []
    for number, source in enumerate(sources, start=1):
        day = source.date
        date = f", {MONTHS[day.month - 1]} {day.day}, {day.year}" if day else ""
        lead = f"({number}) " if len(sources) > 1 else "Source: "
        lines += [f"{lead}{source.outlet}{date}", *([source.link] if source.link else [])]
    return end.join(["Sources:", *lines] if len(sources) > 1 else lines) + end


@given(made_pages())
def test_pages_round_trip(made: tuple[str, list[Article]]) -> None:
    text, expected = made
    got = page(text).articles
    assert [(a.title, a.text, a.sources) for a in got] == [
        (a.title, a.text, a.sources) for a in expected
    ]


LINES = st.sampled_from(
    [
        *("", " ", "\u00a0", "Title", "A longer line of text.", "Skip to content"),
        *("Source: BBC, May 1, 2024", "Source:", "Sources:", "来源："),
        *("(1) NBD", "https://a.example/x", "All posts by Jo"),
    ]
)


@given(st.lists(LINES, max_size=20), st.sampled_from(["\n", "\r\n", "\r"]))
def test_no_line_is_lost_on_any_page(lines: list[str], end: str) -> None:
    text = end.join(["Source: first", *lines])
    parsed = page(text)
    taken = "\n".join(
        [piece.excerpt for piece in parsed.left_out]
        + [a.title + a.text for a in parsed.articles]
        + [str(source) for a in parsed.articles for source in a.sources]
    )
    for article in parsed.articles:
        assert article.text in text
        assert article.title == text.splitlines()[article.origins[0].line - 1].strip()
    for line in {"Title", "A longer line of text.", "https://a.example/x"} & set(lines):
        # An excerpt of several sources is cut at 80 characters.
        assert line in taken or "sources without an article" in str(parsed.left_out)
