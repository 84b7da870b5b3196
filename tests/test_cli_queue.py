"""The queue, driven through a real pseudo-terminal."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cli_runner import Cli, environment, process, started

if os.name == "nt":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

from terminal import Terminal


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return started(tmp_path, monkeypatch, capsys)


@pytest.fixture
def opened(cli: Cli) -> Iterator[Callable[..., Terminal]]:
    terminals: list[Terminal] = []

    def open_one(*args: str, by: str = "Ann", columns: int = 80, lines: int = 24) -> Terminal:
        line = ["review", *args, "--by", by]
        terminals.append(Terminal(line, cli.folder, environment(), columns=columns, lines=lines))
        return terminals[-1]

    yield open_one
    for terminal in terminals:
        terminal.close()


Opened = Callable[..., Terminal]


def events(cli: Cli) -> list[dict[str, object]]:
    found = [event for text in cli.sidecars().values() for event in json.loads(text)["events"]]
    return sorted(found, key=lambda event: str(event["time"]))


def test_from_start_to_end(cli: Cli, opened: Opened) -> None:
    terminal = opened("ferry")
    terminal.wait("0 of ")
    terminal.paste("https://a.example.org/1 https://a.example.org/2\n")
    terminal.wait("+ as the verdict: https://a.example.org/2")
    terminal.type("t")
    terminal.wait("+ supports: https://a.example.org/2")
    terminal.type("n")
    terminal.wait("note:")
    terminal.type("Counted by hand.\n")
    terminal.wait("+ note: Counted by hand.")
    terminal.type("w")
    terminal.wait("wording:")
    terminal.type("The ferry, in full.\n")
    terminal.wait("+ wording: The ferry, in full.")
    terminal.type("f")
    terminal.wait("1 of ")
    (event,) = events(cli)
    data = event["data"]
    assert isinstance(data, dict)
    assert (event["action"], event["reviewer"]) == ("judge", "Ann")
    assert data["status"] == "false"
    assert data["note"] == "Counted by hand."
    assert data["wording"] == "The ferry, in full."
    assert [(e["url"][-1], e["stance"]) for e in data["evidence"]] == [
        ("1", "refutes"),
        ("2", "supports"),
    ]
    while "nothing waits any more" not in terminal.text and terminal.running.poll() is None:
        shown = terminal.text
        terminal.type("p")
        terminal.wait(lambda text, shown=shown: text != shown)  # type: ignore[misc]
    assert terminal.closed() == 0
    text = terminal.wait("nothing waits any more")
    assert "given" in text
    assert "0 new" not in text


def test_back_adds_to_what_was_judged_and_undo_takes_it_back(cli: Cli, opened: Opened) -> None:
    terminal = opened()
    terminal.wait("0 of 13")
    terminal.type("v")
    terminal.wait("1 of 13")
    terminal.type("b")
    terminal.wait("verified  Ann")
    terminal.paste("https://a.example.org/late")
    terminal.wait("link added")
    terminal.type("n")
    terminal.wait("note:")
    terminal.type("A remark.\n")
    terminal.wait("noted")
    terminal.type("u")
    terminal.wait("undone; now verified")
    terminal.type("u")
    terminal.wait(lambda text: "late" not in text)
    terminal.type("u")
    terminal.wait("0 of 13")
    assert [event["action"] for event in events(cli)] == [
        *("judge", "link", "note"),
        *("undo", "undo", "undo"),
    ]
    terminal.type("q")
    assert terminal.closed() == 0
    assert cli.json("stats")["checked"] == 0


def test_quit_and_resume(cli: Cli, opened: Opened) -> None:
    terminal = opened()
    first = terminal.wait("0 of 13")
    terminal.type("d")
    second = terminal.wait("1 of 13")
    terminal.type("q")
    assert terminal.closed() == 0
    assert "1 verdict given; 1 of 13 done" in terminal.text
    again = opened().wait("1 of 13")
    assert again.splitlines()[1] == second.splitlines()[1] != first.splitlines()[1]


def test_a_second_opinion_does_not_see_the_first(cli: Cli, opened: Opened) -> None:
    cli.ok("dispute", "412,000 containers", "https://a.example.org/1", "--by", "Bo")
    terminal = opened("--second-opinion")
    text = terminal.wait("0 of 1")
    assert "412,000 containers" in text
    assert "Bo" not in text
    assert "a.example.org" not in text
    terminal.type("v")
    assert terminal.closed() == 0
    assert "1 verdict given; 1 of 1 done" in terminal.text
    assert cli.json("show", "412,000 containers")["items"][0]["flags"] == ["reviewers-differ"]


def test_a_hidden_verdict_is_not_confirmed(cli: Cli, opened: Opened) -> None:
    cli.ok("dispute", "412,000 containers", "--by", "Bo")
    digest = cli.folder / "corpus/digest.txt"
    digest.write_text(digest.read_text("utf-8").replace("412,000", "214,000"), "utf-8")
    cli.ok("index")
    terminal = opened("--second-opinion")
    terminal.wait("0 of 1")
    terminal.type("=")
    assert "disputed  Bo" not in terminal.wait("give your own first")
    terminal.type("q")
    assert terminal.closed() == 0
    assert [event["action"] for event in events(cli)] == ["judge"]


def test_who_was_slower_looks_first(cli: Cli, opened: Opened) -> None:
    terminal = opened("containers")
    terminal.wait("0 of ")
    terminal.type("n")
    terminal.wait("note:")
    terminal.type("Counted by hand.\n")
    terminal.wait("+ note: Counted by hand.")
    cli.ok("mark", "412,000 containers", "false", "--by", "Bo")
    terminal.type("v")
    text = terminal.wait("somebody gave a verdict on it in the meantime")
    assert "false  Bo" in text
    assert "+ note: Counted by hand." in text
    assert len(events(cli)) == 1
    terminal.type("v")
    terminal.wait("verified: The harbour")
    assert [event["reviewer"] for event in events(cli)] == ["Bo", "Ann"]


def test_keys_count_for_the_claim_that_the_screen_showed(cli: Cli, opened: Opened) -> None:
    terminal = opened()
    terminal.wait("0 of 13")
    terminal.type("vvvvv")
    terminal.wait("1 of 13")
    terminal.type("q")
    assert terminal.closed() == 0
    assert "1 verdict given; 1 of 13 done" in terminal.text


def test_errors_are_told_and_nothing_is_lost(cli: Cli, opened: Opened) -> None:
    terminal = opened()
    terminal.wait("0 of 13")
    terminal.paste("https://a.example.org/1")
    terminal.wait("+ as the verdict")
    terminal.paste("javascript:alert(1)")
    terminal.wait("javascript: links are not taken")
    assert "+ as the verdict: https://a.example.org/1" in terminal.text
    terminal.type("u")
    terminal.wait("what the verdict would have carried is gone")
    terminal.type("u")
    terminal.wait("nothing")
    terminal.type("x")
    terminal.wait("? lists the keys")
    terminal.type("\x1b[A\x1b[B\x1bOP")
    terminal.type("?")
    terminal.wait("any key goes back")
    terminal.type("v")
    terminal.wait("0 of 13")
    assert events(cli) == []


def test_search_and_assign_without_leaving(cli: Cli, opened: Opened) -> None:
    terminal = opened()
    terminal.wait("0 of 13")
    terminal.type("/")
    terminal.wait("search:")
    terminal.type("meals\n")
    terminal.wait("School Meals Become Free")
    terminal.type(" ")
    terminal.wait("0 of 13")
    terminal.type("a")
    terminal.wait("to whom")
    terminal.type("Cleo\n")
    terminal.wait("at work on it: Cleo")
    terminal.type("s")
    terminal.wait(lambda text: "Cleo" not in text)
    terminal.type("b")
    terminal.wait("Cleo")


@pytest.mark.parametrize(("columns", "lines"), [(40, 20), (30, 10)])
def test_a_narrow_screen(opened: Opened, columns: int, lines: int) -> None:
    terminal = opened(columns=columns, lines=lines)
    text = terminal.wait("0 of 13")
    assert "Repairs will cost 12 million" in text
    terminal.resize(80, 24)
    terminal.wait("not-checkable")


def test_control_c_and_a_closed_terminal_end_it(cli: Cli, opened: Opened) -> None:
    terminal = opened()
    terminal.wait("0 of 13")
    terminal.type("\x03")
    assert terminal.closed() == 0
    assert "0 verdicts given; 0 of 13 done" in terminal.text
    terminal = opened()
    terminal.wait("0 of 13")
    terminal.type("\x04")
    assert terminal.closed() == 0
    terminal = opened()
    terminal.wait("0 of 13")
    terminal.type("n")
    terminal.wait("note:")
    # A signal between the prompt and the read waits for the next key: Python's own way.
    time.sleep(0.5)
    os.kill(terminal.running.pid, signal.SIGINT)
    terminal.wait(lambda text: "note:" not in text)
    terminal.type("q")
    assert terminal.closed() == 0


def test_without_a_terminal(cli: Cli) -> None:
    ran = process(cli.folder, "review", "--by", "Ann")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert "mark claims with `searchkit mark`" in ran.err
