"""How long the desk's pages take: alone, and under readers and writers.

    python -m benchmarks.desk [--articles 20000] [--folder DIR] [--seconds 20]

Makes a corpus, indexes it, gives some verdicts, starts the real server on the loopback, and asks
from a process of its own. Times are whole requests as the client sees them. At the end every act
that the server acknowledged is looked for in the sidecars.
"""

from __future__ import annotations

import argparse
import http.client
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from benchmarks.newsroom import write_corpus
from searchkit.reviews import ReviewStore
from searchkit.workflow.indexing import index
from searchkit.workflow.reading import read_article
from searchkit.workflow.reviewing import mark
from searchkit.workflow.workspace import Workspace

_READERS, _WRITERS = 16, 4
_VERDICTS = 400
_ROUNDS = 15
_SEED = 11


class Visitor:
    """A browser as far as requests go: one connection, cookies, forms."""

    def __init__(self, port: int):
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        self.csrf = ""

    def ask(
        self, path: str, form: Sequence[tuple[str, str]] = (), *, part: bool = False
    ) -> tuple[int, str, float]:
        """Status, text and seconds of one request."""
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._cookies.items())}
        if part:
            headers["X-Desk"] = "part"
        body = None
        if form:
            headers["Origin"] = f"http://127.0.0.1:{self._port}"
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode([("csrf", self.csrf), *form])
        start = time.perf_counter()
        self._connection.request("POST" if form else "GET", path, body, headers)
        response = self._connection.getresponse()
        text = response.read().decode()
        taken = time.perf_counter() - start
        for cookie in response.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self._cookies[name] = value
        return response.status, text, taken

    def enter(self) -> None:
        """Get a form's token."""
        self.csrf = _field(self.ask("/you")[1], "csrf")

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()


def main() -> None:
    """Measure, and print two tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--folder", type=Path, help="keep the corpus and index here")
    parser.add_argument("--seconds", type=float, default=20.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.folder or Path(scratch)
        ws = _newsroom(folder, given.articles)
        claims = _some_claims(ws)
        ws.close()
        with _served(folder) as (port, process):
            _alone(port, claims, folder)
            _loaded(port, claims, given.seconds, folder)
            memory = Path(f"/proc/{process.pid}/status")
            if memory.exists():
                peak = re.search(r"VmHWM:\s+(\d+)", memory.read_text())
                print(f"\npeak memory of the server: {int(peak[1]) / 1024:.0f} MB" if peak else "")


def _newsroom(folder: Path, articles: int) -> Workspace:
    if not (folder / "corpus").is_dir():
        write_corpus(folder / "corpus", articles)
    ws = Workspace.open(folder / "index", create=True)
    start = time.perf_counter()
    index(ws)
    print(f"indexed in {time.perf_counter() - start:.0f} s")
    if not ws.reviews.ids():
        rng = random.Random(_SEED)
        for number, id in enumerate(rng.sample(ws.engine.ids("articles"), _VERDICTS // 4)):
            found = rng.sample(read_article(ws, id).claims, 4)
            status = ws.scale.verdicts[number % len(ws.scale.verdicts)]
            mark(ws, [c.claim.id for c in found], status, reviewer=f"Reviewer {number % 5}")
    return ws


def _some_claims(ws: Workspace) -> list[tuple[str, str, str]]:
    """(article, claim, a word of it), judged ones among them."""
    rng = random.Random(_SEED + 1)
    ids = [*rng.sample(ws.engine.ids("articles"), 200), *ws.reviews.ids()[:50]]
    found = []
    for id in ids:
        claim = rng.choice(read_article(ws, id).claims).claim
        found.append((id, claim.id, max(claim.text.split(), key=len)))
    return found


def _pages(article: str, claim: str, word: str) -> dict[str, str]:
    here = f"/articles/{article}"
    return {
        "start": "/",
        "search": f"/?q={quote(word)}",
        "search, filtered": f"/?q={quote(word)}&status=unreviewed&since=2024-01-01",
        "article": here,
        "article with claim": f"{here}/{claim}",
        "claims of a status": "/claims?status=false",
        "queue": f"/queue?at={article}/{claim}",
        "dashboard": "/dashboard",
        "report": "/report",
    }


_PARTS = {"claim's panel": "", "claim elsewhere": "/elsewhere"}


def _alone(port: int, claims: Sequence[tuple[str, str, str]], folder: Path) -> None:
    """One request at a time."""
    visitor = Visitor(port)
    visitor.enter()
    taken: dict[str, list[float]] = defaultdict(list)
    for article, claim, word in claims[:_ROUNDS]:
        for name, path in _pages(article, claim, word).items():
            status, _, seconds = visitor.ask(path)
            assert status in (200, 302), (path, status)
            taken[name].append(seconds)
        for name, tail in _PARTS.items():
            taken[name].append(visitor.ask(f"/articles/{article}/{claim}{tail}", part=True)[2])
    # The same after a mark in a terminal beside; these claims were not asked for before.
    with Workspace.open(folder / "index") as terminal:
        for article, claim, _ in claims[_ROUNDS : 2 * _ROUNDS]:
            here = f"/articles/{article}/{claim}"
            for name, path in (
                ("dashboard", "/dashboard"),
                ("claim elsewhere", f"{here}/elsewhere"),
            ):
                mark(terminal, [claim], "verified", reviewer="Terminal", note=name)
                part = path != "/dashboard"
                taken[f"{name}, after a mark"].append(visitor.ask(path, part=part)[2])
    visitor.close()
    print(f"\nalone, {_ROUNDS} of each (ms)     median     p95  slowest")
    for name, times in taken.items():
        _row(name, times[1:])
    pages = [name for name in taken if not name.startswith(tuple(_PARTS))]
    _row("all pages", [one for name in pages for one in taken[name][1:]])


def _loaded(
    port: int, claims: Sequence[tuple[str, str, str]], seconds: float, folder: Path
) -> None:
    """Readers and writers together, each as fast as the desk answers."""
    end = time.monotonic() + seconds
    reading: list[float] = []
    writing: list[float] = []
    codes: Counter[int] = Counter()
    acknowledged: Counter[str] = Counter()
    before = _events(folder)

    def read(number: int) -> None:
        rng = random.Random(number)
        visitor = Visitor(port)
        while time.monotonic() < end:
            paths = list(_pages(*rng.choice(claims)).values())
            status, _, taken = visitor.ask(rng.choice(paths))
            codes[status] += 1
            reading.append(taken)
        visitor.close()

    def write(number: int) -> None:
        rng = random.Random(100 + number)
        visitor = Visitor(port)
        visitor.enter()
        while time.monotonic() < end:
            article, claim, _ = rng.choice(claims[:40])
            here = f"/articles/{article}/{claim}"
            status, page, taken = visitor.ask(here, part=True)
            codes[status] += 1
            form = [(name, _field(page, name)) for name in ("heads", "shown")]
            form += [("reviewer", f"Writer {number}")]
            form += [("status", rng.choice(("verified", "false"))), ("note", "Load.")]
            status, _, taken = visitor.ask(f"{here}/mark", form, part=True)
            codes[status] += 1
            writing.append(taken)
            if status == 200:
                acknowledged[article] += 1
        visitor.close()

    threads = [threading.Thread(target=read, args=(n,)) for n in range(_READERS)]
    threads += [threading.Thread(target=write, args=(n,)) for n in range(_WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = _events(folder)
    lost = sum(acknowledged.values()) - (sum(after.values()) - sum(before.values()))
    print(f"\n{_READERS} readers, {_WRITERS} writers (ms)   median     p95  slowest")
    _row("pages", reading)
    _row("marks", writing)
    rate = (len(reading) + len(writing)) / seconds
    print(f"{rate:.0f} requests a second; answers by status: {dict(sorted(codes.items()))}")
    print(f"{sum(acknowledged.values())} marks acknowledged, {lost} lost")
    problems = ReviewStore(folder / "index" / "reviews").problems()
    print(f"{len(problems)} problems in the sidecars")


def _events(folder: Path) -> Counter[str]:
    store = ReviewStore(folder / "index" / "reviews")
    found: Counter[str] = Counter()
    for id in store.ids():
        sidecar = store.load(id)
        found[id] = len(sidecar.events) if sidecar else 0
    return found


@contextmanager
def _served(folder: Path) -> Iterator[tuple[int, subprocess.Popen[str]]]:
    line = [sys.executable, "-m", "searchkit", "serve", "--port", "0", "--by", "Bench"]
    with subprocess.Popen(line, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = urlsplit(process.stdout.readline().split()[-1]).port
        assert port
        try:
            yield port, process
        finally:
            process.terminate()


def _field(page: str, name: str) -> str:
    found = re.search(f'name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def _row(name: str, times: Sequence[float]) -> None:
    ms = sorted(1000 * one for one in times)
    p95 = ms[min(len(ms) - 1, int(0.95 * len(ms)))]
    print(f"{name:28}{statistics.median(ms):8.1f}{p95:8.1f}{ms[-1]:9.1f}")


if __name__ == "__main__":
    main()
