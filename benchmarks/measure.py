"""What the benchmarks of retrieval share: reading collections, and intervals."""

from __future__ import annotations

import json
import random
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

_RESAMPLES = 2_000
_SEED = 2020


def records(path: Path) -> Iterator[dict[str, str]]:
    """The lines of a JSON Lines file."""
    # str.splitlines would cut at the line separators that Unicode allows within a JSON string.
    with path.open(encoding="utf-8-sig") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Where 95 % of the means of resampled values lie (bootstrap)."""
    rng = random.Random(_SEED)
    means = sorted(statistics.fmean(rng.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES)]
