"""One measurement each, in a process of its own where memory or a cold start counts."""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.speed.corpus import articles, size
from benchmarks.speed.peers import PEERS, Peer, fresh
from benchmarks.speed.queries import Query
from searchkit.model import Article


class Spread:
    """Several runs of one measurement."""

    def __init__(self, runs: Sequence[float]):
        self.runs = sorted(runs)

    @property
    def median(self) -> float:
        """The run in the middle."""
        return statistics.median(self.runs)

    def text(self, digits: int = 2) -> str:
        """Median, and the least and the most in brackets."""
        low, high = self.runs[0], self.runs[-1]
        return f"{self.median:.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def in_a_process(*arguments: str) -> Any:
    """What a measurement printed as JSON that ran by itself."""
    command = [sys.executable, "-m", "benchmarks.speed", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def clock() -> tuple[float, float]:
    """Seconds of wall and of this process's processor time, each from some moment on."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return time.perf_counter(), own.ru_utime + own.ru_stime


def peak() -> float:
    """The most memory that this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        # Unlike what `getrusage` tells, without what the parent held when it made this process.
        (line,) = (one for one in status.read_text().splitlines() if one.startswith("VmHWM:"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def built(peer: str, folder: str, count: str) -> dict[str, float]:
    """Index a corpus: seconds of wall and processor, MB of text, of index and of memory.

    Making the articles is not counted, and neither is what they take in memory: they come in one by
    one where the engine takes them so, and the time between is subtracted. Of the processor only
    this thread's, as threads of the engine may go on working; so the wall's rate flatters those
    that have some.
    """
    engine: Peer = PEERS[peer]()
    place = fresh(Path(folder))
    text = wall = cpu = 0.0

    def given() -> Any:
        nonlocal text, wall, cpu
        before = time.perf_counter(), time.thread_time()
        for article in articles(int(count)):
            text += size(article)
            prepared = engine.prepared(article)
            wall += time.perf_counter() - before[0]
            cpu += time.thread_time() - before[1]
            yield prepared
            before = time.perf_counter(), time.thread_time()

    start = clock()
    engine.build(place, given())
    end = clock()
    on_disk = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    return {
        "wall": end[0] - start[0] - wall,
        "cpu": end[1] - start[1] - cpu,
        "text": text / 1e6,
        "disk": on_disk / 1e6,
        "peak": peak(),
    }


def searched(
    peers: Sequence[Peer], queries: dict[str, list[Query]], rounds: int
) -> dict[str, dict[str, Spread]]:
    """Milliseconds of a search by shape and peer: medians over the queries, one for each round.

    The peers take turns, each with all queries of a shape, so that what disturbs the machine
    disturbs all, and none finds the processor's caches full of another's.
    """
    times: dict[str, dict[str, list[float]]] = {}
    for shape, some in queries.items():
        able = [p for p in peers if shape != "fuzzy" or p.name != "SQLite FTS5"]
        ready = [[peer.ask(query) for query in some] for peer in able]
        for turn in range(rounds + 1):
            lap: dict[str, list[float]] = {peer.name: [] for peer in able}
            for peer, asks in zip(able, ready, strict=True):
                for ask in asks:
                    before = time.perf_counter()
                    ask()
                    lap[peer.name].append((time.perf_counter() - before) * 1000)
            for name, values in lap.items():
                if turn:
                    kept = times.setdefault(shape, {}).setdefault(name, [])
                    kept.append(statistics.median(values))
    return {s: {n: Spread(v) for n, v in by.items()} for s, by in times.items()}


def added(peer: Peer, fresh_articles: Sequence[Article], times: int) -> Spread:
    """Milliseconds to add ten articles and commit."""
    runs = []
    for turn in range(times):
        some = [peer.prepared(a) for a in fresh_articles[turn * 10 : turn * 10 + 10]]
        before = time.perf_counter()
        peer.add(some)
        runs.append((time.perf_counter() - before) * 1000)
    return Spread(runs)


def whole(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Seconds of wall and processor that a command takes in a folder.

    The modules are compiled as in an installed package, whatever this process is told of that; the
    first run leaves them so.
    """
    environment = {n: v for n, v in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cpu


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "searchkit", *arguments]


def project(folder: Path, count: int, *, files: bool) -> Path:
    """A project folder with a corpus: one file of JSON Lines, or a text file for each article."""
    corpus = fresh(folder) / "corpus"
    corpus.mkdir()
    if files:
        for article in articles(count):
            (corpus / f"{article.id}.txt").write_text(f"{article.title}\n\n{article.text}\n")
        return folder
    with (corpus / "all.jsonl").open("w") as file:
        for article in articles(count):
            (source,) = article.sources
            value = {
                "title": article.title,
                "text": article.text,
                "outlet": source.outlet,
                "date": str(source.date),
                "link": source.link,
            }
            file.write(json.dumps(value, ensure_ascii=False) + "\n")
    return folder


def pipeline(folder: Path) -> tuple[float, float]:
    """Seconds of wall and processor for `searchkit index` on a new project."""
    shutil.rmtree(folder / "index", ignore_errors=True)
    return whole(_command("index"), folder)


def unchanged(folder: Path) -> tuple[float, float]:
    """The same for a project of which nothing changed."""
    return whole(_command("index"), folder)


def cold(folder: Path, words: str) -> tuple[float, float]:
    """Seconds of wall for a search in a new process, and for importing Whoosh and click."""
    search = whole(_command("search", words), folder)[0]
    imports = whole([sys.executable, "-c", "import whoosh.index, click"], folder)[0]
    return search, imports


def engine_alone(folder: str, count: str) -> dict[str, float]:
    """Seconds that the engine takes for the articles of a corpus with their claims."""
    from searchkit.claims import claims_of
    from searchkit.engine.whoosh import WhooshEngine

    held = [(article, claims_of(article)) for article in articles(int(count))]
    engine = WhooshEngine.open(fresh(Path(folder)), create=True)
    start = clock()
    with engine.batch() as batch:
        for article, claims in held:
            batch.put(article, claims)
    end = clock()
    return {
        "wall": end[0] - start[0],
        "cpu": end[1] - start[1],
        "claims": sum(len(c) for _, c in held),
    }


def machine() -> str:
    """The processor, the cores that this process may use, and the system."""
    name = ""
    info = Path("/proc/cpuinfo")
    if info.exists():
        models = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        name = models[0].partition(":")[2].strip() if models else ""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    python = sys.version.split()[0]
    return f"{name or 'unknown processor'}, {cores} cores, {sys.platform}, Python {python}"


MEASUREMENTS: dict[str, Callable[..., dict[str, float]]] = {
    "built": built,
    "engine": engine_alone,
}
