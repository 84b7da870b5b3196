"""The best of many matches, without sorting them all."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from searchkit.engine.base import Sort
from searchkit.engine.columnar.layout import UNDATED
from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.evaluate import Matches
from searchkit.engine.spaces import Floats, Space

_LAST_DAY = dt.date.max.toordinal()
_GROUP = 64


def ordered(space: Space, found: Matches, sort: Sort, most: int) -> tuple[Ints, Floats]:
    """The first rows of an order, with their scores.

    Ties in score stand newest first, then by article id and number; so does everything by date.

    Args:
        most: how many rows are wanted.
    """
    rows = found.rows
    if sort == "relevance":
        scores = found.scores(None)
        chosen = _largest(scores, most)
        rows, scores = rows[chosen], scores[chosen]
        if len(set(scores.tolist())) < len(scores):
            order = np.lexsort((*_ties(space, rows), -space.numbers("date")[rows], -scores))
            rows, scores = rows[order], scores[order]
        return rows[:most], scores[:most]
    dates = space.numbers("date")[rows]
    days = -dates if sort == "newest" else np.where(dates == UNDATED, _LAST_DAY + 1, dates)
    chosen = _largest(-days, most)
    order = np.lexsort((*_ties(space, rows[chosen]), days[chosen]))[:most]
    order = chosen[order]
    return rows[order], found.scores(order)


def _ties(space: Space, rows: Ints) -> tuple[NDArray[Any], ...]:
    ids = space.snapshot.order[space.documents(rows)]
    return (ids,) if space.kind == "articles" else (space.numbers("number")[rows], ids)


def _largest(values: Floats | Ints, most: int) -> Ints:
    """Places of the largest values, largest first, and of equal ones the first place first.

    At least so many, and all that equal the last of them. The so-manieth largest of the maxima of
    groups is no larger than that of all values.
    """
    if len(values) <= most or most <= 0:
        return np.argsort(-values, kind="stable")
    groups = len(values) // _GROUP
    if groups > most:
        sample = values[: groups * _GROUP].reshape(groups, _GROUP).max(axis=1)
    else:
        sample = values
    least = np.partition(sample, len(sample) - most)[len(sample) - most]
    chosen = np.flatnonzero(values >= least)
    return chosen[np.argsort(-values[chosen], kind="stable")]


with suppress(ImportError):
    from searchkit.engine._best import _largest
