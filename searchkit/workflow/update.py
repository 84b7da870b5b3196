"""One run over part of the corpus: what changed is read, identified, and stored."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from attrs import evolve

from searchkit.catalog import Catalog, FileRecord, Stored
from searchkit.engine.base import Batch
from searchkit.errors import SidecarError
from searchkit.identity import keys
from searchkit.workflow.helpers import Hands, hands
from searchkit.workflow.intake import FileRead, Intake, prepared_parts
from searchkit.workflow.storing import Chunk
from searchkit.workflow.walk import CorpusFile, Skipped, Walked, walk
from searchkit.workflow.workspace import Workspace

#: Code points of text that are written to the index together: with the last part, as many as the
#: engine puts into one segment.
CHUNK = 11 << 20

Confirm = Callable[[int, int], bool]
Progress = Callable[[int, int, str], None]


@contextmanager
def _uncollected() -> Iterator[None]:
    """No search for cycles: a file or chunk makes millions of values, and they form none."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _failed_again(before: FileRecord, now: FileRecord) -> bool:
    """Whether a file that is as it was cannot be read for the reason that it was not before."""
    same = before.digest == now.digest and before.problem == now.problem
    return same and now.problem is not None


class Update:
    """One run of indexing over a scope of the corpus."""

    def __init__(
        self,
        ws: Workspace,
        roots: Sequence[Path],
        scope: Sequence[Path],
        *,
        prune: bool,
        confirm: Confirm | None,
        progress: Progress | None,
    ):
        self.ws = ws
        self.roots = roots
        self.scope = scope
        self.prune = prune
        self.confirm = confirm
        self._progress = progress
        self.added = self.changed = self.unchanged = self.removed = 0
        self.skipped: list[Skipped] = []
        self.notices: list[str] = []
        self.review_stamps = ws.review_stamps()
        self._intake = Intake(ws.outlets)
        #: Number of files in the scope.
        self._files = 0

    def go(self) -> None:
        """Read what changed, drop what vanished, and clear the mark that work is under way."""
        self.ws.create_cache()
        catalog = self.ws.catalog
        doubtful = self._reconcile(catalog)
        with catalog.transaction():
            catalog.set_meta("dirty", "1")
            catalog.arrivals.begin_run()
            self._adopt_reviewed(catalog)
        found = walk(self.ws, self.roots, self.scope)
        self.skipped += found.skipped
        known = catalog.files()
        vanished = self._vanished(found, known)
        touched = self._drop(catalog, vanished)
        for path in doubtful.intersection(known):
            known[path] = evolve(known[path], stamp="", digest="")
        changed = self._changed(found.files, known)
        self._files = len(found.files)
        self.unchanged = self._files - len(changed)
        with hands(sum(file.size for _, file in changed)) as helping:
            touched = self._write(self._reads(changed, known), helping, touched)
        self._tell(self._files, "")
        touched |= self._newly_reviewed(catalog)
        self._settle(catalog, touched)
        with catalog.transaction():
            catalog.set_meta("dirty", "")

    def _tell(self, done: int, path: str) -> None:
        if self._progress:
            self._progress(done, self._files, path)

    def _reconcile(self, catalog: Catalog) -> set[str]:
        """After a run that was cut off: remove what no file holds, re-read what is missing."""
        if not catalog.meta("dirty"):
            return set()
        held = set(self.ws.engine.ids("articles"))
        expected = catalog.stored_ids()
        places = catalog.places(held | expected)
        placed = set(places)
        with self.ws.engine.batch() as batch:
            for id in held - placed:
                batch.delete(id)
        with catalog.transaction():
            catalog.set_stored(map(Stored, (expected | placed) - (held & placed)))
        return {entry.path for id in placed - held for entry in places[id]}

    def _adopt_reviewed(self, catalog: Catalog) -> None:
        """Reviewed articles are recognised even when the catalog was lost."""
        for id in self.ws.reviews.ids():
            if catalog.knows(id):
                continue
            try:
                sidecar = self.ws.reviews.load(id)
            except SidecarError as error:
                self.notices.append(str(error))
                continue
            if sidecar:
                catalog.add_identities([(sidecar.identity, keys(sidecar.identity))])

    def _newly_reviewed(self, catalog: Catalog) -> set[str]:
        """Articles whose sidecar changed: it may hold claims that a reviewer marked out."""
        seen = catalog.review_stamps(self.review_stamps)
        return {id for id, stamp in seen.items() if self.review_stamps.get(id, "") != stamp}

    def _vanished(self, found: Walked, known: dict[str, FileRecord]) -> list[str]:
        there = {file.shown for file in found.files}
        forgotten = [path for path in known if not found.remembered(path)]
        under = [path for path in known if found.remembered(path) and found.covers(path)]
        gone = [path for path in under if path not in there and not found.hidden(path)]
        held = [path for path in gone if known[path].problem is None]
        much = len(held) > max(10, len(under) // 5) or (held and not there)
        if much and not self.prune and not (self.confirm and self.confirm(len(held), len(under))):
            self.notices.append(
                f"{len(held)} of {len(under)} files vanished; their articles were kept"
                " (drop them with --prune)"
            )
            return forgotten
        return forgotten + gone

    def _drop(self, catalog: Catalog, gone: Sequence[str]) -> set[str]:
        touched: set[str] = set()
        with catalog.transaction():
            for path in gone:
                touched.update(catalog.articles_of_file(path))
                catalog.drop_file(path)
        self.removed = len(gone)
        return touched

    def _changed(
        self, files: Sequence[CorpusFile], known: dict[str, FileRecord]
    ) -> list[tuple[int, CorpusFile]]:
        """The files that have to be opened, each with its place in the walk."""
        return [
            (position, file)
            for position, file in enumerate(files, 1)
            if not self._intake.unchanged(file, known.get(file.shown))
        ]

    def _reads(
        self, files: Sequence[tuple[int, CorpusFile]], known: dict[str, FileRecord]
    ) -> Iterator[FileRead]:
        for position, file in files:
            before = known.get(file.shown)
            with _uncollected():
                read = self._intake.read(file, position, before)
            if before is None:
                self.added += 1
            elif read.parsed is None or _failed_again(before, read.record):
                self.unchanged += 1
            else:
                self.changed += 1
            yield read
            self._tell(position, file.shown)

    def _write(self, reads: Iterator[FileRead], helping: Hands, waiting: set[str]) -> set[str]:
        """Put files into engine and catalog, chunk by chunk; return articles left for `_settle`.

        Args:
            waiting: those that were left before.
        """
        parts = prepared_parts(reads, helping)
        for first in parts:
            with _uncollected(), self.ws.catalog.transaction(), self.ws.engine.batch() as batch:
                chunk = self._chunk(batch)
                for part, alone in chain([first], parts):
                    chunk.add(part, alone)
                    if chunk.size >= CHUNK:
                        break
                waiting = waiting - chunk.touched | chunk.store(chunk.touched)
        return waiting

    def _chunk(self, batch: Batch) -> Chunk:
        return Chunk(self.ws, batch, self._intake, self.review_stamps, self.notices)

    def _settle(self, catalog: Catalog, touched: set[str]) -> None:
        """Articles whose files changed under them: stored anew from elsewhere, or dropped."""
        if not touched:
            return
        with catalog.transaction(), self.ws.engine.batch() as batch:
            self._chunk(batch).store(touched)
            for id in sorted(touched.difference(catalog.places(touched))):
                batch.delete(id)
                if id in self.review_stamps:
                    catalog.set_stored([Stored(id)])
                    self.notices.append(f"article {id} left the corpus; its reviews are kept")
                else:
                    catalog.drop_article(id)
