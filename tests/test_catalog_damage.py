"""A damaged catalog: one line names it and the remedy, which puts it right and loses nothing."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from cli_runner import Cli, Ran, started
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

_BY = ("--by", "Ann")
_PAGE = 4096
_COMMANDS = (
    ("stats",),
    ("index",),
    ("search", "harbour"),
    ("claims", "status:verified"),
    ("show", "412,000 containers"),
    ("similar", "containers"),
    ("conflicts",),
    ("report",),
    ("saved",),
    ("new", "--keep"),
)


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    cli = started(tmp_path, monkeypatch, capsys)
    cli.ok("verify", "412,000 containers", "https://a.example.org/1", *_BY)
    cli.ok("search", "--save", "ferries", "ferry")
    cli.ok("new")
    return cli


def _catalog(cli: Cli) -> Path:
    return cli.folder / "index" / "engine" / "catalog.sqlite"


def _flip(cli: Cli, at: int, count: int, mask: int = 0xFF) -> None:
    content = bytearray(_catalog(cli).read_bytes())
    content[at : at + count] = bytes(byte ^ mask for byte in content[at : at + count])
    _catalog(cli).write_bytes(content)


def _place(cli: Cli, table: str, column: str) -> int:
    """Where in the file a value of the first row of a table stands, which has one page."""
    with closing(sqlite3.connect(_catalog(cli))) as db:
        (value,) = db.execute(f"SELECT {column} FROM {table}").fetchone()
        wanted = "SELECT rootpage FROM sqlite_master WHERE name = ?"
        (page,) = db.execute(wanted, (table,)).fetchone()
    sought = value if isinstance(value, bytes) else value.encode()
    return _catalog(cli).read_bytes().index(sought, (page - 1) * _PAGE, page * _PAGE)


def _told(ran: Ran) -> None:
    """The one line, and what a command could do without the catalog."""
    assert ran.code == 1
    assert ran.err.count("\n") == 1, ran.err
    assert "catalog.sqlite: the catalog is damaged (" in ran.err
    assert "; run `searchkit index --rebuild`" in ran.err


def test_every_command_names_the_damage_and_the_remedy(cli: Cli) -> None:
    size = _catalog(cli).stat().st_size
    for at in range(_PAGE, size, _PAGE):
        _flip(cli, at, 200)
    before = cli.sidecars()
    for args in (*_COMMANDS, ("doctor",)):
        _told(cli(*args))
    assert cli.sidecars() == before
    # A verdict needs no catalog.
    cli.ok("dispute", "eight people", *_BY)
    before = cli.sidecars()
    cli.ok("index", "--rebuild")
    assert cli.sidecars() == before
    assert "sound" in cli.ok("doctor")
    assert cli.json("claims", "status:verified OR status:disputed")["total"] == 2


@pytest.mark.parametrize(
    ("table", "column", "count", "mask"),
    [
        ("articles", "title", 64, 0xFF),
        ("articles", "sketch", 64, 0xFF),
        ("articles", "title", 1, 0x01),
        ("articles", "sources", 1, 0x01),
        ("summaries", "latest", 1, 0x01),
        ("files", "path", 3, 0x80),
        ("entries", "path", 1, 0x01),
        ("left_out", "reason", 2, 0x80),
    ],
)
def test_doctor_finds_small_damage(
    cli: Cli, table: str, column: str, count: int, mask: int
) -> None:
    (cli.folder / "corpus" / "more.json").write_text('[{"title": "a", "text": "b"}, 3.5]', "utf-8")
    cli.ok("index")
    assert "sound" in cli.ok("doctor")
    _flip(cli, _place(cli, table, column), count, mask)
    _told(cli("doctor"))
    cli.ok("index", "--rebuild")
    assert "sound" in cli.ok("doctor")


def _say_once(ran: Ran, *parts: str) -> None:
    told = ran.err.splitlines()
    assert len(told) == len(parts)
    for part in parts:
        assert sum(part in line for line in told) == 1


def test_doctor_goes_on_and_says_everything_once(cli: Cli) -> None:
    whole = _catalog(cli).read_bytes()
    _flip(cli, _PAGE, len(whole))
    (segment,) = (cli.folder / "index" / "engine" / "articles").glob("*.seg")
    content = bytearray(segment.read_bytes())
    content[len(content) // 2] ^= 0xFF
    segment.write_bytes(content)
    (cli.folder / "index" / "reviews" / "abcdefgh.json").write_text("x", "utf-8")
    _say_once(cli("doctor"), segment.name, "catalog.sqlite", "abcdefgh.json")
    _catalog(cli).write_bytes(whole)
    _say_once(cli("doctor"), segment.name, "abcdefgh.json")


def test_what_was_looked_at_stays_so(cli: Cli) -> None:
    (cli.folder / "corpus" / "mill.txt").write_text("Mill\n\nThe mill has a ferry.\n", "utf-8")
    cli.ok("index")
    _flip(cli, _place(cli, "files", "path"), 3, 0x80)
    _told(cli("index"))
    ran = cli("index", "--rebuild")
    assert (ran.code, "count as new" in ran.err) == (0, False)
    assert [item["title"] for item in cli.json("new")["items"]] == ["Mill"]
    assert [item["title"] for item in cli.json("saved", "ferries")["items"]] == ["Mill"]


def test_what_cannot_be_told_of_counts_as_new(cli: Cli) -> None:
    at = _place(cli, "articles", "title") // _PAGE * _PAGE
    _flip(cli, at, 100)
    ran = cli("index", "--rebuild")
    assert "damaged in parts; articles that count as new again: 3" in ran.err
    assert cli.json("new")["total"] == 3
    _catalog(cli).write_bytes(b"no catalog" * 1000)
    ran = cli("index", "--rebuild")
    assert "catalog.sqlite: the catalog is damaged (" in ran.err
    assert "all articles count as new" in ran.err
    assert cli.json("new")["total"] == 3


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_whatever_is_damaged_nobody_sees_a_mistake_and_no_verdict_is_lost(
    cli: Cli, data: st.DataObject
) -> None:
    index, kept = cli.folder / "index", cli.folder / "kept"
    if not kept.exists():
        shutil.copytree(index, kept)
    shutil.rmtree(index)
    shutil.copytree(kept, index)
    size = _catalog(cli).stat().st_size
    for _ in range(data.draw(st.integers(1, 5))):
        count = data.draw(st.sampled_from([1, 8, 500, _PAGE]))
        _flip(cli, data.draw(st.integers(0, size - 1)), count, data.draw(st.integers(1, 255)))
    for args in (*_COMMANDS, ("mark", "eight people", "false", *_BY)):
        ran = cli(*args)
        assert "mistake" not in ran.err
        assert ran.code in (0, 1)
    before = cli.sidecars()
    cli.ok("index", "--rebuild")
    assert cli.sidecars() == before
    assert "sound" in cli.ok("doctor")
    assert cli.json("claims", "status:verified")["total"] == 1
