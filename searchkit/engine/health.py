"""Whether an index can be read to its last posting, and whether its two halves agree."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from searchkit.engine import schema
from searchkit.engine.base import Kind
from searchkit.engine.segments import reading
from searchkit.engine.snapshot import Snapshot
from searchkit.errors import EngineError

_REBUILD = "run `searchkit index --rebuild`"
_STEP = 512


def problems(
    snapshots: Mapping[Kind, Snapshot], progress: Callable[[int, int], None] | None = None
) -> list[str]:
    """Read everything, and say in one line each what is wrong.

    Args:
        progress: told (documents read, documents in all).
    """
    found: list[str] = []
    total = sum(snapshot.size for snapshot in snapshots.values())
    done = 0
    for kind, snapshot in snapshots.items():
        try:
            for document in np.flatnonzero(snapshot.live):
                _check_document(kind, snapshot, int(document))
                if progress and document % _STEP == 0:
                    progress(done + int(document), total)
            _check_postings(kind, snapshot)
        except EngineError as error:
            found.append(str(error))
        done += snapshot.size
    if progress:
        progress(total, total)
    return found or _disagreements(snapshots["articles"], snapshots["claims"])


def _check_document(kind: Kind, snapshot: Snapshot, document: int) -> None:
    with reading(snapshot.place):
        read = schema.read_article if kind == "articles" else schema.read_claim
        id = read(snapshot.data(document)).id
    if id != snapshot.id(document) or document not in snapshot.documents("id", [id]):
        message = f"the index is damaged ({kind[:-1]} {id} is not found under its id)"
        raise EngineError(message, place=snapshot.place, remedy=_REBUILD)


def _check_postings(kind: Kind, snapshot: Snapshot) -> None:
    for name in schema.schema(kind).names():
        if name in schema.NUMBERS:
            snapshot.numbers(name)
        elif name != "data":
            for segment in snapshot.segments:
                with reading(snapshot.place):
                    for term in segment.terms(name):
                        segment.postings(name, term)


def _disagreements(articles: Snapshot, claims: Snapshot) -> list[str]:
    """Claims of articles that are not there, which a search would show in vain."""
    held = {id for id in articles.terms("id") if articles.postings("id", id)}
    lost = {id for id in claims.terms("article") if claims.postings("article", id)} - held
    if not lost:
        return []
    return [f"{articles.place}: the claims of {len(lost)} articles have no article; {_REBUILD}"]
