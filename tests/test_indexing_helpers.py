"""Helpers beside the indexer, and chunks: whoever prepares an article, the index is the same."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from projects import BRIDGE, HARBOUR, make

from searchkit.model import Article, Source
from searchkit.workflow import helpers, intake, update
from searchkit.workflow.helpers import hands
from searchkit.workflow.indexing import index
from searchkit.workflow.prepared import prepare
from searchkit.workflow.reporting import doctor
from searchkit.workflow.searching import search
from searchkit.workflow.workspace import Workspace

ARTICLES = [
    Article("Harbour", HARBOUR, (Source("Northport Courier", None, "https://c.example.org/1"),)),
    Article(
        "港口", "港口关闭了。渡轮开始运行，票价不高；乘客不多。\n\n目标：\n1. 减少进口\n2. 储存石油"
    ),
    Article("No\u2028title \ud83d\x00", "It fell \ud83d\udca1 twice \ude00, but they rose. Half."),
    Article("Empty", ""),
]


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Helpers for the smallest corpus, on a machine of any size."""
    monkeypatch.setattr(helpers, "WORTH", 0)
    monkeypatch.setattr(helpers, "_cores", lambda: 2)


def children(process: int) -> set[int]:
    """Its helpers; the process that tests may have others, such as nodes of a cluster."""
    done = subprocess.run(
        ["pgrep", "-P", str(process), "-f", "searchkit.workflow.helpers"],
        capture_output=True,
        text=True,
        check=False,
    )
    return set(map(int, done.stdout.split()))


def alive(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    if status.parent.parent.joinpath("self").exists():
        return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"
    return (
        subprocess.run(["ps", "-p", str(process)], capture_output=True, check=False).returncode == 0
    )


def gone(processes: set[int]) -> bool:
    limit = time.monotonic() + 20
    while any(map(alive, processes)) and time.monotonic() < limit:
        time.sleep(0.05)
    return not any(map(alive, processes))


def contents(ws: Workspace) -> list[object]:
    engine = ws.engine
    return [*engine.articles(engine.ids("articles")), *engine.claims(engine.ids("claims"))]


def lines(numbers: range, edit: str = "") -> str:
    made = []
    for number in numbers:
        text = HARBOUR.replace("412,000", f"{number + 500},000").replace("Northport", f"T{number}")
        link = f"https://courier.example.org/{number}"
        made.append(json.dumps({"title": f"Harbour {number}", "text": text + edit, "link": link}))
    return "\n".join(made)


@pytest.mark.usefixtures("always")
def test_helpers_prepare_as_the_indexer_does() -> None:
    with hands(1) as helping:
        assert helping.ahead
        lots = [ARTICLES[:1], ARTICLES[1:], [], ARTICLES * 30]
        begun = [helping.begin(lot) for lot in lots]
        assert [result() for result in begun] == [prepare(lot) for lot in lots]


def test_a_small_corpus_starts_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers, "_cores", lambda: 2)
    with hands(helpers.WORTH - 1) as helping:
        assert helping.begin(ARTICLES)() == prepare(ARTICLES)
        assert not children(os.getpid())


def test_one_core_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers, "_cores", lambda: 1)
    with hands(helpers.WORTH) as helping:
        assert helping.begin(ARTICLES)() == prepare(ARTICLES)
        assert not children(os.getpid())


@pytest.mark.usefixtures("always")
def test_what_a_killed_helper_leaves_undone_is_done_all_the_same() -> None:
    with hands(1) as helping:
        assert helping.begin(ARTICLES)() == prepare(ARTICLES)
        helped = children(os.getpid())
        begun = [helping.begin(ARTICLES * 50) for _ in range(4)]
        for process in helped:
            os.kill(process, signal.SIGKILL)
        assert all(result() == prepare(ARTICLES * 50) for result in begun)
    assert gone(helped)


@pytest.mark.usefixtures("always")
@pytest.mark.parametrize("command", [["-c", "raise SystemExit(3)"], ["-c", "print('[]')"]])
def test_a_helper_that_cannot_work_costs_nothing(
    monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr(helpers, "_COMMAND", command)
    with hands(1) as helping:
        begun = [helping.begin(ARTICLES) for _ in range(4)]
        assert [result() for result in begun] == [prepare(ARTICLES)] * 4


@pytest.mark.usefixtures("always")
def test_a_helper_runs_nothing_of_the_folder_it_is_started_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "searchkit", "attrs"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    with hands(1) as helping:
        assert helping.begin(ARTICLES)() == prepare(ARTICLES)
    assert not (tmp_path / "ran").exists()


@pytest.mark.usefixtures("always")
def test_the_index_is_the_same_with_helpers_and_in_chunks_of_any_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "a.jsonl": lines(range(40)),
        "b.txt": BRIDGE,
        "c.jsonl": lines(range(30, 60)),
        "d.md": "",
    }
    found = []
    for name, worth, lot, chunk in (("own", 1 << 30, 1 << 20, 1 << 20), ("two", 0, 900, 4_000)):
        monkeypatch.setattr(helpers, "WORTH", worth)
        monkeypatch.setattr(intake, "LOT", lot)
        monkeypatch.setattr(update, "CHUNK", chunk)
        with make(tmp_path / name, files) as ws:
            report = index(ws)
            assert [s.reason.partition(";")[0] for s in report.skipped] == ["it is empty"]
            assert (report.files, report.articles) == (3, 61)
            found.append(contents(ws))
            assert doctor(ws) == []
            assert index(ws).articles == 61
    assert found[0] == found[1]


@pytest.mark.parametrize("stop", range(1, 5))
def test_a_file_that_was_cut_off_between_chunks_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stop: int
) -> None:
    with make(tmp_path, {"a.jsonl": lines(range(40))}) as ws:
        index(ws)
        ids = ws.engine.ids("articles")
        monkeypatch.setattr(intake, "LOT", 3_000)
        monkeypatch.setattr(update, "CHUNK", 3_000)
        own = intake.prepared_parts

        def interrupted(*args: object) -> object:
            for number, one in enumerate(own(*args)):  # type: ignore[arg-type]
                if number == stop:
                    raise KeyboardInterrupt
                yield one

        (tmp_path / "corpus/a.jsonl").write_text(lines(range(40), "It went on."))
        monkeypatch.setattr(update, "prepared_parts", interrupted)
        with pytest.raises(KeyboardInterrupt):
            index(ws)
        monkeypatch.setattr(update, "prepared_parts", own)
    with Workspace.open(tmp_path / "index") as ws:
        assert index(ws).articles == 40
        assert ws.engine.ids("articles") == ids
        assert search(ws, '"it went on"').total == 40
        assert doctor(ws) == []


INDEXER = """
import sys
from pathlib import Path
from searchkit.workflow import helpers, intake
from searchkit.workflow.indexing import index
from searchkit.workflow.workspace import Workspace
helpers.WORTH, helpers._cores, intake.LOT = 0, lambda: 2, 20_000
with Workspace.open(Path(sys.argv[1]), create=True) as ws:
    print("go", flush=True)
    index(ws)
"""


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_an_indexer_that_is_stopped_leaves_no_helper_behind(
    tmp_path: Path, sent: signal.Signals
) -> None:
    make(tmp_path, {"a.jsonl": lines(range(1_500)), "b.txt": BRIDGE}).close()
    command = [sys.executable, "-c", INDEXER, str(tmp_path / "index")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as running:
        assert running.stdout
        running.stdout.readline()
        limit = time.monotonic() + 20
        while len(helped := children(running.pid)) < 2 and time.monotonic() < limit:
            time.sleep(0.01)
        time.sleep(random.Random(sent).uniform(0, 0.5))
        if sent == signal.SIGINT:
            # As a terminal does: to everyone in the foreground.
            os.killpg(running.pid, sent)
        else:
            running.send_signal(sent)
        running.wait(20)
    assert helped
    assert gone(helped)
    with Workspace.open(tmp_path / "index") as ws:
        assert index(ws).articles == 1_501
        assert doctor(ws) == []
