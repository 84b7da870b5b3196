"""What a batch changes, as a file on this machine: nothing is sent before it is complete.

A batch that is not complete leaves nothing behind. From the moment that it is, it will be sent, if
need be by the next writer: what a killed one has sent already is sent again, to the same effect.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from attrs import frozen

from searchkit.engine.opensearch.documents import documents
from searchkit.errors import EngineError
from searchkit.files import TEMPORARY, fsync_dir, sweep
from searchkit.model import Article, Claim

_REBUILD = "run `searchkit index --rebuild`"


@frozen
class Change:
    """An article as it shall be: with these documents, the last its own, or with none at all."""

    article: str
    #: Key and source of each, in bytes.
    documents: Sequence[tuple[str, bytes]]

    @property
    def size(self) -> int:
        """Bytes to be sent, about."""
        return sum(len(source) + len(key) + 100 for key, source in self.documents)


class Journal:
    """The journals of one index folder.

    Args:
        folder: where they lie; the caller holds the lock of the one writer.
    """

    def __init__(self, folder: Path):
        self._folder = folder
        self.pending = folder / "pending"

    def begin(self) -> Unfinished:
        """A new journal."""
        sweep(self._folder)
        return Unfinished(self._folder / f"{TEMPORARY}{os.getpid()}")

    def complete(self, unfinished: Unfinished) -> None:
        """From now on it will be sent, come what may."""
        unfinished.keep(self.pending)

    def done(self) -> None:
        """It has been sent."""
        self.pending.unlink()

    def changes(self) -> Iterator[Change]:
        """What is to be sent: of each article the last change.

        Raises:
            EngineError: the journal is damaged.
        """
        try:
            with self.pending.open("rb") as file:
                last = {head[0]: at for at, head in enumerate(_heads(file))}
                file.seek(0)
                for at, (article, keys) in enumerate(_read_heads(file)):
                    sources = [file.readline() for _ in keys]
                    if not all(source.endswith(b"\n") for source in sources):
                        raise ValueError
                    if last[article] == at:
                        yield Change(article, list(zip(keys, sources, strict=True)))
        except (OSError, ValueError, LookupError, TypeError) as error:
            message = "the journal of the last batch is damaged"
            raise EngineError(message, place=str(self.pending), remedy=_REBUILD) from error


_Head = tuple[str, list[str]]


def _read_heads(file: BinaryIO) -> Iterator[_Head]:
    while line := file.readline():
        article, keys = json.loads(line)
        yield article, keys


def _heads(file: BinaryIO) -> Iterator[_Head]:
    for head in _read_heads(file):
        for _ in head[1]:
            file.readline()
        yield head


class Unfinished:
    """A journal that is being written.

    Args:
        path: of the file that it is written to.
    """

    def __init__(self, path: Path):
        self._path = path
        self._file = path.open("xb")
        self.empty = True

    def put(self, article: Article, claims: Sequence[Claim]) -> None:
        """See `Batch.put`."""
        if not article.id or any(claim.article != article.id for claim in claims):
            raise ValueError("an article is stored under its id, with its own claims")
        found = list(documents(article, claims))
        self._write(article.id, [one.key for one in found], [one.source for one in found])

    def delete(self, article_id: str) -> None:
        """See `Batch.delete`."""
        self._write(article_id, [], [])

    def _write(self, article: str, keys: Sequence[str], sources: Sequence[bytes]) -> None:
        self.empty = False
        head = json.dumps((article, keys)).encode()
        self._file.write(b"\n".join((head, *sources, b"")))

    def keep(self, path: Path) -> None:
        """Bring it to the disk, under another name."""
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())
        self._path.replace(path)
        fsync_dir(path.parent)

    def drop(self) -> None:
        """Let it go."""
        self._file.close()
        self._path.unlink(missing_ok=True)
