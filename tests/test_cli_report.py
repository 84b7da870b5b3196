"""Reports from the command line: formats, files, and what is fit to publish."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_runner import Cli, started

_CONTAINERS = "412,000 containers"
_BY = ("--by", "Ann")
_SETTINGS = """[report]
publisher = "The Desk"
contact = "desk@example.org"
method = "We read."
corrections = "Write to us."
"""


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    found = started(tmp_path, monkeypatch, capsys)
    link = "https://port.example.org/may"
    words = ("--quote", "412,000 in May", "--note", "The port's own figures.")
    found.ok("verify", _CONTAINERS, link, *words, *_BY)
    return found


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("report.md", "# Fact-check report"),
        ("report.html", "<!doctype html>"),
        ("report.csv", "\ufeffarticle,title,"),
        ("report.json", "{"),
    ],
)
def test_the_name_of_the_file_tells_the_format(cli: Cli, name: str, begins: str) -> None:
    ran = cli("report", "-o", name)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"{name}: 3 articles, 13 claims, 1 checked\n"
    text = (cli.folder / name).read_bytes().decode()
    assert text.startswith(begins)
    assert "412,000 containers" in text
    ending = name.partition(".")[2]
    shown = cli.ok("report", "--format", {"md": "markdown"}.get(ending, ending))
    assert shown.startswith(begins)
    assert shown.count("412,000") == text.count("412,000")


def test_filters_as_in_claims(cli: Cli) -> None:
    cli.ok("dispute", "eight people", "https://a.example.org/1", *_BY)

    def listed(*args: str) -> list[str]:
        found = json.loads(cli.ok("report", "--format", "json", *args))
        return [claim["status"] for article in found["articles"] for claim in article["claims"]]

    assert sorted(listed()) == ["disputed", "verified"]
    assert listed("--status", "disputed") == ["disputed"]
    assert listed("containers") == ["verified"]
    assert listed("--flag", "no-evidence") == []
    assert len(listed("--all")) == 13


def test_strict_writes_what_is_fit(cli: Cli) -> None:
    (cli.folder / "searchkit.toml").write_text(_SETTINGS, "utf-8")
    ran = cli("report", "--strict", "-o", "r.html")
    assert (ran.code, ran.out) == (0, "")
    assert (cli.folder / "r.html").exists()


def test_strict_lists_what_is_not_and_writes_nothing(cli: Cli) -> None:
    cli.ok("mark", "eight people", "false", *_BY)
    (cli.folder / "r.html").write_text("the last good one", "utf-8")
    ran = cli("report", "--strict", "-o", "r.html")
    assert (ran.code, ran.out) == (1, "")
    *reasons, last = ran.err.splitlines()
    assert last == f"searchkit: not fit to publish: {len(reasons)} reasons, listed above"
    assert reasons[0] == "report.publisher is not stated; set it in searchkit.toml"
    assert [
        r.split(": ")[1] for r in reasons if "eight" not in r and not r.startswith("report.")
    ] == [
        "no reasoning; give it with --note",
        "no evidence; give links",
    ]
    assert (cli.folder / "r.html").read_text() == "the last good one"


def test_what_cannot_be_written(cli: Cli) -> None:
    for args in (["-o", "r.txt"], ["--format", "pdf"]):
        assert cli("report", *args).code == 2
    ran = cli("report", "-o", "none/r.md")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "none" in ran.err
