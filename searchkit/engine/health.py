"""Whether an index can be read to its last posting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from searchkit.engine import schema, sums
from searchkit.engine.snapshot import Snapshot
from searchkit.errors import EngineError

_REBUILD = "run `searchkit index --rebuild`"
_STEP = 128


def problems(snapshot: Snapshot, progress: Callable[[int, int], None] | None = None) -> list[str]:
    """Read everything, and say in one line each what is wrong.

    Args:
        progress: told (documents read, documents in all).
    """
    found = _changed(snapshot.place)
    try:
        counts, _ = snapshot.claims()
        for name in schema.NUMBERS:
            snapshot.numbers(name)
        for document in np.flatnonzero(snapshot.live):
            _check_document(snapshot, int(document), int(counts[document]))
            if progress and document % _STEP == 0:
                progress(int(document), snapshot.size)
        _check_postings(snapshot)
    except EngineError as error:
        return [*found, str(error)]
    if progress:
        progress(snapshot.size, snapshot.size)
    return found


def _changed(place: str) -> list[str]:
    try:
        names = sums.changed(Path(place))
    except OSError as error:
        return [f"{place}: a file cannot be read ({error.strerror}); {_REBUILD}"]
    return [f"{place}/{name}: not as it was written; {_REBUILD}" for name in names]


def _check_document(snapshot: Snapshot, document: int, count: int) -> None:
    data = snapshot.data(document)
    with snapshot.reading():
        id = schema.read_article(data).id
        claims = schema.read_claims(data)
    found = id == snapshot.id(document) and document in snapshot.documents("id", [id])
    if not found or len(claims) != count:
        message = f"the index is damaged (article {id} is not found as it was stored)"
        raise EngineError(message, place=snapshot.place, remedy=_REBUILD)
    for place, claim in enumerate(claims):
        held = snapshot.postings("claims", claim.id)
        if not held or place not in held.positions[held.documents == document]:
            message = f"the index is damaged (claim {claim.id} is not found under its id)"
            raise EngineError(message, place=snapshot.place, remedy=_REBUILD)


def _check_postings(snapshot: Snapshot) -> None:
    for name in (*schema.TEXT_FIELDS, "outlets"):
        for segment in snapshot.segments:
            with snapshot.reading():
                for term in segment.terms(name):
                    segment.postings(name, term)
