"""Proving the preserved copies that events name."""

from __future__ import annotations

from attrs import frozen

from searchkit.errors import SearchkitError, SidecarError
from searchkit.workflow.workspace import Workspace


@frozen
class Proof:
    """What became of the preserved copies."""

    #: Copies that events name.
    copies: int
    #: One line each.
    problems: tuple[str, ...]
    #: Copies that no event names; nothing is wrong with that.
    unnamed: int


def verify_copies(ws: Workspace, *, replay: bool = True) -> Proof:
    """Prove every copy that an event names, undone ones included.

    Args:
        replay: go through the records of the WARC files too.
    """
    named: dict[str, set[str]] = {}
    for id in ws.reviews.ids():
        try:
            sidecar = ws.reviews.load(id)
        except SidecarError as error:
            ws.damaged[id] = str(error)
            continue
        for event in sidecar.events if sidecar else ():
            if event.action == "preserve":
                named.setdefault(event.data["copy"], set()).add(event.data.get("view") or "")
    problems: list[str] = []
    for copy, views in sorted(named.items()):
        try:
            for seen in sorted(views):
                problems += ws.copies.problems(copy, seen or None, replay=replay)
        except SearchkitError as error:
            problems.append(str(error))
    unnamed = set(ws.copies.names()) - set(named)
    return Proof(len(named), tuple(dict.fromkeys(problems)), len(unnamed))
