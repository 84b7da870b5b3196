"""python -m benchmarks.speed [--sizes 4000,20000,200000] [--rounds N] [--json FILE]

Builds the same corpus in every engine and measures them in alternation; prints tables in Markdown.
Needs the dependency group `bench`. A million articles are measured on request (`--sizes 1000000`).
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.speed import measure
from benchmarks.speed.corpus import articles
from benchmarks.speed.measure import Spread
from benchmarks.speed.peers import PEERS
from benchmarks.speed.queries import SHAPES, queries

#: Stock Whoosh is not built beyond this.
_STOCK_MOST = 20_000
_QUERIES = 30
_NAMES = {name: kind.name for name, kind in PEERS.items()}


def main(arguments: Sequence[str]) -> None:
    """Measure, or be one measurement in a process of its own."""
    if arguments and arguments[0] in measure.MEASUREMENTS:
        print(json.dumps(measure.MEASUREMENTS[arguments[0]](*arguments[1:])))
        return
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--sizes", default="4000,20000,200000")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", choices=("engines", "commands"))
    chosen = parser.parse_args(arguments)
    results: dict[str, Any] = {"machine": measure.machine(), "sizes": {}}
    print(f"Machine: {results['machine']}\n")
    with tempfile.TemporaryDirectory() as scratch:
        if chosen.only != "commands":
            for count in map(int, chosen.sizes.split(",")):
                results["sizes"][count] = _engines(Path(scratch), count, chosen.rounds)
        if chosen.only != "engines":
            results["commands"] = _commands(Path(scratch), 20_000, chosen.rounds)
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1) + "\n")


def _engines(scratch: Path, count: int, rounds: int) -> dict[str, Any]:
    """Indexing, size, memory, searching and adding at one size, as tables."""
    print(f"## {count:,} articles\n", flush=True)
    names = [name for name in PEERS if name != "stock" or count <= _STOCK_MOST]
    folders = {name: scratch / f"{name}-{count}" for name in names}
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for turn in range(rounds if count <= _STOCK_MOST else 2):
        for name in names:
            if name != "stock" or not turn:
                runs[name].append(
                    measure.in_a_process("built", name, str(folders[name]), str(count))
                )
    indexing = {
        name: {
            "MB/s of processor": Spread([run["text"] / run["cpu"] for run in some]),
            "MB/s of wall": Spread([run["text"] / run["wall"] for run in some]),
            "index / text": Spread([run["disk"] / run["text"] for run in some]),
            "peak MB": Spread([run["peak"] for run in some]),
        }
        for name, some in runs.items()
    }
    _table("indexing", list(indexing["searchkit"]), indexing)

    peers = {name: PEERS[name]() for name in names}
    for name, peer in peers.items():
        peer.open(folders[name])
    asked = queries(list(islice(articles(min(count, 2_000)), 2_000)), _QUERIES)
    by_shape = measure.searched(list(peers.values()), asked, rounds)
    by_peer = {
        name: {
            shape: by_shape[shape][_NAMES[name]]
            for shape in SHAPES
            if _NAMES[name] in by_shape[shape]
        }
        for name in names
    }
    _table("search, milliseconds", list(SHAPES), by_peer, digits=3)
    ratios = _ratios(by_peer)
    print("geometric mean of the shapes, each peer's time over searchkit's: " + ratios + "\n")

    more = list(islice(articles(count + 200), count, count + 200))
    adding = {
        name: {"add ten and commit, ms": measure.added(peer, more, 15)}
        for name, peer in peers.items()
        if name != "stock"
    }
    _table("adding", ["add ten and commit, ms"], adding, digits=1)
    return {
        "indexing": _plain(indexing),
        "search": _plain(by_peer),
        "adding": _plain(adding),
        "text": runs["searchkit"][0]["text"],
    }


def _ratios(by_peer: dict[str, dict[str, Spread]]) -> str:
    own = by_peer["searchkit"]
    found = []
    for name, some in by_peer.items():
        if name != "searchkit":
            logs = [math.log(spread.median / own[shape].median) for shape, spread in some.items()]
            found.append(f"{_NAMES[name]} {math.exp(sum(logs) / len(logs)):.2f}")
    return ", ".join(found)


def _commands(scratch: Path, count: int, rounds: int) -> dict[str, Any]:
    """Whole commands, in new processes."""
    print(f"## Commands over {count:,} articles\n", flush=True)
    lines = measure.project(scratch / "lines", count, files=False)
    files = measure.project(scratch / "files", count, files=True)
    alone, piped = [], []
    for _ in range(max(rounds // 2, 2)):
        alone.append(measure.in_a_process("engine", str(scratch / "alone"), str(count)))
        piped.append(measure.pipeline(lines))
    measure.pipeline(files)
    again = [measure.unchanged(files) for _ in range(rounds + 1)][1:]
    starts = [measure.cold(lines, "sa ka") for _ in range(rounds + 1)][1:]
    found = {
        "engine alone, articles and claims, s": Spread([run["wall"] for run in alone]),
        "engine alone, s of processor": Spread([run["cpu"] for run in alone]),
        "`searchkit index`, s": Spread([wall for wall, _ in piped]),
        "`searchkit index`, s of processor": Spread([cpu for _, cpu in piped]),
        "pipeline / engine": Spread(
            [wall / run["wall"] for (wall, _), run in zip(piped, alone, strict=True)]
        ),
        "unchanged re-index of as many files, s": Spread([wall for wall, _ in again]),
        "cold `searchkit search`, s": Spread([search for search, _ in starts]),
        "`import whoosh.index, click`, s": Spread([imports for _, imports in starts]),
        "cold search / import": Spread([search / imports for search, imports in starts]),
    }
    print("| command | median (least–most) |\n|---|---|")
    for name, spread in found.items():
        print(f"| {name} | {spread.text()} |")
    print(flush=True)
    return {name: spread.runs for name, spread in found.items()}


def _table(
    title: str, columns: Sequence[str], rows: dict[str, dict[str, Spread]], digits: int = 2
) -> None:
    print(f"| {title} | " + " | ".join(_NAMES[name] for name in rows) + " |")
    print("|---" * (len(rows) + 1) + "|")
    for column in columns:
        cells = [some[column].text(digits) if column in some else "–" for some in rows.values()]
        print(f"| {column} | " + " | ".join(cells) + " |")
    print(flush=True)


def _plain(rows: dict[str, dict[str, Spread]]) -> dict[str, dict[str, list[float]]]:
    return {n: {c: spread.runs for c, spread in some.items()} for n, some in rows.items()}


if __name__ == "__main__":
    main(sys.argv[1:])
