"""The reviewer's name, and acts other than a verdict, from the command line."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli, on_terminal, started

_CONTAINERS = "412,000 containers"
_BY = ("--by", "Ann")
_A = "https://a.example.org/1"


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return started(tmp_path, monkeypatch, capsys)


def _claim(cli: Cli, name: str) -> dict[str, Any]:
    item: dict[str, Any] = cli.json("show", name)["items"][0]
    return item


def _reviewer(cli: Cli, *args: str) -> str:
    item = cli.json("mark", _CONTAINERS, "mixed", *args)["items"][0]
    return str(item["judgements"][-1]["reviewer"])


def test_nobody_is_named(cli: Cli) -> None:
    for args in ([], ["--by", ""], ["--by", "  "]):
        ran = cli("mark", _CONTAINERS, "mixed", *args)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err == (
            "searchkit: nobody is named as the reviewer;"
            ' say --by "Your Name", or set SEARCHKIT_REVIEWER\n'
        )
    assert cli.sidecars() == {}


def test_no_name_at_all(cli: Cli) -> None:
    for name in ("a\nb", "\x1b[31mred", "long" * 60):
        ran = cli("mark", _CONTAINERS, "mixed", "--by", name)
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert "that is no reviewer's name" in ran.err
    assert cli.sidecars() == {}


def test_where_the_reviewer_comes_from(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    home = cli.folder.parent / "home"
    (home / ".gitconfig").write_text("[user]\n\tname = Git Name\n", "utf-8")
    first = cli("mark", _CONTAINERS, "mixed")
    assert first.code == 0
    assert first.err == "Marking as Git Name; change with --by\n"
    assert _reviewer(cli) == "Git Name"
    again = cli("mark", "5,400 pupils", "mixed")
    assert (again.code, again.err) == (0, "")
    (cli.folder / "searchkit.toml").write_text('reviewer = "File Name"\n', "utf-8")
    named = cli("mark", "5,400 pupils", "mixed")
    assert named.err == ""
    assert _reviewer(cli) == "File Name"
    monkeypatch.setenv("SEARCHKIT_REVIEWER", "Env Name")
    assert _reviewer(cli) == "Env Name"
    assert _reviewer(cli, "--by", " Flag Name ") == "Flag Name"


def test_undo_takes_back_act_after_act(cli: Cli) -> None:
    cli.ok("mark", _CONTAINERS, "disputed", *_BY)
    cli.ok("mark", "5,400 pupils", "unproven", *_BY)
    cli.ok("mark", "900 passengers", "false", "--by", "Bo")
    assert cli.ok("undo", *_BY).endswith("now unreviewed\n")
    assert _claim(cli, "5,400 pupils")["status"] == "unreviewed"
    assert cli.ok("undo", *_BY).endswith("now unreviewed\n")
    assert _claim(cli, _CONTAINERS)["status"] == "unreviewed"
    none = cli("undo", *_BY)
    assert (none.code, none.out) == (1, "")
    assert none.err == "searchkit: Ann has done nothing that could be taken back\n"
    foreign = cli("undo", "900 passengers", *_BY)
    assert foreign.code == 1
    assert "shows who did what" in foreign.err
    assert _claim(cli, "900 passengers")["status"] == "false"


def test_history(cli: Cli) -> None:
    cli.ok("mark", _CONTAINERS, "disputed", _A, "--note", "Two  figures.", "--by", "Ann Other")
    cli.ok("undo", "--by", "Ann Other")
    cli.ok("note", _CONTAINERS, "Asked.", "--by", "Bo")
    events = cli.json("history", _CONTAINERS)["items"]
    times = [event["time"][:19].replace("T", " ") for event in events]
    ids = [event["id"][:10] for event in events]
    assert cli("history", _CONTAINERS).lines == [
        f"{ids[0]}  {times[0]}  Ann Other  judge  disputed  {_A}  “Two figures.”  (undone)",
        f"{ids[1]}  {times[1]}  Ann Other  undo  {ids[0]}",
        f"{ids[2]}  {times[2]}  Bo  note  Asked.",
    ]
    assert cli.ok("history", "5,400 pupils") == "nobody has done anything on it\n"


def test_link_unlink_note_and_assign(cli: Cli) -> None:
    cli.ok("mark", _CONTAINERS, "disputed", *_BY)
    out = cli.ok("link", _CONTAINERS, _A, "--context", "corpus/school.md", *_BY)
    assert "2 links" in out
    assert [e["stance"] for e in _claim(cli, _CONTAINERS)["evidence"]] == ["refutes", "context"]
    assert "1 link " in cli.ok("unlink", _CONTAINERS, _A, *_BY)
    gone = cli("unlink", _CONTAINERS, _A, *_BY)
    assert gone.code == 1
    assert "its links are: corpus/school.md" in gone.err
    cli.ok("note", _CONTAINERS, "Asked the port.", "--by", "Bo")
    assert _claim(cli, _CONTAINERS)["notes"][0]["text"] == "Asked the port."
    assert "at work on it: Bo" in cli.ok("assign", _CONTAINERS, "--by", "Bo")
    assert "at work on it: Bo, Cy" in cli.ok("assign", _CONTAINERS, "--to", "Cy", "--by", "Bo")
    assert "Cy" not in cli.ok("assign", _CONTAINERS, "--to", "Cy", "--release", "--by", "Bo")
    done = [line.split("  ")[2:] for line in cli.ok("history", _CONTAINERS).splitlines()]
    assert ["Bo", "assign", "in-review", "Cy"] in done
    assert ["Bo", "assign", "released", "Cy"] in done
    assert _claim(cli, _CONTAINERS)["assigned"] == ["Bo"]
    assert _claim(cli, _CONTAINERS)["status"] == "disputed"


def test_a_claim_of_ones_own(cli: Cli) -> None:
    article = cli.json("search", "bridge")["items"][0]["id"]
    out = cli.ok("claims", "add", article[:4], "12 million crowns", *_BY)
    handle = out.split()[1]
    assert out == f"claim {handle}  “12 million crowns”   undo: searchkit undo {handle}\n"
    cli.ok("mark", handle, "unproven", *_BY)
    found = cli.json("claims", "crowns", "--status", "unproven")["items"]
    assert [(item["text"], item["kind"]) for item in found] == [("12 million crowns", "custom")]
    for words, told in (
        ("13 million", "the words are not in it"),
        ("er", "the words stand in it more than once"),
        (" ", "no words given"),
        ("12 million crowns", f"it is claim {found[0]['id']}"),
    ):
        ran = cli("claims", "add", article, words, *_BY)
        assert (ran.code, ran.err.count("\n")) == (1, 1)
        assert told in ran.err
    cli.ok("undo", *_BY)
    cli.ok("undo", *_BY)
    assert cli.json("show", article)["total"] == 5


_EVIL = "\x1b[35mA\x1b]0;owned\x07 \u202egnp\u202c \x9b2J \u2066x\u2069 harbour \x7f\rover"
_INVISIBLE = set("\x7f\x9b\u202a\u202c\u202e\u2066\u2069")


def _hostile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> tuple[Cli, str]:
    """A project whose files and reviews are all hostile, and the id of an article of it."""
    text = f"{_EVIL} did it. {_EVIL} and did it again:\n\n- {_EVIL} item here\n- and {_EVIL} two\n"
    entry = {
        "title": _EVIL,
        "text": text,
        "outlet": _EVIL,
        "link": f"https://x.example.org/{_EVIL}",
    }
    files = {"a.jsonl": json.dumps(entry) + "\n", "b\x1b[35m.md": "# harbour\n\nMore harbour.\n"}
    cli = started(tmp_path, monkeypatch, capsys, files)
    (cli.folder / "corpus" / "c\x9b2J.json").write_text("{", "utf-8")
    (cli.folder / "corpus" / "d\u202e.jpg").write_text("x", "utf-8")
    id = str(next(i["id"] for i in cli.json("search", "did")["items"]))
    given = ("--note", _EVIL, "--as", _EVIL, "--said-by", _EVIL, *_BY)
    cli.ok("mark", f"{id}:1", "mixed", _A, "--quote", _EVIL, *given)
    cli.ok("note", f"{id}:1", _EVIL, *_BY)
    return cli, id


def _requests(id: str) -> list[tuple[str, ...]]:
    """Command lines that show hostile text, or are hostile themselves."""
    return [
        ("search", "harbour", "--facets", "--explain"),
        ("claims", "harbour"),
        ("claims", "--worth"),
        ("show", id),
        ("show", f"{id}:1"),
        ("show", "did it"),
        ("history", f"{id}:1"),
        ("stats",),
        ("doctor",),
        ("report",),
        ("report", "--all"),
        ("index", "--left-out"),
        ("assign", f"{id}:1", "--to", _EVIL, *_BY),
        ("search", _EVIL),
        ("mark", _EVIL, "mixed", *_BY),
        ("mark", f"{id}:1", _EVIL, *_BY),
        ("mark", f"{id}:1", "mixed", f"https://{_EVIL}", *_BY),
        ("unlink", f"{id}:1", _EVIL, *_BY),
        ("claims", "add", id, _EVIL[:30], *_BY),
        ("claims", "--flag", _EVIL),
        ("claims", "--article", _EVIL),
        ("index", _EVIL),
        ("report", "--format", _EVIL),
        ("report", "-o", f"{_EVIL}/x.md"),
        ("undo", f"{id}:1", *_BY),
        ("search", "--since", _EVIL),
        ("search", "-n", _EVIL),
        ("search", f"--{_EVIL}"),
        ("--engine", _EVIL, "stats"),
        ("--index", _EVIL, "stats"),
        ("--config", _EVIL, "stats"),
        (_EVIL,),
        ("stats", _EVIL),
        ("stats", f"--{_EVIL}"),
    ]


def test_hostile_text_never_steers_a_pipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli, id = _hostile(tmp_path, monkeypatch, capsys)
    for args in _requests(id):
        ran = cli(*args)
        for stream in (ran.out, ran.err):
            assert not [c for c in stream if ord(c) < 32 and c != "\n"], args
            assert not set(stream) & _INVISIBLE, args
    assert id in cli.ok("search", "harbour")


_LOOP = """
import json, sys
from searchkit.cli.main import main
for args in json.loads(sys.argv[1]):
    main(args)
"""


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_hostile_text_never_steers_a_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    cli, id = _hostile(tmp_path, monkeypatch, capsys)
    shown = on_terminal([sys.executable, "-c", _LOOP, json.dumps(_requests(id))], cli.folder)
    assert "\x1b[1m" in shown
    assert "\x1b[35m" not in shown
    # What is left once our own styles and the progress bar's line handling are gone.
    plain = re.sub(r"\x1b\[[0-9;]*m|\x1b\[\?25[lh]|\x1b\[K", "", shown)
    assert not set(plain) & (_INVISIBLE | {"\x1b", "\x07"})
    assert "\rover" not in plain
