"""``links check``, ``preserve`` and ``verify`` against a real server."""

from __future__ import annotations

import datetime as dt
import html.parser
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli, started
from pages import HEADLINE, page
from projects import HARBOUR
from warcio.archiveiterator import ArchiveIterator
from webserver import PNG, QUICK, Site, served

from searchkit.evidence.addresses import anywhere
from searchkit.evidence.fetch import Fetcher
from searchkit.evidence.record import APART, Answer, Checked, LinkRecord, judged
from searchkit.workflow.checking import FRESH, CheckReport, check_links
from searchkit.workflow.links import Link
from searchkit.workflow.pagetext import quoted_in
from searchkit.workflow.preserving import preserve
from searchkit.workflow.reporting import doctor
from searchkit.workflow.reviewing import link
from searchkit.workflow.workspace import Workspace

#: How processes of their own are run.
HEARD: Any = {"capture_output": True, "text": True}
NOW = dt.datetime(2024, 8, 5, 12, tzinfo=dt.UTC)
QUOTE = "the new crane had shortened waiting times by a third"


@pytest.fixture
def site() -> Iterator[Site]:
    with served() as running:
        yield running


@pytest.fixture
def web() -> Fetcher:
    return Fetcher(allowed=anywhere, limits=QUICK)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    monkeypatch.setattr("searchkit.evidence.fetch.Limits", lambda: QUICK)
    monkeypatch.setattr("searchkit.evidence.check._PAUSE", 0.01)
    found = started(tmp_path, monkeypatch, capsys, {"a.txt": HARBOUR})
    monkeypatch.setenv("SEARCHKIT_REVIEWER", "Ann")
    return found


def judge(cli: Cli, *urls: str, quote: str | None = None, words: str = "412,000") -> str:
    claim = cli.handle(words)
    more = ["--quote", quote] if quote else []
    cli.ok("mark", claim, "verified", *urls, *more)
    return claim


def answer(cli: Cli, *args: str) -> Any:
    """What a command about links prints with ``--json``."""
    return json.loads(cli("links", *args, "--json").out)


def checked(cli: Cli, web: Fetcher, now: dt.datetime = NOW, **more: bool) -> CheckReport:
    with Workspace.open(cli.folder / "index") as ws:
        return check_links(ws, web, sources=False, now=now, pause=0.01, **more)


def states(found: CheckReport) -> dict[str, str]:
    return {one.result.url.split("/", 3)[3]: one.result.state for one in found.links}


# Checking


def test_what_servers_answer_and_what_that_says_of_a_link(
    cli: Cli, site: Site, web: Fetcher
) -> None:
    expected = {
        "page": "alive",
        "nohead": "alive",
        "busy": "alive",
        "flaky": "alive",
        "charset": "alive",
        "short": "alive",
        # A check asks for no more than the head, which is sound.
        "long": "alive",
        "bomb": "alive",
        f"to/301?u={site.url('/page')}": "moved",
        f"to/308?u={site.url('/page')}": "moved",
        f"to/302?u={site.url('/page')}": "alive",
        f"to/301?u={site.url('/status/404')}": "missing",
        "status/404": "missing",
        "status/410": "missing",
        "status/401": "refused",
        "status/403": "refused",
        "status/429": "refused",
        "status/451": "refused",
        "status/500": "failing",
        "status/503": "failing",
        "drop": "failing",
        "garbage": "failing",
        "drip": "failing",
        "slow?s=3": "failing",
        "loop": "failing",
    }
    judge(cli, *(site.url(f"/{path}") for path in expected))
    before = cli.sidecars()
    found = checked(cli, web)
    assert states(found) == expected
    moved = next(one.result for one in found.links if one.result.state == "moved")
    assert moved.address == site.url("/page")
    assert sum(found.counts.values()) == len(expected)
    assert cli.sidecars() == before
    with Workspace.open(cli.folder / "index") as ws:
        assert ws.dead_links == frozenset()


def test_private_addresses_are_not_asked_without_the_flag(cli: Cli, site: Site) -> None:
    judge(cli, site.url("/page"))
    items = answer(cli, "check", "--evidence")["items"]
    assert [item["state"] for item in items] == ["forbidden"]
    assert not site.requests
    items = answer(cli, "check", "--evidence", "--again", "--allow-private")["items"]
    assert [item["state"] for item in items] == ["alive"]


def test_a_link_is_dead_by_two_checks_apart_and_not_before(
    cli: Cli, site: Site, web: Fetcher
) -> None:
    claim = judge(cli, site.url("/gone"), quote=QUOTE)
    assert states(checked(cli, web)) == {"gone": "missing"}
    later = NOW + APART - dt.timedelta(hours=1)
    assert states(checked(cli, web, later)) == {"gone": "missing"}
    assert cli.json("show", claim)["items"][0]["flags"] == []
    assert states(checked(cli, web, NOW + APART, again=True)) == {"gone": "dead"}
    # From now on it is a flag that searches and reports know.
    assert cli.json("claims", "flag:dead-link")["total"] == 1
    assert cli.json("show", claim)["items"][0]["flags"] == ["dead-link"]
    assert "a link is dead" in cli("report", "--strict").err
    assert cli.json("stats")["flags"]["dead-link"] == 1
    # It came back, and is no longer dead.
    site.routes["/gone"] = lambda handler: handler.answer(200, site.page)
    assert states(checked(cli, web, NOW + 2 * APART)) == {"gone": "alive"}
    assert cli.json("claims", "flag:dead-link")["total"] == 0


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503, None])
def test_refusals_and_faults_never_count(status: int | None) -> None:
    known: Checked | None = None
    for day in range(5):
        known = judged("u", Answer(status), known, NOW + day * APART)
        assert known.state in ("refused", "failing")
        assert known.gone_since is None
    # Amid two answers of 404 they neither count nor clear.
    first = judged("u", Answer(404), None, NOW)
    between = judged("u", Answer(status), first, NOW + APART)
    assert judged("u", Answer(410), between, NOW + 2 * APART).state == "dead"
    assert judged("u", Answer(200), between, NOW + 2 * APART).gone_since is None


def test_a_run_that_was_stopped_goes_on(cli: Cli, site: Site, web: Fetcher) -> None:
    urls = [site.url(f"/page/{n}") for n in range(30)]
    judge(cli, *urls)

    def stop(done: int, total: int, url: str) -> None:
        if done == 10:
            raise KeyboardInterrupt

    with Workspace.open(cli.folder / "index") as ws, pytest.raises(KeyboardInterrupt):
        check_links(ws, web, sources=False, now=NOW, progress=stop)
    site.hits.clear()
    found = checked(cli, web, NOW + FRESH / 2)
    assert len(found.links) == 30
    assert sum(not one.now for one in found.links) == 10
    assert sum(path.startswith("/page") for path in site.hits) <= 22
    assert sum(one.now for one in checked(cli, web, NOW + FRESH / 2).links) == 0
    assert sum(one.now for one in checked(cli, web, NOW + FRESH / 2, again=True).links) == 30


def test_one_server_is_asked_two_things_at_a_time(cli: Cli, site: Site) -> None:
    web = Fetcher(allowed=anywhere, limits=QUICK, look_up=lambda host, port: ["127.0.0.1"])
    hosts = ["one.example", "two.example", "three.example"]
    judge(cli, *(site.url(f"/slow?s=0.05&n={n}", host) for host in hosts for n in range(8)))
    found = checked(cli, web)
    assert found.counts["alive"] == 24
    assert set(site.peak.values()) == {2}
    # Three servers at once: 8 links each, two at a time, at 50 ms.
    assert found.seconds < 24 * 0.05


def test_sources_of_articles_are_checked_too(cli: Cli) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise OSError

    web = Fetcher(limits=QUICK, look_up=nobody)
    with Workspace.open(cli.folder / "index") as ws:
        (one,) = check_links(ws, web, now=NOW, pause=0.0).links
    assert one.result.url == "https://courier.example.org/2024/06/04/harbour"
    assert (one.result.state, one.result.problem) == ("failing", "there is no host of that name")
    assert [use.claim for use in one.uses] == [None]


def test_the_report_of_a_check(cli: Cli, site: Site) -> None:
    claim = judge(cli, site.url("/status/404"), site.url(f"/to/301?u={site.url('/page')}"))
    out = cli.ok("links", "check", "--evidence", "--allow-private")
    assert out.startswith("2 links: 1 moved, 1 missing\n")
    assert f"→ {site.url('/page')}" in out
    assert f"404  gone since {dt.datetime.now(dt.UTC):%Y-%m-%d}  {claim[:3]}" in out
    assert "1 missing" in cli.ok("links", "check", "--evidence", "--allow-private")


def test_a_damaged_record_is_named_and_costs_no_verdict(cli: Cli, site: Site) -> None:
    claim = judge(cli, site.url("/page"))
    (cli.folder / "index" / "links.sqlite").write_bytes(b"no database" * 100)
    ran = cli("links", "check")
    assert ran.code == 1
    assert "links.sqlite" in ran.err
    assert "verified" in cli.ok("show", claim)


def test_the_record_is_whole_whenever_it_is_stopped(tmp_path: Path) -> None:
    with LinkRecord(tmp_path / "r") as record:
        record.put([judged("a", Answer(200), None, NOW)])

        def half() -> Iterator[Checked]:
            yield judged("b", Answer(200), None, NOW)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            record.put(half())
        assert record.get("b") is None
        assert record.get("a") is not None


# Preserving


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
    paths = ["page", "status/404", "status/403", "long", "bomb", "drop", "slow?s=3", "endless"]
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
