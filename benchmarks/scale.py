"""python -m benchmarks.scale [--articles N…] [--with-claims N…] [--scratch FOLDER] [--json FILE]

The embedded engine and three OpenSearch nodes on this machine over one corpus, side by side:
indexing, memory, disk, and searches of nine shapes in alternation. Needs the extra `opensearch`,
Java and Maven. The nodes and their client share the processors of one machine, which makes what it
tells of the cluster a lower bound.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from cattrs.preconf.json import make_converter

from benchmarks.speed import corpus
from benchmarks.speed.measure import clock, machine, peak
from benchmarks.speed.peers import BATCH, Searchkit, fresh
from benchmarks.speed.queries import SHAPES, queries
from searchkit.claims import claims_of
from searchkit.engine.base import Engine
from searchkit.model import Article
from searchkit.query import parse
from searchkit.query.tree import And, IdSet

sys.path.append(str(Path(__file__).parents[1] / "tests"))

import cluster as opensearch

HEAP = "2g"
_NAME = "searchkit-scale"
_SHARDS = 3
_QUERIES = 30
_ROUNDS = 5
_IDS = 100_000
_VALUES = make_converter()
_TICKS = os.sysconf("SC_CLK_TCK")


def main(arguments: Sequence[str]) -> None:
    """Measure, or build one index in a process of its own."""
    if arguments[:1] == ["build"]:
        print(json.dumps(build(**json.loads(arguments[1]))))
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.scale", description=__doc__)
    parser.add_argument("--articles", type=int, nargs="*", default=[20_000], metavar="N")
    parser.add_argument("--with-claims", type=int, nargs="*", default=[], metavar="N")
    parser.add_argument("--minutes", type=int, default=0, help="to load the cluster for, at most")
    parser.add_argument("--scratch", type=Path, help="a folder that keeps the corpus")
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args(arguments)
    results: dict[str, Any] = {"machine": machine(), "heap": HEAP, "runs": []}
    print(f"Machine: {results['machine']}; three nodes with heaps of {HEAP}, {_SHARDS} shards")
    with tempfile.TemporaryDirectory(dir=chosen.scratch) as folder:
        runs = [(n, False) for n in chosen.articles] + [(n, True) for n in chosen.with_claims]
        for count, claims in runs:
            text = written_corpus(chosen.scratch or Path(folder), count)
            place = fresh(Path(folder) / f"{count}-{claims}")
            found = run(place, text, count, 60 * chosen.minutes, claims=claims)
            results["runs"].append(found)
            shutil.rmtree(place)
            if chosen.json:
                chosen.json.write_text(json.dumps(results, indent=1) + "\n")


def run(folder: Path, text: Path, count: int, seconds: int, *, claims: bool) -> dict[str, Any]:
    """Both engines at one size: tables on stdout, and what they were made from."""
    print(f"\n## {count:,} articles, {'with' if claims else 'without'} claims\n", flush=True)
    alone, client = fresh(folder / "embedded"), fresh(folder / "client")
    source = {"corpus_file": str(text), "claims": claims}
    with opensearch.running(folder / "nodes", heap=HEAP, java=()) as cluster:
        place = {"name": "opensearch", "folder": str(client), "url": cluster.url}
        loaded = _in_a_process(**source, most=count, **place, seconds=seconds)
        copying = _replicate(cluster)
        most = loaded["articles"]
        indexing = {
            "embedded": _in_a_process(**source, most=most, name="embedded", folder=str(alone))
        }
        indexing["embedded"]["disk"] = _size(alone)
        indexing["opensearch"] = loaded | _of_nodes(cluster) | {"copying": copying}
        _indexing_table(indexing)
        engines = {
            "embedded": opened("embedded", alone),
            "opensearch": opened("opensearch", client, cluster.url),
        }
        found = searching(engines, loaded["articles"])
        for engine in engines.values():
            engine.close()
    return {"claims": claims, "indexing": indexing, "searching": found}


def _replicate(cluster: opensearch.Cluster) -> float:
    """Seconds until every shard has a copy, and all merging has ended."""
    start = time.perf_counter()
    cluster.request("PUT", f"/{_NAME}*/_settings", {"index": {"number_of_replicas": 1}})
    cluster.wait(patience=1_800)
    copied = time.perf_counter() - start
    while cluster.request("GET", "/_stats/merge")["_all"]["total"]["merges"]["current"]:
        time.sleep(1)
    return copied


def written_corpus(folder: Path, count: int) -> Path:
    """A file with the articles, one a line, so that making them takes no engine's time."""
    path = folder / f"corpus-{count}.jsonl"
    if not path.exists():
        unfinished = path.with_suffix(".new")
        with unfinished.open("w", encoding="utf-8") as file:
            for article in corpus.articles(count):
                file.write(_VALUES.dumps(article, ensure_ascii=False) + "\n")
        unfinished.replace(path)
    return path


def opened(name: str, folder: Path, url: str = "", *, create: bool = False) -> Engine:
    """An engine by its name.

    Args:
        url: of the cluster.
    """
    if name == "embedded":
        from searchkit.engine.whoosh import WhooshEngine

        return WhooshEngine.open(folder, create=create)
    from searchkit.engine.opensearch.access import Access
    from searchkit.engine.opensearch.engine import OpenSearchEngine

    access = Access((url,), _NAME, shards=_SHARDS, replicas=0)
    return OpenSearchEngine.open(folder, access, create=create)


def build(
    *,
    corpus_file: str,
    most: int,
    claims: bool,
    name: str,
    folder: str,
    url: str = "",
    seconds: int = 0,
) -> dict[str, float]:
    """Index a corpus: articles, bytes of text, seconds of wall and processor, and memory in MB.

    Args:
        corpus_file: as `written_corpus` writes it.
        most: articles of it.
        claims: index the claims too.
        name, folder, url: of the engine; see `opened`.
        seconds: when they are over, no further batch is begun; 0 for never.
    """
    engine = opened(name, Path(folder), url, create=True)
    held = {"articles": 0, "claims": 0, "text": 0}
    cut = 0.0
    start = clock()
    with Path(corpus_file).open(encoding="utf-8") as lines:
        articles = (_VALUES.loads(line, Article) for line in islice(lines, most))
        while some := list(islice(articles, BATCH)):
            before = time.perf_counter()
            ready = [(one, claims_of(one) if claims else ()) for one in some]
            cut += time.perf_counter() - before
            with engine.batch() as batch:
                for article, own in ready:
                    batch.put(article, own)
            held["articles"] += len(ready)
            held["claims"] += sum(len(own) for _, own in ready)
            held["text"] += sum(corpus.size(article) for article in some)
            spent = time.perf_counter() - start[0]
            print(f"{name}: {held} {spent:.0f} s", file=sys.stderr)
            if 0 < seconds < spent:
                break
    end = clock()
    engine.close()
    return {
        **held,
        "wall": end[0] - start[0],
        "cpu": end[1] - start[1],
        "cutting claims": cut,
        "peak": peak(),
    }


def searching(engines: dict[str, Engine], count: int) -> dict[str, Any]:
    """Milliseconds of searches by shape and engine, in alternation, as a table and as they were."""
    asked = queries(list(islice(corpus.articles(2_000), 2_000)), _QUERIES)
    peers = {}
    for name, engine in engines.items():
        peers[name] = Searchkit()
        peers[name].engine = engine
    times = {
        shape: _alternating(
            [{name: peer.ask(query) for name, peer in peers.items()} for query in asked[shape]]
        )
        for shape in SHAPES
    }
    chance = random.Random(_IDS)
    ids = frozenset(f"a{n:07d}" for n in chance.sample(range(max(count, 2 * _IDS)), _IDS))
    words = [parse(" ".join(query.words)) for query in asked["term"][:10]]
    for title, complement in (("with one of", False), ("with none of", True)):
        trees = [And((word, IdSet(ids, complement))) for word in words]
        shape = f"term, {title} {_IDS:,} ids"
        times[shape] = _alternating(
            [{n: partial(e.search, "articles", tree) for n, e in engines.items()} for tree in trees]
        )
    print("| search, ms: p50 / p95 | " + " | ".join(engines) + " |")
    print("|---" * (len(engines) + 1) + "|")
    for shape, by in times.items():
        cells = [f"{_part(by[name], 50):.1f} / {_part(by[name], 95):.1f}" for name in engines]
        print(f"| {shape} | " + " | ".join(cells) + " |")
    print(flush=True)
    return times


def _alternating(asks: Sequence[dict[str, Callable[[], object]]]) -> dict[str, list[float]]:
    """Milliseconds of every call, without those of the first round."""
    times: dict[str, list[float]] = {}
    for turn in range(_ROUNDS + 1):
        for ask in asks:
            for name, run_it in ask.items():
                before = time.perf_counter()
                run_it()
                if turn:
                    times.setdefault(name, []).append((time.perf_counter() - before) * 1000)
    return times


def _part(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _in_a_process(**options: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scale", "build", json.dumps(options)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def _of_nodes(cluster: opensearch.Cluster) -> dict[str, float]:
    """MB on their disks and in their memory, and the seconds of processor that they took."""
    store = cluster.request("GET", "/_all/_stats/store")["_all"]
    stats = cluster.request("GET", "/_nodes/stats/jvm")["nodes"].values()
    found = {
        "disk": store["total"]["store"]["size_in_bytes"] / 1e6,
        "disk of primaries": store["primaries"]["store"]["size_in_bytes"] / 1e6,
        "nodes: collections, s": sum(
            one["collection_time_in_millis"] / 1000
            for node in stats
            for one in node["jvm"]["gc"]["collectors"].values()
        ),
    }
    pids = [node.process.pid for node in cluster.nodes if node.process]
    found["nodes: cpu"] = sum(_processor(pid) for pid in pids)
    found["nodes: peak"] = sum(_peak_of(pid) for pid in pids)
    return found


def _processor(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _peak_of(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def _indexing_table(by: dict[str, dict[str, Any]]) -> None:
    rows: dict[str, Callable[[dict[str, Any]], float | None]] = {
        "articles": lambda run: run["articles"],
        "claims": lambda run: run["claims"],
        "text, MB": lambda run: run["text"] / 1e6,
        "seconds": lambda run: run["wall"],
        "articles a second": lambda run: run["articles"] / run["wall"],
        "seconds to copy every shard once": lambda run: run.get("copying"),
        "seconds of processor, client": lambda run: run["cpu"],
        "seconds of processor, nodes": lambda run: run.get("nodes: cpu"),
        "peak memory of the client, MB": lambda run: run["peak"],
        "peak memory of the nodes together, MB": lambda run: run.get("nodes: peak"),
        "disk, MB": lambda run: run["disk"],
        "disk without replicas, MB": lambda run: run.get("disk of primaries", run["disk"]),
    }
    print("| indexing | " + " | ".join(by) + " |")
    print("|---" * (len(by) + 1) + "|")
    for title, value in rows.items():
        cells = [value(run) for run in by.values()]
        print(f"| {title} | " + " | ".join("–" if c is None else f"{c:,.0f}" for c in cells) + " |")
    print(flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
