"""``links preserve`` and ``verify`` against a real server: copies, quotes, proofs, reports."""

from __future__ import annotations

import html.parser
import io
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli
from linked import NOW, QUOTE, answer, checked, judge, project
from pages import HEADLINE, page
from projects import HARBOUR
from warcio.archiveiterator import ArchiveIterator
from webserver import PNG, Site

from searchkit.evidence.fetch import Fetcher
from searchkit.evidence.record import APART
from searchkit.readers import read
from searchkit.workflow.links import Link
from searchkit.workflow.pagetext import quoted_in
from searchkit.workflow.preserving import preserve
from searchkit.workflow.reporting import doctor
from searchkit.workflow.reviewing import link
from searchkit.workflow.workspace import Workspace

#: How processes of their own are run.
HEARD: Any = {"capture_output": True, "text": True}


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return project(tmp_path, monkeypatch, capsys)


class _Tags(html.parser.HTMLParser):
    """What a page holds that could run, or fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]


HOSTILE = (
    "<script>document.title='run'</script><img src=/picture onerror=\"document.title='run'\">"
    "<img src=/liar><svg onload=\"document.title='run'\"><circle/></svg>"
    "<a href=\"javascript:document.title='run'\">x</a><iframe src=/page></iframe>"
    "<form action=/page><input name=a><button>b</button></form><object data=/page></object>"
    "<meta http-equiv=refresh content='0;url=/page'><base href=http://evil.example/>"
    "<link rel=stylesheet href=/page><style>@import url(/page);</style>"
    "<p onclick='x()' style='background:url(/page)'>Styled.</p><a href=/rel>relative</a>"
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>'
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table>"
    "</mtext></math>"
)


def test_a_copy_is_kept_found_replayed_and_proved(cli: Cli, site: Site) -> None:
    site.page = page(body=HOSTILE).encode()
    url = site.url(f"/to/302?u={site.url('/gzip')}")
    claim = judge(cli, url, quote=QUOTE)
    out = cli.ok("links", "preserve", "--allow-private")
    assert "the quote stands in it" in out
    (event,) = [e for e in cli.json("history", claim)["items"] if e["action"] == "preserve"]
    data = event["data"]
    assert (data["url"], data["address"], data["status"]) == (url, site.url("/gzip"), 200)
    assert (data["quote"], data["found"]) == (QUOTE, "found")
    assert data["headers"]["content-encoding"] == "gzip"
    assert event["reviewer"] == "Ann"
    # The WARC file, replayed.
    folder = cli.folder / "index" / "evidence"
    warc = (folder / f"{data['copy']}.warc.gz").read_bytes()
    records = [
        (r.rec_type, r.rec_headers.get_header("WARC-Target-URI"), r.content_stream().read())
        for r in ArchiveIterator(io.BytesIO(warc), check_digests="raise")
    ]
    answers = [(address, body) for kind, address, body in records if kind == "response"]
    assert [address for address, _ in answers[:2]] == [url, site.url("/gzip")]
    assert answers[1][1] == site.page
    assert (site.url("/picture"), PNG) in answers
    assert quoted_in(QUOTE, answers[1][1].decode()) == "found"
    # searchkit itself can read it as a corpus file.
    assert [article.title for article in read(warc, "a.warc.gz").articles] == [HEADLINE]
    # The HTML file.
    view = (folder / f"{data['copy']}.html").read_text("utf-8")
    seen = _Tags()
    seen.feed(view)
    assert not seen.tags & {"script", "svg", "iframe", "form", "object", "base", "link", "input"}
    assert not [a for a in seen.attributes if a[1].startswith("on")]
    links = [value for _, name, value in seen.attributes if name in ("href", "src")]
    assert site.url("/rel") in links
    assert all(re.match(r"https?://|data:image/png;base64,", value) for value in links)
    assert sum(value.startswith("data:image/png") for value in links) == 1
    assert [v for t, n, v in seen.attributes if (t, n) == ("meta", "http-equiv")] == [
        "Content-Security-Policy"
    ]
    assert f"<title>{HEADLINE}</title>" in view
    # What it is proved by.
    assert cli.ok("links", "verify") == "1 copy, each of them what it was\n"
    shown = cli.ok("show", claim)
    assert "the quote stands in it" in shown
    assert "every web link of evidence has a copy" in cli.ok("links", "preserve")


@pytest.mark.parametrize(
    "picture",
    [
        '<img src="/picture">',
        '<img alt="x" src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" data-src="/picture">',
        "<img data-lazy-src='/picture'>",
        '<img srcset="/picture 1x, /other 2x">',
    ],
)
def test_pictures_are_kept_where_scripts_would_have_loaded_them(
    cli: Cli, site: Site, picture: str
) -> None:
    site.page = page(body=picture).encode()
    judge(cli, site.url("/page"))
    cli.ok("links", "preserve", "--allow-private")
    (view,) = (cli.folder / "index" / "evidence").glob("*.html")
    assert view.read_text().count('src="data:image/png;base64,') == 1


@pytest.mark.parametrize("ending", [".warc.gz", ".html"])
def test_a_changed_or_missing_copy_is_named(cli: Cli, site: Site, ending: str) -> None:
    judge(cli, site.url("/page"))
    cli.ok("links", "preserve", "--allow-private")
    (path,) = (cli.folder / "index" / "evidence").glob(f"*{ending}")
    whole = path.read_bytes()
    path.write_bytes(whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:])
    ran = cli("links", "verify")
    assert ran.code == 1
    assert path.name in ran.err
    assert "the copy was changed" in ran.err
    assert any(path.name in line for line in cli("doctor").err.splitlines())
    # Other damage stops nothing.
    (cli.folder / "index" / "engine" / "catalog.sqlite").write_bytes(b"no catalog")
    assert path.name in cli("doctor").err
    path.unlink()
    assert "the copy is missing" in cli("links", "verify").err
    path.write_bytes(whole)
    assert cli("links", "verify").code == 0


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        (f"“{QUOTE}”", "found"),
        ("The harbour of Northport handled … 3.5% more than in April.", "found"),
        (QUOTE.replace("third", "quarter"), "changed"),
        ("Nobody has ever said this sentence about wolves in Patagonia.", "missing"),
        (HEADLINE, "found"),
    ],
)
def test_what_became_of_a_quote(cli: Cli, site: Site, quote: str, found: str) -> None:
    claim = judge(cli, site.url("/page"), quote=quote)
    (item,) = answer(cli, "preserve", "--allow-private")["items"]
    assert item["claims"] == [
        {"article": item["claims"][0]["article"], "id": claim, "quote": found}
    ]
    assert cli.json("show", claim)["items"][0]["evidence"][0]["quoted"] == found


def test_another_quote_since_is_not_said_to_stand_in_the_copy(cli: Cli, site: Site) -> None:
    claim = judge(cli, site.url("/page"), quote=QUOTE)
    cli.ok("links", "preserve", "--allow-private")
    cli.ok("link", claim, site.url("/page"), "--quote", "Something else.")
    evidence = cli.json("show", claim)["items"][0]["evidence"][0]
    assert evidence["copy"]
    assert evidence["quoted"] is None


def test_undo_takes_a_copy_back_and_keeps_its_files(cli: Cli, site: Site) -> None:
    claim = judge(cli, site.url("/page"))
    cli.ok("links", "preserve", claim, "--allow-private")
    cli.ok("undo")
    assert cli.json("show", claim)["items"][0]["evidence"][0]["copy"] is None
    assert cli.json("show", claim)["items"][0]["status"] == "verified"
    assert "1 copy" in cli.ok("links", "verify")


def test_what_cannot_be_preserved_is_told_and_the_rest_is_kept(cli: Cli, site: Site) -> None:
    paths = ["page", "status/404", "status/403", "long", "bomb", "drop", "slow?s=4", "endless"]
    judge(cli, *(site.url(f"/{path}") for path in paths))
    found = answer(cli, "preserve", "--allow-private")["items"]
    items = {item["url"].split("/", 3)[3]: item for item in found}
    assert [path for path in paths if items[path]["copy"]] == ["page"]
    assert all(items[path]["problem"] for path in paths[1:])
    ran = cli("links", "preserve", "--allow-private")
    assert (ran.code, ran.err.count("no copy")) == (1, len(paths) - 1)


def test_other_files_are_kept_too(cli: Cli, site: Site) -> None:
    judge(cli, site.url("/file"), site.url("/picture"))
    cli.ok("links", "preserve", "--allow-private")
    views = [p.read_text() for p in (cli.folder / "index" / "evidence").glob("*.html")]
    assert sum('download="file"' in view for view in views) == 1
    assert sum("data:image/png;base64" in view for view in views) == 1


def test_a_page_too_large_to_be_read_is_kept(
    cli: Cli, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("searchkit.readers.html.LARGEST", 100)
    judge(cli, site.url("/page"), quote=QUOTE)
    assert "the quote stands in it" in cli.ok("links", "preserve", "--allow-private")
    assert "1 alive" in cli.ok("links", "check", "--evidence", "--allow-private")


def test_names_of_links_and_claims(cli: Cli, site: Site) -> None:
    one = judge(cli, site.url("/page/1"))
    two = judge(cli, site.url("/page/2"), words="Exports of timber")
    (item,) = answer(cli, "preserve", two, "--allow-private")["items"]
    assert item["url"] == site.url("/page/2")
    (item,) = answer(cli, "preserve", site.url("/page/1"), "--allow-private")["items"]
    assert item["claims"][0]["id"] == one
    ran = cli("links", "preserve", "https://nobody.example/x")
    assert (ran.code, "no claim has this link" in ran.err) == (1, True)
    ran = cli("links", "preserve", cli.handle("Analysts expect"))
    assert (ran.code, "has no web link" in ran.err) == (1, True)


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("quote", [QUOTE, None])
def test_a_claim_keeps_its_copy_when_another_gets_one_of_the_rewritten_page(
    cli: Cli, site: Site, web: Fetcher, *, named: bool, quote: str | None
) -> None:
    one = judge(cli, site.url("/page"), quote=quote)
    cli.ok("links", "preserve", "--allow-private")
    before = cli.json("show", one)["items"][0]["evidence"][0]
    site.page = page(
        title="Another Story", paragraphs=["Wolves roam the hills again. " * 9]
    ).encode()
    two = judge(cli, site.url("/page"), words="Exports of timber")
    names = [two] if named else []
    (item,) = answer(cli, "preserve", *names, "--allow-private")["items"]
    assert [told["id"] for told in item["claims"]] == [two]
    assert cli.json("show", one)["items"][0]["evidence"][0] == before
    assert cli.json("show", two)["items"][0]["evidence"][0]["copy"] not in (None, before["copy"])
    # The page is held against both copies.
    (link,) = checked(cli, web).links
    assert link.drifted
    assert link.result.quotes == bool(quote)
    # The other copy is replaced only where that is asked for.
    (item,) = answer(cli, "preserve", *names, "--again", "--allow-private")["items"]
    assert len(item["claims"]) == (1 if named else 2)
    after = cli.json("show", one)["items"][0]["evidence"][0]
    assert (after == before) == named
    assert after["quoted"] == (("found" if named else "missing") if quote else None)


def test_a_copy_without_the_quote_is_not_fit_to_publish(cli: Cli, site: Site) -> None:
    told = f"the copy of {site.url('/page')}: other words stand there in place of the quote"
    judge(cli, site.url("/page"), quote=QUOTE.replace("third", "quarter"))
    assert told not in cli("report", "--strict").err
    cli.ok("links", "preserve", "--allow-private")
    assert told in cli("report", "--strict").err
    judge(cli, site.url("/page"), quote=QUOTE)
    cli.ok("links", "preserve", "--again", "--allow-private")
    assert "the copy of" not in cli("report", "--strict").err


def test_cookies_stay_out_of_the_sidecar(cli: Cli, site: Site) -> None:
    site.routes["/cookie"] = lambda handler: handler.answer(200, site.page, Set_Cookie="secret=1")
    judge(cli, site.url("/cookie"))
    cli.ok("links", "preserve", "--allow-private")
    (text,) = cli.sidecars().values()
    assert b"secret=1" not in text
    assert b"content-type" in text


def test_a_public_archive_is_asked_only_on_demand(
    cli: Cli, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SEARCHKIT_LINKS_ARCHIVE", site.url("/save/"))
    claim = judge(cli, site.url("/page"))
    cli.ok("links", "preserve", "--allow-private")
    assert not any(path.startswith("/save") for _, path, _ in site.requests)
    out = cli.ok("links", "preserve", claim, "--again", "--archive", "--allow-private")
    assert f"archived  {site.url('/web/20240804/')}{site.url('/page')}" in out
    monkeypatch.setenv("SEARCHKIT_LINKS_ARCHIVE", site.url("/status/429/"))
    ran = cli("links", "preserve", claim, "--again", "--archive", "--allow-private")
    assert (ran.code, "the archive did not take it" in ran.err) == (0, True)


def test_a_page_that_changed_since_it_was_preserved(cli: Cli, site: Site, web: Fetcher) -> None:
    claim = judge(cli, site.url("/page"), quote=QUOTE)
    cli.ok("links", "preserve", "--allow-private")
    (same,) = checked(cli, web).links
    assert (same.result.likeness, same.result.quotes, same.drifted) == (1.0, 0, False)
    # The menu changes, the article does not.
    site.page = site.page.replace(b"Sport", b"Weather and more")
    (menu,) = checked(cli, web, again=True).links
    assert not menu.drifted
    site.page = site.page.replace(b"by a third", b"by a half")
    (word,) = checked(cli, web, again=True).links
    assert (word.result.quotes, word.drifted) == (1, True)
    assert word.result.likeness is not None
    assert 0.9 < word.result.likeness < 1
    site.page = page(
        title="Another Story", paragraphs=["Wolves roam the hills again. " * 9]
    ).encode()
    (other,) = checked(cli, web, again=True).links
    assert other.result.likeness is not None
    assert other.result.likeness < 0.3
    out = cli.ok("links", "check", "--evidence", "--again", "--allow-private")
    assert "no longer says what its kept copy says" in out
    assert claim[:3] in out


def test_the_report_links_to_the_copy(cli: Cli, site: Site) -> None:
    claim = judge(cli, site.url("/page"), quote=QUOTE)
    cli.ok("links", "preserve", "--allow-private")
    copy = cli.json("show", claim)["items"][0]["evidence"][0]["copy"]
    (cli.folder / "out put").mkdir()
    for name in ("r.html", "out put/r.html", "r.md"):
        cli.ok("report", "-o", name)
        text = (cli.folder / name).read_text()
        (where,) = set(re.findall(rf'[<"]((?:\.\./)?index/evidence/{copy}\.html)[">]', text))
        assert ((cli.folder / name).parent / where).is_file()
        assert "the quote stands in it" in text
    for path in (cli.folder / "index" / "evidence").iterdir():
        path.unlink()
    cli.ok("report", "-o", "r.html")
    assert "index/evidence" not in (cli.folder / "r.html").read_text()


def test_a_dead_link_with_a_copy_raises_no_flag(cli: Cli, site: Site, web: Fetcher) -> None:
    site.routes["/gone"] = lambda handler: handler.answer(200, site.page)
    claim = judge(cli, site.url("/gone"))
    cli.ok("links", "preserve", "--allow-private")
    del site.routes["/gone"]
    for day in range(2):
        found = checked(cli, web, NOW + day * APART)
    assert found.counts["dead"] == 1
    assert cli.json("show", claim)["items"][0]["flags"] == []


def test_merging_takes_copies_along(
    cli: Cli, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge(cli, site.url("/page"))
    cli.ok("links", "preserve", "--allow-private")
    other = tmp_path / "other"
    (other / "corpus").mkdir(parents=True)
    (other / "corpus" / "a.txt").write_text(HARBOUR)
    monkeypatch.chdir(other)
    cli.ok("index")
    cli.ok("merge", str(cli.folder))
    assert cli.ok("links", "verify") == "1 copy, each of them what it was\n"
    with Workspace.open(other / "index") as ws:
        assert doctor(ws) == []


def test_without_the_extra_there_is_a_remedy_and_all_else_works(cli: Cli) -> None:
    judge(cli, "https://a.example/1")
    for library, args in (("httpcore", ["links", "check"]), ("warcio", ["links", "verify"])):
        code = (
            f"import sys; sys.modules[{library!r}] = None\n"
            f"from searchkit.cli.main import main; sys.exit(main({args!r}))"
        )
        ran = subprocess.run([sys.executable, "-c", code], check=False, **HEARD)
        assert ran.returncode == 1
        assert "pip install 'searchkit-claims[evidence]'" in ran.stderr
    blocked = "".join(f"sys.modules[{x!r}] = None; " for x in ("httpcore", "warcio", "nh3"))
    for args in (["report"], ["doctor"], ["claims", "flag:dead-link"], ["links", "-h"]):
        code = f"import sys; {blocked}from searchkit.cli.main import main; sys.exit(main({args!r}))"
        ran = subprocess.run([sys.executable, "-c", code], check=False, **HEARD)
        assert ran.returncode == 0, ran.stderr


def test_preserving_in_python(cli: Cli, site: Site, web: Fetcher) -> None:
    with Workspace.open(cli.folder / "index") as ws:
        claim = cli.handle("412,000")
        link(ws, claim, [Link(site.url("/page"), quote=QUOTE)], reviewer="Bob")
        (done,) = preserve(ws, web, reviewer="Ann")
        assert done.quotes == {claim: "found"}
        assert preserve(ws, web, reviewer="Ann") == []
