"""Newer articles before older ones that answer about as well."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from searchkit.engine.base import Hit

#: The best so many hits are ordered anew.
POOL = 200
#: Half of a score wears off with age, and half of that in so many days.
_HALF_LIFE = 30
_LASTING = 0.5


def by_recency(hits: Sequence[Hit], dates: Mapping[str, dt.date | None]) -> list[Hit]:
    """Hits in the order of their scores, each worn by the age of the article.

    Age counts from the newest of them, so that an archive is ordered as today's news are. What has
    no date is taken for old.
    """
    days = [day for hit in hits if (day := dates[hit.id])]
    newest = max(days, default=dt.date.min)

    def worth(hit: Hit) -> float:
        day = dates[hit.id]
        fresh = 0.5 ** ((newest - day).days / _HALF_LIFE) if day else 0.0
        return hit.score * (_LASTING + (1 - _LASTING) * fresh)

    return sorted(hits, key=lambda hit: -worth(hit))
