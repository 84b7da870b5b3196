"""How much may come out of what is packed: archives, compressed files and web archives."""

from __future__ import annotations

import io
import lzma
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from attrs import define, field

from searchkit.errors import ReadError
from searchkit.model import Article, Parsed
from searchkit.readers.pieces import Leftovers

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

#: What the standard library raises for archives that are damaged, or made to do damage.
DAMAGE = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
)


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


@define
class Harvest:
    """What was found in a file that holds many."""

    path: str
    allowance: Allowance
    left: Leftovers
    articles: list[Article] = field(factory=list)
    #: Pieces that no reader takes, counted by what they are.
    passed: Counter[str] = field(factory=Counter)
    #: Number of the piece at hand, from 1.
    number: int = 0
    #: A piece may be read next time though it stays as it is.
    transient: bool = False

    def leave(self, reason: str, excerpt: str = "") -> None:
        """Leave out the piece at hand, or something of it."""
        self.left.add(self.number, reason, excerpt)

    @contextmanager
    def to_the_end(self, *damage: type[Exception]) -> Iterator[None]:
        """Go through the pieces: what came before damage, or before too much, is kept.

        Args:
            damage: what tells of it, besides what the standard library raises.
        """
        signs: tuple[type[Exception], ...] = (*DAMAGE, *damage)
        try:
            yield
        except ReadError as error:
            self.number += 1
            self.leave(f"{error.message}; the rest was not read")
        except signs as error:
            self.number += 1
            self.leave(f"damaged ({why(error)}); the rest was not read")

    @contextmanager
    def one(self, name: str) -> Iterator[None]:
        """Read one piece: what is wrong with it does not stop the others.

        Args:
            name: what to call it.

        Raises:
            ReadError: too much came out of the whole.
        """
        try:
            yield
        except ReadError as error:
            if self.allowance.left < 0:
                raise
            self.transient |= error.transient
            told = f"{error.message}; {error.remedy}" if error.remedy else error.message
            self.leave(f"{name}: {told}")
        except DAMAGE as error:
            self.leave(f"{name}: damaged ({why(error)})")

    def parsed(self) -> Parsed:
        """All of it.

        Raises:
            ReadError: there is no article.
        """
        for what, count in sorted(self.passed.items()):
            self.leave(f"{what} ({count:,} in this file)")
        pieces = self.left.all()
        if not self.articles:
            told = f"no article could be read: {pieces[0].reason}" if pieces else "it holds none"
            remedy = "take it out of the corpus, or repair it"
            error = ReadError(told, place=self.path, remedy=remedy)
            error.transient = self.transient
            raise error
        return Parsed(tuple(self.articles), pieces, self.transient)


def why(error: BaseException) -> str:
    """What an exception says, on one short line."""
    return " ".join(str(error).split())[:80] or type(error).__name__
