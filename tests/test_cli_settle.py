"""A text is edited under its verdicts, as a user sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Cli, started

_CONTAINERS = "412,000 containers"
_BY = ("--by", "Ann")


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return started(tmp_path, monkeypatch, capsys)


def edit(cli: Cli, old: str, new: str) -> str:
    """Edit the text, index it, and return what `index` says on stderr."""
    path = cli.folder / "corpus/digest.txt"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    ran = cli("index")
    assert ran.code == 0
    return ran.err


def test_a_changed_text_is_seen_shown_and_confirmed(cli: Cli) -> None:
    id = cli.handle(_CONTAINERS)
    cli.ok("mark", id, "verified", *_BY)
    told = edit(cli, "412,000", "421,000")
    assert told == "1 verdict on words that changed or are gone; settle with: searchkit review\n"
    assert "text changed" in cli.ok("claims", "--flag", "stale")
    shown = cli.ok("show", id)
    assert "verified  no-evidence  text changed" in shown
    assert "      figure changed: 412,000 → 421,000\n" in shown
    assert "handled [-412,000-]{+421,000+} containers" in shown
    assert "searchkit review" in cli("stats").err
    ran = cli("confirm", id, *_BY)
    assert ran.code == 0
    assert ran.out.startswith("verified  ")
    assert "text changed" not in cli.ok("show", id)
    assert "figure changed" not in cli.ok("show", id)
    assert "now verified  no-evidence  text changed" in cli.ok("undo", *_BY)
    again = cli("confirm", id, "--by", "Bo")
    assert again.code == 0
    assert "on earlier words: The harbour of Northport handled 412,000" in cli.ok("show", id)


def test_reattach(cli: Cli) -> None:
    id = cli.handle(_CONTAINERS)
    cli.ok("mark", id, "verified", *_BY)
    sentence = cli.json("show", id)["items"][0]["text"]
    edit(cli, sentence, "Boxes went up by half, said the mayor.")
    assert f"as judged: {sentence[:40]}" in cli.ok("show", id)
    ran = cli("confirm", id, *_BY)
    assert ran.code == 1
    assert f"`searchkit reattach {id} PLACE`" in ran.err
    item = cli.json("reattach", id, "Boxes went up", *_BY)["items"][0]
    assert (item["id"], item["text"], item["status"]) == (id, "Boxes went up", "verified")
    assert [j["words"] for j in item["judgements"]] == ["Boxes went up"]


def test_one_clear_line_when_there_is_nothing_to_settle(cli: Cli) -> None:
    id = cli.handle(_CONTAINERS)
    for args, message in (
        (("confirm", id), "nobody gave a verdict on it"),
        (("confirm", "zzzz"), "there is no claim 'zzzz'"),
        (("reattach", id, "2"), "it needs no other place"),
    ):
        ran = cli(*args, *_BY)
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert message in ran.err
    assert cli("confirm").code == 2
    assert cli.sidecars() == {}


def test_what_to_do_next(cli: Cli) -> None:
    assert "searchkit search WORDS" in cli("index", "--rebuild").err
    assert cli("index").err == ""
    article = cli.json("search", "harbour")["items"][0]["id"]
    assert "searchkit mark" in cli("show", article).err
    for command in ("stats", "report"):
        assert "searchkit review" in cli(command).err
    cli.ok("mark", _CONTAINERS, "verified", *_BY)
    for args in (("show", article), ("stats",), ("report",)):
        assert cli(*args).err == ""
