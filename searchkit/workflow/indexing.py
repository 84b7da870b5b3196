"""The corpus into the index: only what is new or changed is read, and nothing is left half-done."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from attrs import frozen

from searchkit.errors import EngineError, SearchkitError
from searchkit.files import fsync_dir
from searchkit.model import LeftOut
from searchkit.reviews import UNSETTLED
from searchkit.workflow.update import Confirm, Progress, Update
from searchkit.workflow.walk import Skipped
from searchkit.workflow.workspace import Workspace


@frozen
class IndexReport:
    """What a run of indexing did, and what the index holds now."""

    files: int
    articles: int
    claims: int
    #: Numbers of files.
    added: int
    changed: int
    unchanged: int
    removed: int
    skipped: tuple[Skipped, ...]
    left_out: tuple[LeftOut, ...]
    #: What somebody should know: shared links, files kept although they vanished …
    notices: tuple[str, ...]
    seconds: float
    #: Claims with a verdict whose words changed or are gone; None when nothing was read.
    unsettled: int | None = None


def index(
    ws: Workspace,
    paths: Sequence[Path] = (),
    *,
    forget: Sequence[Path] = (),
    rebuild: bool = False,
    prune: bool = False,
    confirm: Confirm | None = None,
    progress: Progress | None = None,
) -> IndexReport:
    """Bring the index up to date with the corpus.

    Args:
        paths: folders and files to read and to remember; without any, all remembered ones.
        forget: remembered folders and files to drop, with their articles.
        rebuild: make the index anew beside the old one and exchange them at the end.
        prune: drop vanished files without asking, however many they are.
        confirm: asked with (vanished, known) when that is much; None means no.
        progress: told (files done, files in all, path).

    Raises:
        SearchkitError: a path does not exist or has no UTF-8 name, or the index cannot be written.
    """
    for path in paths:
        if not os.path.lexists(path):
            remedy = "name a folder or a file that exists"
            raise SearchkitError("no such folder or file", place=str(path), remedy=remedy)
        shown = str(path).encode(errors="backslashreplace").decode()
        if shown != str(path):
            raise SearchkitError("its name is not UTF-8", place=shown, remedy="rename it")
    with ws.writing():
        started = time.monotonic()
        roots = _roots(ws, paths, forget)
        scope = [Path(os.path.abspath(p)) for p in paths] if paths else roots  # noqa: PTH100
        if rebuild:
            fresh = ws.cache.with_name(f"{ws.cache.name}.new")
            shutil.rmtree(fresh, ignore_errors=True)
            target = Workspace(
                ws.index,
                engine=ws.engine_name,
                scale=ws.scale,
                outlets=ws.outlet_table,
                cluster=ws.cluster,
                cache=fresh,
            )
            with target:
                run = Update(target, roots, roots, prune=True, confirm=confirm, progress=progress)
                run.go()
                run.notices += _inherit(ws, target)
            ws.close()
            _exchange(ws.cache, fresh)
        else:
            run = Update(ws, roots, scope, prune=prune, confirm=confirm, progress=progress)
            run.go()
        ws.create_cache()
        files, articles, claims = ws.catalog.totals()
        return IndexReport(
            files=files,
            articles=articles,
            claims=claims,
            added=run.added,
            changed=run.changed,
            unchanged=run.unchanged,
            removed=run.removed,
            skipped=tuple(Skipped(p, r) for p, r in ws.catalog.skipped()) + tuple(run.skipped),
            left_out=tuple(ws.catalog.left_out()),
            notices=tuple(run.notices),
            seconds=time.monotonic() - started,
            unsettled=_unsettled(ws) if run.added or run.changed or run.removed else None,
        )


def _unsettled(ws: Workspace) -> int:
    from searchkit.workflow import summaries  # noqa: PLC0415 - not when nothing changed

    return sum(1 for s in summaries.load(ws).claims if s.statuses and UNSETTLED & set(s.flags))


def _roots(ws: Workspace, paths: Sequence[Path], forget: Sequence[Path]) -> list[Path]:
    known = {ws.display(root) for root in ws.roots}
    if not known and not paths:
        default = ws.root / "corpus"
        if not default.is_dir():
            raise SearchkitError(
                "there is no folder corpus/ here and none is remembered",
                place=str(ws.root),
                remedy="name the folder that holds the articles: `searchkit index FOLDER`",
            )
        known = {"corpus"}
    for path in forget:
        if ws.display(path) not in known:
            remedy = f"remembered are: {', '.join(sorted(known)) or 'none'}"
            raise SearchkitError("not a remembered folder", place=str(path), remedy=remedy)
    known |= {ws.display(path) for path in paths}
    known -= {ws.display(path) for path in forget}
    roots = [ws.full(name) for name in sorted(known)]
    ws.set_roots(roots)
    return roots


def _inherit(ws: Workspace, target: Workspace) -> list[str]:
    """What is new to the user stays so; returns what should be known where it cannot be read."""
    try:
        seen = ws.catalog.arrivals.seen(target.catalog.stored_ids())
    except EngineError as error:
        if not ws.catalog_path.exists():
            return []
        return [f"{error.place}: {error.message}; all articles count as new"]
    with target.catalog.transaction():
        target.catalog.arrivals.inherit(seen)
    if not seen.lost:
        return []
    return [f"{ws.catalog_path}: damaged in parts; articles that count as new again: {seen.lost}"]


def _exchange(cache: Path, fresh: Path) -> None:
    old = cache.with_name(f"{cache.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if cache.exists():
        cache.replace(old)
    fresh.replace(cache)
    fsync_dir(cache.parent)
    shutil.rmtree(old, ignore_errors=True)
