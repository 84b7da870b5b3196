"""An index on disk: committed states of segments, written by one process at a time."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from searchkit.engine.columnar import manifest, pages
from searchkit.engine.columnar.build import build
from searchkit.engine.columnar.manifest import Manifest, Part
from searchkit.engine.columnar.merge import merge
from searchkit.engine.columnar.ragged import Ints
from searchkit.engine.columnar.segment import Segment
from searchkit.engine.columnar.strings import encoded
from searchkit.engine.damage import REBUILD, DamageError, reading
from searchkit.errors import EngineError, LockedError
from searchkit.files import TEMPORARY, fsync_dir, locked
from searchkit.model import Article, Claim

_LOCK = "write.lock"
_ENDING = ".seg"
_DELETIONS = ".del"
_TRIES = 20
#: Bytes of text that make a segment, when so much comes at once.
_FULL = 24 << 20
#: Eight segments of one size class are merged into one of the next: each holds as many times more.
_FAN_BITS = 3
#: Articles of a segment of the smallest size class.
_SMALLEST = 255
#: A segment that would hold more is not made, so that merging it takes no more memory.
_LARGEST = 1 << 18


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
                    return self._opened(state.parts)
            except EngineError:
                # A commit of another process may have removed files meanwhile.
                if self.committed().generation == state.generation:
                    raise
        raise LockedError(
            "somebody else writes to the index",
            place=str(self.folder),
            remedy="try again when that is done",
        )

    def _opened(self, parts: Sequence[Part]) -> tuple[Segment, ...]:
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
            ours = entry.name.endswith((_ENDING, _DELETIONS)) or entry.name.startswith(TEMPORARY)
            if ours and entry.name not in kept:
                # Where open files cannot be removed, a later commit does it.
                with contextlib.suppress(OSError):
                    Path(entry.path).unlink()


class Writer:
    """What one commit changes."""

    def __init__(self, store: Store, before: Manifest):
        self._store = store
        self._before = before
        with reading(str(store.folder)):
            self._segments = list(store._opened(before.parts))
        self._parts = list(before.parts)
        self._gone: list[set[int]] = [set(segment.deleted.tolist()) for segment in self._segments]
        self._held: list[tuple[Article, Sequence[Claim]]] = []
        self._size = 0

    def delete(self, ids: Sequence[str]) -> None:
        """Delete the articles with these ids that were committed before."""
        wanted = [encoded(id) for id in ids]
        with reading(str(self._store.folder)):
            for segment, gone in zip(self._segments, self._gone, strict=True):
                gone.update(segment.ids.find(wanted).tolist())

    def add(self, article: Article, claims: Sequence[Claim]) -> None:
        """Add an article, under an id that this writer has not seen yet."""
        self._held.append((article, claims))
        self._size += len(article.text)
        if self._size >= _FULL:
            self._flush()

    def _new(self, ending: str) -> str:
        return f"{secrets.token_hex(8)}{ending}"

    def _flush(self) -> None:
        if self._held:
            name = self._new(_ENDING)
            written = build(self._store.folder / name, self._held)
            self._parts.append(Part(name, written, len(self._held)))
            self._held, self._size = [], 0

    def done(self) -> Manifest:
        """Everything written; the state to commit."""
        self._flush()
        with reading(str(self._store.folder)):
            parts = [self._with_deletions(at, part) for at, part in enumerate(self._parts)]
            parts = [part for part in parts if part.live]
            while chosen := _to_merge(parts):
                merged = self._merged(chosen)
                parts = [part for part in parts if part not in chosen]
                parts.append(merged)
        fsync_dir(self._store.folder)
        return Manifest(self._before.generation + 1, tuple(parts))

    def _with_deletions(self, at: int, part: Part) -> Part:
        if at >= len(self._gone) or len(self._gone[at]) == len(self._segments[at].deleted):
            return part
        gone = np.array(sorted(self._gone[at]), dtype="<u4")
        name = self._new(_DELETIONS)
        written = pages.write(self._store.folder / name, {"articles": gone}, {})
        return Part(part.name, part.written, part.articles, (name, written, len(gone)))

    def _merged(self, parts: Sequence[Part]) -> Part:
        name = self._new(_ENDING)
        written = merge(self._store.folder / name, self._store._opened(parts))
        return Part(name, written, sum(part.live for part in parts))


def _to_merge(parts: Sequence[Part]) -> list[Part]:
    """The segments to merge next: as many of one size class as are merged together."""
    classes: dict[int, list[Part]] = {}
    for part in parts:
        if part.live * 2 < part.articles:
            return [part]
        members = classes.setdefault(max(part.live, _SMALLEST).bit_length() // _FAN_BITS, [])
        if sum(other.live for other in members) + part.live <= _LARGEST:
            members.append(part)
            if len(members) == 1 << _FAN_BITS:
                return members
    return []


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
