"""Plain text, Markdown and JSON; the choice of the reader; and any bytes at all."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from searchkit.errors import ReadError
from searchkit.model import Article, Origin, Parsed, Source
from searchkit.readers import READERS, read, supported

CORPUS = Path(__file__).parent.parent / "corpus"


def parse(text: str, name: str) -> Parsed:
    return read(text.encode(), name)


def only(text: str, name: str) -> Article:
    (article,) = parse(text, name).articles
    return article


def refusal(text: str | bytes, name: str) -> ReadError:
    with pytest.raises(ReadError) as caught:
        read(text if isinstance(text, bytes) else text.encode(), name)
    assert (caught.value.place or "").startswith(name)
    assert caught.value.remedy
    return caught.value


def reasons(parsed: Parsed) -> list[tuple[int, str]]:
    return [(piece.line, piece.reason) for piece in parsed.left_out]


# The choice of the reader


@pytest.mark.parametrize(
    "suffix",
    [
        *("txt", "text", "md", "markdown", "json", "jsonl", "ndjson", "TXT", "Md", "JSON"),
        *("csv", "tsv", "html", "HTM", "xhtml", "mhtml", "mht", "rss", "atom", "rdf", "xml"),
        *("warc", "warc.gz", "zip", "tar", "tar.gz", "tgz", "tar.xz", "txt.gz", "html.bz2"),
    ],
)
def test_supported_endings(suffix: str) -> None:
    assert supported(f"a/b.{suffix}")


@pytest.mark.parametrize("name", ["a.pdf", "a", ".txt", "a.gz", "a.pdf.gz", "txt"])
def test_other_endings_are_refused(name: str) -> None:
    assert not supported(name)
    assert "no reader" in refusal("Title\n\nText.", name).message


def test_a_source_line_makes_a_text_a_digest() -> None:
    digest = parse("One\n\nx\n\nSource: A\n\nTwo\n\ny\n\n来源：B\n", "a.txt")
    assert [article.title for article in digest.articles] == ["One", "Two"]
    plain = parse("One\n\nThe source: unknown.\n\nTwo\n\ny\n", "a.txt")
    assert [article.title for article in plain.articles] == ["One"]


def test_articles_come_without_an_id_and_with_their_origin() -> None:
    for name, text in {
        "a.txt": "\n\nT\n\nx",
        "a.md": "\n\n# T\n",
        "a.jsonl": '\n\n{"title": "T"}',
        "a.json": '[\n\n{"title": "T"}]',
    }.items():
        article = only(text, name)
        assert article.id == ""
        assert article.origins == (Origin(name, 3),)


# Plain text


def test_plain_title_and_body() -> None:
    article = only("\r\n A Title \r\n\r\nFirst.\r\n\r\n  Second.\r\n", "a.txt")
    assert (article.title, article.text) == ("A Title", "First.\r\n\r\n  Second.")
    assert only("Only a line", "a.txt") == Article("Only a line", "", (), (Origin("a.txt"),))


def test_plain_without_a_title() -> None:
    text = "The council met. It talked.\nThen it left.\n\nNothing else."
    article = only(text, "a.txt")
    assert (article.title, article.text) == ("The council met.", text)
    article = only("word " * 200, "a.txt")
    assert len(article.title) <= 101
    assert article.title.endswith("word…")
    assert article.text == ("word " * 200).strip()


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.json", "a.jsonl"])
@pytest.mark.parametrize("text", ["", " \r\n\t\n\u00a0\n", "\ufeff"])
def test_empty_files_are_refused(name: str, text: str) -> None:
    assert refusal(text, name).message == "it is empty"


# Markdown


def test_front_matter() -> None:
    parsed = parse(
        "---\ntitle: 'No: it is 1984'\npublisher: BBC\npublished: 2024-08-03 10:00:00\n"
        "url: https://a.example\ntags: [a, b]\nlang: no\n---\n\n# Heading\n\nText.\n",
        "a.md",
    )
    (article,) = parsed.articles
    assert article.title == "No: it is 1984"
    assert article.text == "# Heading\n\nText."
    assert article.sources == (Source("BBC", dt.date(2024, 8, 3), "https://a.example"),)
    assert reasons(parsed) == [(1, "unknown key 'tags'"), (1, "unknown key 'lang'")]
    assert parsed.left_out[1].excerpt == "no"


def test_front_matter_with_several_sources() -> None:
    article = only(
        "---\nTitle: 1984\nsources:\n- outlet: NBD\n  date: July 31, 2024\n  link: https://a.example"
        "\n- Caixin, August 1, 2024 https://b.example\nsource: https://c.example\n---\nText",
        "a.md",
    )
    assert article.title == "1984"
    assert article.sources == (
        Source(link="https://c.example"),
        Source("NBD", dt.date(2024, 7, 31), "https://a.example"),
        Source("Caixin", dt.date(2024, 8, 1), "https://b.example"),
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Intro\n\n# The Title #\n\nText", "The Title"),
        ("```\n# a comment\n```\n\n# Title\n", "Title"),
        ("---\noutlet: BBC\n---\n## Part\n\n# Title C#\n", "Title C#"),
        ("---\ntitle: ~\n---\n# Title\n", "Title"),
        ("Text without a heading", "my-file"),
        ("---\n\nText below a rule", "my-file"),
    ],
)
def test_markdown_titles(text: str, title: str) -> None:
    assert only(text, "dir/my-file.md").title == title


@pytest.mark.parametrize(
    ("front", "place", "word"),
    [
        ("title: a: b", "a.md, line 2", "not allowed"),
        ("title: x\nlist: [1", "a.md, line 4", "expected"),
        ("a: &a [x]\nb: *a", "a.md, line 3", "aliases"),
        ("a: " + "[" * 5000, "a.md, line 1", "deeply"),
        ("- a\n- b", "a.md, line 1", "key: value"),
        ("a: b\n? [c]\n: d", "a.md, line 3", "unhashable"),
    ],
)
def test_broken_front_matter_is_refused_with_its_line(front: str, place: str, word: str) -> None:
    error = refusal(f"---\n{front}\n---\nText\n", "a.md")
    assert error.place == place
    assert word in error.message


def test_front_matter_without_an_end_is_refused() -> None:
    assert "no end" in refusal("---\ntitle: x\n\nText\n", "a.md").message
    assert "no end" in refusal("---\ntitle: x\n" + "# y\n" * 40_000 + "---\n", "a.md").message


def test_a_date_that_is_none_is_listed() -> None:
    parsed = parse("---\ndate: 2024-02-30\n---\nText", "a.md")
    assert parsed.articles[0].sources == ()
    assert reasons(parsed) == [(1, "the date is not understood")]


def test_front_matter_alone_needs_a_title() -> None:
    assert only("---\ntitle: T\n---\n", "a.md").text == ""
    assert "neither" in refusal("---\noutlet: BBC\n---\n", "a.md").message


# JSON


def test_json_lines() -> None:
    parsed = parse(
        '{"title": "A", "text": "<b>x</b>\\n\\ny", "source": "BBC", "url": "https://a.example",'
        ' "pubDate": "Thu, 01 Aug 2024 23:30:00 -0500", "lang": "en"}\r\n'
        "\r\n"
        '{"headline": "B", "maintext": "z", "site_name": "C", "date_publish": "2024-08-02T08:00Z",'
        ' "lang": "de"}\r\n',
        "a.jsonl",
    )
    first, second = parsed.articles
    assert (first.title, first.text) == ("A", "<b>x</b>\n\ny")
    assert first.sources == (Source("BBC", dt.date(2024, 8, 1), "https://a.example"),)
    assert second.sources == (Source("C", dt.date(2024, 8, 2), None),)
    assert second.origins == (Origin("a.jsonl", 3),)
    assert reasons(parsed) == [(1, "unknown key 'lang'")]


def test_a_broken_line_does_not_stop_the_others() -> None:
    parsed = parse(
        '{"title": "A"}\n{"title": \n[1]\n{}\n{"title": 5, "date": "soon", "text": "T"}\n'
        + "[" * 100_000
        + '\n{"title": "Z"} x\n{"title": "B", "title": "C"}',
        "a.jsonl",
    )
    assert [article.title for article in parsed.articles] == ["A", "T", "C"]
    lines = [line for line, _ in reasons(parsed)]
    assert lines == [2, 3, 4, 5, 5, 6, 7]
    told = dict(reasons(parsed))
    assert "column" in told[2]
    assert told[3] == "not an object but a list"
    assert told[4] == "neither title nor text"
    assert "deeply" in told[6]
    assert parsed.left_out[4].excerpt in ("5", "soon")


def test_strange_values_in_json() -> None:
    parsed = parse(
        '{"title": "\\ud800 \\u0000", "text": "\\ud83d\\ude00", "x": NaN, "y": '
        + "9" * 5000
        + ', "outlet": {"name": "BBC"}, "sources": [5, "AFP, May 1, 2024"]}',
        "a.json",
    )
    (article,) = parsed.articles
    assert article.title == "\ufffd \0"
    assert article.text == "\U0001f600"
    assert article.sources == (Source("AFP", dt.date(2024, 5, 1)),)
    assert [reason for _, reason in reasons(parsed)] == [
        "unknown key 'x'",
        "unknown key 'y'",
        "the outlet is an object, not text",
        "a source is a number, not text or an object",
    ]


@pytest.mark.parametrize(
    "text",
    [
        '[{"title": "A"},\n {"title": "B"}]',
        '{"status": "ok", "articles": [{"title": "A"},\n{"title": "B"}]}',
        '{"title": "A"}\n{"title": "B"}',
    ],
)
def test_shapes_of_json(text: str) -> None:
    parsed = parse(text, "a.json")
    assert [(a.title, a.origins[0].line) for a in parsed.articles] == [("A", 1), ("B", 2)]
    assert ("status" in text) == ("key 'status' beside the articles" in str(parsed.left_out))


@pytest.mark.parametrize("tail", ["", ",", ' {"title": "B"', " 1 2", "[" * 100_000])
def test_a_damaged_tail_costs_only_itself(tail: str) -> None:
    parsed = parse('[{"title": "A"},\n' + tail, "a.json")
    assert [article.title for article in parsed.articles] == ["A"]
    ((line, reason), *_) = reversed(reasons(parsed))
    assert line == 2
    assert "the rest was not read" in reason


def test_a_flood_of_broken_lines_is_counted() -> None:
    parsed = parse('{"title": "A"}\n' + "x\n" * 10_007, "a.jsonl")
    assert len(parsed.left_out) == 10_001
    assert reasons(parsed)[-1] == (10_002, "7 more pieces, not listed")


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        ('{"title": "x", "text"', "a.json", "a.json, line 1"),
        ("\nnonsense\n", "a.jsonl", "a.jsonl, line 2"),
        ('{\n"title": "x"\n}', "a.jsonl", "a.jsonl, line 1"),
        ('"title"', "a.json", "a.json, line 1"),
        ("[]", "a.json", "a.json"),
        ('{"a":' * 5000, "a.json", "a.json, line 1"),
    ],
)
def test_json_without_an_article_is_refused(text: str, name: str, place: str) -> None:
    assert refusal(text, name).place == place


def test_two_names_for_one_part() -> None:
    parsed = parse('{"title": "A", "headline": "B", "TEXT": "x", "body": "x"}', "a.json")
    assert (parsed.articles[0].title, parsed.articles[0].text) == ("A", "x")
    assert reasons(parsed) == [(1, "key 'headline' beside another one for the title")]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
KEYS = st.sampled_from(["title", "text", "outlet", "date", "link", "sources", "source", "articles"])


@given(st.lists(st.dictionaries(KEYS | st.text(), VALUES, max_size=5) | VALUES, max_size=4))
def test_any_json_is_read_or_refused(values: list[object]) -> None:
    for text, name in (
        ("\n".join(map(json.dumps, values)), "a.jsonl"),
        (json.dumps(values), "a.json"),
        (json.dumps({"articles": values}), "a.json"),
    ):
        check(text.encode(), name)


@given(st.text(min_size=1), st.text(min_size=1), st.sampled_from(["a.json", "a.jsonl"]))
def test_json_texts_are_verbatim(title: str, text: str, name: str) -> None:
    data = json.dumps({"title": f"T{title}", "text": f"<{text}>"})
    assert only(data, name).text == f"<{text}>".encode("utf-8", "replace").decode()


# Any file


def check(data: bytes, name: str) -> None:
    """Reading ends in articles or in a refusal, and all that is said of them holds."""
    try:
        parsed = read(data, name)
    except ReadError:
        refusal(data, name)
        return
    lines = data.count(b"\n") + data.count(b"\r") + 1
    assert parsed.articles or parsed.left_out
    for article in parsed.articles:
        assert article.title or article.text
        assert article.text == article.text.strip()
        assert 1 <= article.origins[0].line <= lines
        (article.title + article.text).encode()
    for piece in parsed.left_out:
        assert 1 <= piece.line <= lines
        assert len(piece.excerpt) <= 80
        assert "\n" not in piece.excerpt + piece.reason


SUFFIXES = st.sampled_from(sorted({suffix for reader in READERS for suffix in reader.suffixes}))
PIECES = st.sampled_from(
    [
        *(b"\n", b"\r\n", b"\r", b" ", b"---\n", b"...\n", b"# ", b"```\n", b"title: ", b"- "),
        *(b"Source: ", b"Sources:\n", b"(1) ", b"https://a.b", b", May 1, 2024", b"\xc2\xa0"),
        *(b"{", b"}", b"[", b"]", b'"title"', b'"text"', b":", b",", b"1", b"\\ud800", b"\0"),
        *(b"&a ", b"*a", b"!!x ", b"\xff\xfe", b"\xef\xbb\xbf", b"\xe4\xb8\xad", b"word"),
    ]
)


@given(st.binary() | st.lists(PIECES, max_size=25).map(b"".join), SUFFIXES)
def test_any_bytes_are_read_or_refused(data: bytes, suffix: str) -> None:
    check(data, f"corpus/a{suffix}")


@given(st.text(st.characters(exclude_characters="\0")), st.sampled_from(["a.txt", "a.md"]))
def test_bodies_are_slices_of_the_file(text: str, name: str) -> None:
    data = text.encode("utf-8", "replace")
    try:
        parsed = read(data, name)
    except ReadError:
        return
    for article in parsed.articles:
        assert article.text in data.decode()


def test_the_examples_of_the_documentation() -> None:
    page = (CORPUS.parent / "docs" / "corpus.md").read_text("utf-8")
    blocks = dict(re.findall(r"```(text|markdown|json)\n(.*?)```", page, re.DOTALL)[::-1])
    sources = [
        source
        for name, kind in {"a.txt": "text", "a.md": "markdown", "a.json": "json"}.items()
        for article in parse(blocks[kind], name).articles
        for source in article.sources
    ]
    assert len(sources) == 5
    assert all(source.outlet and source.date and source.link for source in sources)


def test_the_shipped_corpus() -> None:
    parsed = {
        path.name: read(path.read_bytes(), f"corpus/{path.name}")
        for path in CORPUS.iterdir()
        if supported(str(path))
    }
    assert {name: len(got.articles) for name, got in parsed.items()} == {
        "digest-2024-08.txt": 8,
        "harvest.md": 1,
        "trade.jsonl": 2,
        "chang-e-6.zh.txt": 1,
        "rice.ja.txt": 1,
    }
    for got in parsed.values():
        for article in got.articles:
            assert article.title
            assert len(article.text) > 150
            assert all(s.outlet and s.date and s.link for s in article.sources)
            assert article.sources
