"""Whether an index can be read to its last posting."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from searchkit.engine.columnar.postings import decode
from searchkit.engine.columnar.segment import Inverted, Segment, Wanted
from searchkit.engine.damage import DamageError
from searchkit.engine.snapshot import Snapshot
from searchkit.errors import EngineError

_STEP = 128
#: Posting lists that are read together.
_LISTS = 1 << 12


def problems(snapshot: Snapshot, progress: Callable[[int, int], None] | None = None) -> list[str]:
    """Read everything, and say in one line each what is wrong.

    Args:
        progress: told (articles read, articles in all).
    """
    found = []
    for segment in snapshot.segments:
        try:
            with snapshot.reading():
                segment.pages.check()
                for held in (segment.text, segment.outlet):
                    _check_lists(held, segment)
                _check_articles(segment, snapshot.size, progress)
        except EngineError as error:
            found.append(str(error))
    if progress and not found:
        progress(snapshot.size, snapshot.size)
    return found


def _check_lists(held: Inverted, segment: Segment) -> None:
    starts = held.rows.starts(0, len(held.rows))
    none = np.zeros(len(starts), dtype=np.int64)
    numbers = np.arange(len(held.inflected))
    if held.stem_of.size and int(held.stem_of.max()) >= len(held.stems):
        raise DamageError("a word of an unknown stem")
    for first in range(0, len(starts) - 1, _LISTS):
        some = starts[first : first + _LISTS + 1]
        lists = decode(
            held.part(int(some[0]), int(some[-1])),
            some[:-1] - some[0],
            none[: len(some) - 1],
            numbers,
            none[: len(some) - 1],
        )
        if lists.documents.size and int(lists.documents.max()) >= segment.size:
            raise DamageError("a posting of an unknown article")


def _check_articles(
    segment: Segment, whole: int, progress: Callable[[int, int], None] | None
) -> None:
    deleted = set(segment.deleted.tolist())
    for number in range(segment.size):
        if number in deleted:
            continue
        article = segment.stored[number]
        if number not in segment.ids.find(Wanted.of([segment.ids[number]])).tolist():
            raise DamageError(f"article {article.id} is not found as it was stored")
        if progress and number % _STEP == 0:
            progress(segment.base + number, whole)
