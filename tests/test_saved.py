"""Saved searches, and what is new in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Cli, started
from projects import BRIDGE, HARBOUR, indexed

from searchkit.query import parse
from searchkit.query.tree import And, DateRange, Phrase
from searchkit.workflow.indexing import index
from searchkit.workflow.saved import as_query, new_in, save_search, saved_searches

STRIKE = """Harbour Workers Strike

The harbour of Northport stood still for a day.

Source: Radio North, July 20, 2024
https://radio.example.org/strike
"""


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return started(tmp_path, monkeypatch, capsys, {"digest.txt": f"{HARBOUR}\n{BRIDGE}"})


def _add_strike(cli: Cli) -> None:
    (cli.folder / "corpus" / "strike.txt").write_text(STRIKE, "utf-8")
    cli.ok("index")


def _titles(cli: Cli, *args: str) -> list[str]:
    return [item["title"] for item in cli.json("saved", *args)["items"]]


def test_only_what_came_since_the_last_look_is_new(cli: Cli) -> None:
    ran = cli("search", "--save", "port", "harbour")
    assert "saved; `searchkit saved port`" in ran.err
    assert _titles(cli, "port") == []
    _add_strike(cli)
    assert cli.json("saved")["items"] == [
        {"name": "port", "query": "harbour", "articles": 2, "new": 1}
    ]
    assert _titles(cli, "port", "--keep") == ["Harbour Workers Strike"]
    assert _titles(cli, "port") == ["Harbour Workers Strike"]
    assert _titles(cli, "port") == []
    assert cli.json("saved")["items"][0]["new"] == 0


def test_what_was_new_stays_new_when_the_cache_is_made_anew(cli: Cli) -> None:
    cli.ok("search", "--save", "port", "harbour")
    _add_strike(cli)
    cli.ok("index", "--rebuild")
    assert _titles(cli, "port") == ["Harbour Workers Strike"]


def test_options_are_saved_with_the_words(cli: Cli) -> None:
    cli.ok("search", "--save", "radio", "--outlet", "Radio North", "--since", "2024-07", "harbour")
    _add_strike(cli)
    assert cli.json("saved")["items"][0]["articles"] == 1
    assert _titles(cli, "radio") == ["Harbour Workers Strike"]


def test_a_query_says_what_the_options_said() -> None:
    tree = parse(as_query("a OR b", outlets=['The "Daily" \\', "B"]))
    assert isinstance(tree, And)
    assert tree.children[1].children[0].text == 'The "Daily" \\'
    (dates,) = (parse(as_query("", since=None, until=None, statuses=[])),)
    assert dates == parse("")
    assert isinstance(parse(as_query("", outlets=["A B"])), Phrase)
    assert isinstance(parse(as_query("", since=parse("date:2024").start)), DateRange)


def test_saving_again_replaces_and_forgetting_drops(cli: Cli) -> None:
    cli.ok("search", "--save", "x", "harbour")
    assert "in place of" not in cli("search", "--save", "x", "harbour").err
    assert "in place of harbour;" in cli("search", "--save", "x", "bridge").err
    cli.ok("search", "--save", "two words", "ferry")
    assert {item["name"]: item["query"] for item in cli.json("saved")["items"]} == {
        "two words": "ferry",
        "x": "bridge",
    }
    assert cli("saved", "x", "--forget").code == 0
    assert [item["name"] for item in cli.json("saved")["items"]] == ["two words"]
    assert "two words" in cli.ok("saved")


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["saved", "nothing"], 1, "there is no saved search 'nothing'"),
        (["saved", "nothing", "--forget"], 1, "there is no saved search"),
        (["saved", "--keep"], 2, "no search is named"),
        (["saved", "x", "--keep", "--forget"], 2, "exclude each other"),
        (["search", "--save", " ", "harbour"], 2, "no name for a search"),
        (["search", "--save", "a\nb", "harbour"], 2, "no name for a search"),
        (["search", "--save", "all"], 2, "an empty search finds everything"),
        (["search", "--save", "x", "--like", "1", "harbour"], 2, "--like cannot be saved"),
    ],
)
def test_what_is_refused(cli: Cli, args: list[str], code: int, told: str) -> None:
    ran = cli(*args)
    assert ran.code == code
    assert told in ran.err
    assert not (cli.folder / "index" / "searches.json").exists()


def test_a_damaged_file_is_named_and_left_alone(cli: Cli) -> None:
    path = cli.folder / "index" / "searches.json"
    for damaged in ("{", '["a"]', '{"a": 1}'):
        path.write_text(damaged, "utf-8")
        for args in (["saved"], ["saved", "a"], ["search", "--save", "b", "harbour"]):
            ran = cli(*args)
            assert ran.code == 1
            assert "searches.json" in ran.err
        assert path.read_text("utf-8") == damaged


def test_one_broken_query_does_not_hide_the_others(cli: Cli) -> None:
    path = cli.folder / "index" / "searches.json"
    path.write_text('{"bad": "(harbour", "good": "harbour", "gone": "status:lost"}', "utf-8")
    ran = cli("saved")
    assert ran.code == 1
    assert "good" in ran.out
    assert "saved search 'bad'" in ran.err
    assert "saved search 'gone'" in ran.err


def test_what_a_search_finds_when_it_is_saved_counts_as_seen(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    save_search(ws, "all", "*")
    assert new_in(ws, "all").articles == ()
    (tmp_path / "corpus" / "strike.txt").write_text(STRIKE, "utf-8")
    index(ws)
    assert [(s.total, s.new) for s in saved_searches(ws)] == [(4, 1)]
    assert [a.title for a in new_in(ws, "all").articles] == ["Harbour Workers Strike"]
