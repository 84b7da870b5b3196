"""Saved web pages and feeds."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import ADDRESS, HEADLINE, PARAGRAPHS, json_ld, page

from searchkit.errors import ReadError
from searchkit.model import Article, Source
from searchkit.readers import read
from searchkit.text import blocks
from searchkit.text.markup import plain_text


def only(data: bytes | str, name: str = "a.html") -> Article:
    (article,) = read(data if isinstance(data, bytes) else data.encode(), name).articles
    return article


# Pages


def test_a_page_gives_its_article_and_nothing_around_it() -> None:
    article = only(page())
    assert article.title == HEADLINE
    assert article.text == "\n\n".join(PARAGRAPHS)


def test_the_particulars_come_from_json_ld() -> None:
    article = only(page(title="Something Else", head=json_ld()))
    assert article.title == HEADLINE
    assert article.sources == (Source("Northport Courier", dt.date(2024, 6, 4), ADDRESS),)


@pytest.mark.parametrize(
    "head",
    [
        '<script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"@type":'
        ' ["ReportageNewsArticle"], "headline": "Of the Graph", "publisher": [{"name": "C"}],'
        ' "datePublished": "2024-06-04"}]}</script>',
        '<script type="application/ld+json">{broken</script>'
        '<meta property="og:title" content="Of the Graph">'
        '<meta property="og:site_name" content="C">'
        '<meta property="article:published_time" content="2024-06-04T08:00Z">',
        '<meta property="og:title" content="Of the Graph - C"><meta name="pubdate"'
        ' content="June 4, 2024"><meta property="og:site_name" content="C">',
    ],
)
def test_meta_data_in_other_places(head: str) -> None:
    article = only(page(head=head))
    assert article.title == "Of the Graph"
    assert article.sources == (Source("C", dt.date(2024, 6, 4)),)


@pytest.mark.parametrize(
    ("markup", "link"),
    [
        (page(head=f'<link rel="canonical" href="{ADDRESS}">'), ADDRESS),
        (page(head=f'<meta property="og:url" content="{ADDRESS}">'), ADDRESS),
        (f"<!-- saved from url=(0046){ADDRESS} -->\n{page()}", ADDRESS),
        (
            f"<!-- saved from url=(0046){ADDRESS} -->"
            + page(head='<link rel="canonical" href="/2024/x">'),
            "https://courier.example.org/2024/x",
        ),
        # The front page as the address of every page is a mistake that some sites make.
        (
            f"<!-- saved from url=(0046){ADDRESS} -->"
            + page(head='<link rel="canonical" href="https://courier.example.org/">'),
            ADDRESS,
        ),
        (page(head='<link rel="canonical" href="javascript:alert(1)">'), None),
    ],
)
def test_the_address_of_a_page(markup: str, link: str | None) -> None:
    assert next(iter(only(markup).links), None) == link


def test_the_day_may_stand_in_the_address_and_is_never_guessed() -> None:
    assert only(page(head=f'<link rel="canonical" href="{ADDRESS}">')).date == dt.date(2024, 6, 4)
    assert only(page(body="<p>Copyright 2019. Seen on May 3, 2018.</p>")).date is None


def test_blocks_keep_their_structure() -> None:
    body = (
        "<h2>What Follows</h2><p>Three things will happen now:</p>"
        "<ul><li>The crane is moved to the east pier.</li><li>A second one is bought.</li></ul>"
        "<blockquote><p>Nobody waits any longer, said the harbour master.</p></blockquote>"
        "<table><tr><th>Month</th><th>Containers</th></tr><tr><td>May</td><td>412,000</td></tr>"
        "</table>"
    )
    text = only(page(body=body)).text
    assert (
        "now:\n\n- The crane is moved to the east pier.\n- A second one is bought.\n\nNobody"
        in text
    )
    assert "Month | Containers\nMay | 412,000" in text
    kinds = [block.kind for block in blocks(text)]
    assert kinds.count("item") == 2


CHINESE = (
    "北港今年五月处理了四十一万个集装箱，比四月多百分之三点五。港务局说，新起重机缩短了等候的时间。",
    "木材出口连续第三个月下降，分析人士预计秋天会有所恢复，届时上游的锯木厂将重新开工。",
)
JAPANESE = (
    "北港は五月に四十一万個のコンテナを取り扱い、四月より三・五パーセント増えたと港湾局が発表した。",
    "木材の輸出は三か月続けて減ったが、秋には上流の製材所が再び動き出すため、回復するとみられている。",
)


@pytest.mark.parametrize(
    ("words", "codec", "declared"),
    [
        (CHINESE, "utf-8", ""),
        (CHINESE, "utf-8-sig", '<meta charset="iso-8859-1">'),
        (CHINESE, "gb18030", '<meta charset="gb2312">'),
        (CHINESE, "utf-16", ""),
        (
            JAPANESE,
            "cp932",
            '<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">',
        ),
        (JAPANESE, "euc_jp", "<meta charset=euc-jp>"),
        # Nothing said, or the wrong thing: what the bytes look like counts.
        (CHINESE, "gb18030", ""),
        (CHINESE, "gb18030", '<meta charset="utf-8">'),
        (
            ("Die Fähre fährt täglich über den Fluß, außer sonntags.",),
            "cp1252",
            "<meta charset=latin1>",
        ),
    ],
)
def test_encodings_of_pages(words: tuple[str, ...], codec: str, declared: str) -> None:
    markup = page(title="42", paragraphs=words, head=declared)
    assert only(markup.encode(codec)).text == "\n\n".join(words)


def test_pictures_within_a_page_do_not_count() -> None:
    picture = f'<img src="data:image/png;base64,{"A" * (13 << 20)}">'
    assert only(page(body=picture)).text == "\n\n".join(PARAGRAPHS)
    with pytest.raises(ReadError, match="more than 12 MB"):
        read(page(body="<p>word</p>" * (1 << 20) + "x" * (2 << 20)).encode(), "a.html")


def test_a_page_without_an_article_is_refused_with_a_remedy() -> None:
    with pytest.raises(ReadError, match="no article") as caught:
        read(b"<html><body><nav><a href=x>Menu</a></nav></body></html>", "a.html")
    assert caught.value.remedy


def test_mhtml() -> None:
    import quopri

    body = quopri.encodestring(page().encode()).decode()
    text = (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://courier.example.org/a\n"
        'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="x"\n\n'
        "--x\nContent-Type: text/html; charset=utf-8\n"
        "Content-Transfer-Encoding: quoted-printable\n\n"
        f"{body}\n--x\nContent-Type: image/png\n\nxx\n--x--\n"
    )
    article = only(text, "a.mhtml")
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert article.links == ("https://courier.example.org/a",)
    with pytest.raises(ReadError, match="no web page"):
        read(b"nothing of the kind", "a.mht")


@given(st.text("<>/!-&;\"'= abpdiv", max_size=200))
def test_plain_text_takes_any_markup(markup: str) -> None:
    text = plain_text(markup)
    assert text == text.strip()
    assert plain_text(f"<p>{markup}<script>x</script>").count("\n\n\n") == 0


def test_plain_text_is_what_a_reader_sees() -> None:
    seen = plain_text(
        "<head><title>t</title></head><body><h1>A &amp; B</h1><script>if (a<b) x()</script>"
        "<p>One<br>two <b>thr</b>ee<ul><li>x<li>y</ul><svg><text>no</text></svg>"
        "<noscript>no</noscript>a < b"
    )
    assert seen == "A & B\n\nOne\ntwo three\n\n- x\n\n- y\n\na < b"


# Feeds

RSS = """<?xml version="1.0"?>
<rss version="2.0"><channel><title>Radio North</title>
<item><title>Old Bridge Closes &amp;amp; Ferry Sails</title>
<link>https://radio.example.org/bridge</link>
<pubDate>Tue, 11 Jun 2024 23:30:00 -0500</pubDate>
<description>&lt;p&gt;The council closed the bridge.&lt;/p&gt;
&lt;p&gt;A ferry sails.&lt;/p&gt;</description>
</item>
<item><description></description></item>
</channel></rss>"""

ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>示例报</title>
<entry><title type="html">样品 &lt;b&gt;带回&lt;/b&gt;</title><id>tag:x,1</id>
<link href="https://example.org/1"/><published>2024-06-28T10:00:00+08:00</published>
<summary>短。</summary>
<content type="html">&lt;p&gt;较长的正文。&lt;/p&gt;</content></entry></feed>"""


def test_rss() -> None:
    parsed = read(RSS.encode(), "a.rss")
    (article,) = parsed.articles
    assert article.title == "Old Bridge Closes & Ferry Sails"
    assert article.text == "The council closed the bridge.\n\nA ferry sails."
    # The day counts as it is written.
    link = "https://radio.example.org/bridge"
    assert article.sources == (Source("Radio North", dt.date(2024, 6, 11), link),)
    assert article.origins[0].line == 3
    assert [(piece.line, piece.reason) for piece in parsed.left_out] == [
        (9, "neither title nor text")
    ]


def test_atom() -> None:
    article = only(ATOM, "a.xml")
    assert (article.title, article.text) == ("样品 带回", "较长的正文。")
    assert article.sources == (Source("示例报", dt.date(2024, 6, 28), "https://example.org/1"),)


@pytest.mark.parametrize("codec", ["gb18030", "utf-16", "utf-8-sig"])
def test_feeds_in_other_encodings(codec: str) -> None:
    declared = ATOM.replace(
        "utf-8", "gb18030" if codec == "gb18030" else codec.removesuffix("-sig")
    )
    assert only(declared.encode(codec), "a.atom").title == "样品 带回"


def test_a_broken_feed_gives_what_is_whole() -> None:
    assert only(RSS[: RSS.index("<item><desc")], "a.xml").title.startswith("Old Bridge")


@pytest.mark.parametrize("text", ["<config><a/></config>", "<rss><channel></channel></rss>", "<"])
def test_what_is_no_feed_is_refused(text: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(text.encode(), "a.xml")
    assert caught.value.remedy


def test_a_feed_opens_no_address_and_no_file() -> None:
    for text in ("/etc/hostname", "http://127.0.0.1:9/feed"):
        with pytest.raises(ReadError):
            read(text.encode(), "a.xml")
    entity = '<!DOCTYPE r [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
    text = RSS.replace("<rss ", f"{entity}<rss ", 1).replace("A ferry", "&e; A ferry")
    assert "&e;" in only(text, "a.xml").text or "ferry" in only(text, "a.xml").text


def test_extras_name_what_older_pips_do_not_find() -> None:
    project = Path(__file__).parents[1] / "pyproject.toml"
    extras = tomllib.loads(project.read_text("utf-8"))["project"]["optional-dependencies"]
    assert set(extras["all"]) == {need for name in extras for need in extras[name]}
    for needs in extras.values():
        names = {need.partition(">")[0] for need in needs}
        assert ("trafilatura" in names) == ("lxml-html-clean" in names)


@pytest.mark.parametrize(
    ("library", "name", "extra"),
    [
        ("trafilatura", "a.html", "html"),
        ("feedparser", "a.rss", "feeds"),
        ("warcio", "a.warc", "evidence"),
    ],
)
def test_a_missing_extra_is_told_with_its_remedy(library: str, name: str, extra: str) -> None:
    code = (
        f"import sys; sys.modules[{library!r}] = None\n"
        "from searchkit.readers import read\nfrom searchkit.errors import ReadError\n"
        f"try: read(b'<rss>', {name!r})\nexcept ReadError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert f"pip install 'searchkit-claims[{extra}]'" in done.stdout
    assert library in done.stdout
