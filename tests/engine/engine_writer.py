"""Writes one state after another into an index until it is killed: python engine_writer.py FOLDER N

It prints the number of each state that was stored.
"""

from __future__ import annotations

import sys
from pathlib import Path

from engine_contract import lines, make

from searchkit.engine.base import Engine
from searchkit.engine.whoosh import WhooshEngine
from searchkit.model import Article


def state(number: int) -> list[Article]:
    """What the index holds in a state: some articles that change, and one that comes and goes."""
    text = "\n".join(f"word{n} state" for n in range(30))
    same = [make(f"a{n}", f"state{number}\n{text}", outlet="CNN") for n in range(8)]
    return [*same, make(f"b{number}", f"state{number} moon")]


def store(engine: Engine, number: int) -> None:
    """Bring an index from any of the states before into this one."""
    articles = state(number)
    with engine.batch() as batch:
        for id in engine.ids("articles", "b"):
            batch.delete(id)
        # A writer that was killed may have stored the claims of the next state already.
        for claim in engine.ids("claims", "b"):
            batch.delete(claim.split("x")[0])
        for article in articles:
            batch.put(article, lines(article))


if __name__ == "__main__":
    opened = WhooshEngine.open(Path(sys.argv[1]))
    number = int(sys.argv[2])
    while True:
        store(opened, number)
        print(number, flush=True)
        number += 1
