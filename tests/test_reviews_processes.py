"""Several processes at one sidecar, and processes killed in the middle of a write."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from review_samples import IDENTITY, judge

from searchkit.reviews import ReviewStore, event_id, heads, missing

SCRIPT = Path(__file__).with_name("kill_mark.py")


def start(folder: Path, reviewer: str, *counts: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), str(folder), reviewer, *map(str, counts)],
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize("articles", [1, 20])
def test_eight_processes_lose_nothing(tmp_path: Path, articles: int) -> None:
    folder = tmp_path / "reviews"
    writers = [start(folder, f"R{n}", 200, articles, 1) for n in range(8)]
    told = set()
    for writer in writers:
        out, _ = writer.communicate()
        assert writer.returncode == 0
        told |= set(out.split()[1:])
    store = ReviewStore(folder)
    ids = store.ids()
    assert len(ids) == articles
    sidecars = [sidecar for id in ids if (sidecar := store.load(id))]
    assert {e.id for sidecar in sidecars for e in sidecar.events} == told
    assert len(told) == 1_600
    for sidecar in sidecars:
        assert heads(sidecar.events) == (sidecar.events[-1].id,)
        for n in range(8):
            own = [e.data["note"].split()[0] for e in sidecar.events if e.reviewer == f"R{n}"]
            assert own == sorted(own, key=int)
            assert len(own) == 200 // articles
    assert store.problems() == []


def test_killed_at_any_moment(tmp_path: Path) -> None:
    rng = random.Random(20240801)
    folder = tmp_path / "reviews"
    store = ReviewStore(folder, timeout=5)
    told: list[str] = []
    for _ in range(15):
        with start(folder, "Ann", 100_000) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "ready\n"
            time.sleep(rng.uniform(0, 0.06))
            writer.kill()
            lines = writer.stdout.read().splitlines(keepends=True)
        told += [line.strip() for line in lines if line.endswith("\n")]
        sidecar = store.load(IDENTITY.id)
        known = {e.id for e in sidecar.events} if sidecar else set()
        # What was told is there; at most the last one was written and not told any more.
        assert set(told) <= known
        assert len(known - set(told)) <= 1
        told = sorted(known)
        assert store.problems() == []
        # No clean-up is asked of anybody, and what the killed one left behind is swept.
        (event,) = store.append(IDENTITY, [judge()], reviewer="Bob")
        told.append(event.id)
        assert not any(folder.glob(".tmp-*"))
    sidecar = store.load(IDENTITY.id)
    assert sidecar is not None
    assert [e.id for e in sidecar.events if event_id(e) != e.id] == []
    assert missing(sidecar.events) == {}
    assert {p.name for p in folder.iterdir()} == {".lock", f"{IDENTITY.id}.json"}
