"""Random and mutated queries: each is parsed or refused with a message, and in bounded time.

    python -m benchmarks.query_fuzz [NUMBER]

The seeds are the examples of `docs/query.md`, and pieces that mean something to the parser. Every
tenth query that is understood is put to an index of the sample corpus too.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from searchkit.errors import QueryError
from searchkit.query import parse
from searchkit.workflow.indexing import index
from searchkit.workflow.searching import search
from searchkit.workflow.workspace import Workspace

ROOT = Path(__file__).parent.parent
_SEED = 2024
_PIECES = [
    *'()"“”„«»「」[]［］:：^~*?-\\＂（） \t\n',
    *(" OR ", " AND ", " NOT ", "title:", "body:", "outlet:", "date:", "status:", "id:", "TO"),
    *("moon", "月球", "ﾊﾟﾝﾀﾞ", "U.S.", "2,000", "49.4%", "COVID-19", "한국어", "ภาษาไทย", "हिन्दी"),
    *("last-week", "yesterday", "2024-07", "2024..", "9999", "~5", "^2", "^1e9", "https://a.b/?c="),
    *("\0", "\u200d", "\u0301", "\ud800", "🚀", "\U0002ffff", "ª", "²", "İ", "ﬁ"),
]


def examples() -> list[str]:
    """The queries of the page."""
    page = (ROOT / "docs" / "query.md").read_text("utf-8")
    return re.findall(r"`([^`\n]+)`", page)


def mutated(chance: random.Random, seeds: list[str]) -> str:
    """A query that somebody may have meant, with accidents; or nothing but accidents."""
    kind = chance.random()
    if kind < 0.2:
        return "".join(chance.choices(_PIECES, k=chance.randint(1, 40)))
    if kind < 0.3:
        return "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randint(1, 30)))
    if kind < 0.31:
        return chance.choice(_PIECES) * chance.randint(100, 10_500)
    text = " ".join(chance.choices(seeds, k=chance.randint(1, 3)))
    for _ in range(chance.randint(1, 6)):
        at = chance.randint(0, len(text))
        end = min(len(text), at + chance.randint(0, 4))
        put = chance.choice([chance.choice(_PIECES), "", text[at:end] * 2])
        text = text[:at] + put + text[end:]
    return text


def tried(ws: Workspace, text: str, slowest: dict[str, float], *, searched: bool) -> str:
    """What became of a query.

    Args:
        slowest: seconds by step; put up to date.
    """
    outcome = "refused"
    for name, step in (("parsed", parse), ("searched", lambda text: search(ws, text))):
        began = time.perf_counter()
        try:
            step(text)
        except QueryError as error:
            if not error.message or "\n" in str(error) or not 0 <= error.position <= len(text):
                raise ValueError(f"no message with a place: {error!r}") from error
            return outcome
        finally:
            slowest[name] = max(slowest[name], time.perf_counter() - began)
        outcome = name
        if not searched:
            break
    return outcome


def main() -> None:
    """Run the queries, and print what became of them."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    chance = random.Random(_SEED)
    seeds = examples()
    outcomes: Counter[str] = Counter()
    slowest = {"parsed": 0.0, "searched": 0.0}
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(ROOT / "corpus", Path(folder) / "corpus")
        with Workspace.open(Path(folder) / "index", create=True) as ws:
            index(ws)
            for at in range(number):
                text = mutated(chance, seeds)
                try:
                    outcomes[tried(ws, text, slowest, searched=at % 10 == 0)] += 1
                except BaseException:
                    print(f"query {at}: {text!r}")
                    raise
    print(", ".join(f"{count:,} {name}" for name, count in outcomes.items()))
    print(", ".join(f"slowest {name} {1000 * took:.0f} ms" for name, took in slowest.items()))


if __name__ == "__main__":
    main()
