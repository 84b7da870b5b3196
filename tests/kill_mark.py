"""Appends events until it is killed, and tells each one's id once it is durable.

Usage: python kill_mark.py FOLDER REVIEWER COUNT [ARTICLES [WORDS]]
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from attrs import evolve
from review_samples import IDENTITY, judge

from searchkit.reviews import ReviewStore


def main(folder: str, reviewer: str, count: str, articles: str = "1", words: str = "2000") -> None:
    """Mark `count` times, in turn on so many articles, with reasoning of so many words."""
    store = ReviewStore(Path(folder), timeout=60)
    print("ready", flush=True)
    for number in range(int(count)):
        # Long enough that a write is no single moment.
        act = judge("k7f", "false", note=f"{number} {'long ' * int(words)}")
        at = number % int(articles)
        identity = evolve(IDENTITY, id=f"{IDENTITY.id}-{at}") if at else IDENTITY
        (event,) = store.append(identity, [act], reviewer=reviewer)
        print(event.id, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
