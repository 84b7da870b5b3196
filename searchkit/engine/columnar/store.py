"""An index on disk: committed states of segments, written by one process at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from searchkit.engine.columnar import manifest, pages
from searchkit.engine.columnar.layout import DELETIONS, SEGMENT
from searchkit.engine.columnar.manifest import Manifest, Part
from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.columnar.segment import Segment
from searchkit.engine.damage import REBUILD, DamageError, reading
from searchkit.errors import EngineError, LockedError
from searchkit.files import TEMPORARY, locked

if TYPE_CHECKING:
    from searchkit.engine.columnar.writer import Writer

_LOCK = "write.lock"
_TRIES = 20


class Store:
    """The folder of an index.

    Args:
        folder: holds nothing else.
        versions: of everything that the stored form depends on.
        timeout: seconds to wait for another writer.
    """

    def __init__(self, folder: Path, versions: dict[str, str], *, timeout: float):
        self.folder = folder
        self._versions = versions
        self._timeout = timeout

    def exists(self) -> bool:
        """Whether there is an index, of whatever version and state."""
        return (self.folder / manifest.FILE).exists()

    def create(self) -> None:
        """Make an empty index, in place of one that is there.

        Raises:
            EngineError, SearchkitError: the folder cannot be written.
        """
        with writing(self.folder):
            self.folder.mkdir(mode=0o700, exist_ok=True)
            Manifest(0, ()).write(self.folder, self._versions)
            self._sweep(Manifest(0, ()))

    def committed(self) -> Manifest:
        """What was committed last.

        Raises:
            EngineError: there is no index, it is of another version, or it is damaged.
        """
        place = str(self.folder)
        try:
            with reading(place):
                found = manifest.read(self.folder)
        except EngineError as error:
            if isinstance(error.__cause__, FileNotFoundError):
                message = "nothing is indexed here yet"
                raise EngineError(message, place=place, remedy="run `searchkit index`") from None
            raise
        if found.versions != self._versions:
            message = "the index was made by another version of searchkit"
            raise EngineError(message, place=place, remedy=REBUILD)
        return found.manifest

    def segments(self) -> tuple[Segment, ...]:
        """The segments of one committed state; they stay as they are whatever happens to the files.

        Raises:
            EngineError, LockedError
        """
        for _ in range(_TRIES):
            state = self.committed()
            try:
                with reading(str(self.folder)):
                    return self.opened(state.parts)
            except EngineError:
                # A commit of another process may have removed files meanwhile.
                if self.committed().generation == state.generation:
                    raise
        raise LockedError(
            "somebody else writes to the index",
            place=str(self.folder),
            remedy="try again when that is done",
        )

    def opened(self, parts: Sequence[Part]) -> tuple[Segment, ...]:
        """The segments of a state.

        Raises:
            DamageError, OSError
        """
        found = []
        base = 0
        for part in parts:
            found.append(
                Segment(
                    self.folder / part.name, part.written, base=base, deleted=self._deleted(part)
                )
            )
            base += part.articles
        return tuple(found)

    def _deleted(self, part: Part) -> Ints:
        if part.deletions is None:
            return np.zeros(0, dtype=np.int64)
        name, written, count = part.deletions
        found = pages.Pages(self.folder / name, written).array("articles").astype(np.int64)
        if len(found) != count:
            raise DamageError(f"{name}: not as many articles as it should name")
        return found

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """Changes that are committed together at the end, or not at all.

        Raises:
            LockedError: another writer did not finish in time.
            EngineError: the index cannot be written, or what has to be read is damaged.
        """
        # Whoever only searches does not need what writes.
        from searchkit.engine.columnar.writer import Writer  # noqa: PLC0415

        with writing(self.folder), contextlib.ExitStack() as held:
            try:
                held.enter_context(
                    locked(self.folder / _LOCK, timeout=self._timeout, what="writing")
                )
            except LockedError as error:
                raise LockedError(
                    "somebody else is writing to the index",
                    place=str(self.folder),
                    remedy="try again when that is done",
                ) from error
            before = self.committed()
            try:
                writer = Writer(self, before)
                yield writer
                after = writer.done()
                after.write(self.folder, self._versions)
            except BaseException:
                with contextlib.suppress(OSError):
                    self._sweep(before)
                raise
            self._sweep(after)

    def _sweep(self, state: Manifest) -> None:
        """Remove the files that belong to no state, those of killed writers among them."""
        kept = {name for part in state.parts for name in part.files}
        for entry in os.scandir(self.folder):
            ours = entry.name.endswith((SEGMENT, DELETIONS)) or entry.name.startswith(TEMPORARY)
            if ours and entry.name not in kept:
                # Where open files cannot be removed, a later commit does it.
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a failing disk into one clear error.

    Raises:
        EngineError
    """
    try:
        yield
    except OSError as error:
        raise EngineError(
            f"the index cannot be written ({error.strerror or error})",
            place=str(folder),
            remedy="make sure that the folder is writable and has space, and run it again",
        ) from error
