"""Marking from the command line: how claims are named, by whom, and with what evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cli_runner import Cli, process, started

_CONTAINERS = "412,000 containers"
_BY = ("--by", "Ann")
_A, _B, _C = "https://a.example.org/1", "https://b.example.org/2", "https://c.example.org/3"


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return started(tmp_path, monkeypatch, capsys)


def _claim(cli: Cli, name: str) -> dict[str, Any]:
    item: dict[str, Any] = cli.json("show", name)["items"][0]
    return item


def _stances(cli: Cli, name: str) -> dict[str, str]:
    return {one["url"]: one["stance"] for one in _claim(cli, name)["evidence"]}


def test_a_claim_goes_by_many_names(cli: Cli) -> None:
    id = cli.handle(_CONTAINERS)
    item = _claim(cli, id)
    article = item["article"]
    number = f"{article}:{item['number']}"
    names = [id, item["handle"], id[:5].upper(), number, f"{article[:4]}:{item['number']}"]
    for name in (*names, _CONTAINERS, item["text"], f"“{_CONTAINERS}”"):
        assert cli.json("mark", name, "mixed", *_BY)["items"][0]["id"] == id
    cli.ok("claims", _CONTAINERS)
    assert cli.json("mark", "1", "mixed", *_BY)["items"][0]["id"] == id
    best = cli.json("search", "northport")["items"][1]["best"]["id"]
    assert cli.json("mark", "2", "mixed", *_BY)["items"][0]["id"] == best
    cli.ok("show", article)
    assert cli.json("mark", "2", "mixed", *_BY)["items"][0]["number"] == 2


def test_what_a_mark_answers(cli: Cli) -> None:
    handle = _claim(cli, cli.handle(_CONTAINERS))["handle"]
    ran = cli("mark", _CONTAINERS, "disputed", _A, *_BY)
    shown = "“The harbour of Northport handled 412,000 containers in May,…”"
    assert ran.out == f"disputed  {handle}  {shown}  1 link   undo: searchkit undo {handle}\n"
    assert ran.err == ""
    other = cli("mark", handle, "verified", "--by", "Bo")
    assert other.err == "reviewers differ: Ann: disputed, Bo: verified\n"
    assert cli("undo", handle, "--by", "Bo").out == f"undone  {handle}  {shown}  now disputed\n"


def test_several_claims_at_once(cli: Cli) -> None:
    done = cli.json("mark", _CONTAINERS, "5,400 pupils", "900 passengers", "false", _A, *_BY)
    assert done["total"] == 3
    assert {item["status"] for item in done["items"]} == {"false"}
    assert len({item["article"] for item in done["items"]}) == 3
    again = cli.json("mark", _CONTAINERS, cli.handle(_CONTAINERS), "mixed", *_BY)
    assert again["total"] == 1


@pytest.mark.parametrize(
    "args",
    [
        ("mark", _CONTAINERS, "no such claim", "false"),
        ("mark", _CONTAINERS, "5,400 pupils", "flase"),
        ("mark", _CONTAINERS, "5,400 pupils", "false", "javascript:alert(1)"),
        ("mark", _CONTAINERS, "5,400 pupils", "false", _A, "nowhere.txt"),
        ("mark", _CONTAINERS, "5,400 pupils", "false", "--note", " "),
        ("verify", _CONTAINERS, "ferry", _A),
        ("verify", _CONTAINERS, "5,400 pupils", "example.org/page"),
    ],
)
def test_all_of_them_or_none(cli: Cli, args: tuple[str, ...]) -> None:
    ran = cli(*args, *_BY)
    assert (ran.code, ran.out) == (1, "")
    assert cli.sidecars() == {}


def test_a_damaged_sidecar_among_several_stops_all(cli: Cli) -> None:
    cli.ok("mark", "5,400 pupils", "unproven", *_BY)
    path = cli.folder / "index" / "reviews" / next(iter(cli.sidecars()))
    path.write_text("{", "utf-8")
    before = cli.sidecars()
    claims = [_CONTAINERS, "5,400 pupils", "900 passengers"]
    ran = cli("mark", *claims, "false", *_BY)
    assert (ran.code, ran.out) == (1, "")
    assert path.name in ran.err
    assert cli.sidecars() == before


def test_what_was_written_before_a_disk_is_full_is_told(cli: Cli) -> None:
    for number in range(3):
        cli.ok("note", "5,400 pupils", f"{number}{'long ' * 3900}", *_BY)
    before = cli.sidecars()
    full = "import resource as r; r.setrlimit(r.RLIMIT_FSIZE, (60_000, 60_000))"
    handle = _claim(cli, _CONTAINERS)["handle"]
    claims = [cli.handle(_CONTAINERS), cli.handle("5,400 pupils")]
    long = ["--note", "long " * 3900]
    ran = process(cli.folder, "mark", *claims, "false", *long, *_BY, wrapper=full)
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert ran.err.endswith(f"written before it: {handle}\n")
    after = cli.sidecars()
    assert after.keys() > before.keys()
    assert {name: after[name] for name in before} == before


def test_verify_and_dispute(cli: Cli) -> None:
    ran = cli.json("verify", _CONTAINERS, "900 passengers", _A, "10.1000/182", *_BY)
    assert [item["status"] for item in ran["items"]] == ["verified", "verified"]
    assert _stances(cli, _CONTAINERS) == {_A: "supports", "https://doi.org/10.1000/182": "supports"}
    cli.ok("dispute", "5,400 pupils", "corpus/school.md", _B, *_BY)
    assert _stances(cli, "5,400 pupils") == {"corpus/school.md": "refutes", _B: "refutes"}
    article = _claim(cli, _CONTAINERS)["article"]
    cli.ok("verify", f"{article}:2", *_BY)
    assert _claim(cli, f"{article}:2")["status"] == "verified"
    ran_none = cli("verify", _A, *_BY)
    assert (ran_none.code, ran_none.out) == (2, "")
    assert "no claim given" in ran_none.err


@pytest.mark.parametrize(
    ("status", "stance"),
    [
        ("verified", "supports"),
        ("false", "refutes"),
        ("misleading", "refutes"),
        ("disputed", "refutes"),
        ("mixed", "context"),
        ("unproven", "context"),
        ("not-checkable", "context"),
    ],
)
def test_a_bare_link_takes_its_stance_from_the_status(cli: Cli, status: str, stance: str) -> None:
    given = ("--supports", _B, "--refutes", _C, "--context", "doi:10.1000/182")
    cli.ok("mark", _CONTAINERS, status, _A, *given, *_BY)
    assert _stances(cli, _CONTAINERS) == {
        _A: stance,
        _B: "supports",
        _C: "refutes",
        "https://doi.org/10.1000/182": "context",
    }


def test_a_quote_belongs_to_one_link(cli: Cli) -> None:
    cli.ok("mark", _CONTAINERS, "false", "--refutes", _A, "--quote", "380,000", *_BY)
    assert _claim(cli, _CONTAINERS)["evidence"][0]["quote"] == "380,000"
    for links in ((), (_A, _B), (_A, "--supports", _B)):
        ran = cli("mark", _CONTAINERS, "false", *links, "--quote", "x", *_BY)
        assert (ran.code, ran.err.count("\n")) == (2, 1)
        assert "a quote belongs to exactly one link" in ran.err


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["mark", _CONTAINERS, "verifed"], 1, "no status 'verifed'; did you mean verified?"),
        (["mark", _CONTAINERS, "Verified"], 1, "did you mean verified?"),
        (["mark", _CONTAINERS, "splendid"], 1, "take one of: verified, mixed, misleading, false"),
        (["mark", _CONTAINERS, "unreviewed"], 1, "`searchkit undo` takes one back"),
        (["mark", _CONTAINERS], 2, "no status given"),
        (["mark", "verified"], 2, "no claim given; name it before the status: `searchkit mark CL"),
        (["mark", "false", _A], 2, "no claim given"),
        (["assign", _CONTAINERS, "--to", ""], 1, "the reviewer's name is empty"),
        (["mark", "ferry", "false"], 1, "'ferry' can mean several claims; type more of it"),
        (["mark", "zzzz", "false"], 1, "there is no claim 'zzzz'"),
        (["mark", "7", "false"], 1, "the last listing has no claim number 7"),
        (["mark", "7" * 5_000, "false"], 1, "there is no claim"),
        (["mark", _CONTAINERS, "false", "example.org/x"], 1, "give an http or https address"),
        (["verify", _CONTAINERS, "www.example.org/x"], 1, "give an http or https address"),
        (["verify", _CONTAINERS, "https://exa mple.org"], 1, "a link has no spaces"),
        (["mark", _CONTAINERS, "false", "--said-by", ""], 1, "the speaker's name is empty"),
        (["link", _CONTAINERS], 2, "no link given"),
        (["show", "a\x1b[31mb"], 1, "there is no claim"),
    ],
)
def test_what_is_wrong_is_told(cli: Cli, args: list[str], code: int, told: str) -> None:
    by = [] if args[0] == "show" else _BY
    ran = cli(*args, *by)
    assert (ran.code, ran.out) == (code, "")
    assert told in ran.err
    assert "\x1b" not in ran.err
    assert cli.sidecars() == {}


def test_an_ambiguous_name_lists_candidates_that_work(cli: Cli) -> None:
    ran = cli("mark", "ferry", "false", *_BY)
    first, *candidates = ran.err.splitlines()
    assert first == "searchkit: 'ferry' can mean several claims; type more of it"
    assert len(candidates) == 3
    for line in candidates:
        id, _, text = line.strip().partition(" ")
        assert _claim(cli, id)["text"].startswith(text.rstrip("…"))
