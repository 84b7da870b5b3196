"""One Whoosh index on disk: made, opened, and written durably."""

from __future__ import annotations

import contextlib
import io
import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import EmptyIndexError, FileIndex, LockError
from whoosh.writing import SegmentWriter

from searchkit.engine import schema, sums
from searchkit.engine.segments import reading
from searchkit.engine.snapshot import Snapshot
from searchkit.errors import EngineError, LockedError
from searchkit.files import fsync_dir

_MEMORY_MB = 256


class MappedStorage(FileStorage):
    """Files are mapped into memory when opened, so that nothing is copied and no handle is held."""

    def __init__(self, folder: Path):
        super().__init__(str(folder))  # type: ignore[no-untyped-call]

    def open_file(self, name: str, **_: object) -> StructFile:
        with Path(self.folder, name).open("rb") as file:
            if os.fstat(file.fileno()).st_size == 0:
                return StructFile(io.BytesIO(), name=name)
            mapped: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            return StructFile(mapped, name=name)


class Store:
    """A Whoosh index of articles.

    Args:
        folder: holds nothing else.
        timeout: seconds to wait for another writer.
    """

    def __init__(self, folder: Path, *, timeout: float):
        self.folder = folder
        self._timeout = timeout
        self._index = self._open()
        self._snapshot: Snapshot | None = None

    @classmethod
    def create(cls, folder: Path) -> None:
        """Make an empty index.

        Raises:
            EngineError: the folder cannot be written.
        """
        with writing(folder):
            folder.mkdir(mode=0o700, exist_ok=True)
            (folder / sums.FILE).unlink(missing_ok=True)
            FileIndex.create(MappedStorage(folder), schema.schema(), "MAIN")
            _flush(folder)

    def _open(self) -> FileIndex:
        with reading(str(self.folder)):
            try:
                # The schema is given, so that the stored one is not unpickled for nothing.
                storage = MappedStorage(self.folder)
                return FileIndex(storage, schema.schema(), "MAIN")
            except EmptyIndexError as error:
                raise EngineError(
                    "the index is damaged (it has no table of contents)",
                    place=str(self.folder),
                    remedy="run `searchkit index --rebuild`",
                ) from error

    @property
    def snapshot(self) -> Snapshot:
        """What was committed when it was first asked for."""
        if self._snapshot is None:
            self._snapshot = Snapshot(self._index, self.folder)
        return self._snapshot

    def forget(self) -> None:
        """Close the snapshot, so that the next one shows what was committed since."""
        if self._snapshot is not None:
            self._snapshot.close()
            self._snapshot = None

    @contextmanager
    def writer(self) -> Iterator[StoreWriter]:
        """Changes that are committed together at the end, or not at all.

        Raises:
            LockedError: another writer did not finish in time.
            EngineError: the index cannot be written.
        """
        with writing(self.folder):
            try:
                # Whoosh copies the parts of compound files into memory when it opens them.
                with _reworking(self.folder):
                    inner = self._index.writer(
                        timeout=self._timeout, limitmb=_MEMORY_MB, compound=False
                    )
            except LockError as error:
                raise LockedError(
                    "somebody else is writing to the index",
                    place=str(self.folder),
                    remedy="try again when that is done",
                ) from error
            # Now that nobody else can commit: documents are deleted by their numbers.
            self.forget()
            try:
                assert isinstance(inner, SegmentWriter)
                yield StoreWriter(inner, self.snapshot)
                with _reworking(self.folder):
                    inner.commit()
            except BaseException:
                with contextlib.suppress(Exception):
                    inner.cancel()
                raise
            with _reworking(self.folder):
                sums.write(self.folder, self._files())
            _flush(self.folder)
        self.forget()

    def _files(self) -> Iterator[str]:
        """What was committed last."""
        generation = self._index.latest_generation()
        yield f"_MAIN_{generation}.toc"
        ids = {segment.segment_id() for segment in self._index._segments()}
        for entry in os.scandir(self.folder):
            if entry.name.split(".")[0] in ids:
                yield entry.name


class StoreWriter:
    """What a batch does to one index."""

    def __init__(self, inner: SegmentWriter, snapshot: Snapshot):
        self._inner = inner
        self._snapshot = snapshot

    def add(self, document: dict[str, Any]) -> None:
        """Add a document, under an id that this writer has not seen yet."""
        self._inner.add_document(**document)

    def delete(self, name: str, term: str) -> None:
        """Delete the committed documents that hold a term."""
        for document in self._snapshot.documents(name, [term]):
            self._inner.delete_document(int(document))


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


@contextmanager
def _reworking(folder: Path) -> Iterator[None]:
    """As `reading`, for what Whoosh reads in order to write: a failing disk is no damage.

    Raises:
        EngineError: the index is damaged.
        OSError: the disk failed.
    """
    try:
        with reading(str(folder)):
            yield
    except EngineError as error:
        cause = error.__cause__
        if isinstance(cause, OSError) and not isinstance(cause, FileNotFoundError):
            raise cause from None
        raise


def _flush(folder: Path) -> None:
    for entry in os.scandir(folder):
        # Another process may be at work already, and clean up.
        with contextlib.suppress(FileNotFoundError):
            if entry.is_file(follow_symlinks=False):
                _fsync(entry.path)
    fsync_dir(folder)


def _fsync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
