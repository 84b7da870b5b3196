"""Another person's reviews into one's own."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from searchkit.errors import SearchkitError, SidecarError
from searchkit.reviews import ReviewStore
from searchkit.workflow.workspace import Workspace
from searchkit.workflow.writing import make_searchable


@frozen
class MergeReport:
    """What came in."""

    #: Article id -> number of new events, for articles with any.
    new: dict[str, int]
    #: What could not be merged, one line each.
    problems: tuple[str, ...]
    #: What the reviewer should know.
    note: str | None = None


def merge(ws: Workspace, folder: Path) -> MergeReport:
    """Take over all events of another person's sidecars.

    Args:
        folder: a project folder, its index, or the folder of its reviews.

    Raises:
        SearchkitError: there are no reviews in it.
    """
    theirs = ReviewStore(_reviews_of(folder))
    new: dict[str, int] = {}
    problems: list[str] = []
    for id in theirs.ids():
        try:
            sidecar = theirs.load(id)
            events = ws.reviews.absorb(sidecar) if sidecar else ()
        except SidecarError as error:
            problems.append(str(error))
            continue
        if events:
            new[id] = len(events)
    return MergeReport(new, tuple(problems), make_searchable(ws, new))


def _reviews_of(folder: Path) -> Path:
    for place in (folder / "index" / "reviews", folder / "reviews", folder):
        if place.is_dir() and ReviewStore(place).ids():
            return place
    raise SearchkitError(
        "there are no reviews in it",
        place=str(folder),
        remedy="name a project folder, its index/, or a folder of sidecars",
    )
