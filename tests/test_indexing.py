"""The corpus into the index: incremental, safe, and telling what it passed over."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from projects import BRIDGE, FRONT_MATTER, HARBOUR, SCHOOL, indexed, make

from searchkit.errors import LockedError, SearchkitError
from searchkit.model import Article
from searchkit.workflow import workspace as workspace_module
from searchkit.workflow.indexing import index
from searchkit.workflow.reading import read_article
from searchkit.workflow.reporting import doctor
from searchkit.workflow.reviewing import mark
from searchkit.workflow.searching import find_claims, search
from searchkit.workflow.selection import ClaimFilter
from searchkit.workflow.workspace import Workspace


def titles(ws: Workspace) -> set[str]:
    return {a.title for a in ws.engine.articles(ws.engine.ids("articles"))}


def article(ws: Workspace, words: str) -> Article:
    return search(ws, words).items[0].article


def test_reads_every_file_once(tmp_path: Path) -> None:
    ws, report = indexed(tmp_path)
    with ws:
        assert (report.files, report.articles, report.added) == (2, 3, 2)
        assert report.claims == len(ws.engine.ids("claims"))
        assert titles(ws) == {
            "Harbour Handles More Containers in May",
            "Old Bridge Closes for Repairs: Ferry Doubles Its Trips",
            "School Meals Become Free",
        }
        assert doctor(ws) == []


def test_unchanged_files_are_not_even_opened(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    old = time.time() - 3600
    for path in (tmp_path / "corpus").iterdir():
        os.utime(path, (old, old))
    time.sleep(2.1)  # a file's change time must be older than what counts as racy
    with ws:
        index(ws)
        for path in (tmp_path / "corpus").iterdir():
            stamp = path.stat()
            path.chmod(0o644)
            assert path.stat().st_mtime_ns == stamp.st_mtime_ns
        before = index(ws)
        assert (before.added, before.changed, before.unchanged) == (0, 0, 2)


def test_a_changed_file_replaces_its_articles(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    with ws:
        id = article(ws, "bridge").id
        changed = BRIDGE.replace("12 million", "14 million")
        (tmp_path / "corpus/digest.txt").write_text(f"{HARBOUR}\n{changed}")
        report = index(ws)
        assert (report.added, report.changed, report.unchanged) == (0, 1, 1)
        assert article(ws, "bridge").id == id
        assert search(ws, '"14 million"').total == 1
        assert search(ws, '"12 million"').total == 0


def test_a_change_within_the_same_second_is_seen(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    path = tmp_path / "corpus/school.md"
    stamp = path.stat()
    path.write_text((FRONT_MATTER + SCHOOL).replace("5,400", "5,401"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    with ws:
        index(ws)
        assert search(ws, "5401").total == 1


def test_vanished_files_take_their_articles_along(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    (tmp_path / "corpus/school.md").unlink()
    with ws:
        report = index(ws)
        assert (report.removed, report.articles) == (1, 2)
        assert search(ws, "meals").total == 0
        assert doctor(ws) == []


def test_much_vanishing_asks_first(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    shutil.move(tmp_path / "corpus", tmp_path / "elsewhere")
    (tmp_path / "corpus").mkdir()
    asked = []
    with ws:
        report = index(ws, confirm=lambda gone, known: bool(asked.append((gone, known))))
        assert asked == [(2, 2)]
        assert report.articles == 3
        assert any("--prune" in notice for notice in report.notices)
        assert index(ws, prune=True).articles == 0


def test_an_unreadable_folder_is_not_a_vanished_one(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root reads every folder")
    ws, _ = indexed(tmp_path, {"in/a.txt": HARBOUR, "b.txt": BRIDGE})
    (tmp_path / "corpus/in").chmod(0)
    try:
        with ws:
            report = index(ws)
            assert report.articles == 2
            assert [s.path for s in report.skipped] == ["corpus/in"]
    finally:
        (tmp_path / "corpus/in").chmod(0o755)


def test_moving_splitting_and_joining_files_changes_no_id(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    with ws:
        before = {a.title: a.id for a in ws.engine.articles(ws.engine.ids("articles"))}
        mark(ws, [f"{before['School Meals Become Free']}:1"], "unproven", reviewer="Ann")
        corpus = tmp_path / "corpus"
        (corpus / "digest.txt").unlink()
        (corpus / "school.md").rename(corpus / "renamed.md")
        (corpus / "one").mkdir()
        (corpus / "one/bridge.txt").write_text(BRIDGE)
        (corpus / "harbour.txt").write_text(HARBOUR)
        index(ws, prune=True)
        assert {a.title: a.id for a in ws.engine.articles(ws.engine.ids("articles"))} == before
        (corpus / "harbour.txt").unlink()
        (corpus / "one/bridge.txt").write_text(f"{BRIDGE}\n{HARBOUR}")
        index(ws, prune=True)
        assert {a.title: a.id for a in ws.engine.articles(ws.engine.ids("articles"))} == before
        assert [h.claim.status for h in find_claims(ws, "status:unproven").items] == ["unproven"]


def test_the_same_article_in_two_files_has_two_origins(tmp_path: Path) -> None:
    ws, report = indexed(tmp_path, {"a.txt": HARBOUR, "b.txt": f"{BRIDGE}\n{HARBOUR}"})
    with ws:
        assert report.articles == 2
        origins = article(ws, "containers").origins
        assert [o.path for o in origins] == ["corpus/a.txt", "corpus/b.txt"]
        (tmp_path / "corpus/a.txt").unlink()
        index(ws)
        assert [o.path for o in article(ws, "containers").origins] == ["corpus/b.txt"]
        (tmp_path / "corpus/b.txt").write_text(BRIDGE)
        assert index(ws).articles == 1


def test_one_link_with_two_texts_is_two_articles_and_reported(tmp_path: Path) -> None:
    other = BRIDGE.replace("https://radio.example.org/bridge-closed", "LINK").replace(
        "LINK", "https://courier.example.org/2024/06/04/harbour"
    )
    ws, report = indexed(tmp_path, {"a.txt": HARBOUR, "b.txt": other})
    with ws:
        assert report.articles == 2
        assert any("another text" in notice for notice in report.notices)


def test_a_lost_cache_costs_no_review(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    with ws:
        marked = mark(ws, ["412,000 containers"], "unproven", reviewer="Ann")[0]
    shutil.rmtree(tmp_path / "index/engine")
    edited = HARBOUR.replace("in autumn", "in the autumn")
    (tmp_path / "corpus/digest.txt").write_text(f"{BRIDGE}\n{edited}")
    with Workspace.open(tmp_path / "index") as ws:
        index(ws)
        found = find_claims(ws, ClaimFilter(statuses=["unproven"])).items
        assert [(h.claim.claim.id, h.claim.status) for h in found] == [
            (marked.claim.claim.id, "unproven")
        ]


def test_rebuild_gives_the_same_index(tmp_path: Path) -> None:
    ws, before = indexed(tmp_path)
    with ws:
        ids = ws.engine.ids("claims")
        after = index(ws, rebuild=True)
        assert ws.engine.ids("claims") == ids
        assert (after.files, after.articles, after.claims) == (
            before.files,
            before.articles,
            before.claims,
        )
        left = sorted(p.name for p in (tmp_path / "index").iterdir())
        assert "engine.new" not in left
        assert "engine.old" not in left


def test_bad_files_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    ws = make(tmp_path)
    corpus = tmp_path / "corpus"
    (corpus / "empty.txt").write_bytes(b"")
    (corpus / "binary.txt").write_bytes(bytes(range(256)) * 8)
    (corpus / "broken.json").write_text('{"title": "x", "text"')
    (corpus / "picture.png").write_bytes(b"\x89PNG")
    outside = tmp_path / "outside.txt"
    outside.write_text(BRIDGE)
    (corpus / "link.txt").symlink_to(outside)
    (corpus / "loop.txt").symlink_to(corpus / "loop.txt")
    (corpus / "folder").symlink_to(tmp_path)
    with ws:
        report = index(ws)
        reasons = {s.path.removeprefix("corpus/"): s.reason for s in report.skipped}
        assert report.articles == 3
        assert set(reasons) == {
            "empty.txt",
            "binary.txt",
            "broken.json",
            "picture.png",
            "link.txt",
            "loop.txt",
            "folder",
        }
        assert "leads out of the corpus" in reasons["link.txt"]
        assert {s.path for s in index(ws).skipped} == {s.path for s in report.skipped}


def test_forgetting_a_folder_drops_its_articles(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    more = tmp_path / "more"
    more.mkdir()
    (more / "x.txt").write_text(HARBOUR.replace("Harbour", "Airport").replace("harbour", "airport"))
    with ws:
        assert index(ws, [more]).articles == 4
        assert index(ws).articles == 4
        assert index(ws, forget=[more]).articles == 3
        assert index(ws).articles == 3
        with pytest.raises(SearchkitError, match="not a remembered folder"):
            index(ws, forget=[more])


def test_no_such_folder(tmp_path: Path) -> None:
    ws = make(tmp_path)
    with ws, pytest.raises(SearchkitError, match="no such folder"):
        index(ws, [tmp_path / "nowhere"])


def test_a_second_indexer_is_told_who_is_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws, _ = indexed(tmp_path)
    monkeypatch.setattr(workspace_module, "LOCK_TIMEOUT", 0.2)
    other = Workspace.open(tmp_path / "index")
    with ws, other, other.writing(), pytest.raises(LockedError, match=str(os.getpid())):
        index(ws)


def test_an_article_that_left_the_corpus_keeps_its_reviews(tmp_path: Path) -> None:
    ws, _ = indexed(tmp_path)
    with ws:
        done = mark(ws, ["5,400 pupils"], "unproven", reviewer="Ann")[0]
        (tmp_path / "corpus/school.md").unlink()
        report = index(ws)
        assert any("left the corpus" in notice for notice in report.notices)
        kept = read_article(ws, done.claim.claim.article)
        assert not kept.in_corpus
        assert [c.status for c in kept.claims] == ["unproven"]
        assert find_claims(ws, ClaimFilter(statuses=["unproven"])).total == 1
        (tmp_path / "corpus/back.md").write_text(FRONT_MATTER + SCHOOL)
        index(ws)
        back = read_article(ws, done.claim.claim.article)
        assert back.in_corpus
        assert [c.status for c in back.claims if c.state] == ["unproven"]


INDEXER = """
import sys
from pathlib import Path
from searchkit.workflow.indexing import index
from searchkit.workflow.workspace import Workspace
with Workspace.open(Path(sys.argv[1]), create=True) as ws:
    print("go", flush=True)
    index(ws, rebuild=len(sys.argv) > 2)
"""


@pytest.mark.parametrize("seed", range(6))
def test_killed_at_any_moment_the_index_answers_and_the_next_run_goes_on(
    tmp_path: Path, seed: int
) -> None:
    ws, _ = indexed(tmp_path)
    ws.close()
    chance = random.Random(seed)
    for number in range(60):
        text = HARBOUR.replace("412,000", f"{number + 500},000").replace("04/harbour", str(number))
        (tmp_path / f"corpus/{number}.txt").write_text(text.replace("Northport", f"Town{number}"))
    args = [sys.executable, "-c", INDEXER, str(tmp_path / "index"), *["rebuild"] * (seed % 2)]
    with subprocess.Popen(args, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        time.sleep(chance.uniform(0, 0.8))
        process.send_signal(signal.SIGKILL)
    with Workspace.open(tmp_path / "index") as ws:
        assert search(ws, "bridge").total == 1
        report = index(ws)
        assert report.articles == 63
        assert len(ws.engine.ids("articles")) == 63
        assert doctor(ws) == []
