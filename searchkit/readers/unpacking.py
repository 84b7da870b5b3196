"""How much may come out of what is packed: archives, compressed files and web archives."""

from __future__ import annotations

import io
from typing import IO

from attrs import define

from searchkit.errors import ReadError

#: Bytes that may come out of one file of the corpus, and of one piece within it.
MOST = 512 << 20
LARGEST_PIECE = 128 << 20
#: Text packs to a tenth, seldom to a hundredth; what packs better is made to fill memory.
_RATIO = 100
_FREE = 16 << 20
#: Pieces of one archive, and archives within one another.
MOST_PIECES = 100_000
DEEPEST = 3
_STEP = 1 << 16


@define
class Allowance:
    """What may still come out of one corpus file, however its archives are nested."""

    left: int
    #: How many more archives may stand in one another.
    depth: int = DEEPEST

    @classmethod
    def of(cls, size: int) -> Allowance:
        """The allowance of a file of so many bytes."""
        return cls(min(MOST, _RATIO * size + _FREE))

    def take(self, size: int, path: str) -> None:
        """Count bytes that came out.

        Raises:
            ReadError: they are more than may come out.
        """
        self.left -= size
        if self.left < 0:
            message = "more comes out of it than a sound archive of its size holds"
            remedy = "unpack it yourself, and index the folder"
            raise ReadError(message, place=path, remedy=remedy)

    def read(self, stream: IO[bytes], path: str) -> bytes:
        """The rest of a stream, as far as that is allowed.

        Raises:
            ReadError: it is longer.
        """
        parts: list[bytes] = []
        size = 0
        while part := stream.read(_STEP):
            size += len(part)
            self.take(len(part), path)
            if size > LARGEST_PIECE:
                message = f"a piece of more than {LARGEST_PIECE >> 20} MB"
                raise ReadError(message, place=path, remedy="unpack it and split it")
            parts.append(part)
        return b"".join(parts)


class Counted(io.RawIOBase):
    """A stream whose bytes are counted as they come out.

    Args:
        stream: what unpacks.
        allowance: counted down.
        path: for the error.
    """

    def __init__(self, stream: IO[bytes], allowance: Allowance, path: str):
        self._stream = stream
        self._allowance = allowance
        self._path = path

    def readable(self) -> bool:
        """It can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next bytes.

        Raises:
            ReadError: more came out than is allowed.
        """
        part = self._stream.read(_STEP if size < 0 else size)
        self._allowance.take(len(part), self._path)
        return part
