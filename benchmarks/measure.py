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
    for line in path.read_text("utf-8").splitlines():
        yield json.loads(line)


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Where 95 % of the means of resampled values lie (bootstrap)."""
    rng = random.Random(_SEED)
    means = sorted(statistics.fmean(rng.choices(values, k=len(values))) for _ in range(_RESAMPLES))
    return means[int(0.025 * _RESAMPLES)], means[int(0.975 * _RESAMPLES)]
