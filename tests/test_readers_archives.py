"""Archives, compressed files, WARC and CSV: contained, bounded, and never all or nothing."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pages import ADDRESS, HEADLINE, PARAGRAPHS, page, tarred, zipped
from projects import BRIDGE, indexed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from searchkit.errors import ReadError
from searchkit.model import Parsed, Source
from searchkit.readers import read
from searchkit.readers.unpacking import LARGEST_PIECE
from searchkit.workflow.indexing import index

NOTE = "Ferry Sails\n\nThe ferry carries 900 passengers a day."


def reasons(parsed: Parsed) -> list[str]:
    return [piece.reason for piece in parsed.left_out]


def paths(parsed: Parsed) -> list[str]:
    return [article.origins[0].path for article in parsed.articles]


FILES: Mapping[str, bytes | str] = {
    "pages/harbour.html": page(),
    "note.txt": NOTE,
    "rows.csv": "title,text\nA,B\n",
    "picture.png": b"\x89PNG",
    "other.png": b"\x89PNG",
    ".hidden.txt": NOTE,
    "__MACOSX/note.txt": NOTE,
    "empty.txt": "",
}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", zipped(FILES)),
        ("a.tar", tarred(FILES, "w")),
        ("a.tar.gz", tarred(FILES)),
        ("a.tbz2", tarred(FILES, "w:bz2")),
        ("a.tar.xz", tarred(FILES, "w:xz")),
    ],
)
def test_an_archive_gives_all_that_is_readable(name: str, data: bytes) -> None:
    parsed = read(data, f"corpus/{name}")
    assert paths(parsed) == [
        f"corpus/{name}/{inner}" for inner in ("pages/harbour.html", "note.txt", "rows.csv")
    ]
    assert parsed.articles[0].title == HEADLINE
    told = reasons(parsed)
    assert any(reason.startswith("empty.txt: it is empty") for reason in told)
    assert "no reader for .png (2 in this file)" in told
    assert len(told) == 2
    assert {piece.path for piece in parsed.left_out} == {f"corpus/{name}"}


@pytest.mark.parametrize(
    ("name", "packed"),
    [("a.txt.gz", gzip.compress), ("a.txt.bz2", bz2.compress), ("a.txt.xz", lzma.compress)],
)
def test_a_compressed_file(name: str, packed: object) -> None:
    assert read(packed(NOTE.encode()), name).articles[0].title == "Ferry Sails"  # type: ignore[operator]


def test_what_comes_out_of_a_compressed_file_goes_by_its_name(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path, {"note.txt": NOTE})
    corpus = tmp_path / "corpus"
    menu = "<html><body><nav>Home</nav></body></html>"
    (corpus / "menu.html.gz").write_bytes(gzip.compress(menu.encode()))
    mill = json.dumps([{"title": "Mill", "text": "The mill reopened."}, 3])
    (corpus / "mill.json.gz").write_bytes(gzip.compress(mill.encode()))
    (corpus / "more.zip").write_bytes(zipped({"in/bridge.txt.gz": gzip.compress(BRIDGE.encode())}))
    with ws:
        report = index(ws)
        (skipped,) = report.skipped
        assert skipped.path == "corpus/menu.html.gz"
        assert skipped.reason.startswith("no article was found in this page; ")
        assert [piece.path for piece in report.left_out] == ["corpus/mill.json.gz"]
        found = ws.engine.articles(ws.engine.ids("articles"))
        assert sorted(origin.path for article in found for origin in article.origins) == [
            "corpus/mill.json.gz",
            "corpus/more.zip/in/bridge.txt.gz",
            "corpus/note.txt",
        ]
        # What was left out goes with its file.
        (corpus / "mill.json.gz").unlink()
        assert index(ws, prune=True).left_out == ()


def test_archives_in_archives_have_a_bottom() -> None:
    data = zipped({"a.txt": NOTE})
    for _ in range(2):
        data = zipped({"inner.zip": data, "beside.txt": NOTE})
    assert len(read(data, "a.zip").articles) == 3
    deep = read(zipped({"inner.zip": data, "beside.txt": NOTE}), "a.zip")
    assert len(deep.articles) == 3
    assert any("archives within archives" in reason for reason in reasons(deep))


@pytest.mark.parametrize(
    "name", ["../../evil.txt", "/etc/evil.txt", "a/../../evil.txt", "C:\\evil.txt", "..\\evil.txt"]
)
def test_names_that_lead_out_are_refused(name: str) -> None:
    files = {name: NOTE, "good.txt": NOTE}
    for data, archive in ((zipped(files), "a.zip"), (tarred(files), "a.tgz")):
        parsed = read(data, archive)
        assert paths(parsed) == [f"{archive}/good.txt"]
        assert any("leads out of the archive" in reason for reason in reasons(parsed))


def test_links_and_devices_in_a_tar_are_no_files() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE):
            info = tarfile.TarInfo("x.txt")
            info.type, info.linkname = kind, "/etc/hostname"
            archive.addfile(info)
        good = tarfile.TarInfo("good.txt")
        good.size = len(NOTE)
        archive.addfile(good, io.BytesIO(NOTE.encode()))
    parsed = read(out.getvalue(), "a.tar")
    assert paths(parsed) == ["a.tar/good.txt"]
    assert reasons(parsed) == ["x.txt: it is a link or a device"] * 3


def test_bombs_are_cut_short() -> None:
    bomb = b"\0" * (LARGEST_PIECE + 1)
    for data, name in (
        (zipped({"a.txt": bomb}), "a.zip"),
        (tarred({"a.txt": bomb}), "a.tgz"),
        # What is passed over comes out of the compression too.
        (tarred({"a.png": bomb, "a.txt": NOTE}), "a.tgz"),
        (gzip.compress(bomb), "a.txt.gz"),
    ):
        assert len(data) < LARGEST_PIECE / 500
        with pytest.raises(ReadError, match="more comes out of it"):
            read(data, name)


def test_what_came_before_a_bomb_stays() -> None:
    parsed = read(zipped({"a.txt": NOTE, "b.txt": b"\0" * LARGEST_PIECE, "c.txt": NOTE}), "a.zip")
    assert paths(parsed) == ["a.zip/a.txt"]
    assert reasons(parsed)[-1].endswith("the rest was not read")


def test_damage_costs_only_what_is_damaged() -> None:
    data = bytearray(zipped({"a.txt": NOTE * 50, "b.txt": NOTE}))
    data[60] ^= 0xFF
    parsed = read(bytes(data), "a.zip")
    assert paths(parsed) == ["a.zip/b.txt"]
    assert reasons(parsed)[0].startswith("a.txt: damaged")
    with pytest.raises(ReadError, match="damaged"):
        read(zipped({"a.txt": NOTE})[:40], "a.zip")


def test_a_locked_zip_is_told() -> None:
    out = io.BytesIO(zipped({"a.txt": NOTE}))
    with zipfile.ZipFile(out) as archive:
        offset = archive.infolist()[0].header_offset
    data = bytearray(out.getvalue())
    data[offset + 6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ReadError, match="locked with a password"):
        read(bytes(data), "a.zip")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["zip", "tar", "tgz", "gz", "warc", "warc.gz"]))
def test_any_bytes_are_read_or_refused(noise: bytes, kind: str) -> None:
    whole = {"zip": zipped({"a.txt": NOTE}), "tar": tarred({"a.txt": NOTE}, "w")}.get(kind, b"")
    at = len(noise) % (len(whole) + 1)
    for data in (noise, whole[:at] + noise + whole[at:]):
        with suppress(ReadError):
            assert read(data, f"a.txt.{kind}").articles


def test_an_article_of_an_archive_is_known_by_its_place(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path, {"note.txt": NOTE})
    (tmp_path / "corpus" / "more.zip").write_bytes(zipped({"in/bridge.txt": BRIDGE}))
    with ws:
        index(ws)
        (hit,) = (one for one in ws.engine.articles(ws.engine.ids("articles")) if one.links)
        assert [origin.path for origin in hit.origins] == ["corpus/more.zip/in/bridge.txt"]
        report = index(ws, rebuild=True)
        assert (report.articles, report.skipped) == (2, ())


def test_the_folder_of_a_saved_page_is_passed_over(tmp_path: Path) -> None:
    frame = "<html><body><p>An advertisement in a frame.</p></body></html>"
    ws, report = indexed(
        tmp_path, {"a.html": page(), "a_files/frame.html": frame, "b_files/note.txt": NOTE}
    )
    with ws:
        assert report.articles == 2
        assert [(s.path, s.foreign) for s in report.skipped] == [("corpus/a_files", True)]


# WARC


def warc(*records: tuple[str, str, bytes, str], gzipped: bool = True) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=gzipped)
    for url, status, body, kind in records:
        headers = StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1")
        record = writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), http_headers=headers
        )
        writer.write_record(record)
        # warcio leaves its copy of the payload open.
        record.raw_stream.close()
    return out.getvalue()


@pytest.mark.parametrize(("name", "gzipped"), [("a.warc", False), ("a.warc.gz", True)])
def test_warc(name: str, gzipped: bool) -> None:
    data = warc(
        ("https://x.example/logo.png", "200 OK", b"\x89PNG", "image/png"),
        (ADDRESS, "200 OK", page().encode("cp1252"), "text/html; charset=windows-1252"),
        ("https://x.example/gone", "404 Not Found", page().encode(), "text/html"),
        gzipped=gzipped,
    )
    parsed = read(data, name)
    (article,) = parsed.articles
    assert article.text == "\n\n".join(PARAGRAPHS)
    assert article.sources == (Source("courier.example.org", dt.date(2024, 6, 4), ADDRESS),)
    assert article.origins[0].line == 2
    assert sorted(reasons(parsed)) == [
        "answered with 404 (1 in this file)",
        "no reader for image/png (1 in this file)",
    ]


def test_a_warc_that_breaks_off_gives_what_is_whole() -> None:
    data = warc(
        (ADDRESS, "200 OK", page().encode(), "text/html"),
        (ADDRESS, "200 OK", page(title="Two").encode(), "text/html"),
    )
    assert len(read(data[:-200], "a.warc.gz").articles) >= 1


# CSV


def test_csv_with_its_lines() -> None:
    text = (
        "Headline,body,Date,outlet,url,views\r\n"
        '"Harbour, busy","One.\r\nTwo.",2024-06-04,Courier,https://a.example,5\r\n'
        'B,"bro"ken,x\r\n'
        "\r\n"
        "C,Text,soon,,,\r\n"
    )
    parsed = read(text.encode(), "a.csv")
    first, second = parsed.articles
    assert (first.title, first.text) == ("Harbour, busy", "One.\r\nTwo.")
    assert first.sources == (Source("Courier", dt.date(2024, 6, 4), "https://a.example"),)
    assert (first.origins[0].line, second.origins[0].line) == (2, 6)
    assert [(p.line, p.reason) for p in parsed.left_out] == [
        (2, "unknown key 'views'"),
        (4, "broken CSV: ',' expected after '\"'"),
        (6, "the date is not understood"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_with_other_delimiters(delimiter: str) -> None:
    text = delimiter.join(["title", "text"]) + "\n" + delimiter.join(["A", '"B, C"']) + "\n"
    (article,) = read(text.encode(), "a.tsv").articles
    assert (article.title, article.text) == ("A", "B, C")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Titel;Inhalt\na;b\n", "no column title or text"),
        ("title,text\n", "it holds no article"),
        ('title,text\n"A,B\nC,D\n', "a quote is never closed"),
    ],
)
def test_csv_that_cannot_be_read(text: str, message: str) -> None:
    with pytest.raises(ReadError, match=message) as caught:
        read(text.encode(), "a.csv")
    assert caught.value.remedy


def test_a_value_of_csv_may_be_long() -> None:
    text = json.dumps("x " * 100_000)
    (article,) = read(f"title,text\nA,{text}\n".encode(), "a.csv").articles
    assert len(article.text) == 199_999
