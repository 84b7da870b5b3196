"""python -m benchmarks.speed.page RESULTS.json: the measured part of docs/performance.md.

The results are what `python -m benchmarks.speed --json RESULTS.json` wrote. The plots need
matplotlib, of the dependency group `bench`.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.speed.measure import Spread
from benchmarks.speed.peers import PEERS
from benchmarks.speed.queries import SHAPES

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_MARKS = "<!-- measured -->", "<!-- end of what was measured -->"
_NAMES = {name: kind.name for name, kind in PEERS.items()}
_COLOURS = {"searchkit": "#0b5fa5", "stock": "#999999", "fts5": "#c2571a", "tantivy": "#2e7d32"}

Runs = dict[str, dict[str, list[float]]]


def main(results: Path) -> None:
    """Write the page's tables and plots."""
    measured = json.loads(results.read_text())
    parts = [f"Machine: {measured['machine']}. Medians, with the least and the most in brackets.\n"]
    for count, size in measured["sizes"].items():
        parts.append(f"### {int(count):,} articles, {size['text']:.1f} MB of text\n")
        parts.append(_table("indexing", size["indexing"], 2))
        parts.append(_table("search, milliseconds", size["search"], 3))
        parts.append(f"Peers' time over searchkit's, geometric mean: {_ratios(size['search'])}.\n")
        parts.append(_table("adding", size["adding"], 1))
    if "commands" in measured:
        parts.append("### Commands over 20,000 articles\n")
        rows = [f"| {n} | {Spread(runs).text()} |" for n, runs in measured["commands"].items()]
        parts.append("\n".join(["| command | median (least–most) |", "|---|---|", *rows]) + "\n")
    parts.append("### Growth\n")
    for name, title, key, column in (
        ("growth-search", "search: geometric mean of the shapes, ms", "search", None),
        (
            "growth-indexing",
            "indexing: MB of text a second of processor",
            "indexing",
            "MB/s of processor",
        ),
        ("growth-size", "index / text", "indexing", "index / text"),
        ("growth-memory", "peak memory of indexing, MB", "indexing", "peak MB"),
    ):
        _plot(PAGE.with_name(f"{name}.svg"), title, measured["sizes"], key, column)
        parts.append(f"![{title}]({name}.svg)\n")
    page = PAGE.read_text("utf-8")
    begin, end = map(re.escape, _MARKS)
    body = "\n".join([_MARKS[0], "", *parts, _MARKS[1]])
    PAGE.write_text(re.sub(f"{begin}.*{end}", lambda _: body, page, flags=re.DOTALL), "utf-8")


def _table(title: str, runs: Runs, digits: int) -> str:
    columns = list(dict.fromkeys(c for by in runs.values() for c in by))
    if title.startswith("search"):
        columns = list(SHAPES)
    lines = [f"| {title} | " + " | ".join(_NAMES[name] for name in runs) + " |"]
    lines.append("|---" * (len(runs) + 1) + "|")
    for column in columns:
        cells = [Spread(by[column]).text(digits) if column in by else "–" for by in runs.values()]
        lines.append(f"| {column} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def _mean(by: dict[str, list[float]], among: Sequence[str]) -> float:
    logs = [math.log(statistics.median(by[shape])) for shape in among]
    return math.exp(sum(logs) / len(logs))


def _ratios(runs: Runs) -> str:
    own = runs["searchkit"]
    return ", ".join(
        f"{_NAMES[name]} {_mean(by, list(by)) / _mean(own, list(by)):.2f}"
        for name, by in runs.items()
        if name != "searchkit"
    )


def _plot(path: Path, title: str, sizes: dict[str, Any], key: str, column: str | None) -> None:
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "searchkit"
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6, 3.4))
    for name, colour in _COLOURS.items():
        points = []
        for count, size in sizes.items():
            if by := size[key].get(name):
                shapes = [shape for shape in SHAPES if shape != "fuzzy"]
                value = _mean(by, shapes) if column is None else statistics.median(by[column])
                points.append((int(count), value))
        if points:
            axes.plot(*zip(*points, strict=True), marker="o", color=colour, label=_NAMES[name])
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("articles")
    axes.set_title(title, fontsize=10)
    axes.grid(visible=True, which="both", alpha=0.2)
    axes.legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
