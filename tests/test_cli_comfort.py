"""What makes the command line pleasant: what is new, completion, the pager, agreement."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from cli_runner import Cli, command, environment, on_terminal, process, started
from projects import HARBOUR

_BY = ("--by", "Ann")


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return started(tmp_path, monkeypatch, capsys)


def new(cli: Cli, *args: str) -> list[str]:
    return [item["title"] for item in cli.json("new", *args)["items"]]


def test_new_lists_what_came_since_the_last_look(cli: Cli) -> None:
    assert len(new(cli, "--keep")) == 3
    assert new(cli)[0] == "School Meals Become Free"
    assert new(cli) == []
    (cli.folder / "corpus" / "mill.txt").write_text("Mill Reopens\n\nIt opened.\n", "utf-8")
    cli.ok("index")
    assert new(cli, "--keep") == ["Mill Reopens"]
    changed = (cli.folder / "corpus" / "mill.txt").read_text("utf-8") + "\nMore.\n"
    (cli.folder / "corpus" / "mill.txt").write_text(changed, "utf-8")
    cli.ok("index")
    assert new(cli, "--keep") == ["Mill Reopens"]
    cli.ok("index", "--rebuild")
    assert new(cli, "--keep") == ["Mill Reopens"]
    assert cli.ok("new").endswith("1 new article\n")
    cli.ok("index", "--rebuild")
    assert cli.ok("new") == "0 new articles\n"


def test_what_comes_with_a_rebuild_is_new(cli: Cli) -> None:
    cli.ok("new")
    text = HARBOUR.replace("Northport", "Southport").replace("/harbour", "/south")
    (cli.folder / "corpus" / "south.txt").write_text(text, "utf-8")
    cli.ok("index", "--rebuild")
    assert len(new(cli)) == 1


def test_agreement(cli: Cli) -> None:
    assert "agree" not in cli.ok("stats")
    cli.ok("mark", "412,000 containers", "verified", *_BY)
    assert "agree" not in cli.ok("stats")
    cli.ok("mark", "412,000 containers", "verified", "--by", "Bo")
    assert "reviewers agree on 100% of 1 claim that two or more judged" in cli.ok("stats")
    for name, verdict in (("Ann", "false"), ("Bo", "mixed")):
        cli.ok("mark", "eight people", verdict, "--by", name)
    assert "reviewers agree on 50% of 2 claims" in cli.ok("stats")
    assert (cli.json("stats")["judged_twice"], cli.json("stats")["agreed"]) == (2, 1)
    cli.ok("mark", "eight people", "mixed", *_BY)
    assert cli.json("stats")["agreed"] == 2


def completed(cli: Cli, *words: str, shell: str = "bash", folder: Path | None = None) -> list[str]:
    """What a shell offers for the last of the words."""
    given = {"bash": "COMP_WORDS", "zsh": "COMP_WORDS", "fish": "COMP_WORDS"}[shell]
    line = " ".join(["searchkit", *words])
    environ = {
        "_SEARCHKIT_COMPLETE": f"{shell}_complete",
        given: line,
        "COMP_CWORD": words[-1] if shell == "fish" else str(len(words)),
    }
    ran = process(folder or cli.folder, environ=environ)
    assert ran.err == ""
    found = [line for line in ran.lines if line]
    if shell == "zsh":
        return found[1::3]
    return [one.partition(",")[2].partition("\t")[0] for one in found]


def test_commands_and_options_are_completed(cli: Cli) -> None:
    assert completed(cli, "ver") == ["verify"]
    assert "--status" in completed(cli, "claims", "--")
    assert completed(cli, "completion", "f") == ["fish"]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_statuses_outlets_and_ids_are_completed(cli: Cli, shell: str) -> None:
    claim = cli.handle("412,000 containers")
    article = str(cli.json("search", "meals")["items"][0]["id"])
    assert completed(cli, "claims", "--status", "mi", shell=shell) == ["mixed", "misleading"]
    assert completed(cli, "search", "--status", "ver", shell=shell) == ["verified"]
    assert completed(cli, "mark", claim[:4], shell=shell) == [claim]
    assert completed(cli, "mark", claim, "dis", shell=shell) == ["disputed"]
    assert completed(cli, "show", article[:5], shell=shell) == [article]
    assert completed(cli, "claims", "--article", article[:5], shell=shell) == [article]
    quoted = "'County Gazette'" if shell == "bash" else "County Gazette"
    assert completed(cli, "search", "--outlet", "cou", shell=shell) == [quoted]


def test_without_an_index_nothing_is_offered_and_nothing_said(cli: Cli, tmp_path: Path) -> None:
    assert completed(cli, "show", "a", folder=tmp_path) == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_is_one_the_shell_understands(cli: Cli, shell: str) -> None:
    script = cli.ok("completion", shell)
    assert "_SEARCHKIT_COMPLETE" in script
    if found := shutil.which(shell):
        subprocess.run([found, "-n", "-c", script], check=True, capture_output=True)


@pytest.mark.skipif(not shutil.which("bash"), reason="bash is not installed")
def test_bash_completes_as_one_types(cli: Cli, tmp_path: Path) -> None:
    program = tmp_path / "bin" / "searchkit"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {" ".join(command([]))} "$@"\n')
    program.chmod(0o755)
    lines = """
        eval "$(searchkit completion bash 2>/dev/null)"
        COMP_WORDS=(searchkit dis) COMP_CWORD=1
        _searchkit_completion searchkit
        echo "${COMPREPLY[@]}"
    """
    path = f"{program.parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", lines],
        cwd=cli.folder,
        env=environment({"PATH": path}),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "dispute\n"


def paged(cli: Cli, pager: str, args: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SEARCHKIT_PAGER", pager)
    return on_terminal(command(args), cli.folder)


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_long_output_goes_through_the_pager(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = paged(cli, "sed 's/^/PAGED /'", ["claims", "ferry"], monkeypatch)
    assert shown.count("PAGED ") == shown.count("\n") > 3
    assert "\x1b[1m" in shown
    assert "PAGED" not in paged(cli, "cat", ["claims", "ferry"], monkeypatch)
    assert "PAGED" not in paged(cli, "sed 's/^/PAGED /'", ["index"], monkeypatch)
    assert "ferry" in paged(cli, "no-such-pager-anywhere", ["claims", "ferry"], monkeypatch)


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals")
def test_a_pager_that_quits_early_ends_it_quietly(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        text = HARBOUR.replace("Northport", f"Port{number}").replace("/harbour", f"/{number}")
        (cli.folder / "corpus" / f"more{number}.txt").write_text(text, "utf-8")
    cli.ok("index")
    shown = paged(cli, "head -n 2", ["claims", "-n", "400"], monkeypatch)
    assert shown.count("\n") == 2
    assert "Traceback" not in shown


def test_a_pipe_is_not_paged(cli: Cli) -> None:
    ran = process(cli.folder, "claims", "ferry", environ={"SEARCHKIT_PAGER": "sed s/^/PAGED/"})
    assert "PAGED" not in ran.out
    assert "\x1b" not in ran.out
