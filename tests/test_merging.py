"""Several people's reviews, united by copies and by git, and held against what was published."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cli_runner import Cli, environment, started, surroundings
from projects import indexed

from searchkit.errors import SearchkitError, SidecarError
from searchkit.reviews import Act, ReviewStore, merge_files, printed_heads
from searchkit.workflow.indexing import index
from searchkit.workflow.merging import merge
from searchkit.workflow.reading import read_article, resolve_claim
from searchkit.workflow.reporting import doctor, stats
from searchkit.workflow.reviewing import add_claim, mark, note, undo
from searchkit.workflow.searching import find_claims
from searchkit.workflow.workspace import Workspace

_CONTAINERS = "412,000 containers"


@pytest.fixture
def ann(tmp_path: Path) -> Workspace:
    return indexed(tmp_path / "ann")[0]


@pytest.fixture
def bob(tmp_path: Path) -> Workspace:
    return indexed(tmp_path / "bob")[0]


def events(ws: Workspace) -> dict[str, set[str]]:
    found = {}
    for id in ws.reviews.ids():
        sidecar = ws.reviews.load(id)
        assert sidecar
        found[id] = {event.id for event in sidecar.events}
    return found


def test_two_people_on_two_copies(ann: Workspace, bob: Workspace) -> None:
    done = mark(ann, [_CONTAINERS], "verified", reviewer="Ann")[0]
    mark(bob, [_CONTAINERS], "false", reviewer="Bob")
    mark(bob, ["5,400 pupils"], "unproven", reviewer="Bob")
    merged = merge(ann, bob.root)
    assert sum(merged.new.values()) == 2
    assert merged.problems == ()
    claim = read_article(ann, done.claim.claim.article).claim(done.claim.claim.id)
    assert claim
    assert claim.state
    assert {j.reviewer: j.status for j in claim.state.judgements} == {
        "Ann": "verified",
        "Bob": "false",
    }
    assert "reviewers-differ" in claim.flags
    assert find_claims(ann, "status:unproven").total == 1
    assert (stats(ann).judged_twice, stats(ann).agreed) == (1, 0)
    assert merge(ann, bob.index).new == {}
    merge(bob, ann.index / "reviews")
    assert events(ann) == events(bob)
    assert doctor(ann) == doctor(bob) == []


def test_a_claim_that_a_colleague_marked_out_is_found(ann: Workspace, bob: Workspace) -> None:
    article = resolve_claim(bob, "12 million crowns")[0]
    done = add_claim(bob, article, "12 million crowns", reviewer="Bob")
    assert merge(ann, bob.root).note is None
    assert resolve_claim(ann, done.claim.claim.id) == (article, done.claim.claim.id)
    assert find_claims(ann, '"12 million crowns"').total == 2


def test_equal_words_at_two_places_stay_two_claims(ann: Workspace, bob: Workspace) -> None:
    said = "lowered its emissions by 10 per cent"
    text = f"The east mill {said} in 2023, it says.\n\nThe west mill {said} in 2024, we hear.\n"
    for ws in (ann, bob):
        (ws.root / "corpus/mills.md").write_text(f"# Two Mills\n\n{text}", "utf-8")
        index(ws)
    (article,) = {hit.claim.claim.article for hit in find_claims(ann, "mill").items}
    whole = read_article(ann, article).article.text
    places = [whole.index(said), whole.rindex(said)]
    marked = {}
    for ws, name, start, status in zip(
        (ann, bob), ("Ann", "Bob"), places, ("false", "verified"), strict=True
    ):
        id = add_claim(ws, article, said, start=start, reviewer=name).claim.claim.id
        mark(ws, [id], status, reviewer=name)
        marked[start] = (id, status)
    merge(ann, bob.root)
    both = [claim for claim in read_article(ann, article).claims if claim.state]
    assert {claim.claim.span.start: (claim.claim.id, claim.status) for claim in both} == marked
    assert add_claim(bob, article, said, start=places[0], reviewer="Bob").claim.claim.id in {
        id for id, _ in marked.values()
    }


def test_what_is_damaged_is_named_and_the_rest_comes_in(ann: Workspace, bob: Workspace) -> None:
    broken = mark(bob, [_CONTAINERS], "false", reviewer="Bob")[0]
    mark(bob, ["5,400 pupils"], "unproven", reviewer="Bob")
    path = bob.index / "reviews" / f"{broken.claim.claim.article}.json"
    path.write_text(path.read_text("utf-8").replace('"false"', '"verified"'), "utf-8")
    merged = merge(ann, bob.root)
    assert len(merged.new) == 1
    assert len(merged.problems) == 1
    assert "does not match its id" in merged.problems[0]
    assert broken.claim.claim.article not in events(ann)


@pytest.mark.parametrize("name", ["missing", "empty", "file"])
def test_where_no_reviews_are(ann: Workspace, tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    if name == "empty":
        place.mkdir()
    elif name == "file":
        place.write_text("{}", "utf-8")
    with pytest.raises(SearchkitError, match="no reviews"):
        merge(ann, place)


def test_files_of_one_article_are_united(ann: Workspace, bob: Workspace, tmp_path: Path) -> None:
    article = mark(ann, [_CONTAINERS], "verified", reviewer="Ann")[0].claim.claim.article
    mark(bob, [_CONTAINERS], "false", reviewer="Bob")
    mark(bob, ["5,400 pupils"], "unproven", reviewer="Bob")
    one, two = (ws.index / "reviews" / f"{article}.json" for ws in (ann, bob))
    ours, theirs = tmp_path / ".merge_file_a", tmp_path / ".merge_file_b"
    shutil.copy(one, ours)
    shutil.copy(two, theirs)
    assert merge_files(ours, [theirs]) == 1
    assert merge_files(ours, [theirs, one]) == 0
    assert merge_files(theirs, [ours]) == 1
    assert ours.read_bytes() == theirs.read_bytes()
    fresh = tmp_path / "fresh"
    assert merge_files(fresh, [ours]) == 2
    other = next(p for p in (bob.index / "reviews").glob("*.json") if p.stem != article)
    kept = ours.read_bytes()
    for bad in (other, tmp_path / "missing"):
        with pytest.raises(SidecarError):
            merge_files(ours, [bad])
    theirs.write_text("<<<<<<< ours", "utf-8")
    with pytest.raises(SidecarError):
        merge_files(ours, [theirs])
    assert ours.read_bytes() == kept


# With git.


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
def test_two_branches_one_merge(tmp_path: Path) -> None:
    home = {**surroundings(tmp_path), "GIT_CONFIG_GLOBAL": os.devnull}
    home |= {
        f"GIT_{who}_{what}": "x@example.org"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    ws, _ = indexed(tmp_path / "project")
    tool = tmp_path / "bin" / "searchkit"
    tool.parent.mkdir()
    tool.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m searchkit "$@"\n', "utf-8")
    tool.chmod(0o755)
    env = {**environment(home), "PATH": f"{tool.parent}{os.pathsep}{os.environ['PATH']}"}

    def git(*args: str) -> str:
        done = subprocess.run(
            ["git", *args], cwd=ws.root, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def commit(message: str) -> None:
        git("add", "-A")
        git("commit", "-q", "-m", message)

    git("init", "-q", "-b", "main")
    page = (Path(__file__).parents[1] / "docs" / "reviewers.md").read_text("utf-8")
    assert "index/reviews/*.json merge=searchkit" in page
    (ws.root / ".gitattributes").write_text("index/reviews/*.json merge=searchkit\n", "utf-8")
    driver = "searchkit merge --into %A %B"
    assert driver in page
    git("config", "merge.searchkit.driver", driver)
    mark(ws, ["crane had shortened"], "unproven", reviewer="Ann")
    commit("start")
    assert not [name for name in git("ls-files").splitlines() if "engine" in name]
    git("checkout", "-q", "-b", "bob")
    mark(ws, [_CONTAINERS], "false", reviewer="Bob")
    mark(ws, ["5,400 pupils"], "unproven", reviewer="Bob")
    commit("bob")
    git("checkout", "-q", "main")
    mark(ws, [_CONTAINERS], "verified", reviewer="Ann")
    mark(ws, ["5,400 pupils"], "mixed", reviewer="Ann")
    commit("ann")
    git("merge", "-q", "-m", "both", "bob")
    assert doctor(ws) == []
    assert sum(map(len, events(ws).values())) == 5
    assert find_claims(ws, "flag:reviewers-differ").total == 2


# Proof.


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    return started(tmp_path, monkeypatch, capsys)


def marked(cli: Cli) -> Path:
    for number, status in enumerate(("verified", "false", "unproven", "mixed")):
        cli.ok("mark", _CONTAINERS, status, "--by", "Ann", "--note", str(number))
    (path,) = (cli.folder / "index" / "reviews").glob("*.json")
    return path


def tampered(path: Path, how: str) -> None:
    raw = json.loads(path.read_text("utf-8"))
    found = raw["events"]
    if how == "edited":
        found[1]["data"]["status"] = "verified"
    elif how == "dropped":
        del found[1]
    elif how == "cut off":
        del found[-1]
    elif how == "re-parented":
        found[2]["parents"] = found[1]["parents"]
    path.write_text(json.dumps(raw), "utf-8")


@pytest.mark.parametrize("ending", ["md", "html", "json"])
def test_a_sound_history_agrees_with_its_report(cli: Cli, ending: str) -> None:
    marked(cli)
    report = cli.folder / f"r.{ending}"
    cli.ok("report", "-o", str(report))
    assert printed_heads(report.read_text("utf-8")).heads
    cli.ok("doctor", "--heads", str(report))
    cli.ok("mark", _CONTAINERS, "disputed", "--by", "Ann")
    cli.ok("doctor", "--heads", str(report))


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ("edited", "does not match its id; it was changed"),
        ("dropped", "is missing"),
        ("re-parented", "does not match its id; it was changed"),
    ],
)
def test_doctor_names_the_event(cli: Cli, how: str, told: str) -> None:
    path = marked(cli)
    ids = [event["id"][:12] for event in json.loads(path.read_text("utf-8"))["events"]]
    tampered(path, how)
    ran = cli("doctor")
    assert ran.code == 1
    named = ids[1] if how != "re-parented" else ids[2]
    assert any(told in line and named in line for line in ran.err.splitlines()), ran.err


@pytest.mark.parametrize("ending", ["md", "html", "json"])
def test_a_tail_that_was_cut_off_shows_by_the_heads(cli: Cli, ending: str) -> None:
    path = marked(cli)
    report = cli.folder / f"r.{ending}"
    cli.ok("report", "-o", str(report))
    last = json.loads(path.read_text("utf-8"))["events"][-1]["id"][:12]
    tampered(path, "cut off")
    cli.ok("doctor")
    ran = cli("doctor", "--heads", str(report))
    assert ran.code == 1
    assert f"event {last} is missing, which the report ends with" in ran.err
    path.unlink()
    assert f"event {last} is missing" in cli("doctor", "--heads", str(report)).err


def test_an_event_that_came_in_later_with_an_earlier_date_is_named(cli: Cli) -> None:
    path = marked(cli)
    copy = cli.folder / "copy"
    shutil.copytree(cli.folder / "index" / "reviews", copy)
    cli.ok("report", "-o", "r.json")
    text = (cli.folder / "r.json").read_text("utf-8")
    as_of = json.loads(text)["as_of"]
    (cli.folder / "r.json").write_text(text.replace(as_of, "2999-01-01T00:00:00Z"), "utf-8")
    store = ReviewStore(copy)
    sidecar = store.load(path.stem)
    assert sidecar
    slip = json.loads(path.read_text("utf-8"))["events"][0]["data"]["selector"]
    claim = sidecar.events[0].claim
    store.append(
        sidecar.identity, [Act("note", claim, {"text": "x", "selector": slip})], reviewer="M"
    )
    cli.ok("merge", str(copy))
    ran = cli("doctor", "--heads", "r.json")
    assert ran.code == 1
    assert "by M is dated" in ran.err
    assert "it was merged later, or inserted" in ran.err


def test_what_is_no_report(cli: Cli) -> None:
    (cli.folder / "notes.md").write_text("# Nothing", "utf-8")
    (cli.folder / "bytes").write_bytes(b"\xff\xfe\x00")
    (cli.folder / "odd.json").write_text('{"articles": [3], "as_of": 1}', "utf-8")
    for name in ("notes.md", "bytes", "missing", ".", "odd.json"):
        ran = cli("doctor", "--heads", name)
        assert (ran.code, ran.err.count("\n")) == (1, 1)
        assert name in ran.err


def test_merge_from_the_command_line(cli: Cli, tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path / "bob")
    mark(ws, [_CONTAINERS], "false", reviewer="Bob")
    note(ws, _CONTAINERS, "why", reviewer="Bob")
    undo(ws, reviewer="Bob")
    out = cli.ok("merge", str(ws.root))
    assert out == f"{ws.root}: 3 events taken over on 1 article\n"
    assert cli.json("merge", str(ws.root)) == {"total": 0, "items": [], "problems": []}
    assert cli.json("claims", "--status", "false")["total"] == 1
    assert cli("merge", str(tmp_path / "nowhere")).code == 1
    assert cli("merge").code == 2
    (path,) = (ws.index / "reviews").glob("*.json")
    path.write_text("{", "utf-8")
    ran = cli("merge", str(ws.root))
    assert ran.code == 1
    assert ran.err.startswith(f"not merged: {path}: ")
