"""One immutable file of named arrays, checksummed page by page and mapped into memory.

Layout: the arrays, each at a multiple of 8 bytes; one CRC-32 for each page of 64 KiB of them; a
table of contents in JSON; a trailer that says where the table stands. Nothing in it is code, and
nothing is believed before its checksum was compared: a page is checked when it is first read.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from searchkit.engine.damage import DamageError

_PAGE = 1 << 16
_ALIGNED = 8
#: Offset and length of the table of contents, its checksum, and what kind of file this is.
_TRAILER = struct.Struct("<QII8s")
_MAGIC = b"skcols 1"
_TYPES = {name: np.dtype(f"<{name}") for name in ("u1", "u2", "u4", "u8", "f4", "f8")}

Array = NDArray[Any]
#: An array, its bytes, its bytes piece by piece, or what will make it when it is its turn.
Held = Array | bytes | Iterator[bytes] | Callable[[], Array]


class Written(NamedTuple):
    """What tells a file from every other one."""

    size: int
    #: Checksum of its table of contents, which holds those of everything else.
    checksum: int


def narrow(values: Array) -> Array:
    """Numbers that are not negative, in as few bytes as the largest takes."""
    largest = int(values.max()) if values.size else 0
    for name in ("u1", "u2", "u4"):
        if largest <= np.iinfo(_TYPES[name]).max:
            return values.astype(_TYPES[name])
    return values.astype(_TYPES["u8"])


def write(path: Path, arrays: Mapping[str, Held], facts: Mapping[str, int]) -> Written:
    """Write a new file, flushed to the disk.

    Args:
        path: must not exist.
        arrays: of unsigned numbers or floats.
        facts: numbers about the file as a whole.

    Raises:
        OSError: the file cannot be written; what was written of it is gone.
    """
    table: dict[str, tuple[str, int, int]] = {}
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            sums = _Sums()
            at = 0
            for name, held in arrays.items():
                kind, pieces = _pieces(held)
                length = 0
                for piece in pieces:
                    file.write(piece)
                    sums.add(piece)
                    length += len(piece)
                table[name] = (kind, at, length // _TYPES[kind].itemsize)
                pad = bytes(-length % _ALIGNED)
                file.write(pad)
                sums.add(pad)
                at += length + len(pad)
            checks = sums.done()
            file.write(checks)
            contents = {
                "arrays": table,
                "facts": dict(facts),
                "end": at,
                "checks": zlib.crc32(checks),
            }
            footer = json.dumps(contents).encode()
            checksum = zlib.crc32(footer)
            file.write(footer)
            file.write(_TRAILER.pack(at + len(checks), len(footer), checksum, _MAGIC))
            file.flush()
            size = file.tell()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return Written(size, checksum)


def _pieces(held: Held) -> tuple[str, Iterable[memoryview | bytes]]:
    """The type of an array, and its bytes."""
    if isinstance(held, Iterator):
        return "u1", held
    if isinstance(held, bytes):
        return "u1", (held,)
    array = held() if callable(held) else held
    return array.dtype.str.lstrip("<|"), (np.ascontiguousarray(array).data.cast("B"),)


class _Sums:
    """The checksums of pages, while data comes in pieces."""

    def __init__(self) -> None:
        self._found: list[int] = []
        self._sum = 0
        self._filled = 0

    def add(self, data: memoryview | bytes) -> None:
        """More of the file."""
        view = memoryview(data)
        while view.nbytes:
            part = view[: _PAGE - self._filled]
            self._sum = zlib.crc32(part, self._sum)
            self._filled += len(part)
            if self._filled == _PAGE:
                self._found.append(self._sum)
                self._sum = self._filled = 0
            view = view[len(part) :]

    def done(self) -> bytes:
        """The checksums, the last page's among them."""
        if self._filled:
            self._found.append(self._sum)
        return np.array(self._found, dtype="<u4").tobytes()


class Pages:
    """An open file.

    Args:
        path: of the file, which nobody changes as long as it is open; it may be removed.
        expected: what `write` said of it.

    Raises:
        DamageError: it is not that file.
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, expected: Written):
        self._name = path.name
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size != expected.size or size < _TRAILER.size:
                raise DamageError(f"{self._name}: not as long as it was written")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        at, length, checksum, magic = _TRAILER.unpack_from(self._map, size - _TRAILER.size)
        footer = self._map[at : at + length]
        if magic != _MAGIC or checksum != expected.checksum or zlib.crc32(footer) != checksum:
            raise self._damaged()
        try:
            contents = json.loads(footer)
            self.facts: dict[str, int] = contents["facts"]
            self._end = int(contents["end"])
            self._sums = np.frombuffer(self._map[self._end : at], dtype="<u4").tolist()
            self._arrays = {name: self._place(*entry) for name, entry in contents["arrays"].items()}
            whole = zlib.crc32(self._map[self._end : at]) == contents["checks"]
        except (ValueError, TypeError, KeyError, RecursionError) as error:
            raise self._damaged() from error
        if not whole or len(self._sums) != -(-self._end // _PAGE):
            raise self._damaged()
        self._checked = bytearray(len(self._sums))
        self._whole: dict[str, Array] = {}

    def _damaged(self) -> DamageError:
        return DamageError(f"{self._name}: not as it was written")

    def _place(self, kind: str, at: int, count: int) -> tuple[np.dtype[Any], int, int]:
        dtype = _TYPES[kind]
        if at < 0 or count < 0 or at % _ALIGNED or at + count * dtype.itemsize > self._end:
            raise self._damaged()
        return dtype, at, count

    def _check(self, start: int, end: int) -> None:
        checked = self._checked
        for page in range(start // _PAGE, -(-end // _PAGE)):
            if not checked[page]:
                begin = page * _PAGE
                with memoryview(self._map)[begin : min(begin + _PAGE, self._end)] as view:
                    if zlib.crc32(view) != self._sums[page]:
                        raise self._damaged()
                checked[page] = 1

    def array(self, name: str) -> Array:
        """A whole array, checked.

        Raises:
            DamageError
        """
        if (found := self._whole.get(name)) is None:
            found = self._whole[name] = self._read(name)
        return found

    def _read(self, name: str) -> Array:
        if name not in self._arrays:
            raise self._damaged()
        dtype, at, count = self._arrays[name]
        self._check(at, at + count * dtype.itemsize)
        return np.frombuffer(self._map, dtype=dtype, count=count, offset=at)

    def length(self, name: str) -> int:
        """How many numbers an array has; nothing of it is read.

        Raises:
            DamageError: there is none with this name.
        """
        if name not in self._arrays:
            raise self._damaged()
        return self._arrays[name][2]

    def part(self, name: str, start: int, end: int) -> NDArray[np.uint8]:
        """Some bytes of an array of bytes, checked.

        Raises:
            DamageError: they are not as they were written, or outside of it.
        """
        if name not in self._arrays:
            raise self._damaged()
        _, at, count = self._arrays[name]
        if not 0 <= start <= end <= count:
            raise self._damaged()
        self._check(at + start, at + end)
        return np.frombuffer(self._map, dtype=np.uint8, count=end - start, offset=at + start)

    def forget(self) -> None:
        """Let the system take back the memory of what was read; it can be read again."""
        if hasattr(mmap, "MADV_DONTNEED"):
            self._map.madvise(mmap.MADV_DONTNEED)

    def check(self) -> None:
        """Compare every checksum.

        Raises:
            DamageError
        """
        self._checked = bytearray(len(self._sums))
        self._check(0, self._end)
