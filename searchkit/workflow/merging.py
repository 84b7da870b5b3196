"""Another person's reviews into one's own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from attrs import frozen

from searchkit.errors import SearchkitError, SidecarError
from searchkit.evidence.copies import VIEW, Copies
from searchkit.model import Event
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
    copies = Copies(theirs.folder.parent / "evidence")
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
        problems += _take_copies(ws, copies, sidecar.events if sidecar else ())
    return MergeReport(new, tuple(problems), make_searchable(ws, new))


def _take_copies(ws: Workspace, theirs: Copies, events: Iterable[Event]) -> list[str]:
    """Take over the preserved copies that events name and that are not here yet.

    Returns:
        What is wrong with those that were not taken; one that is not there either is no problem.
    """
    problems: list[str] = []
    for event in events:
        if event.action != "preserve" or ws.copies.has(event.data["copy"]):
            continue
        copy, seen = event.data["copy"], event.data.get("view")
        if not theirs.has(copy):
            continue
        if wrong := theirs.problems(copy, seen):
            problems += wrong
        else:
            ws.copies.add(theirs.read(copy), theirs.read(copy, VIEW))
    return problems


def _reviews_of(folder: Path) -> Path:
    for place in (folder / "index" / "reviews", folder / "reviews", folder):
        if place.is_dir() and ReviewStore(place).ids():
            return place
    raise SearchkitError(
        "there are no reviews in it",
        place=str(folder),
        remedy="name a project folder, its index/, or a folder of sidecars",
    )
