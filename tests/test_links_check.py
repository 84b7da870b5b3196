"""``links check`` against a real server: what it says of a link, and what it never says."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_runner import Cli
from linked import NOW, QUOTE, answer, checked, judge, project, states
from webserver import QUICK, Site, Watched

from searchkit.evidence.check import politely
from searchkit.evidence.fetch import Fetcher
from searchkit.evidence.record import APART, Answer, Checked, LinkRecord, judged
from searchkit.workflow.checking import FRESH, check_links
from searchkit.workflow.workspace import Workspace


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return project(tmp_path, monkeypatch, capsys)


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
        # Redirects that do not say where to.
        "status/300": "failing",
        "status/302": "failing",
        "status/304": "failing",
        f"to/301?u={site.url('/status/302')}": "failing",
        "status/500": "failing",
        "status/503": "failing",
        "drop": "failing",
        "garbage": "failing",
        "drip": "failing",
        "slow?s=4": "failing",
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
    # What was not asked is asked as soon as it may be.
    items = answer(cli, "check", "--evidence", "--allow-private")["items"]
    assert [(item["state"], item["now"]) for item in items] == [("alive", True)]
    items = answer(cli, "check", "--evidence")["items"]
    assert [(item["state"], item["now"]) for item in items] == [("alive", False)]


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


@pytest.mark.parametrize("status", [300, 302, 304, 401, 403, 429, 500, 502, 503, None])
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
    web = Watched()
    hosts = ["one.example", "two.example", "three.example"]
    judge(cli, *(site.url(f"/slow?s=0.05&n={n}", host) for host in hosts for n in range(8)))
    found = checked(cli, web)
    assert found.counts["alive"] == 24
    assert set(web.peak.values()) == {2}


def test_sources_of_articles_are_checked_too(cli: Cli) -> None:
    def nobody(host: str, port: int) -> list[str]:
        raise OSError

    web = Fetcher(limits=QUICK, look_up=nobody)
    with Workspace.open(cli.folder / "index") as ws:
        (one,) = check_links(ws, web, now=NOW, pause=0.0).links
    assert one.result.url == "https://courier.example.org/2024/06/04/harbour"
    assert (one.result.state, one.result.problem) == ("failing", "there is no host of that name")
    assert [use.claim for use in one.uses] == [None]
    # A reviewed article keeps its source when it leaves the corpus.
    cli.ok("verify", "412,000 containers")
    (cli.folder / "corpus" / "a.txt").unlink()
    cli.ok("index", "--prune")
    with Workspace.open(cli.folder / "index") as ws:
        assert len(check_links(ws, web, now=NOW, pause=0.0).links) == 1


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


def test_damage_within_the_record_is_told_in_one_line(cli: Cli, site: Site) -> None:
    claim = judge(cli, site.url("/page"))
    cli.ok("links", "check", "--evidence", "--allow-private")
    record = cli.folder / "index" / "links.sqlite"
    content = bytearray(record.read_bytes())
    content[4096:] = bytes(255 for _ in content[4096:])
    record.write_bytes(content)
    ran = cli("links", "check", "--evidence", "--allow-private")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "links.sqlite: the record of checked links cannot be used (" in ran.err
    assert "verified" in cli.ok("show", claim)
    record.unlink()
    assert "1 alive" in cli.ok("links", "check", "--evidence", "--allow-private")


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


def test_work_waits_for_whoever_takes_the_results() -> None:
    begun: list[int] = []

    def work(number: int) -> int:
        begun.append(number)
        return number

    links = [(f"http://host{n}.example/", n) for n in range(50)]
    results = politely(links, work, workers=2)
    first = [next(results) for _ in range(3)]
    time.sleep(0.1)
    assert len(begun) <= 3 + 2 * 2
    assert sorted(number for _, number in (*first, *results)) == list(range(50))
    # Whoever has enough stops, and what was not begun is not.
    begun.clear()
    results = politely(links, work, workers=2)
    next(results)
    results.close()
    time.sleep(0.1)
    assert len(begun) <= 1 + 2 * 2


def test_a_mistake_in_the_work_is_raised_where_it_is_waited_for() -> None:
    with pytest.raises(ZeroDivisionError):
        list(politely([("http://a.example/", 0)], lambda number: 1 // number))
    assert list(politely([], lambda number: number)) == []
