"""Command lines as processes of their own: side by side, killed, and cut off from their output."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_runner import Cli, command, environment, process, started
from projects import BRIDGE, HARBOUR

_MARKS = """
import sys
from searchkit.cli.main import main
name, statuses = sys.argv[1], ("verified", "false", "mixed", "disputed")
for number in range(int(sys.argv[2])):
    link = f"https://a.example.org/{name}/{number}"
    if main(["mark", "412,000 containers", statuses[number % 4], link, "--by", name]):
        sys.exit(1)
"""


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return started(tmp_path, monkeypatch, capsys)


def _events(cli: Cli) -> int:
    return sum(len(json.loads(content)["events"]) for content in cli.sidecars().values())


def test_eight_reviewers_at_one_article(cli: Cli) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _MARKS, f"R{number}", "12"],
            cwd=cli.folder,
            env=environment(),
            stdout=subprocess.DEVNULL,
        )
        for number in range(8)
    ]
    assert [one.wait(120) for one in running] == [0] * 8
    assert _events(cli) == 96
    shown = cli.json("show", "412,000 containers")["items"][0]
    assert len(shown["judgements"]) == 8
    assert len(shown["evidence"]) == 96
    assert "reviewers-differ" not in shown["flags"]
    assert "sound" in cli.ok("doctor")


def _kill(cli: Cli, line: list[str], after: float) -> str:
    """Start a command line, kill it, and return what it had answered until then."""
    with subprocess.Popen(
        command(line),
        cwd=cli.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        time.sleep(after)
        running.send_signal(signal.SIGKILL)
        return running.communicate()[0]


def test_marks_that_are_killed(cli: Cli) -> None:
    rng = random.Random(5)
    answered = 0
    for number in range(8):
        link = f"https://a.example.org/{number}"
        line = ["verify", "412,000 containers", link, "--by", "Ann"]
        answered += bool(_kill(cli, line, rng.uniform(0.05, 0.6)))
        assert _events(cli) >= answered
    cli.ok("verify", "412,000 containers", "https://a.example.org/last", "--by", "Ann")
    assert answered < _events(cli) <= 9
    assert "sound" in cli.ok("doctor")
    left = (cli.folder / "index" / "reviews").iterdir()
    assert not [path.name for path in left if path.name.startswith(".tmp-")]


def test_indexing_that_is_killed(cli: Cli) -> None:
    rng = random.Random(7)
    for number in range(6):
        text = f"{HARBOUR}\n{BRIDGE}".replace("Northport", f"Port{number}")
        text = text.replace("example.org/", f"example.org/{number}/")
        (cli.folder / "corpus" / f"more{number}.txt").write_text(text, "utf-8")
        line = ["index", "--rebuild"] if number % 3 == 2 else ["index"]
        _kill(cli, line, rng.uniform(0.1, 0.7))
        # Whatever moment it was: what stood there before is still found.
        assert cli.json("search", "school")["total"] == 1
    assert cli.json("index")["articles"] == 15
    assert cli.json("search", "Port5")["total"] == 2
    assert "sound" in cli.ok("doctor")


def test_two_indexers_take_turns(cli: Cli) -> None:
    for number in range(40):
        text = HARBOUR.replace("Northport", f"Port{number}").replace("/harbour", f"/{number}")
        (cli.folder / "corpus" / f"more{number}.txt").write_text(text, "utf-8")
    running = [
        subprocess.Popen(
            command(["index", "--json"]),
            cwd=cli.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    found = [json.loads(one.communicate(timeout=120)[0]) for one in running]
    assert [report["articles"] for report in found] == [43, 43]
    assert sorted(report["added"] for report in found) == [0, 40]


@pytest.mark.skipif(sys.platform == "win32", reason="pipes end otherwise there")
def test_a_reader_that_has_seen_enough(cli: Cli) -> None:
    line = " ".join(["'" + part + "'" for part in command(["claims", "-n", "100"])])
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line} | head -n 1"],
        cwd=cli.folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.count("\n") == 1


def test_from_a_folder_below_and_from_one_without_an_index(cli: Cli, tmp_path: Path) -> None:
    below = cli.folder / "corpus"
    assert "Harbour" in process(below, "search", "harbour").out
    ran = process(tmp_path, "search", "harbour")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "run `searchkit index FOLDER` first" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize("name", ["two words", "中文 目录", "line\nbreak", "-n", "%s{0}"])
def test_folders_of_any_name(cli: Cli, name: str) -> None:
    folder = cli.folder / name
    try:
        folder.mkdir()
    except (OSError, ValueError):
        pytest.skip("the file system does not take such names")
    (folder / "a.txt").write_text("Mill Reopens\n\nThe mill reopened in May.\n", "utf-8")
    ran = process(cli.folder, "index", f"./{name}", "corpus")
    assert (ran.code, ran.err) == (0, "")
    found = process(cli.folder, "search", "mill")
    assert found.code == 0
    assert "Mill Reopens" in found.out
    assert process(cli.folder, "verify", "mill reopened in", "--by", "Ann").code == 0
    again = process(cli.folder, "index")
    assert "0 new, 0 changed" in again.out


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
def test_a_folder_whose_name_is_no_text(cli: Cli) -> None:
    folder = cli.folder / "\udcff"
    try:
        folder.mkdir()
    except (OSError, ValueError):
        pytest.skip("the file system does not take such names")
    ran = process(cli.folder, "index", "\udcff")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err == "searchkit: \\udcff: its name is not UTF-8; rename it\n"
